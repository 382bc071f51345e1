//! What *Prove it* asks of the core: a connector as its draft says, a place for it in the core of a run, and the stamp
//! that a whole run leaves on it.
//!
//! The run itself is the shell side's matter (`api::prove`): it drives a second core, which knows nothing of this.

use crate::{Engine, Error, connectors, script};
use domain::{connector::Connector, id::ConnectorId, link_name::LinkName, manifest};
use serde_json::Value;
use store::{Change, connectors::ConnectorRow, proofs::Stamp};

/// A connector that a run can be made with.
#[derive(Clone, Debug)]
pub struct Provable {
    /// The row that it is of.
    pub row: ConnectorRow,
    /// The version of the draft that says so.
    pub draft_version: u64,
    /// What it would be if that draft were marked as ready now.
    pub connector: Connector,
}

/// Members of a document that no run would notice.
const UNNOTICED: [&str; 7] =
    ["name", "link_name", "description", "logo", "documentation_url", "setup_help", "categories"];

impl Engine {
    /// A connector as it would be if its draft were marked as ready now, and the row that it is of.
    /// # Errors
    /// [`Error::NotComplete`] with what is missing or wrong; [`Error::ScriptNotAgreed`].
    pub async fn provable(&self, name: &str) -> Result<Provable, Error> {
        let row = self.find_connector(name).await?;
        let draft = self.open_draft(&row.id).await?;
        let checked = self.with_script_checked(draft.checked, &draft.connector.draft).await;
        let connector = match checked.connector {
            Some(connector) if checked.missing_for_ready.is_empty() => connector,
            _ => return Err(Error::NotComplete(checked.before_ready().cloned().collect())),
        };
        let (id, asked) = (row.id.clone(), connector.clone());
        self.store
            .read(move |snapshot| {
                // What a person wrote here is theirs; it is agreed to when it is ready.
                match snapshot.scripts().is_foreign(&id)? {
                    true => script::must_be_agreed(snapshot, &id, &asked),
                    false => Ok(()),
                }
            })
            .await?;
        Ok(Provable { row, draft_version: draft.connector.draft_version, connector })
    }

    /// Keeps what a whole run came to: of the draft that it was made with, and of its revision where that is ready.
    /// # Errors
    /// [`Error::NotFound`] where the connector is gone.
    pub async fn keep_proof(
        &self,
        id: &ConnectorId,
        draft_version: u64,
        (passed, refused, failed): (u32, u32, u32),
    ) -> Result<(), Error> {
        let (id, now) = (id.clone(), self.ports.clock.now());
        self.store
            .write(move |change| {
                let draft = connectors::draft(change, &id)?;
                let is_of_ready = draft.connector.draft_version == draft_version && !draft.differs_from_ready;
                let stamp = Stamp {
                    draft_version,
                    revision: draft.connector.ready.filter(|_| is_of_ready),
                    proved_at: now,
                    passed: passed.into(),
                    refused: refused.into(),
                    failed: failed.into(),
                };
                Ok(change.proofs().put(&id, &stamp)?)
            })
            .await
    }

    /// Takes a connector in as the person's own, ready to be connected to. What differs in environments of theirs stays
    /// out: they are not here.
    /// # Errors
    /// [`Error::NotComplete`]; [`Error::Store`].
    pub async fn take_in(&self, connector: &Connector) -> Result<ConnectorId, Error> {
        let mut own = connector.clone();
        own.environments.clear();
        own.agent_group = LinkName::derive_for_connector("default");
        let (document, id) = (manifest::document(&own), ConnectorId::make(&*self.ports.entropy));
        let (new_id, now) = (id.clone(), self.ports.clock.now());
        self.store
            .write(move |change| connectors::insert(change, new_id, own.link_name, document, now))
            .await?;
        self.mark_ready(&id).await?;
        Ok(id)
    }
}

/// The stamp goes along with a save that changes nothing of what a run would notice.
pub(crate) fn keep_stamp(
    change: &Change<'_>,
    (id, version): (&ConnectorId, u64),
    before: &Value,
    after: &Value,
) -> Result<(), Error> {
    let noticed = |document: &Value| {
        let mut noticed = document.clone();
        if let Some(members) = noticed.as_object_mut() {
            members.retain(|key, _| !UNNOTICED.contains(&key.as_str()));
        }
        noticed
    };
    match noticed(before) == noticed(after) {
        true => Ok(change.proofs().take_along(id, version - 1, version)?),
        false => Ok(()),
    }
}
