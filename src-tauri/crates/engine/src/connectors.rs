//! Build a connector: drafts, their check, revisions, Ready, files.
//!
//! A draft is saved whatever it holds, so nothing typed is lost. *Mark as ready* makes an immutable revision from a
//! draft without errors; connections keep the revision that they were made with.

use crate::{
    Engine, Error,
    connections::connector_of,
    inside::parse_addresses,
    logo::{self, ConnectorFile},
    oauth::EndedSignIn,
    proof, script,
};
use domain::{
    id::{ConnectorId, RevisionId},
    link_name::LinkName,
    manifest,
    rules::{Checked, Known, validate_draft},
};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use store::{
    Change, Snapshot,
    connectors::{Connector, ConnectorFilter, ConnectorRow, DraftSaved, Provenance, Summary},
    proofs::Stamp,
    revisions::Revision,
};

/// A connector in the builder.
#[derive(Debug)]
pub struct Draft {
    /// The row with its draft document.
    pub connector: Connector,
    /// What is right and wrong with the document.
    pub checked: Checked,
    /// How many connections use it; the link name is fixed from the first on.
    pub connections: usize,
    /// Whether the document differs from the revision that is ready.
    pub differs_from_ready: bool,
    /// What the last run of *Prove it* came to.
    pub stamp: Option<Stamp>,
}

/// What uses a connector, and would go along with it.
#[derive(Debug)]
pub struct Uses {
    /// Names of its connections.
    pub connections: Vec<String>,
    /// How many sign-ins the services would be told to end.
    pub sign_ins: usize,
}

impl Engine {
    /// Connectors, by name.
    /// # Errors
    /// [`Error::Store`].
    pub async fn connectors(&self, filter: ConnectorFilter) -> Result<Vec<ConnectorRow>, Error> {
        self.store.read(move |snapshot| Ok(snapshot.connectors().list(&filter)?)).await
    }

    /// The connector with this identifier or link name, or with this name where it is unique.
    /// # Errors
    /// [`Error::NotFound`], [`Error::Ambiguous`].
    pub async fn find_connector(&self, name: &str) -> Result<ConnectorRow, Error> {
        let mut rows = self.connectors(ConnectorFilter::default()).await?;
        if let Some(index) =
            rows.iter().position(|row| row.link_name.as_str() == name || row.id.as_str() == name)
        {
            return Ok(rows.swap_remove(index));
        }
        rows.retain(|row| row.summary.name.eq_ignore_ascii_case(name));
        match rows.len() {
            0 => Err(Error::not_found("connector", name)),
            1 => Ok(rows.swap_remove(0)),
            _ => Err(Error::Ambiguous {
                what: "connector",
                name: name.into(),
                candidates: rows.iter().map(|row| row.link_name.to_string()).collect(),
            }),
        }
    }

    /// The shown name of a connector.
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn connector_name(&self, id: &ConnectorId) -> Result<String, Error> {
        let id = id.clone();
        self.store.read(move |snapshot| Ok(find(snapshot, &id)?.summary.name)).await
    }

    /// A new draft with a name, a link name made from it, and nothing else.
    /// # Errors
    /// [`Error::Store`].
    pub async fn create_connector(&self, name: &str, description: &str) -> Result<Draft, Error> {
        let mut document = json!({ "patchbay": 1, "name": name });
        if !description.is_empty() {
            document["description"] = description.into();
        }
        let id = ConnectorId::make(&*self.ports.entropy);
        let (wanted, new_id) = (LinkName::derive_for_connector(name), id.clone());
        let now = self.ports.clock.now();
        self.store
            .write(move |change| {
                let link_name = change.connectors().free_link_name(&wanted)?;
                document["link_name"] = link_name.as_str().into();
                insert(change, new_id, link_name, document, now)
            })
            .await?;
        self.open_draft(&id).await
    }

    /// A connector in the builder.
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn open_draft(&self, id: &ConnectorId) -> Result<Draft, Error> {
        let id = id.clone();
        self.store.read(move |snapshot| draft(snapshot, &id)).await
    }

