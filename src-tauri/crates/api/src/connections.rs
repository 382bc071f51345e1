//! Commands on connections that stand.

use crate::{
    Api,
    contract::{
        Done,
        connections::*,
        diagnosis::DiagnosisView,
        error::{ErrorCode, ErrorView},
    },
    exchange::count,
    lab,
    words::{self, diagnosis::Whose, error::view as error, history},
};
use domain::{
    authorization::Expiry,
    connection::ConnectionStatus,
    environment::LAB,
    id::{ConnectionId, ConnectorId},
};
use engine::{
    connect::Former,
    connections::Detail,
    oauth::{EndedSignIn, Told},
};
use secret::ServerText;
use store::connections as rows;

/// The most rows of one page.
const MOST_ROWS: u32 = 500;

impl Api {
    /// One page of the list of connections.
    /// # Errors
    /// Not found, for the environment of the filter.
    pub async fn list_connections(&self, request: ListConnections) -> Result<ConnectionPage, ErrorView> {
        let filter = rows::ConnectionFilter {
            statuses: request.statuses.into_iter().map(stored_kind).collect(),
            connector: request.connector.map(ConnectorId::from_stored),
            environment: match request.environment {
                Some(link_name) => Some(self.engine.environment_filter(&link_name).await.map_err(error)?),
                None => None,
            },
            search: request.search,
        };
        let order = match request.sort {
            SortView::Status => rows::ConnectionOrder::Status,
            SortView::Name => rows::ConnectionOrder::Name,
            SortView::Connector => rows::ConnectionOrder::Connector,
        };
        let limit = if request.limit == 0 { 100 } else { request.limit.min(MOST_ROWS) };
        let page = self
            .engine
            .connections(filter, order, request.offset.into(), limit.into())
            .await
            .map_err(error)?;
        Ok(ConnectionPage {
            rows: page.rows.into_iter().map(row).collect(),
            total: count(page.total),
            counts: page.counts.into_iter().map(|(kind, number)| (shown_kind(kind), count(number))).collect(),
        })
    }

    /// Finds a connection by what a person wrote.
    /// # Errors
    /// Not found, ambiguous.
    pub async fn find_connection(&self, request: FindConnection) -> Result<ConnectionRow, ErrorView> {
        self.engine.find_connection(&request.name).await.map(row).map_err(error)
    }

    /// One connection in detail.
    /// # Errors
    /// Not found.
    pub async fn show_connection(&self, request: ShowConnection) -> Result<ConnectionView, ErrorView> {
        let id = id(request.connection);
        let detail = self.engine.connection(&id).await.map_err(error)?;
        let captured = match detail.connector.captures.is_empty() {
            true => Vec::new(),
            // What cannot be opened just now is not shown; the rest is.
            false => self.engine.captured(&id).await.unwrap_or_default(),
        };
        Ok(detail_view(detail, captured))
    }

    /// Changes the shown name.
    /// # Errors
    /// Not found; no name.
    pub async fn rename_connection(&self, request: RenameConnection) -> Result<Done, ErrorView> {
        done(self.engine.rename_connection(&id(request.connection), &request.name).await)
    }

    /// Switches a connection off.
    /// # Errors
    /// Not found.
    pub async fn disable_connection(&self, request: DisableConnection) -> Result<Done, ErrorView> {
        done(self.engine.disable_connection(&id(request.connection)).await)
    }

    /// Switches a connection on again.
    /// # Errors
    /// Not found.
    pub async fn enable_connection(&self, request: EnableConnection) -> Result<Done, ErrorView> {
        done(self.engine.enable_connection(&id(request.connection)).await)
    }

    /// Makes another connection on the same authorization.
    /// # Errors
    /// Not found.
    pub async fn duplicate_connection(
        &self,
        request: DuplicateConnection,
    ) -> Result<ConnectionRow, ErrorView> {
        self.engine.duplicate_connection(&id(request.connection)).await.map(row).map_err(error)
    }

    /// Forgets a connection here, and says what became of its sign-in at the service.
    /// # Errors
    /// Not found.
    pub async fn delete_connection(&self, request: DeleteConnection) -> Result<Deleted, ErrorView> {
        self.engine.delete_connection(&id(request.connection)).await.map(deleted).map_err(error)
    }

    /// Renews the tokens of a connection.
    /// # Errors
    /// Nothing to renew it with; the service refused, or was not reached.
    pub async fn refresh_connection(&self, request: RefreshConnection) -> Result<ConnectionView, ErrorView> {
        let id = id(request.connection.clone());
        let refreshed = self.engine.refresh(&id).await;
        if let Err(why) = refreshed {
            return Err(self.with_diagnosis(error(why), &id).await);
        }
        self.show_connection(ShowConnection { connection: request.connection }).await
    }

