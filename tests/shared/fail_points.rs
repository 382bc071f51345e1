//! Fail points: the moments at which a process can be told to die, and what tells it.
//!
//! A moment has a name: `before` or `after`, and what: `commit` with the function that asked for it, `request` with method
//! and path, `key store` with what is done. The program `patchbay-fail-points` is the `patchbay` command on ports that
//! come by here; `patchbay` itself knows nothing of it. A process counts how often it touches each point, and dies at the
//! one that [`FAIL_AT`] names: at once, as by a power cut, with nothing flushed and no destructor run.

use std::{
    collections::HashMap,
    env,
    fs::{File, OpenOptions},
    io::Write,
    sync::{Mutex, PoisonError},
};

/// The program.
pub const PROGRAM: &str = "patchbay-fail-points";
/// Where to die: `2 after commit engine::vault::rotate::switch` is its second touch.
pub const FAIL_AT: &str = "PATCHBAY_FAIL_AT";
/// A file that every touch is written to, a line each.
pub const TOUCHES: &str = "PATCHBAY_FAIL_TOUCHES";
/// A folder that takes the place of the OS key store, a file for each item.
pub const KEYS: &str = "PATCHBAY_FAIL_KEYS";
/// Seconds by which the wall clock of the process is wrong.
pub const CLOCK: &str = "PATCHBAY_FAIL_CLOCK";

/// What a process does at its fail points.
pub struct FailPoints {
    at: Option<(u32, String)>,
    touches: Option<File>,
    counts: Mutex<HashMap<String, u32>>,
}

impl FailPoints {
    /// As the variables of this process say.
    pub fn from_environment() -> Self {
        let at = env::var(FAIL_AT).ok().map(|wish| {
            let (number, name) = wish.split_once(' ').expect("`NUMBER NAME`");
            (number.parse().expect("a number"), name.to_owned())
        });
        let touches =
            env::var_os(TOUCHES).map(|file| OpenOptions::new().create(true).append(true).open(file).unwrap());
        Self { at, touches, counts: Mutex::default() }
    }

    /// The process is at this moment; it may be its last.
    pub fn touch(&self, name: &str) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(name.to_owned()).or_default();
        *count += 1;
        if let Some(mut file) = self.touches.as_ref() {
            writeln!(file, "{name}").unwrap();
        }
        if self.at.as_ref().is_some_and(|(number, at)| number == count && at == name) {
            std::process::abort();
        }
    }
}

/// The function that a closure stands in, from the name of the closure's type:
/// `engine::vault::rotate::<impl engine::vault::Vault>::switch::{{closure}}` is `engine::vault::rotate::switch`.
pub fn function(closure: &str) -> String {
    let mut bare = String::new();
    let mut depth = 0;
    for c in closure.chars() {
        match c {
            '<' => depth += 1,
            '>' => depth -= 1,
            c if depth == 0 => bare.push(c),
            _ => {}
        }
    }
    let parts = bare.split("::").filter(|part| !part.is_empty() && !part.starts_with('{'));
    parts.collect::<Vec<_>>().join("::")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_commit_is_named_by_the_function_that_asked_for_it() {
        for (closure, name) in [
            (
                "engine::vault::rotate::<impl engine::vault::Vault>::switch::{{closure}}::{{closure}}",
                "engine::vault::rotate::switch",
            ),
            ("engine::vault::Vault::lock::{{closure}}::{{closure}}", "engine::vault::Vault::lock"),
            (
                "engine::oauth::refresh::<impl engine::Engine>::keep<T<u8>>::{{closure}}",
                "engine::oauth::refresh::keep",
            ),
        ] {
            assert_eq!(function(closure), name);
        }
    }
}
