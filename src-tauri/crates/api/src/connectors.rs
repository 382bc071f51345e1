//! Commands on connectors.

use crate::{
    Api,
    connections::deleted,
    contract::{Done, connections::Deleted, connectors::*, error::ErrorView, proof::StampView},
    logos,
    words::{self, error::view as error},
};
use domain::{
    connector::{Prompt, PromptKind as Kind},
    id::{ConnectorId, RevisionId},
    manifest::{Problem, Severity},
    rules::Checked,
};
use engine::{connectors::Draft, logo::ConnectorFile, oauth::sequence::Planned, preview::Preview};
use protocol::sigv4::regions::{Known, regions, services};
use store::{
    connectors::{Connector, ConnectorFilter, ConnectorRow, Provenance, Stage},
    proofs::Stamp,
};

impl Api {
    /// Lists connectors, by name.
    /// # Errors
    /// The data cannot be read.
    pub async fn list_connectors(&self, request: ListConnectors) -> Result<Vec<ConnectorCard>, ErrorView> {
        let stage = request.stage.map(|stage| match stage {
            StageView::Draft => Stage::Draft,
            StageView::Ready => Stage::Ready,
        });
        let filter = ConnectorFilter { provenance: None, stage, search: request.search };
        Ok(self.engine.connectors(filter).await.map_err(error)?.into_iter().map(card).collect())
    }

    /// Finds a connector by what a person wrote.
    /// # Errors
    /// Not found, ambiguous.
    pub async fn find_connector(&self, request: FindConnector) -> Result<ConnectorCard, ErrorView> {
        self.engine.find_connector(&request.name).await.map(card).map_err(error)
    }

    /// Makes a new draft.
    /// # Errors
    /// The data cannot be written.
    pub async fn create_connector(&self, request: CreateConnector) -> Result<DraftView, ErrorView> {
        self.engine.create_connector(&request.name, &request.description).await.map(draft).map_err(error)
    }

    /// Opens a connector in the builder.
    /// # Errors
    /// Not found.
    pub async fn open_draft(&self, request: OpenDraft) -> Result<DraftView, ErrorView> {
        self.engine.open_draft(&id(request.connector)).await.map(draft).map_err(error)
    }

    /// Saves the draft document.
    /// # Errors
    /// Changed elsewhere; the link name is fixed.
    pub async fn save_draft(&self, request: SaveDraft) -> Result<SavedDraft, ErrorView> {
        let saved =
            self.engine.save_draft(&id(request.connector), request.version.into(), request.document).await;
        let view = saved.map(draft).map_err(error)?;
        Ok(SavedDraft { version: view.version, saved_at: view.saved_at, check: view.check })
    }

    /// Renders what a connector will ask and send.
    /// # Errors
    /// The data cannot be read.
    pub async fn preview_draft(&self, request: PreviewDraft) -> Result<PreviewView, ErrorView> {
        let PreviewDraft { document, values, connector } = request;
        let connector = connector.map(id);
        let previewed = self.engine.preview(&document, &values, connector.as_ref()).await;
        let Preview { prompts, settings, origins, sent, sign_in, .. } = previewed.map_err(error)?;
        let (sent, why_not) = match sent {
            Ok(sent) => (Some(crate::exchange::sent(sent)), None),
            Err(why_not) => (None, Some(why_not)),
        };
        let views = |prompts: Vec<Prompt>| prompts.into_iter().map(prompt).collect();
        let planned = |planned: Planned| PlannedView {
            title: words::sign_in::planned(planned.kind).into(),
            sent: crate::exchange::sent(planned.sent),
        };
        Ok(PreviewView {
            sent,
            why_not,
            sign_in: sign_in.into_iter().map(planned).collect(),
            origins,
            prompts: views(prompts),
            settings: views(settings),
        })
    }

    /// Reads what a service says about itself.
    /// # Errors
    /// Nothing is there, or not its own words; an address that is never called.
    pub async fn read_discovery(&self, request: ReadDiscovery) -> Result<DiscoveryView, ErrorView> {
        let said = self.engine.describe_issuer(&request.issuer).await;
        let said = said.map_err(|failure| ErrorView {
            action: Some(
                "Compare the issuer with the service’s documentation, or fill the addresses in by hand."
                    .into(),
            ),
            ..error(failure).safe("Nothing was filled in.").on("/authentication/issuer")
        })?;
        Ok(DiscoveryView {
            issuer: said.issuer,
            addresses: said.addresses.into_iter().map(|(key, address)| (key.to_owned(), address)).collect(),
            scopes: said.scopes,
            takes_pkce: said.takes_pkce,
        })
    }

