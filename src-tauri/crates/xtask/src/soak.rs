//! `cargo xtask soak`: the tests that kill and stop processes at random moments, for longer than anybody wants to wait in CI.

use crate::{
    Failure, machine,
    machine::Need,
    peers,
    process::{check, program},
};

/// How often, where nothing is said.
const KILLS: &str = "500";

/// `cargo xtask soak [KILLS [SEED]]`.
pub fn run(arguments: &[String]) -> Result<(), Failure> {
    let (kills, seed) = match arguments {
        [] => (KILLS, None),
        [kills] => (kills.as_str(), None),
        [kills, seed] => (kills.as_str(), Some(seed)),
        _ => return Err("takes the number of kills, and a seed".into()),
    };
    for number in std::iter::once(kills).chain(seed.map(String::as_str)) {
        number.parse::<u64>().map_err(|_| format!("`{number}` is no number"))?;
    }
    if cfg!(target_os = "linux") {
        machine::prepare(Need::Test)?;
    }
    peers::install()?;
    check(&mut program("cargo build --workspace --locked --bins --test kills"))?;
    let mut soak = program(
        "cargo test --workspace --locked --test kills -- --nocapture --include-ignored random:: refresh::",
    );
    soak.env("PATCHBAY_KILLS", kills);
    if let Some(seed) = seed {
        soak.env("PATCHBAY_KILLS_SEED", seed);
    }
    check(&mut soak)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_number_is_named() {
        assert_eq!(run(&["many".to_owned()]), Err("`many` is no number".to_owned()));
    }
}