    /// Saves the draft document that was made from version `based_on`. It may be invalid; its check comes back.
    /// # Errors
    /// [`Error::ChangedElsewhere`]; [`Error::LinkNameFixed`] once connections use it.
    pub async fn save_draft(&self, id: &ConnectorId, based_on: u64, document: Value) -> Result<Draft, Error> {
        let (id, now) = (id.clone(), self.ports.clock.now());
        let wanted = document["link_name"].as_str().and_then(|text| LinkName::parse(text).ok());
        self.store
            .write(move |change| {
                let before = draft(change, &id)?;
                // A link name that is not one yet, or is taken, is told by the check; the row keeps the one it has.
                let renamed = wanted.filter(|wanted| *wanted != before.connector.link_name);
                if let Some(wanted) = renamed {
                    if before.connections > 0 {
                        return Err(Error::LinkNameFixed);
                    }
                    if change.connectors().find_by_link_name(&wanted)?.is_none() {
                        change.connectors().set_link_name(&id, &wanted)?;
                    }
                }
                match change.connectors().save_draft(&id, based_on, &document, &summary(&document), now)? {
                    DraftSaved::Saved { version } => {
                        proof::keep_stamp(change, (&id, version), &before.connector.draft, &document)?;
                        draft(change, &id)
                    }
                    DraftSaved::ChangedElsewhere { .. } => Err(Error::ChangedElsewhere),
                }
            })
            .await
    }

    /// Makes a revision from the draft and lets people connect to it.
    /// # Errors
    /// [`Error::NotComplete`] with what is missing or wrong.
    pub async fn mark_ready(&self, id: &ConnectorId) -> Result<Draft, Error> {
        let draft_now = self.open_draft(id).await?;
        let checked = self.with_script_checked(draft_now.checked, &draft_now.connector.draft).await;
        if checked.connector.is_none() {
            return Err(Error::NotComplete(checked.before_ready().cloned().collect()));
        }
        let (id, now) = (id.clone(), self.ports.clock.now());
        let revision = RevisionId::make(&*self.ports.entropy);
        self.store
            .write(move |change| {
                let before = draft(change, &id)?;
                let missing = before.checked.before_ready().cloned().collect();
                let connector = match before.checked.connector {
                    Some(connector) if before.checked.missing_for_ready.is_empty() => connector,
                    _ => return Err(Error::NotComplete(missing)),
                };
                let document = manifest::document(&connector);
                let ready = match before.connector.ready {
                    Some(ready) if !before.differs_from_ready => ready,
                    _ => {
                        change.revisions().add(&revision, &id, &document, now)?;
                        revision
                    }
                };
                script::is_ready(change, &id, &document, now)?;
                change.connectors().mark_ready(&id, &ready, now)?;
                change.proofs().is_ready(&id, before.connector.draft_version, &ready)?;
                draft(change, &id)
            })
            .await
    }

    /// Hides *Add connection*. Connections keep working.
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn back_to_draft(&self, id: &ConnectorId) -> Result<Draft, Error> {
        let (id, now) = (id.clone(), self.ports.clock.now());
        self.store
            .write(move |change| {
                change.connectors().back_to_draft(&id, now)?;
                draft(change, &id)
            })
            .await
    }

    /// What uses a connector.
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn connector_uses(&self, id: &ConnectorId) -> Result<Uses, Error> {
        let id = id.clone();
        self.store.read(move |snapshot| uses(snapshot, &id)).await
    }

    /// Deletes a connector with its connections, rows and secrets in one transaction. The services are told first, as far
    /// as they answer; what became of each sign-in there is the answer. Where there are connections, `confirm_name` must be
    /// its name.
    /// # Errors
    /// [`Error::NotConfirmed`] with the connections that would go along.
    pub async fn delete_connector(
        &self,
        id: &ConnectorId,
        confirm_name: &str,
    ) -> Result<Vec<EndedSignIn>, Error> {
        let (id, confirm_name) = (id.clone(), confirm_name.to_owned());
        let (row, typed) = (id.clone(), confirm_name.clone());
        let connections = self
            .store
            .read(move |snapshot| {
                must_be_confirmed(snapshot, &row, &typed)?;
                Ok::<_, Error>(snapshot.connections().of_connector(&row)?)
            })
            .await?;
        let ended = self.revoke_before_deletion(connections).await?;
        let link_name = self
            .store
            .write(move |change| {
                let connector = must_be_confirmed(change, &id, &confirm_name)?;
                change.connectors().delete(&id)?;
                Ok::<_, Error>(connector.link_name)
            })
            .await?;
        if let Some(computed) = &self.computed {
            computed.forget(&link_name).await;
        }
        Ok(ended)
    }

