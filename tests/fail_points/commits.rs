//! Commits, as the store tells them to the log.

use std::{fmt, sync::Arc};
use tests::fail_points::{FailPoints, function};
use tracing::{
    Event, Metadata, Subscriber,
    field::{Field, Visit},
    span,
};

/// Comes by `points` before and after each commit of this process.
pub fn watch(points: Arc<FailPoints>) {
    // Nothing was set before: this is the beginning of the program.
    let _ = tracing::subscriber::set_global_default(Commits(points));
}

struct Commits(Arc<FailPoints>);

impl Subscriber for Commits {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == store::COMMITS
    }

    fn event(&self, event: &Event<'_>) {
        let mut commit = Commit::default();
        event.record(&mut commit);
        self.0.touch(&format!("{} commit {}", commit.moment, function(&commit.change)));
    }

    // The store opens no span.
    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}

/// The fields of one event.
#[derive(Default)]
struct Commit {
    moment: String,
    change: String,
}

impl Visit for Commit {
    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "moment" => self.moment = value.to_owned(),
            "change" => self.change = value.to_owned(),
            _ => {}
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn fmt::Debug) {}
}
