//! The run of an attempt: from where its row says it stands, step by step, to its end.

use super::{addresses::Led, find_attempt, find_sealed, promote::Found, slot_place};
use crate::{
    Engine, Error,
    call::{Checked, Opened},
    connections::connector_of,
    credential::Credential,
    environment::Reach,
    failure::keep_failed_sign_in,
    oauth::{
        Claimed, Line, Pending, Who,
        client::GivenClient,
        party::{Party, Standing},
        provider::Provider,
    },
    oauth1::{Signer, party::SigningParty},
    vault::Vault,
    witness::{self, Failed, Side, Witness},
};
use domain::{
    agent_group::Route,
    attempt::{Attempt, AttemptState},
    connection::{CouldNotCheck, Verification},
    connector::{Authentication, Connector},
    evidence::Evidence,
    id::AttemptId,
    origin::AgreedOrigins,
    sign_in::{SignIn, SignInFailure, StepKind},
};
use protocol::oauth2::Client;
use secret::SecretBytes;
use std::collections::BTreeMap;
use store::{Snapshot, attempts::SealedAttempt, failures::Failure};

/// A sign-in that is under way, opened for its next step.
#[derive(Debug)]
pub(crate) struct Underway {
    /// The attempt.
    pub attempt: Attempt,
    /// What it keeps.
    pub pending: Pending,
    /// Whom it asks.
    pub provider: Provider,
    /// Who asks.
    pub client: Client,
    /// Where client secret, code and tokens may go.
    pub origins: AgreedOrigins,
    /// How its requests leave this machine.
    pub route: Route,
    /// What it exchanged last.
    pub witness: Witness,
    /// The connector, its environment laid over it.
    pub connector: Connector,
}

impl Underway {
    /// The requests of this sign-in.
    pub fn line(&self) -> Line<'_> {
        Line {
            provider: &self.provider,
            client: &self.client,
            origins: self.origins.clone(),
            route: &self.route,
            revision: &self.attempt.revision,
            connection: self.attempt.connection.clone(),
            witness: self.witness.clone(),
        }
    }
}

/// An attempt with what its connector says.
struct Read {
    found: SealedAttempt,
    connector: Connector,
    settings: BTreeMap<String, String>,
    route: Route,
}

impl Engine {
    /// Runs an attempt beside the caller.
    pub(crate) fn run_attempt(&self, id: AttemptId) {
        let ended = self.runs.begin(&id);
        let engine = self.clone();
        tokio::spawn(async move {
            if let Err(error) = engine.go_on(&id).await {
                tracing::warn!(attempt = %id, %error, "the attempt could not go on");
                if let Err(error) = engine.interrupt(&id, error).await {
                    tracing::warn!(attempt = %id, %error, "its end could not be written");
                }
            }
            engine.runs.end(&id, &ended);
        });
    }

    /// Goes on with every attempt whose process is dead, as after a restart.
    /// # Errors
    /// [`Error::Store`].
    pub async fn resume_attempts(&self) -> Result<(), Error> {
        let open = self.store.read(|snapshot| Ok::<_, Error>(snapshot.attempts().open()?)).await?;
        let dead = open.into_iter().filter(|attempt| {
            attempt.is_under_way()
                && attempt.owner != self.process
                && !self.ports.processes.is_running(&attempt.owner)
        });
        for attempt in dead {
            let (id, owner, process) = (attempt.id.clone(), attempt.owner, self.process.clone());
            let taken = self
                .store
                .write(move |change| Ok::<_, Error>(change.attempts().take_over(&id, &owner, &process)?));
            if taken.await?.won() {
                self.run_attempt(attempt.id);
            }
        }
        Ok(())
    }

    /// Takes step after step until the attempt has ended or another process has it.
    async fn go_on(&self, id: &AttemptId) -> Result<(), Error> {
        loop {
            let attempt = self.attempt(id).await?;
            if attempt.owner != self.process {
                return Ok(());
            }
            let signs = attempt.waits_for_person() && self.signs(id).await?;
            let step = match attempt.state {
                AttemptState::Prepared if signs => self.begin_signing(self.signer(id).await?).await,
                AttemptState::SigningIn { until, .. } if signs => {
                    self.go_on_signing(self.signer(id).await?, until).await
                }
                AttemptState::Exchanging if signs => self.exchange_signed(self.signer(id).await?).await,
                AttemptState::Prepared => self.begin_sign_in(self.underway(id).await?).await,
                AttemptState::SigningIn { device: None, until } => {
                    self.go_on_waiting(self.underway(id).await?, until).await
                }
                AttemptState::SigningIn { device: Some(_), until } => {
                    self.await_device(self.underway(id).await?, until).await
                }
                AttemptState::Exchanging => self.exchange_attempt(self.underway(id).await?).await,
                AttemptState::Verifying => {
                    return self.with_current_key(|| self.verify_attempt(id)).await;
                }
                _ => return Ok(()),
            };
            match step {
                // Somebody else moved it on: what the row says now counts.
                Err(Error::ChangedElsewhere) => {}
                step => step?,
            }
        }
    }

