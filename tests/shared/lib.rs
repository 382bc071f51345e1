//! What the tests of the whole share: the programs that this workspace builds, and services that nobody here wrote.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test says what failed by panicking"
)]
#![expect(clippy::disallowed_methods, reason = "waits for other processes, with a deadline")]

mod connectors;
pub mod fail_points;
pub mod http;
mod peer;
pub mod person;
pub mod world;

pub use connectors::{CONNECTORS, Connector, connector_of};
pub use peer::Peer;

use std::{env, path::PathBuf};

/// What `connectors add` is told besides: a person agrees to each address of this machine that stands in a connector file.
pub fn agreed(manifest: &str) -> Vec<String> {
    let address = regex::Regex::new(r"https?://127\.0\.0\.1:\d+").unwrap();
    let found: std::collections::BTreeSet<_> =
        address.find_iter(manifest).map(|found| found.as_str()).collect();
    found.into_iter().flat_map(|address| ["--agree".to_owned(), address.to_owned()]).collect()
}

/// A program that cargo built beside the running test.
pub fn built(name: &str) -> PathBuf {
    let test = env::current_exe().unwrap();
    let folder = test.ancestors().nth(2).expect("a test stands in the `deps` of its build folder");
    let program = folder.join(name).with_extension(env::consts::EXE_EXTENSION);
    assert!(program.is_file(), "{} is not built: run `cargo xtask test build`", program.display());
    program
}
