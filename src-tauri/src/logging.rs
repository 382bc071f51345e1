//! The log, on standard error: warnings, or what `PATCHBAY_LOG` asks for.
//!
//! In a release build the variable raises the crates of this project only. Libraries stay at warnings whatever it says:
//! at lower levels some of them write down what they send.

use std::{env, io};
use tracing_subscriber::EnvFilter;

const OURS: [&str; 6] = ["patchbay_desktop", "api", "engine", "lab", "platform", "store"];

/// Starts the log.
pub fn start() {
    let filter = directives(cfg!(debug_assertions), env::var("PATCHBAY_LOG").ok().as_deref());
    tracing_subscriber::fmt().with_env_filter(EnvFilter::new(filter)).with_writer(io::stderr).init();
}

/// What is logged, in the words of [`EnvFilter`].
fn directives(debug: bool, wish: Option<&str>) -> String {
    match wish {
        Some(wish) if debug => wish.to_owned(),
        Some(level @ ("error" | "warn" | "info" | "debug" | "trace")) => {
            let ours: String = OURS.iter().map(|name| format!(",{name}={level}")).collect();
            format!("warn{ours}")
        }
        _ => "warn".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn libraries_stay_at_warnings_in_a_release_build() {
        assert_eq!(directives(false, None), "warn");
        assert_eq!(directives(false, Some("hyper=trace")), "warn");
        let raised = directives(false, Some("trace"));
        assert!(raised.starts_with("warn,patchbay_desktop=trace,") && !raised.contains("hyper"), "{raised}");
    }

    #[test]
    fn a_debug_build_logs_what_is_asked_for() {
        assert_eq!(directives(true, Some("hyper=trace")), "hyper=trace");
        assert_eq!(directives(true, None), "warn");
    }
}
