//! Refresh: the silent renewal of tokens, so that none is lost and none is asked for twice (RFC 6749 §6).
//!
//! One refresh of an authorization is in flight at a time: callers of this process queue at a gate, processes by a lease
//! in the row. A lease is taken over only from a process that is dead, never by time, so sleep and clock jumps are
//! harmless. Before a request is sent the row says so; the reply is stored against the generation it was made from, and
//! one that lost that race goes to the side slot, never away.
//!
//! **Invariant**: only `invalid_grant` and its kin end an authorization. Network, time-out, 408, 429 and 5xx leave it as
//! it is, and a reply without a new refresh token leaves the old one in force.

use super::{
    endpoint::Line,
    exchange::{Refused, told_with},
    party::Standing,
    provider::Provider,
};
use crate::{
    Engine, Error,
    connections::{Loaded, credential_place, set_status_unless_disabled},
    credential::{Credential, TokenSet},
    failure::forget_refused_token,
    vault::{Held, Place, Vault, VaultError},
    witness,
};
use domain::{
    Timestamp,
    authorization::{Authorization, Expiry},
    connection::{AttentionReason, ConnectionStatus},
    connector::{AuthFailure, GrantType},
    event::{Event, EventKind},
    id::{AuthorizationId, ConnectionId},
    sign_in::SignInFailure,
};
use protocol::oauth2::{Grant, Tokens};
use secret::{SecretBytes, SecretString};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use store::{authorizations::SealedAuthorization, sealed::Place as Column};

/// The longest time before its end at which a token is renewed.
pub(super) const MARGIN: Duration = Duration::from_secs(300);
/// How long one waits for a refresh of another process.
const PATIENCE: Duration = Duration::from_secs(30);
/// How often one looks whether it is done.
const LOOK: Duration = Duration::from_millis(100);

/// The refreshes that this process is at: one gate per authorization.
#[derive(Clone, Default)]
pub(crate) struct Gates(Arc<Mutex<HashMap<AuthorizationId, Arc<tokio::sync::Mutex<()>>>>>);

impl Gates {
    fn of(&self, id: &AuthorizationId) -> Arc<tokio::sync::Mutex<()>> {
        let mut gates = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        gates.retain(|_, gate| Arc::strong_count(gate) > 1);
        Arc::clone(gates.entry(id.clone()).or_default())
    }

    fn taken(&self) -> Vec<Arc<tokio::sync::Mutex<()>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }
}

/// What a refresh brought, to be stored in place of what it was made from.
#[derive(Clone, Copy)]
struct Fresh<'a> {
    /// The generation that it was made from.
    expected: u64,
    next: &'a Authorization,
    /// How many seconds the new token holds, where the service says so.
    lasts: Option<u64>,
    credential: &'a SecretBytes,
    former: &'a SecretBytes,
    /// Which replies to the former token said that it is not accepted.
    auth_failure: &'a AuthFailure,
}

/// When a refresh is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Want {
    /// Where the token ends soon.
    Due,
    /// The same, and so many thousandths of the margin earlier.
    Ahead(u16),
    /// Whatever its end says: the service refused it, or a person asked.
    Now,
}

impl Engine {
    /// Renews the tokens of a connection, because a person asked for it.
    /// # Errors
    /// [`Error::NotRefreshable`], [`Error::Ended`], [`Error::NotRefreshed`]; as [`Engine::call`].
    pub async fn refresh(&self, id: &ConnectionId) -> Result<(), Error> {
        let loaded = self.load_usable(id).await?;
        match self.renewed(loaded, Want::Now).await? {
            (_, true) => Ok(()),
            (_, false) => Err(Error::NotRefreshable),
        }
    }

    /// Whether the tokens of a connection can be renewed without the person.
    pub(crate) async fn can_renew(&self, id: &ConnectionId) -> Result<bool, Error> {
        let loaded = self.load(id).await?;
        let way = loaded.connection.authentication.as_deref();
        let provider = Provider::of(&loaded.connector, way, &loaded.settings)?;
        let machine =
            provider.is_some_and(|provider| provider.oauth2.grant_type == GrantType::ClientCredentials);
        let credential = self.open_credential(&loaded).await?;
        let kept = |tokens: &TokenSet| tokens.refresh_token.is_some() || tokens.person.is_some();
        Ok(machine || credential.tokens().is_some_and(kept))
    }