    /// Lets people connect to a connector.
    /// # Errors
    /// What is missing or wrong.
    pub async fn mark_ready(&self, request: MarkReady) -> Result<DraftView, ErrorView> {
        self.engine.mark_ready(&id(request.connector)).await.map(draft).map_err(error)
    }

    /// Hides *Add connection*.
    /// # Errors
    /// Not found.
    pub async fn back_to_draft(&self, request: BackToDraft) -> Result<DraftView, ErrorView> {
        self.engine.back_to_draft(&id(request.connector)).await.map(draft).map_err(error)
    }

    /// What deleting a connector would take along.
    /// # Errors
    /// Not found.
    pub async fn connector_uses(&self, request: ConnectorUses) -> Result<ConnectorUsesView, ErrorView> {
        let uses = self.engine.connector_uses(&id(request.connector)).await.map_err(error)?;
        let sign_ins = crate::exchange::count(uses.sign_ins as u64);
        Ok(ConnectorUsesView { connections: uses.connections, sign_ins })
    }

    /// Deletes a connector with its connections, and says what became of their sign-ins at the service.
    /// # Errors
    /// Not confirmed.
    pub async fn delete_connector(&self, request: DeleteConnector) -> Result<Deleted, ErrorView> {
        let ended = self.engine.delete_connector(&id(request.connector), &request.confirm_name).await;
        ended.map(deleted).map_err(error)
    }

    /// Reads a connector file.
    /// # Errors
    /// Not valid, with each problem; the link name is taken.
    pub async fn import_connector(&self, request: ImportConnector) -> Result<DraftView, ErrorView> {
        self.import_agreed(request, &[]).await
    }

    /// The same, where the person agrees at once that it sends to these addresses on this machine or its network.
    /// # Errors
    /// As [`Api::import_connector`] and [`Api::agree_to_inside`].
    pub async fn import_agreed(
        &self,
        request: ImportConnector,
        agree: &[String],
    ) -> Result<DraftView, ErrorView> {
        let picture = picture(request.picture)?;
        let file = ConnectorFile { text: &request.text, picture: picture.as_deref() };
        self.engine.import_agreed(file, request.update, agree).await.map(draft).map_err(error)
    }

    /// Agrees that a connector from a file sends to addresses on this machine or its network.
    /// # Errors
    /// Not found; what is no such address.
    pub async fn agree_to_inside(&self, request: AgreeToInside) -> Result<Done, ErrorView> {
        let agreed = self.engine.agree_to_inside(&id(request.connector), &request.addresses).await;
        agreed.map(|()| Done {}).map_err(error)
    }

    /// The names that AWS gives its regions and services.
    /// # Errors
    /// None.
    pub async fn aws_names(&self, _: ListAwsNames) -> Result<AwsNames, ErrorView> {
        let name = |known: Known| AwsName { name: known.name.into(), title: known.title.into() };
        Ok(AwsNames { regions: regions().map(name).collect(), services: services().map(name).collect() })
    }

    /// Checks a connector file; nothing is stored.
    /// # Errors
    /// The data cannot be read; a wrong file is no error here.
    pub async fn check_connector_file(&self, request: CheckConnectorFile) -> Result<CheckView, ErrorView> {
        let picture = picture(request.picture)?;
        let file = ConnectorFile { text: &request.text, picture: picture.as_deref() };
        self.engine.check_file(file).await.map(|checked| check(&checked)).map_err(error)
    }

    /// Writes a connector as a file.
    /// # Errors
    /// The draft has errors.
    pub async fn export_connector(&self, request: ExportConnector) -> Result<ExportView, ErrorView> {
        let (file_name, text) = self.engine.export_connector(&id(request.connector)).await.map_err(error)?;
        Ok(ExportView { file_name, text })
    }
}

/// The picture beside a connector file.
fn picture(encoded: Option<String>) -> Result<Option<Vec<u8>>, ErrorView> {
    encoded.as_deref().map(logos::bytes).transpose().map_err(error)
}