    /// Writes down that a run ended early, where the attempt is still under way.
    async fn interrupt(&self, id: &AttemptId, error: Error) -> Result<(), Error> {
        let detail = error.to_string();
        match self.attempt(id).await {
            Err(Error::NotFound { .. }) => Ok(()),
            Ok(attempt) if !attempt.is_under_way() => Ok(()),
            Ok(Attempt { state: AttemptState::Verifying, .. }) => {
                let reason = CouldNotCheck::Interrupted { detail };
                self.settle(id, AttemptState::CouldNotCheck { reason, exchange: None, evidence: None }).await
            }
            Ok(_) => self.fail(id, SignInFailure::Interrupted { detail }).await,
            Err(error) => Err(error),
        }
    }

    /// A sign-in, opened for its next step.
    pub(crate) async fn underway(&self, id: &AttemptId) -> Result<Underway, Error> {
        self.with_current_key(|| self.opened_underway(id)).await
    }

    async fn opened_underway(&self, id: &AttemptId) -> Result<Underway, Error> {
        let Read { found, connector, settings, route } = self.read_attempt(id).await?;
        let attempt = found.attempt;
        let (Some(sign_in), Some(slot)) = (&attempt.sign_in, found.slot) else {
            return Err(Error::AttemptEnded);
        };
        let pending = Pending::parse(&self.unseal(&slot_place(&attempt), &slot).await?)?;
        let typed = attempt.environment.is_none().then(|| GivenClient::kept_in(&pending.values));
        let standing = standing(&attempt, sign_in, (&connector, &settings), &route);
        let Party { provider, client, origins, route } = self.party(standing, typed.as_ref()).await?;
        let witness = Witness::default();
        Ok(Underway { attempt, pending, provider, client, origins, route, witness, connector })
    }

    /// A sign-in that waits for a person, with its connector and the values of its settings; nothing is opened for it.
    pub(super) async fn waiting(
        &self,
        id: &AttemptId,
    ) -> Result<(Attempt, Connector, BTreeMap<String, String>), Error> {
        let Read { found, connector, settings, .. } = self.read_attempt(id).await?;
        match found.attempt.state {
            AttemptState::SigningIn { .. } => Ok((found.attempt, connector, settings)),
            _ => Err(Error::AttemptEnded),
        }
    }

    /// Whether the service of an attempt speaks OAuth 1.0a.
    pub(crate) async fn signs(&self, id: &AttemptId) -> Result<bool, Error> {
        let Read { found, connector, .. } = self.read_attempt(id).await?;
        let way = found.attempt.authentication.as_deref();
        Ok(matches!(connector.authentication(way), Some(Authentication::OAuth1(_))))
    }

    /// An OAuth 1.0a sign-in, opened for its next step.
    pub(crate) async fn signer(&self, id: &AttemptId) -> Result<Signer, Error> {
        let Read { found, connector, settings, route } = self.read_attempt(id).await?;
        let attempt = found.attempt;
        let (Some(sign_in), Some(slot)) = (&attempt.sign_in, found.slot) else {
            return Err(Error::AttemptEnded);
        };
        let pending = Pending::parse(&self.unseal(&slot_place(&attempt), &slot).await?)?;
        let typed = attempt.environment.is_none().then(|| GivenClient::kept_in(&pending.values));
        let standing = standing(&attempt, sign_in, (&connector, &settings), &route);
        let party = self.signing_party(standing, typed.as_ref()).await?.ok_or(Error::AttemptEnded)?;
        let SigningParty { service, client, origins, route } = party;
        let witness = Witness::default();
        Ok(Signer { attempt, pending, service, client, origins, route, witness, connector })
    }

    /// Puts what an attempt keeps, and what `change` makes of it, in place of what its generation said.
    /// # Errors
    /// [`Error::ChangedElsewhere`] where somebody else was quicker; vault errors.
    pub(crate) async fn advance(
        &self,
        attempt: &Attempt,
        slot: &SecretBytes,
        change: impl FnOnce(&mut Attempt),
    ) -> Result<Attempt, Error> {
        let expected = attempt.generation;
        let mut next = attempt.clone();
        next.generation += 1;
        change(&mut next);
        self.with_current_key(|| async {
            let sealed = self.vault.seal(&slot_place(&next), slot).await?;
            let row = next.clone();
            self.store
                .write(move |change| {
                    Vault::must_be_current(change, &sealed)?;
                    match change.attempts().replace_slot(expected, &row, &sealed.to_bytes())?.won() {
                        true => Ok(()),
                        false => Err(Error::ChangedElsewhere),
                    }
                })
                .await
        })
        .await?;
        Ok(next)
    }