    /// The connection with fresh tokens, and whether they were renewed. What cannot be renewed stays as it is.
    pub(crate) async fn renewed(&self, loaded: Loaded, want: Want) -> Result<(Loaded, bool), Error> {
        let authentication = loaded.connection.authentication.as_deref();
        if Provider::of(&loaded.connector, authentication, &loaded.settings)?.is_none() {
            return Ok((loaded, false));
        }
        let Credential::Tokens(tokens) = self.open_credential(&loaded).await? else {
            return Ok((loaded, false));
        };
        let now = self.ports.clock.now();
        let expiry = loaded.authorization.expiry;
        let ahead = match want {
            Want::Now => None,
            Want::Due => Some(0),
            Want::Ahead(thousandths) => Some(thousandths),
        };
        if ahead.is_some_and(|ahead| !is_due(expiry, tokens.issued_at, now, ahead)) {
            return Ok((loaded, false));
        }
        let id = loaded.connection.id.clone();
        match self.renew(&loaded, want).await {
            Ok(true) => Ok((self.load_usable(&id).await?, true)),
            Ok(false) => Ok((loaded, false)),
            // The token may still do: the end was only guessed, or is still ahead.
            Err(Error::NotRefreshed(failure)) if want != Want::Now && !has_ended(expiry, now) => {
                tracing::info!(connection = %id, ?failure, "the token was not renewed and is used as it is");
                Ok((loaded, false))
            }
            Err(error) => Err(error),
        }
    }

