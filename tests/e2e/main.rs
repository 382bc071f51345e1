//! The real window, driven as a person would: found by role and name, clicked, typed into, looked at.
//!
//! One test is one [`World`] (a machine with empty folders) and one or more [`Window`]s opened in it, one after the
//! other. The window is the built `patchbay-desktop`, driven through WebKitWebDriver on the private display, bus and
//! unlocked keyring of `cargo xtask test window`; nothing of the person's own desktop is touched, and the tests refuse
//! to run elsewhere. To run some of them: `cargo xtask session cargo test --workspace --test e2e NAME`.
//!
//! ```ignore
//! let world = World::empty();
//! let window = Window::open(&world).await;
//! window.click(button("Add connection")).await;
//! window.fill(field("Name"), "Acme").await;
//! window.sees("Connected as jane@acme.test").await;
//! window.picture("connected").await;
//! window.close().await;
//! ```
//!
//! Every step waits for its condition with a deadline; no test sleeps. A step that fails says what it looked for and
//! what the page showed, and leaves a picture in `target/screens`.
//!
//! To add tests: one file per feature beside `frame.rs`, named below.
#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a step that fails ends its test"
)]

mod addresses;
mod app_link;
mod apps;
mod assertion;
mod browser;
mod canary;
mod closing;
mod driver;
mod error_page;
mod find;
mod frame;
mod journeys;
mod logo;
mod offline;
mod page;
mod places;
mod sign_in;
mod steps;
mod title_bar;
mod tour;
mod window;
mod world;

pub use browser::Browser;
pub use find::{Named, button, checkbox, field, heading, link, menu_item, option, radio, tab};
pub use page::Page;
pub use window::{Ending, Window};
pub use world::World;