    /// The connector as connections are made with it: its ready revision; for a draft, the document where it has no
    /// errors.
    /// # Errors
    /// [`Error::NotFound`], [`Error::NotValid`].
    pub async fn definition(&self, id: &ConnectorId) -> Result<domain::connector::Connector, Error> {
        let id = id.clone();
        self.store
            .read(move |snapshot| {
                let draft = draft(snapshot, &id)?;
                let Some(revision) = &draft.connector.ready else {
                    let errors = || Error::NotValid(draft.checked.before_ready().cloned().collect());
                    return draft.checked.connector.clone().ok_or_else(errors);
                };
                let found = snapshot.revisions().find(revision)?;
                let revision = found.ok_or_else(|| Error::not_found("revision", revision.as_str()))?;
                serde_json::from_value(revision.manifest).map_err(|error| Error::Stored(error.to_string()))
            })
            .await
    }

    /// What is right and wrong with a connector file. Nothing is stored.
    /// # Errors
    /// [`Error::Store`]; a wrong file is no error here.
    pub async fn check_file(&self, file: ConnectorFile<'_>) -> Result<Checked, Error> {
        let known = self.store.read(|snapshot| known(snapshot, None)).await?;
        // Whether its link name is free is asked when it is added, not here.
        let known = Known { taken_link_names: Default::default(), ..known };
        let unreadable =
            |problems| Checked { problems, missing_for_ready: Vec::new(), connector: None, preview: None };
        match manifest::check(file.text.as_bytes(), &known) {
            Ok((document, checked)) => {
                let checked = self.with_script_checked(checked, document.value()).await;
                Ok(self.with_logo_drawn(checked, document.value(), file.picture).await)
            }
            Err(problems) => Ok(unreadable(problems)),
        }
    }

    /// Reads a connector file as a new draft, or, with `update`, as the draft of the connector of its link name.
    /// # Errors
    /// [`Error::NotValid`], [`Error::Exists`].
    pub async fn import_connector(&self, text: &str, update: bool) -> Result<Draft, Error> {
        self.import_agreed(text.into(), update, &[]).await
    }

    /// The same, where the person agrees at once that it sends to these addresses on this machine or its network.
    /// # Errors
    /// As [`Engine::import_connector`] and [`Engine::agree_to_inside`].
    pub async fn import_agreed(
        &self,
        file: ConnectorFile<'_>,
        update: bool,
        agree: &[String],
    ) -> Result<Draft, Error> {
        let agreed = parse_addresses(agree)?;
        let checked = self.check_file(file).await?;
        let Some(connector) = checked.connector else {
            return Err(Error::NotValid(checked.before_ready().cloned().collect()));
        };
        let (document, link_name) = (manifest::document(&connector), connector.link_name);
        let id = ConnectorId::make(&*self.ports.entropy);
        let now = self.ports.clock.now();
        self.store
            .write(move |change| {
                let id = match change.connectors().find_by_link_name(&link_name)? {
                    Some(_) if !update => return Err(Error::Exists(link_name.to_string())),
                    Some(existing) => {
                        let (summary, version) = (summary(&document), existing.draft_version);
                        let saved = change.connectors().save_draft(
                            &existing.id,
                            version,
                            &document,
                            &summary,
                            now,
                        )?;
                        let DraftSaved::Saved { version } = saved else {
                            return Err(Error::ChangedElsewhere);
                        };
                        proof::keep_stamp(change, (&existing.id, version), &existing.draft, &document)?;
                        existing.id
                    }
                    None => {
                        insert(change, id.clone(), link_name, document.clone(), now)?;
                        id
                    }
                };
                change.inside().came_with_a_file(&id)?;
                for origin in &agreed {
                    change.inside().agree(&id, origin, now)?;
                }
                script::came_with_a_file(change, &id, &document)?;
                draft(change, &id)
            })
            .await
    }

    /// A connector as a file: its draft where it has no errors, else what is wrong with it.
    /// # Errors
    /// [`Error::NotValid`].
    pub async fn export_connector(&self, id: &ConnectorId) -> Result<(String, String), Error> {
        let draft = self.open_draft(id).await?;
        let Some(connector) = draft.checked.connector else {
            return Err(Error::NotValid(draft.checked.before_ready().cloned().collect()));
        };
        Ok((format!("{}.yaml", connector.link_name), manifest::write(&connector)))
    }

