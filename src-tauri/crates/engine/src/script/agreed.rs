//! *This connector runs code*: a script that came with a file runs only after a person agreed to that very text.
//!
//! An agreement is to a digest, so a changed script asks again. What a person writes in the builder is theirs and is
//! agreed to when the connector is marked as ready, unless it began as somebody else's.

use crate::{Engine, Error};
use domain::{
    connector::Connector,
    id::{ConnectorId, RevisionId},
};
use protocol::digest::Hash;
use serde_json::Value;
use store::{Change, Snapshot};

/// A script as a person is asked about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScriptToAgree {
    /// Shown name of the connector.
    pub connector: String,
    /// The text.
    pub source: String,
    /// What an agreement names.
    pub digest: String,
    /// Whether it may run.
    pub agreed: bool,
}

impl Engine {
    /// The script that new connections of a connector run; none where it has none. A draft's is that of its document.
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn script_to_agree(&self, id: &ConnectorId) -> Result<Option<ScriptToAgree>, Error> {
        let id = id.clone();
        self.store
            .read(move |snapshot| {
                let row = snapshot.connectors().find(&id)?;
                let row = row.ok_or_else(|| Error::not_found("connector", id.as_str()))?;
                let document = match &row.ready {
                    Some(revision) => manifest_of(snapshot, revision)?,
                    None => row.draft,
                };
                let Some(source) = script_in(&document) else { return Ok(None) };
                let digest = digest_of(source);
                let agreed = match row.ready {
                    Some(_) => snapshot.scripts().is_agreed(&id, &digest)?,
                    None => !snapshot.scripts().is_foreign(&id)?,
                };
                Ok(Some(ScriptToAgree {
                    connector: row.summary.name,
                    source: source.to_owned(),
                    digest,
                    agreed,
                }))
            })
            .await
    }

    /// Lets the script of this digest run for a connector.
    /// # Errors
    /// [`Error::ChangedElsewhere`] where the connector has another script by now.
    pub async fn agree_to_script(&self, id: &ConnectorId, digest: &str) -> Result<(), Error> {
        let (id, digest, now) = (id.clone(), digest.to_owned(), self.ports.clock.now());
        self.store
            .write(move |change| {
                let row = change.connectors().find(&id)?;
                let row = row.ok_or_else(|| Error::not_found("connector", id.as_str()))?;
                let ready = row.ready.map(|revision| manifest_of(change, &revision)).transpose()?;
                let is_it =
                    |document: &Value| script_in(document).is_some_and(|source| digest_of(source) == digest);
                let in_draft = is_it(&row.draft);
                if !in_draft && !ready.as_ref().is_some_and(is_it) {
                    return Err(Error::ChangedElsewhere);
                }
                if in_draft {
                    change.scripts().set_foreign(&id, false)?;
                }
                Ok(change.scripts().agree(&id, &digest, now)?)
            })
            .await
    }

    /// Lets no script of a connector run any more, whoever wrote it, until a person agrees again.
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn withdraw_script(&self, id: &ConnectorId) -> Result<(), Error> {
        let id = id.clone();
        self.store
            .write(move |change| {
                let row = change.connectors().find(&id)?;
                let row = row.ok_or_else(|| Error::not_found("connector", id.as_str()))?;
                change.scripts().set_foreign(&id, script_in(&row.draft).is_some())?;
                Ok(change.scripts().withdraw(&id)?)
            })
            .await
    }

    /// Refuses a connector whose script nobody agreed to.
    /// # Errors
    /// [`Error::ScriptNotAgreed`].
    pub(crate) async fn script_must_be_agreed(
        &self,
        id: &ConnectorId,
        connector: &Connector,
    ) -> Result<(), Error> {
        let (id, connector) = (id.clone(), connector.clone());
        self.store.read(move |snapshot| must_be_agreed(snapshot, &id, &connector)).await
    }
}

/// Refuses a connector whose script nobody agreed to.
pub(crate) fn must_be_agreed(
    snapshot: &Snapshot<'_>,
    id: &ConnectorId,
    connector: &Connector,
) -> Result<(), Error> {
    match connector.script.as_deref().filter(|source| !source.trim().is_empty()) {
        Some(source) if !snapshot.scripts().is_agreed(id, &digest_of(source))? => {
            Err(Error::ScriptNotAgreed { connector: connector.link_name.to_string() })
        }
        _ => Ok(()),
    }
}

/// Notes that a document came with a file: its script is somebody else's, unless that text was agreed to before.
pub(crate) fn came_with_a_file(change: &Change<'_>, id: &ConnectorId, document: &Value) -> Result<(), Error> {
    let foreign = match script_in(document) {
        Some(source) => !change.scripts().is_agreed(id, &digest_of(source))?,
        None => false,
    };
    Ok(change.scripts().set_foreign(id, foreign)?)
}

/// Notes that a document is ready: its script is agreed to where it is the person's own.
pub(crate) fn is_ready(
    change: &Change<'_>,
    id: &ConnectorId,
    document: &Value,
    now: domain::Timestamp,
) -> Result<(), Error> {
    match script_in(document) {
        Some(source) if !change.scripts().is_foreign(id)? => {
            Ok(change.scripts().agree(id, &digest_of(source), now)?)
        }
        _ => Ok(()),
    }
}

fn manifest_of(snapshot: &Snapshot<'_>, revision: &RevisionId) -> Result<Value, Error> {
    let found = snapshot.revisions().find(revision)?;
    found.map(|found| found.manifest).ok_or_else(|| Error::not_found("revision", revision.as_str()))
}

fn script_in(document: &Value) -> Option<&str> {
    document["script"].as_str().filter(|source| !source.trim().is_empty())
}

fn digest_of(source: &str) -> String {
    Hash::Sha256.digest(source.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}