    /// Asks the service whether the access of a connection still works; changes nothing.
    /// # Errors
    /// No address to ask at; the service did not say, or was not reached.
    pub async fn introspect_connection(
        &self,
        request: IntrospectConnection,
    ) -> Result<IntrospectionView, ErrorView> {
        let id = id(request.connection);
        let detail = self.engine.connection(&id).await.map_err(error)?;
        let said = self.engine.introspect(&id).await.map_err(error)?;
        let renews = detail.connector.can_refresh(detail.connection.authentication.as_deref());
        Ok(words::introspection(said, &detail.row.connector_name, renews))
    }

    /// Brings back what a connection was before the last Reauthorize, and verifies it. Where the service does not take it
    /// any more, the connection says so, and the same command goes back to the newer sign-in.
    /// # Errors
    /// Nothing to bring back; changed elsewhere.
    pub async fn undo_reauthorize(&self, request: UndoReauthorize) -> Result<ConnectionView, ErrorView> {
        let id = id(request.connection.clone());
        self.engine.undo_reauthorize(&id).await.map_err(error)?;
        // What verify cannot do leaves the connection as it is now: back, and not verified.
        if let Err(error) = self.engine.verify(&id).await {
            tracing::info!(%error, "the sign-in that was brought back was not verified");
        }
        self.show_connection(ShowConnection { connection: request.connection }).await
    }

    /// Ends the authorization of a connection at the service.
    /// # Errors
    /// The connector names no revoke address; the service was not told. Nothing was changed then.
    pub async fn revoke_connection(&self, request: RevokeConnection) -> Result<ConnectionView, ErrorView> {
        self.engine.revoke(&id(request.connection.clone())).await.map_err(error)?;
        self.show_connection(ShowConnection { connection: request.connection }).await
    }

    /// Makes the one harmless call that proves a connection works.
    /// # Errors
    /// Disabled, not signed in, origin not agreed, vault.
    pub async fn verify_connection(&self, request: VerifyConnection) -> Result<VerificationView, ErrorView> {
        let id = id(request.connection);
        let service = self.engine.connection(&id).await.map_err(error)?.row.connector_name;
        let verified = self.engine.verify(&id).await;
        let (found, millis) = match verified {
            Ok(verified) => verified,
            Err(why) => return Err(self.with_diagnosis(error(why), &id).await),
        };
        let view = words::verification(&found, &service, millis);
        Ok(VerificationView { diagnosis: self.diagnosis_of(&id).await.map_err(error)?, ..view })
    }

    /// Why a connection failed last; none once it worked.
    async fn diagnosis_of(&self, id: &ConnectionId) -> Result<Option<DiagnosisView>, engine::Error> {
        let failure = self.engine.failure(id).await?;
        Ok(failure.and_then(|failure| words::diagnosis::view(&failure.evidence, Whose::Connection)))
    }

    pub(crate) async fn with_diagnosis(&self, view: ErrorView, id: &ConnectionId) -> ErrorView {
        let exchanged = matches!(view.code, ErrorCode::Refused | ErrorCode::CouldNotCheck);
        // What went wrong is told, even where why it did cannot be read.
        let diagnosis = if exchanged { self.diagnosis_of(id).await.ok().flatten() } else { None };
        ErrorView { diagnosis: diagnosis.map(Box::new), ..view }
    }

    /// One page of a connection's history.
    /// # Errors
    /// Not found.
    pub async fn connection_history(&self, request: ConnectionHistory) -> Result<HistoryPage, ErrorView> {
        let id = id(request.connection);
        let limit = if request.limit == 0 { 50 } else { request.limit.min(MOST_ROWS) };
        let service = self.engine.connection(&id).await.map_err(error)?.row.connector_name;
        let page = self.engine.history(&id, request.before, limit).await.map_err(error)?;
        let rows =
            page.events.iter().map(|(event, exchange)| history::row(event, exchange.as_ref(), &service));
        Ok(HistoryPage { rows: rows.collect(), next: page.next })
    }
}

fn id(text: String) -> ConnectionId {
    ConnectionId::from_stored(text)
}

/// What became of sign-ins at their services; those that nobody could be told of are left out.
pub(crate) fn deleted(ended: Vec<EndedSignIn>) -> Deleted {
    let mut deleted = Deleted { revoked: Vec::new(), not_revoked: Vec::new() };
    for EndedSignIn { connections, told } in ended {
        match told {
            Told::Nobody => {}
            Told::Revoked => deleted.revoked.extend(connections),
            Told::NotRevoked(why) => {
                let why = why
                    .map_or_else(|| "The service did not answer in time.".into(), |why| error(why).message);
                deleted.not_revoked.push(NotRevoked { connections, why });
            }
        }
    }
    deleted
}

fn done(outcome: Result<(), engine::Error>) -> Result<Done, ErrorView> {
    outcome.map(|()| Done {}).map_err(error)
}