fn id(text: String) -> ConnectorId {
    ConnectorId::from_stored(text)
}

fn card(row: ConnectorRow) -> ConnectorCard {
    ConnectorCard {
        id: row.id.to_string(),
        link_name: row.link_name.to_string(),
        authentication_label: label(row.summary.authentication.as_deref()).into(),
        name: row.summary.name,
        description: row.summary.description,
        stage: stage(row.stage),
        provenance: match row.provenance {
            Provenance::Custom => ProvenanceView::Custom,
            Provenance::BuiltIn => ProvenanceView::BuiltIn,
        },
        authentication: row.summary.authentication,
        connections: crate::exchange::count(row.connections),
        stamp: row.stamp.map(|stamp| self::stamp(stamp, row.draft_version, row.ready.as_ref())),
        changed_at: row.changed_at,
    }
}

/// An authentication type for people; a draft may name none, or one that there is not.
fn label(authentication: Option<&str>) -> &'static str {
    authentication.and_then(domain::connector::Authentication::shown_name_of).unwrap_or("Not chosen yet")
}

fn stage(stage: Stage) -> StageView {
    match stage {
        Stage::Draft => StageView::Draft,
        Stage::Ready => StageView::Ready,
    }
}

fn draft(draft: Draft) -> DraftView {
    DraftView {
        connector: draft.connector.id.to_string(),
        stage: stage(draft.connector.stage()),
        version: crate::exchange::count(draft.connector.draft_version),
        saved_at: draft.connector.changed_at,
        connections: crate::exchange::count(draft.connections as u64),
        differs_from_ready: draft.differs_from_ready,
        check: check(&draft.checked),
        stamp: draft.stamp.map(|stamp| {
            let Connector { draft_version, ready, .. } = &draft.connector;
            self::stamp(stamp, *draft_version, ready.as_ref())
        }),
        document: draft.connector.draft,
    }
}

fn stamp(stamp: Stamp, draft_version: u64, ready: Option<&RevisionId>) -> StampView {
    StampView {
        proved_at: stamp.proved_at,
        passed: crate::exchange::count(stamp.passed),
        refused: crate::exchange::count(stamp.refused),
        failed: crate::exchange::count(stamp.failed),
        holds: stamp.draft_version == draft_version,
        is_ready: ready.is_some() && stamp.revision.as_ref() == ready,
    }
}

fn check(checked: &Checked) -> CheckView {
    let views = |prompts: Vec<Prompt>| prompts.into_iter().map(prompt).collect();
    let connector = checked.preview.as_ref();
    CheckView {
        problems: checked.problems.iter().map(problem).collect(),
        missing_for_ready: checked.missing_for_ready.iter().map(problem).collect(),
        prompts: views(connector.map(|connector| connector.prompts(None)).unwrap_or_default()),
        settings: views(connector.map(domain::connector::Connector::setting_prompts).unwrap_or_default()),
    }
}

pub(crate) fn problem(problem: &Problem) -> ProblemView {
    ProblemView {
        pointer: problem.pointer.clone(),
        code: serde_json::to_value(problem.code)
            .ok()
            .and_then(|code| Some(code.as_str()?.to_owned()))
            .unwrap_or_default(),
        message: problem.message.clone(),
        remedy: problem.remedy.clone(),
        line: problem.line,
        column: problem.column,
        severity: match problem.severity {
            Severity::Error => SeverityView::Error,
            Severity::Advice => SeverityView::Advice,
        },
    }
}

pub(crate) fn prompt(prompt: Prompt) -> PromptView {
    let (kind, options) = match prompt.kind {
        Kind::Text => (PromptKind::Text, Vec::new()),
        Kind::Password => (PromptKind::Password, Vec::new()),
        Kind::Number => (PromptKind::Number, Vec::new()),
        Kind::Boolean => (PromptKind::Boolean, Vec::new()),
        Kind::Date => (PromptKind::Date, Vec::new()),
        Kind::List { options } => (PromptKind::List, options),
    };
    PromptView {
        key: prompt.key,
        name: prompt.name,
        secret: prompt.secret,
        optional: prompt.optional,
        help: prompt.help,
        looks_like: prompt.looks_like,
        example: prompt.example,
        default: prompt.default,
        kind,
        options,
    }
}
