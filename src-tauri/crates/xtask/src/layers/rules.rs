//! The layers as a table: which crate of ours may depend on which, and where each outside dependency lives.
//!
//! This is the enforced half of `src-tauri/ARCHITECTURE.md`, "Direction". A new crate is a line in [`LAYERS`]; a
//! dependency that only one crate may name is a line in [`HOMES`].

/// A crate of ours and what it may name in `[dependencies]`, whatever the distance in the drawing.
pub const LAYERS: &[(&str, &[&str])] = &[
    ("secret", &[]),
    ("protocol", &["secret"]),
    ("domain", &["protocol", "secret"]),
    ("store", &["domain", "secret"]),
    ("platform", &["domain", "protocol", "secret"]),
    ("engine", &["store", "domain", "protocol", "secret"]),
    ("gateway", &["engine", "domain", "protocol", "secret"]),
    ("lab", &["secret"]),
    ("api", &["engine", "gateway", "lab", "store", "domain", "protocol", "secret"]),
    ("cli", &["api", "platform", "secret"]),
    ("patchbay-desktop", &["api", "platform", "secret"]),
    ("testkit", &["api", "engine", "store", "domain", "protocol", "secret"]),
    (
        "tests",
        &[
            "api", "cli", "engine", "lab", "gateway", "platform", "store", "domain", "protocol", "secret",
            "testkit",
        ],
    ),
    ("xtask", &[]),
];

/// What any crate may also name in `[dev-dependencies]`. A path upwards would be a cycle that cargo allows for tests,
/// and still a test that knows what its crate must not.
pub const FOR_TESTS: &[&str] = &["testkit", "platform"];

/// Dependencies with one home (or two): named by these crates, by no other. A trailing `*` stands for any ending. The Lab
/// signs and verifies tokens with code of its own, on the same arithmetic.
pub const HOMES: &[(&str, &[&str])] = &[
    ("argon2", &["secret"]),
    ("chacha20poly1305", &["secret"]),
    ("rsa", &["protocol", "lab"]),
    ("p256", &["protocol", "lab"]),
    ("p384", &["protocol", "lab"]),
    ("p521", &["protocol"]),
    ("ed25519-dalek", &["protocol", "lab"]),
    ("rand_chacha", &["protocol"]),
    ("sha1", &["protocol", "lab"]),
    ("aws-sigv4", &["protocol"]),
    ("aws-credential-types", &["protocol"]),
    ("saphyr*", &["domain"]),
    ("schemars", &["domain"]),
    ("psl", &["domain"]),
    ("rusqlite", &["store", "lab"]),
    ("reqwest", &["platform"]),
    ("rustls*", &["platform"]),
    ("getrandom", &["platform"]),
    ("keyring*", &["platform"]),
    ("apple-native-keyring-store", &["platform"]),
    ("windows-native-keyring-store", &["platform"]),
    ("zbus*", &["platform"]),
    ("arboard", &["platform", "tests"]),
    ("open", &["platform"]),
    ("x11rb", &["tests"]),
    ("windows-registry", &["platform"]),
    ("dunce", &["platform"]),
    ("rquickjs*", &["engine"]),
    ("image*", &["engine"]),
    ("resvg", &["engine"]),
    ("axum*", &["lab", "gateway"]),
    ("hyper*", &["platform", "lab", "gateway", "tests"]),
    ("ts-rs", &["api"]),
    ("clap*", &["cli"]),
    ("tauri*", &["patchbay-desktop"]),
    ("webkit2gtk", &["patchbay-desktop"]),
];

/// What the Lab must not reach by any path: it verifies with its own code.
pub const FOREIGN_TO_LAB: &[&str] =
    &["protocol", "domain", "store", "engine", "api", "platform", "aws-sigv4"];

/// What stands at the top level, in sight.
pub const TOP_LEVEL: &[&str] = &[
    "Cargo.toml",
    "Cargo.lock",
    "README.md",
    "LICENSE-MIT",
    "LICENSE-APACHE",
    "src-tauri",
    "ui",
    "icons",
    "tests",
];
