//! Without a network: the test runs itself again in a network namespace that has loopback and no route out.
//!
//! Display, bus and keyring are reached by files, so they are there all the same. Where the system lets nobody make such a
//! network, the test says so and runs in the machine's own.

use std::{env, process::Command};

/// Set for the run inside.
const INSIDE: &str = "PATCHBAY_TEST_OFFLINE";

/// Runs the test of this name in a network of its own, unless this is that run already; `true` where that was done, and
/// went well.
pub fn runs_inside(test: &str) -> bool {
    if env::var_os(INSIDE).is_some() {
        let interfaces = std::fs::read_to_string("/proc/net/dev").unwrap();
        let names: Vec<_> =
            interfaces.lines().filter_map(|line| Some(line.split_once(':')?.0.trim())).collect();
        assert_eq!(names, ["lo"], "there is a way out");
        return false;
    }
    if !network(&["true"]).status().is_ok_and(|status| status.success()) {
        eprintln!(
            "{test}: this system lets nobody make a network without a way out; the machine's own is used"
        );
        return false;
    }
    let program = env::current_exe().unwrap();
    let name = format!("tour::{test}");
    let arguments = [program.to_str().unwrap(), "--exact", &name, "--nocapture"];
    let ended = network(&arguments).env(INSIDE, "1").status().unwrap();
    assert!(ended.success(), "it failed without a network");
    true
}

/// A command in a network of its own, as the same user.
fn network(command: &[&str]) -> Command {
    let mut unshare = Command::new("unshare");
    // Root needs no other right for it; anybody else gets it in a user namespace, and stays who they are for the bus.
    if !is_root() {
        unshare.args(["--map-current-user", "--keep-caps"]);
    }
    unshare.args(["--net", "sh", "-c", r#"ip link set lo up && exec "$0" "$@""#]).args(command);
    unshare
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}