pub(crate) fn row(row: rows::ConnectionRow) -> ConnectionRow {
    let rows::ConnectionRow { connection, connector_name, connector_link_name, environment, authorized } =
        row;
    let verified_at = match &connection.status {
        ConnectionStatus::Connected { verified } => *verified,
        _ => None,
    };
    let account = authorized.as_ref().and_then(|authorized| authorized.account.clone());
    let lab = || EnvironmentRef { link_name: LAB.into(), name: lab::NAME.into() };
    ConnectionRow {
        status: words::status(&connection.status, account.as_deref()),
        id: connection.id.to_string(),
        name: connection.name,
        link_name: connection.link_name.to_string(),
        connector: ConnectorRef {
            id: connection.connector.to_string(),
            name: connector_name,
            link_name: connector_link_name.to_string(),
        },
        environment: environment.map_or_else(lab, |found| EnvironmentRef {
            link_name: found.link_name.to_string(),
            name: found.name,
        }),
        account,
        permissions: authorized.as_ref().filter(|authorized| authorized.requested > 0).map(|authorized| {
            PermissionCount { granted: count(authorized.granted), requested: count(authorized.requested) }
        }),
        expires_at: match authorized.map(|authorized| authorized.expiry) {
            Some(Expiry::Told(at)) => Some(at),
            Some(Expiry::Assumed(_) | Expiry::Never) | None => None,
        },
        verified_at,
    }
}

fn detail_view(detail: Detail, captured: Vec<(String, Option<String>)>) -> ConnectionView {
    let Detail {
        row: stored,
        connection,
        connector,
        authorization,
        former,
        mut settings,
        agent_group,
        new_version,
        failure,
    } = detail;
    let chosen = connection.authentication.as_deref();
    let told = captured.iter().filter_map(|(key, value)| Some((key.clone(), value.clone()?)));
    settings.extend(told);
    let base_url =
        connector.base_url.fill(&settings).map_or_else(|_| connector.base_url.as_str().into(), String::from);
    let signed_in = authorization.is_some();
    let labels = connector.settings.iter().filter_map(|setting| {
        let value = settings.get(&setting.key)?.clone();
        Some(SettingValue { key: setting.key.clone(), label: setting.shown_name().into(), value })
    });
    let prompts = connector.prompts(chosen).into_iter().map(|prompt| PromptState {
        key: prompt.key,
        name: prompt.name,
        secret: prompt.secret,
        filled: signed_in,
    });
    let shown_name = |value: &String| {
        let items = &connector.scopes(chosen).items;
        items.iter().find(|item| item.value == *value).map_or_else(|| value.clone(), |item| item.name.clone())
    };
    let permissions = authorization.iter().flat_map(|authorization| {
        authorization.requested.iter().map(|value| PermissionView {
            name: shown_name(value),
            value: value.clone(),
            granted: authorization.granted.contains(value),
        })
    });
    ConnectionView {
        created_at: connection.created_at,
        authentication_label: connector
            .authentication(chosen)
            .map_or("None", |shape| shape.shown_name())
            .into(),
        agent_group,
        settings: labels.collect(),
        captures: captured
            .into_iter()
            .map(|(key, value)| {
                let value = value.map(|value| ServerText::quote(&value).as_str().to_owned());
                CapturedView { key, value }
            })
            .collect(),
        prompts: prompts.collect(),
        base_url,
        origins: authorization
            .iter()
            .filter(|_| connection.environment.is_some())
            .flat_map(|found| found.origins.iter().map(ToString::to_string))
            .collect(),
        new_version: new_version.as_ref().map(crate::new_version::view),
        former: former.map(|Former { account, until }| FormerView { account, until }),
        verify_request: connector.verify(chosen).map(words::verify_request),
        failed_at: failure.as_ref().map(|failure| failure.at),
        diagnosis: failure.and_then(|failure| words::diagnosis::view(&failure.evidence, Whose::Connection)),
        trouble: words::trouble(&connection.status, &stored.connector_name),
        permissions: permissions.collect(),
        can_refresh: signed_in && connector.can_refresh(chosen),
        can_introspect: signed_in && connector.can_introspect(chosen),
        can_revoke: signed_in && connector.can_revoke(chosen),
        row: row(stored),
    }
}

fn stored_kind(kind: StatusKind) -> rows::StatusKind {
    match kind {
        StatusKind::NeedsAttention => rows::StatusKind::NeedsAttention,
        StatusKind::Expiring => rows::StatusKind::Expiring,
        StatusKind::Waiting => rows::StatusKind::Waiting,
        StatusKind::Connected => rows::StatusKind::Connected,
        StatusKind::NotSignedIn => rows::StatusKind::NotSignedIn,
        StatusKind::Disabled => rows::StatusKind::Disabled,
    }
}

fn shown_kind(kind: rows::StatusKind) -> StatusKind {
    match kind {
        rows::StatusKind::NeedsAttention => StatusKind::NeedsAttention,
        rows::StatusKind::Expiring => StatusKind::Expiring,
        rows::StatusKind::Waiting => StatusKind::Waiting,
        rows::StatusKind::Connected => StatusKind::Connected,
        rows::StatusKind::NotSignedIn => StatusKind::NotSignedIn,
        rows::StatusKind::Disabled => StatusKind::Disabled,
    }
}
