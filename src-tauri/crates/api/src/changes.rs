//! Changes: tells a shell what to read again, whoever changed it.

use crate::{
    Api,
    contract::{app::Tag, error::ErrorView},
    words::error::store as store_error,
};
use std::time::Duration;

/// How often other processes' changes are looked for.
const EVERY: Duration = Duration::from_millis(250);

impl Api {
    /// Calls `tell` with the tags of what changed, at once and in order, for as long as the future is polled. That the
    /// vault was opened, or did not open, is known to this process alone and told like what was written.
    /// # Errors
    /// The data cannot be read any more.
    pub async fn watch_changes(&self, tell: impl Fn(Vec<Tag>) + Send) -> Result<(), ErrorView> {
        let mut watch = self.engine.store().watch().map_err(|error| store_error(&error))?;
        let clock = &self.engine.ports().clock;
        let mut tries = self.engine.vault().tries();
        let (mut lab, mut proofs) = (self.lab.version().await, self.proofs.version());
        loop {
            let mut tags: Vec<Tag> = Vec::new();
            let tried = self.engine.vault().tries();
            if std::mem::replace(&mut tries, tried) != tried {
                tags.push(Tag::Vault);
            }
            for changed in watch.poll().map_err(|error| store_error(&error))? {
                let tag = tag(changed.tag);
                if !tags.contains(&tag) {
                    tags.push(tag);
                }
            }
            let now = self.lab.version().await;
            if std::mem::replace(&mut lab, now) != now {
                tags.push(Tag::Lab);
            }
            let now = self.proofs.version();
            if std::mem::replace(&mut proofs, now) != now {
                tags.push(Tag::Proofs);
            }
            if !tags.is_empty() {
                tell(tags);
            }
            clock.sleep_until(clock.monotonic() + EVERY).await;
        }
    }
}

fn tag(tag: store::Tag) -> Tag {
    match tag {
        store::Tag::Connectors => Tag::Connectors,
        store::Tag::Connections => Tag::Connections,
        store::Tag::Authorizations => Tag::Authorizations,
        store::Tag::Attempts => Tag::Attempts,
        store::Tag::Environments => Tag::Environments,
        store::Tag::AgentGroups => Tag::AgentGroups,
        store::Tag::Registrations => Tag::Registrations,
        store::Tag::Vault => Tag::Vault,
        store::Tag::Settings => Tag::Settings,
        store::Tag::Activity => Tag::Activity,
    }
}