    /// Renews the tokens that `loaded` was read with, unless somebody else just did. False where nothing can.
    ///
    /// It runs beside the caller: once a request is on its way its reply is read and kept, whoever still waits for it.
    async fn renew(&self, loaded: &Loaded, want: Want) -> Result<bool, Error> {
        let (engine, loaded) = (self.clone(), loaded.clone());
        match tokio::spawn(async move { engine.renew_in_turn(&loaded, want).await }).await {
            Ok(renewed) => renewed,
            Err(ended) => match ended.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                Err(_) => Err(Error::RefreshElsewhere),
            },
        }
    }

    /// Waits for the refreshes that are under way, though not for ever: a reply that nobody reads is a token that is lost.
    pub async fn finish_refreshes(&self) {
        let clock = &self.ports.clock;
        let end = clock.monotonic() + PATIENCE;
        for gate in self.gates.taken() {
            tokio::select! {
                _ = gate.lock() => {}
                () = clock.sleep_until(end) => {}
            }
        }
    }

    async fn renew_in_turn(&self, loaded: &Loaded, want: Want) -> Result<bool, Error> {
        let (id, seen) = (&loaded.authorization.id, loaded.authorization.generation);
        let gate = self.gates.of(id);
        let _held = gate.lock().await;
        let Some(sealed) = self.lease(id, seen).await? else { return Ok(true) };
        let outcome = self.renew_leased(loaded, sealed, want).await;
        if !matches!(outcome, Ok(true)) {
            let (id, process) = (id.clone(), self.process.clone());
            let released = self
                .store
                .write(move |change| Ok::<_, Error>(change.authorizations().release_lease(&id, &process)?));
            let _ = released.await?;
        }
        outcome
    }

    /// Waits for the lease of an authorization; `None` where its tokens are others than those of generation `seen` by
    /// then.
    async fn lease(&self, id: &AuthorizationId, seen: u64) -> Result<Option<SealedAuthorization>, Error> {
        let clock = &self.ports.clock;
        let deadline = clock.monotonic() + PATIENCE;
        loop {
            let row = id.clone();
            let found =
                self.store.read(move |snapshot| Ok::<_, Error>(snapshot.authorizations().find_sealed(&row)?));
            let found = found.await?.ok_or_else(|| Error::not_found("authorization", id.as_str()))?;
            if found.authorization.generation != seen {
                return Ok(None);
            }
            let takes = match &found.lease {
                Some(holder) => *holder == self.process || !self.ports.processes.is_running(holder),
                None => true,
            };
            if takes {
                let (row, holder, process) = (id.clone(), found.lease.clone(), self.process.clone());
                let taken = self.store.write(move |change| {
                    Ok::<_, Error>(change.authorizations().take_lease(&row, holder.as_ref(), &process)?)
                });
                if taken.await?.won() {
                    // Whoever had it may have stored a reply between our look and the lease.
                    let row = id.clone();
                    let again = self
                        .store
                        .read(move |snapshot| Ok::<_, Error>(snapshot.authorizations().find_sealed(&row)?));
                    let again = again.await?.ok_or_else(|| Error::not_found("authorization", id.as_str()))?;
                    if again.authorization.generation == seen {
                        return Ok(Some(again));
                    }
                    let (row, process) = (id.clone(), self.process.clone());
                    let released = self.store.write(move |change| {
                        Ok::<_, Error>(change.authorizations().release_lease(&row, &process)?)
                    });
                    let _ = released.await?;
                    return Ok(None);
                }
                continue;
            }
            if clock.monotonic() >= deadline {
                return Err(Error::RefreshElsewhere);
            }
            clock.sleep_until(clock.monotonic() + LOOK).await;
        }
    }

    /// Sends the refresh and stores what came, as the holder of the lease.
    async fn renew_leased(
        &self,
        loaded: &Loaded,
        sealed: SealedAuthorization,
        want: Want,
    ) -> Result<bool, Error> {
        let connection = &loaded.connection;
        // Whoever sent one for this generation died before the answer was stored.
        let in_doubt = sealed.refresh_started == Some(sealed.authorization.generation);
        let authorization = sealed.authorization;
        let opened = self.unseal(&credential_place(&authorization), &sealed.credential).await?;
        let Credential::Tokens(tokens) = Credential::parse(&opened)? else { return Ok(false) };
        let standing = Standing {
            registration: authorization.registration.as_ref(),
            sealed_for: &authorization.origins,
            ..Standing::of(loaded)
        };
        let party = self.party(standing, None).await?;
        let provider = &party.provider;
        let scopes = provider.scopes(&authorization.requested);
        let grant = match (&tokens.refresh_token, &tokens.person) {
            (Some(token), _) => Grant::RefreshToken { token },
            (None, Some((user, password))) => Grant::Password { user, password, scopes: &scopes },
            (None, None) if provider.oauth2.grant_type == GrantType::ClientCredentials => {
                Grant::ClientCredentials { scopes: &scopes }
            }
            (None, None) => return Ok(false),
        };
        // A guessed end starts a refresh only where nothing of a person is spent on it.
        if want != Want::Now
            && matches!((grant, authorization.expiry), (Grant::Password { .. }, Expiry::Assumed(_)))
        {
            return Ok(false);
        }
        let (id, process, generation) =
            (authorization.id.clone(), self.process.clone(), authorization.generation);
        let (clock, origin) = (&self.ports.clock, provider.token_origin());
        if let Some(origin) = &origin
            && want != Want::Now
            && let Some(failure) = self.pauses.of(origin, clock.monotonic())
        {
            return Err(Error::NotRefreshed(failure));
        }
        let held = self.vault.hold().await?;
        let started = self.store.write(move |change| {
            Ok::<_, Error>(change.authorizations().start_refresh(&id, &process, generation)?)
        });
        if !started.await?.won() {
            return Err(Error::ChangedElsewhere);
        }
        let line = Line {
            origins: self.narrowed(&tokens.origins, &party.origins),
            ..party.line(&connection.revision, Some(connection.id.clone()))
        };
        let traded = self.trade(&line, grant).await?;
        let failed = traded.as_ref().err().and_then(|_| {
            witness::of_refresh(loaded, &tokens, provider, &line.witness, self.ports.clock.now())
        });
        self.note_not_refreshed(&authorization, failed).await?;
        match traded {
            Ok(fresh) => {
                let told = (fresh, &loaded.connector.auth_failure);
                self.keep_fresh(provider, authorization, &tokens, told, &held).await?;
                Ok(true)
            }
            Err(Refused { ends: true, failure, .. }) => {
                let (code, said) = match failure {
                    SignInFailure::Answered { code, said, .. } => (code, said),
                    failure => return Err(Error::NotRefreshed(failure)),
                };
                self.keep_end(&authorization.id, (&code, said), in_doubt).await?;
                Err(Error::Ended { code })
            }
            Err(Refused { ends: false, failure, retry_after }) => {
                if let (Some(origin), Some(pause)) = (origin, retry_after) {
                    self.pauses.begin(origin, clock.monotonic() + pause, failure.clone());
                }
                Err(Error::NotRefreshed(failure))
            }
        }
    }

    /// Keeps fresh tokens: against the generation that they were made from, the former ones beside them; or, where others
    /// took their place meanwhile, in the side slot.
    async fn keep_fresh(
        &self,
        provider: &Provider,
        before: Authorization,
        former: &TokenSet,
        (fresh, auth_failure): (Tokens, &AuthFailure),
        held: &Held,
    ) -> Result<(), Error> {
        let now = self.ports.clock.now();
        let expected = before.generation;
        let mut next = before;
        next.generation += 1;
        next.expiry = provider.expiry(fresh.lifetime, now);
        if let Some(scopes) = &fresh.scopes {
            next.granted.clone_from(scopes);
        }
        let newer =
            |token: &SecretString| former.refresh_token.as_ref().is_none_or(|former| !former.ct_eq(token));
        let rotated = fresh.refresh_token.as_ref().is_some_and(newer);
        let captured = former.captured.replaced_by(told_with(provider, &fresh));
        let mut tokens = TokenSet {
            access_token: fresh.access_token,
            refresh_token: fresh.refresh_token.or_else(|| former.refresh_token.clone()),
            id_token: former.id_token.clone(),
            issued_at: Some(now),
            refresh_since: if rotated { Some(now) } else { former.refresh_since },
            rotates: rotated || former.rotates,
            ..former.clone()
        };
        tokens.captured = captured.without(&tokens);
        let credential = Credential::Tokens(tokens).to_bytes();
        let aside = Credential::Tokens(former.clone()).to_bytes();
        let lasts = match next.expiry {
            Expiry::Told(ends) => u64::try_from(ends.duration_since(now).as_secs()).ok(),
            Expiry::Assumed(_) | Expiry::Never => None,
        };
        let fresh =
            Fresh { expected, next: &next, lasts, credential: &credential, former: &aside, auth_failure };
        let stored = match self.store_fresh(&fresh, Some(held)).await {
            Err(Error::Vault(VaultError::KeyChanged)) => {
                self.with_current_key(|| self.store_fresh(&fresh, None)).await?
            }
            stored => stored?,
        };
        if !stored {
            self.with_current_key(|| self.keep_aside(&next.id, &credential)).await?;
        }
        Ok(())
    }

    /// Seals with the keys that are `held`, else with the vault's, and stores. False where the generation is another.
    async fn store_fresh(&self, fresh: &Fresh<'_>, held: Option<&Held>) -> Result<bool, Error> {
        let Fresh { expected, next, lasts, credential, former, auth_failure } = *fresh;
        let places = [credential_place(next), Place { column: Column::Former, ..credential_place(next) }];
        let seal = async |place: &Place<'_>, value| match held {
            Some(held) => self.vault.seal_held(held, place, value),
            None => self.vault.seal(place, value).await,
        };
        let (sealed, aside) = (seal(&places[0], credential).await?, seal(&places[1], former).await?);
        let (process, next, now) = (self.process.clone(), next.clone(), self.ports.clock.now());
        let auth_failure = auth_failure.clone();
        self.store
            .write(move |change| {
                Vault::must_be_current(change, &sealed)?;
                let authorizations = change.authorizations();
                let (sealed, aside) = (sealed.to_bytes(), aside.to_bytes());
                let stored = authorizations.replace(expected, &next, &sealed, Some(&aside))?.won();
                let _ = authorizations.release_lease(&next.id, &process)?;
                if !stored {
                    return Ok(false);
                }
                for connection in change.connections().of_authorization(&next.id)? {
                    if is_ended(&connection.status) {
                        let status = ConnectionStatus::Connected { verified: None };
                        set_status_unless_disabled(change, &connection, status)?;
                    }
                    forget_refused_token(change, &connection.id, &auth_failure)?;
                    let kind = EventKind::Refreshed { lasts };
                    let event = Event { at: now, connection: Some(connection.id), kind, exchange: None };
                    change.activity().record_event(&event)?;
                }
                Ok(true)
            })
            .await
    }

    /// Keeps a reply that lost the race in the side slot, where the authorization still is.
    async fn keep_aside(&self, id: &AuthorizationId, credential: &SecretBytes) -> Result<(), Error> {
        let row = id.clone();
        let found = self.store.read(move |snapshot| snapshot.authorizations().find(&row)).await?;
        let Some(standing) = found else { return Ok(()) };
        let place = Place { column: Column::SideSlot, ..credential_place(&standing) };
        let sealed = self.vault.seal(&place, credential).await?;
        self.store
            .write(move |change| {
                Vault::must_be_current(change, &sealed)?;
                let authorizations = change.authorizations();
                // What it is sealed for stands as long as the row does not move on.
                match authorizations.find(&standing.id)? {
                    Some(now) if now.generation == standing.generation => {
                        Ok(authorizations.set_side_slot(&standing.id, Some(&sealed.to_bytes()))?)
                    }
                    _ => Err(Error::ChangedElsewhere),
                }
            })
            .await
    }

    /// Keeps that the service ended an authorization; its tokens stay, sealed, until a person signs in again.
    async fn keep_end(
        &self,
        id: &AuthorizationId,
        (code, said): (&str, Option<String>),
        in_doubt: bool,
    ) -> Result<(), Error> {
        let (id, code, at) = (id.clone(), code.to_owned(), self.ports.clock.now());
        self.store
            .write(move |change| {
                for connection in change.connections().of_authorization(&id)? {
                    let reason = AttentionReason::Ended { code: code.clone(), said: said.clone(), in_doubt };
                    set_status_unless_disabled(
                        change,
                        &connection,
                        ConnectionStatus::NeedsAttention { reason },
                    )?;
                    let kind = EventKind::Ended { code: code.clone() };
                    let event = Event { at, connection: Some(connection.id), kind, exchange: None };
                    change.activity().record_event(&event)?;
                }
                Ok(())
            })
            .await
    }
}

