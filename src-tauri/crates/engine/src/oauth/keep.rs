//! The keeper: renews tokens before they end, so that nobody waits for it.
//!
//! It runs in the window, for as long as that is open. What keeps two processes from renewing the same tokens is not the
//! keeper but the lease of each authorization; a second keeper would only find that everything is done. A locked vault
//! stops a round: nothing is asked of a person in the background.
//!
//! It is a guest at the services. No more than [`TOGETHER`] requests are under way to one origin; tokens that end together
//! are renewed one after the other, each at a place of its own before the margin; a service that asks to be left alone is
//! ([`super::pause`]); what failed is tried again later and later. After the machine slept, when everything is due at once,
//! it takes its time.

use super::{provider::Provider, refresh::MARGIN, refresh::Want};
use crate::{
    Engine, Error,
    connections::{Loaded, find},
};
use domain::{
    Timestamp,
    authorization::Expiry,
    connection::ConnectionStatus,
    id::{AuthorizationId, ConnectionId},
    origin::Origin,
};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::{sync::Semaphore, task::JoinSet};

/// How often it looks.
const ROUND: Duration = Duration::from_secs(30);
/// So many thousandths of its margin earlier a token may be renewed: so far apart lie those that end together.
const SPREAD: u16 = 500;
/// What ends within this time is looked at: the widest margin with its spread, and a round.
const AHEAD: Duration = Duration::from_secs(MARGIN.as_secs() * 3 / 2 + ROUND.as_secs());
/// How many authorizations it is at; the rest come with the next round.
const MOST: usize = 1_000;
/// How many requests are under way to one origin.
const TOGETHER: usize = 4;
/// How long it takes its time where everything may be due at once: at its start, and after the machine slept.
const STAGGER: Duration = Duration::from_secs(60);
/// The wall clock and the running clock differ by more than this: the machine slept, or its clock was set.
const SLEPT: Duration = Duration::from_secs(60);
/// After a failure it is tried again not before this, then twice that, and so on.
const FIRST_PAUSE: Duration = Duration::from_secs(30);
/// The longest time between two tries.
const LONGEST_PAUSE: Duration = Duration::from_secs(3600);

/// What the keeper is at, and what it leaves for later.
#[derive(Clone, Default)]
pub(crate) struct Keeping(Arc<Mutex<Kept>>);

#[derive(Default)]
struct Kept {
    origins: HashMap<Origin, Arc<Semaphore>>,
    authorizations: HashMap<AuthorizationId, Standing>,
}

/// Where the keeper is with an authorization.
enum Standing {
    /// It is at it.
    Underway,
    /// It failed so many times with the tokens of this generation, and is tried again when the running clock shows this.
    Later { generation: u64, failures: u32, at: Duration },
}

impl Keeping {
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes an authorization on, unless it is at it already or comes later. Answers how often it failed so far.
    fn take(&self, id: &AuthorizationId, generation: u64, now: Duration) -> Option<u32> {
        let mut kept = self.kept();
        let failures = match kept.authorizations.get(id) {
            Some(Standing::Underway) => return None,
            Some(Standing::Later { generation: of, at, failures }) if *of == generation => {
                if *at > now {
                    return None;
                }
                *failures
            }
            _ => 0,
        };
        kept.authorizations.insert(id.clone(), Standing::Underway);
        Some(failures)
    }

    fn leave(&self, id: &AuthorizationId, later: Option<Standing>) {
        let mut kept = self.kept();
        match later {
            Some(later) => kept.authorizations.insert(id.clone(), later),
            None => kept.authorizations.remove(id),
        };
    }

    /// Who may ask `origin`.
    fn door(&self, origin: Origin) -> Arc<Semaphore> {
        Arc::clone(self.kept().origins.entry(origin).or_insert_with(|| Arc::new(Semaphore::new(TOGETHER))))
    }
}

impl Engine {
    /// Keeps tokens fresh, for as long as it is polled.
    pub async fn keep(&self) {
        let clock = &self.ports.clock;
        let mut stagger = STAGGER;
        loop {
            let (wall, running) = (clock.now(), clock.monotonic());
            match self.begin_round(stagger).await {
                // A slow service holds up nobody but itself.
                Ok(mut round) => round.detach_all(),
                Err(error) => tracing::warn!(%error, "a round of the keeper was given up"),
            }
            clock.sleep_until(running + ROUND).await;
            let passed = Duration::try_from(clock.now().duration_since(wall)).unwrap_or_default();
            let slept = passed > clock.monotonic().saturating_sub(running) + SLEPT;
            stagger = if slept { STAGGER } else { Duration::ZERO };
        }
    }