    /// What is right and wrong with a document that is not saved.
    pub(crate) async fn check_document(&self, document: &Value) -> Result<Checked, Error> {
        let known = self.store.read(|snapshot| known(snapshot, None)).await?;
        Ok(validate_draft(document, &Known { taken_link_names: Default::default(), ..known }))
    }
}

fn find(snapshot: &Snapshot<'_>, id: &ConnectorId) -> Result<Connector, Error> {
    snapshot.connectors().find(id)?.ok_or_else(|| Error::not_found("connector", id.as_str()))
}

pub(crate) fn draft(snapshot: &Snapshot<'_>, id: &ConnectorId) -> Result<Draft, Error> {
    let connector = find(snapshot, id)?;
    let connections = snapshot.connections().of_connector(id)?.len();
    let known = Known {
        fixed_link_name: (connections > 0).then(|| connector.link_name.to_string()),
        ..known(snapshot, Some(id))?
    };
    let checked = validate_draft(&connector.draft, &known);
    let ready = match &connector.ready {
        Some(id) => snapshot.revisions().find(id)?,
        None => None,
    };
    let differs = |ready: Revision| ready.manifest != manifest::canonical(&connector.draft);
    let stamp = snapshot.proofs().find(id)?;
    Ok(Draft { connections, checked, differs_from_ready: ready.is_some_and(differs), stamp, connector })
}

fn uses(snapshot: &Snapshot<'_>, id: &ConnectorId) -> Result<Uses, Error> {
    find(snapshot, id)?;
    let (mut connections, mut signed_in) = (Vec::new(), BTreeSet::new());
    for connection in snapshot.connections().of_connector(id)? {
        let (connector, _) = connector_of(
            snapshot,
            &connection.revision,
            connection.environment.as_ref(),
            &connection.settings,
        )?;
        if connector.can_revoke(connection.authentication.as_deref()) {
            signed_in.extend(connection.authorization);
        }
        connections.push(connection.name);
    }
    Ok(Uses { connections, sign_ins: signed_in.len() })
}

/// The connector, where the person typed its name or nothing goes along.
fn must_be_confirmed(
    snapshot: &Snapshot<'_>,
    id: &ConnectorId,
    confirm_name: &str,
) -> Result<Connector, Error> {
    let connector = find(snapshot, id)?;
    let connections: Vec<_> =
        snapshot.connections().of_connector(id)?.into_iter().map(|connection| connection.name).collect();
    if !connections.is_empty() && confirm_name != connector.summary.name {
        return Err(Error::NotConfirmed { connections });
    }
    Ok(connector)
}

pub(crate) fn insert(
    change: &Change<'_>,
    id: ConnectorId,
    link_name: LinkName,
    document: Value,
    now: domain::Timestamp,
) -> Result<(), Error> {
    let connector = Connector {
        id,
        link_name,
        provenance: Provenance::Custom,
        ready: None,
        summary: summary(&document),
        draft: document,
        draft_version: 1,
        created_at: now,
        changed_at: now,
    };
    Ok(change.connectors().insert(&connector)?)
}

/// What lists show of a document, as far as it says.
fn summary(document: &Value) -> Summary {
    let text = |key: &str| document[key].as_str().unwrap_or_default().to_owned();
    let several = document["authentications"].as_array().and_then(|several| several.first());
    let authentication = several.unwrap_or(&document["authentication"])["type"].as_str();
    Summary {
        name: text("name"),
        description: text("description"),
        authentication: authentication.map(str::to_owned),
        logo: logo::kept(document),
    }
}

/// What a connector may name, and the link names that others have.
fn known(snapshot: &Snapshot<'_>, own: Option<&ConnectorId>) -> Result<Known, Error> {
    let environments = snapshot.environments().list()?.into_iter();
    let agent_groups = snapshot.agent_groups().list()?.into_iter();
    let others = snapshot.connectors().list(&ConnectorFilter::default())?.into_iter();
    Ok(Known {
        environments: environments.map(|environment| environment.link_name.to_string()).collect(),
        agent_groups: agent_groups.map(|group| group.link_name.to_string()).collect(),
        taken_link_names: others
            .filter(|row| Some(&row.id) != own)
            .map(|row| row.link_name.to_string())
            .collect(),
        fixed_link_name: None,
    })
}