/// Whether a token is to be renewed: a fifth of its life before its end, five minutes at the most, a second at least; and
/// `ahead` thousandths of that earlier.
fn is_due(expiry: Expiry, issued_at: Option<Timestamp>, now: Timestamp, ahead: u16) -> bool {
    let (Expiry::Told(at) | Expiry::Assumed(at)) = expiry else { return false };
    let life = issued_at.and_then(|issued| Duration::try_from(at.duration_since(issued)).ok());
    let margin = life.map_or(MARGIN, |life| (life / 5).clamp(Duration::from_secs(1), MARGIN));
    let margin = margin + margin * u32::from(ahead) / 1_000;
    now.checked_add(margin).map_or(true, |soon| soon >= at)
}

/// Whether the service said that it is over by now.
fn has_ended(expiry: Expiry, now: Timestamp) -> bool {
    matches!(expiry, Expiry::Told(at) if now >= at)
}

fn is_ended(status: &ConnectionStatus) -> bool {
    matches!(status, ConnectionStatus::NeedsAttention { reason: AttentionReason::Ended { .. } })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_700_000_000 + second).unwrap()
    }

    #[test]
    fn a_token_is_renewed_a_fifth_of_its_life_before_its_end() {
        for (life, now, due) in [
            (3600, 3299, false),
            (3600, 3300, true),
            (100, 79, false),
            (100, 80, true),
            (5, 3, false),
            (5, 4, true),
            (1, 0, true),
            (0, 0, true),
        ] {
            let expiry = Expiry::Told(at(life));
            assert_eq!(is_due(expiry, Some(at(0)), at(now), 0), due, "{life} s old {now} s");
        }
        let hour = Expiry::Told(at(3600));
        assert!(is_due(hour, Some(at(0)), at(3150), 500) && !is_due(hour, Some(at(0)), at(3149), 500));
        assert!(!is_due(Expiry::Never, Some(at(0)), at(9_999), 0));
        assert!(
            is_due(Expiry::Assumed(at(3600)), None, at(3300), 0),
            "an unknown life is taken for a long one"
        );
    }

    #[test]
    fn a_guessed_end_ends_nothing() {
        assert!(has_ended(Expiry::Told(at(5)), at(5)));
        assert!(!has_ended(Expiry::Assumed(at(5)), at(9)));
        assert!(!has_ended(Expiry::Never, at(9)));
    }
}