    /// Ends a sign-in that brought no credential.
    pub(crate) async fn fail(&self, id: &AttemptId, failure: SignInFailure) -> Result<(), Error> {
        self.settle(id, AttemptState::Failed { failure, evidence: None }).await
    }

    /// The same, with what was exchanged for it.
    pub(crate) async fn fail_with(&self, underway: &Underway, failure: SignInFailure) -> Result<(), Error> {
        let now = self.ports.clock.now();
        let Underway { attempt, connector, provider, client, witness, .. } = underway;
        let failed = Failed { attempt, connector, side: Side::Gives { provider, client }, witness };
        let evidence = witness::of_sign_in(&failed, &failure, now).map(Box::new);
        self.settle(&underway.attempt.id, AttemptState::Failed { failure, evidence }).await
    }

    pub(crate) async fn settle(&self, id: &AttemptId, state: AttemptState) -> Result<(), Error> {
        let (id, at) = (id.clone(), self.ports.clock.now());
        self.store
            .write(move |change| {
                let attempt = find_attempt(change, &id)?;
                if matches!(attempt.state, AttemptState::Connected { .. }) {
                    return Ok(());
                }
                change.attempts().set_state(&id, &state)?;
                match (attempt.connection, state.evidence()) {
                    (Some(connection), Some(evidence)) => {
                        keep_failed_sign_in(change, &connection, &Failure { at, evidence: evidence.clone() })
                    }
                    _ => Ok(()),
                }
            })
            .await
    }

    pub(super) async fn open_slot(
        &self,
        attempt: &Attempt,
        slot: Option<Vec<u8>>,
    ) -> Result<Credential, Error> {
        let sealed = slot.ok_or(Error::AttemptEnded)?;
        Ok(Credential::parse(&self.unseal(&slot_place(attempt), &sealed).await?)?)
    }

    async fn verify_attempt(&self, id: &AttemptId) -> Result<(), Error> {
        let Read { found, connector, settings, route } = self.read_attempt(id).await?;
        let SealedAttempt { mut attempt, slot } = found;
        let credential = self.open_slot(&attempt, slot).await?;
        let way = attempt.authentication.clone();
        let registration = attempt.sign_in.as_ref().and_then(|sign_in| sign_in.registration.clone());
        let client = (attempt.environment.as_ref(), registration.as_ref());
        let mut credential = self.with_client(credential, &connector, way.as_deref(), client).await?;
        if attempt.sign_in.is_some() {
            let told = self.who_signed_in(&attempt, &connector, &settings, &route, &credential).await?;
            let Who { account, captured } = match told {
                Ok(who) => who,
                Err((failure, evidence)) => {
                    return self.settle(id, AttemptState::Failed { failure, evidence }).await;
                }
            };
            let mut filled = settings.clone();
            if let Credential::Tokens(tokens) = &mut credential {
                tokens.captured = tokens.captured.replaced_by(captured);
                tokens.captured.fill(&mut filled);
            }
            let led = match self.led(&attempt, &connector, &filled).await? {
                Ok(led) => led,
                Err(failure) => return self.fail(id, failure).await,
            };
            let now = self.ports.clock.now();
            attempt = self
                .advance(&attempt, &credential.to_bytes(), |attempt| {
                    let Some(sign_in) = &mut attempt.sign_in else { return };
                    sign_in.account = account.or_else(|| sign_in.account.take());
                    match led {
                        Led::Agreed(origins) => {
                            attempt.origins = origins;
                            sign_in.note(StepKind::Verified, now);
                        }
                        Led::Elsewhere(origins) => attempt.state = AttemptState::NewAddresses { origins },
                    }
                })
                .await?;
            if attempt.state != AttemptState::Verifying {
                return Ok(());
            }
        }
        let stored = Reach { connector, settings, origins: attempt.origins.clone(), route };
        let reach = self.reach(attempt.environment.as_ref(), way.as_deref(), stored).await?;
        let opened = Opened::new(reach, way, credential, attempt.connection.clone());
        let Checked { found: outcome, exchange, evidence, .. } = self.verify_opened(&opened).await?;
        match outcome {
            Verification::Works { .. } | Verification::CouldNotCheck { reason: CouldNotCheck::NoRequest } => {
                let found = Found { outcome, exchange };
                match self.another_account(&attempt, &found).await? {
                    Some(other) => self.settle(id, other).await,
                    None => self.promote(&attempt, &found).await,
                }
            }
            Verification::Refused { .. } => {
                self.settle(id, AttemptState::Refused { outcome, exchange, evidence }).await
            }
            Verification::CouldNotCheck { reason } => {
                self.settle(id, AttemptState::CouldNotCheck { reason, exchange, evidence }).await
            }
        }
    }