    /// Renews what is due, and answers when it is done.
    /// # Errors
    /// What keeps all of them from being renewed: the vault does not open, the data cannot be read.
    pub async fn keep_once(&self) -> Result<(), Error> {
        let mut round = self.begin_round(Duration::ZERO).await?;
        while round.join_next().await.is_some() {}
        Ok(())
    }

    /// Begins to renew what is due, each at its own moment within `stagger`.
    async fn begin_round(&self, stagger: Duration) -> Result<JoinSet<()>, Error> {
        let soon = self.ports.clock.now().checked_add(AHEAD).unwrap_or(Timestamp::MAX);
        let due = self.store.read(move |snapshot| snapshot.authorizations().ending_before(soon)).await?;
        let mut round = JoinSet::new();
        if due.is_empty() {
            return Ok(round);
        }
        // Without it none of them can be renewed.
        self.vault.hold().await?;
        let begun = self.ports.clock.monotonic();
        for (id, generation) in due {
            if round.len() == MOST {
                break;
            }
            let Some(failures) = self.keeping.take(&id, generation, begun) else { continue };
            let engine = self.clone();
            round.spawn(async move {
                let place = place(&id, generation);
                if !stagger.is_zero() {
                    engine.ports.clock.sleep_until(begun + stagger * u32::from(place) / 1_000).await;
                }
                let kept = engine.keep_one(&id, place).await;
                let later = kept.err().map(|error| {
                    tracing::info!(authorization = %id, %error, "a token was not renewed");
                    let doubled = FIRST_PAUSE.saturating_mul(1 << failures.min(7)).min(LONGEST_PAUSE);
                    let at = engine.ports.clock.monotonic() + doubled + doubled * u32::from(place) / 4_000;
                    Standing::Later { generation, failures: failures + 1, at }
                });
                engine.keeping.leave(&id, later);
            });
        }
        Ok(round)
    }

    async fn keep_one(&self, id: &AuthorizationId, place: u16) -> Result<(), Error> {
        let row = id.clone();
        let users = self.store.read(move |snapshot| snapshot.connections().of_authorization(&row)).await?;
        let usable = |status: &ConnectionStatus| {
            !matches!(status, ConnectionStatus::Disabled { .. } | ConnectionStatus::NeedsAttention { .. })
        };
        let Some(user) = users.into_iter().find(|user| usable(&user.status)) else { return Ok(()) };
        let loaded = self.load_usable(&user.id).await?;
        let Some(origin) = self.token_origin(&loaded).await? else { return Ok(()) };
        let door = self.keeping.door(origin);
        let _open = door.acquire().await;
        let expiry = loaded.authorization.expiry;
        let ahead = Want::Ahead(place % (SPREAD + 1));
        match (self.renewed(loaded, ahead).await?, expiry) {
            // It will not renew by itself, and the service said when it ends.
            ((_, false), Expiry::Told(at)) => self.say_expiring(&user.id, at).await,
            ((_, _), _) => Ok(()),
        }
    }

    /// Who is asked for the next token; `None` where the connector gives none.
    async fn token_origin(&self, loaded: &Loaded) -> Result<Option<Origin>, Error> {
        let way = loaded.connection.authentication.as_deref();
        let Some(provider) = Provider::of(&loaded.connector, way, &loaded.settings)? else { return Ok(None) };
        Ok(self.pinned(provider, &loaded.connection.revision).await?.token_origin())
    }

    async fn say_expiring(&self, id: &ConnectionId, at: Timestamp) -> Result<(), Error> {
        let row = id.clone();
        let standing = self.store.read(move |snapshot| find(snapshot, &row)).await?.status;
        match standing {
            ConnectionStatus::Connected { .. } if !self.can_renew(id).await? => {
                self.keep_status(id, ConnectionStatus::Expiring { at }).await
            }
            _ => Ok(()),
        }
    }
}

/// The place of an authorization among those that are due together, in thousandths: by chance, and always the same for the
/// same tokens (FNV-1a).
fn place(id: &AuthorizationId, generation: u64) -> u16 {
    let bytes = id.as_str().bytes().chain(generation.to_le_bytes());
    let hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    // The upper bits are the better mixed ones.
    u16::try_from((hash >> 32) % 1_000).unwrap_or_default()
}