    /// Who signed in, as the service tells it beside the tokens; an id_token that does not hold ends the sign-in.
    async fn who_signed_in(
        &self,
        attempt: &Attempt,
        connector: &Connector,
        settings: &BTreeMap<String, String>,
        route: &Route,
        credential: &Credential,
    ) -> Result<Result<Who, (SignInFailure, Option<Box<Evidence>>)>, Error> {
        let (Some(sign_in), Some(tokens)) = (&attempt.sign_in, credential.tokens()) else {
            return Ok(Ok(Who::default()));
        };
        let party = self.party(standing(attempt, sign_in, (connector, settings), route), None).await?;
        let line = party.line(&attempt.revision, attempt.connection.clone());
        let Party { provider, client, .. } = &party;
        let claimed = Claimed::of(tokens, provider.response_type.has_id_token());
        let told = self.who_is(&line, &claimed, tokens).await?;
        Ok(told.map_err(|failure| {
            let witness = &line.witness;
            let failed = Failed { attempt, connector, side: Side::Gives { provider, client }, witness };
            let evidence = witness::of_sign_in(&failed, &failure, self.ports.clock.now());
            (failure, evidence.map(Box::new))
        }))
    }

    /// Tells the service that what an attempt got there is not wanted; as far as it answers.
    pub(super) async fn revoke_slot(&self, id: &AttemptId) -> Result<(), Error> {
        let Read { found, connector, settings, route } = self.read_attempt(id).await?;
        let SealedAttempt { attempt, slot } = found;
        let Some(sign_in) = &attempt.sign_in else { return Ok(()) };
        let credential = self.open_slot(&attempt, slot).await?;
        if let Some(granted) = credential.oauth1() {
            let standing = standing(&attempt, sign_in, (&connector, &settings), &route);
            let _told = self.by_the_way(self.revoke_token(standing, None, granted)).await;
            return Ok(());
        }
        let Some(tokens) = credential.tokens() else { return Ok(()) };
        let party = self.party(standing(&attempt, sign_in, (&connector, &settings), &route), None).await?;
        let line = party.line(&attempt.revision, None);
        let _told = self.by_the_way(self.revoke_tokens(&line, tokens)).await;
        Ok(())
    }

    /// Where a connection is signed in again as somebody else: the person decides.
    async fn another_account(&self, attempt: &Attempt, found: &Found) -> Result<Option<AttemptState>, Error> {
        let (Some(id), Some(sign_in)) = (&attempt.connection, &attempt.sign_in) else { return Ok(None) };
        let before = self.load(id).await.ok().and_then(|loaded| loaded.authorization.account);
        let now = super::promote::account_of(&found.outcome).or_else(|| sign_in.account.clone());
        Ok(match (before, now) {
            (Some(before), Some(now)) if before != now => {
                let Found { outcome, exchange } = found.clone();
                Some(AttemptState::AnotherAccount { before, now, outcome, exchange })
            }
            _ => None,
        })
    }

    async fn read_attempt(&self, id: &AttemptId) -> Result<Read, Error> {
        let id = id.clone();
        self.store
            .read(move |snapshot| {
                let found = find_sealed(snapshot, &id)?;
                let Attempt { revision, environment, settings, .. } = &found.attempt;
                let (connector, all) = connector_of(snapshot, revision, environment.as_ref(), settings)?;
                let route = route_of(snapshot, &found.attempt, &connector)?;
                Ok(Read { connector, settings: all, route, found })
            })
            .await
    }
}

/// What is known of an attempt before its service is asked anything.
fn standing<'a>(
    attempt: &'a Attempt,
    sign_in: &'a SignIn,
    (connector, settings): (&'a Connector, &'a BTreeMap<String, String>),
    route: &'a Route,
) -> Standing<'a> {
    Standing {
        revision: &attempt.revision,
        environment: attempt.environment.as_ref(),
        authentication: attempt.authentication.as_deref(),
        connector,
        settings,
        registration: sign_in.registration.as_ref(),
        route,
        sealed_for: &attempt.origins,
    }
}

fn route_of(snapshot: &Snapshot<'_>, attempt: &Attempt, connector: &Connector) -> Result<Route, Error> {
    let group = match &attempt.agent_group {
        Some(id) => snapshot.agent_groups().find(id)?,
        None => snapshot.agent_groups().find_by_link_name(&connector.agent_group)?,
    };
    Ok(group.ok_or_else(|| Error::not_found("agent group", connector.agent_group.as_str()))?.route)
}
