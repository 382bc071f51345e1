//! Each journey, killed once at each of its fail points.

use crate::{
    machine::{CONNECT_ODD, CONNECTORS, Machine, ODD, SIGN_IN, Touch, Version},
    points::POINTS,
};
use std::{
    collections::BTreeSet,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};
use tests::{
    Peer, built,
    fail_points::{CLOCK, FAIL_AT},
    world::Ended,
};

/// Where a journey begins.
#[derive(Clone, Copy, PartialEq, Eq)]
enum From {
    /// With an empty data directory.
    Nothing,
    /// With a vault, connectors, and the connections *App* and *Key*.
    Ready,
    /// The same, with *Alice* signed in a moment ago.
    SignedIn,
    /// The same, with a newer version of every connector.
    Newer,
    /// As ready, with a second app beside the default, which *App* uses.
    TwoApps,
}

/// One command, and what must hold after it was killed.
struct Journey {
    from: From,
    command: &'static [&'static str],
    /// Looks whether what was told is so, and goes on where the dead stopped.
    after: fn(&Machine<'_>, &Ended),
}

const JOURNEYS: &[Journey] = &[
    Journey {
        from: From::Nothing,
        command: &["vault", "create"],
        after: |machine, told| {
            let again = machine.run(&["vault", "create"]);
            let exists = again.code != 0 && again.json()["error"]["code"] == "exists";
            assert!(again.code == 0 || exists, "{again:?}");
            assert!(exists || !is_done(told), "it was told that there is a vault");
            add(machine, "key");
            machine.done(&["connect", "key", "--secret", "token=@{folder}/secret-token"]);
        },
    },
    Journey {
        from: From::Nothing,
        command: &["connectors", "add", "{folder}/key.yaml", "--agree", "{peer}"],
        after: |machine, told| {
            let again = machine.run(&["connectors", "add", "{folder}/key.yaml", "--agree", "{peer}"]);
            assert!(again.code == 0 || again.json()["error"]["code"] == "exists", "{again:?}");
            assert!(again.code != 0 || !is_done(told), "it was told that it is there");
            machine.done(&["connectors", "ready", "key"]);
            machine.done(&["connect", "key", "--secret", "token=@{folder}/secret-token"]);
        },
    },
    Journey {
        from: From::Ready,
        command: &[
            "connect",
            "app",
            "--name",
            "New",
            "--secret",
            "client_secret=@{folder}/secret-client_secret",
        ],
        after: |machine, told| is_there_if_told(machine, told, "new"),
    },
    Journey {
        from: From::Ready,
        command: &["connect", "key", "--name", "New", "--secret", "token=@{folder}/secret-token"],
        after: |machine, told| is_there_if_told(machine, told, "new"),
    },
    Journey {
        from: From::Ready,
        command: SIGN_IN,
        after: |machine, told| is_there_if_told(machine, told, "alice"),
    },
    Journey {
        from: From::Ready,
        command: &["reauthorize", "key", "--secret", "token=@{folder}/secret-token"],
        after: |_, _| {},
    },
    Journey { from: From::Ready, command: &["verify", "app"], after: |_, _| {} },
    Journey {
        from: From::Ready,
        command: &["rename", "app", "Renamed"],
        after: |machine, told| {
            let name = machine.show("app").unwrap()["name"].clone();
            assert!(name == "Renamed" || name == "App", "{name}");
            assert!(name == "Renamed" || !is_done(told), "it was told that it has its new name");
            machine.done(&["rename", "app", "Renamed"]);
        },
    },
    Journey {
        from: From::Ready,
        command: &["connectors", "draft", "person"],
        after: |machine, told| {
            let stage = machine.done(&["connectors", "show", "person"]).json()["stage"].clone();
            assert!(stage == "draft" || !is_done(told), "it was told that it is a draft: {stage}");
            add(machine, "person");
        },
    },
    Journey {
        from: From::Ready,
        command: &["vault", "rotate"],
        after: |machine, _| drop(machine.done(&["vault", "rotate"])),
    },
    Journey {
        from: From::SignedIn,
        command: &["refresh", "alice"],
        after: |machine, _| assert!(machine.show("alice").is_some()),
    },
    Journey {
        from: From::SignedIn,
        command: &["delete", "alice", "--yes"],
        after: |machine, told| {
            let is_there = machine.show("alice").is_some();
            assert!(!is_there || !is_done(told), "it was told that it is gone");
            assert!(!is_there || machine.run(&["delete", "alice", "--yes"]).code == 0);
        },
    },
    Journey {
        from: From::SignedIn,
        command: &["revoke", "alice", "--yes"],
        after: |machine, told| {
            let status = machine.show("alice").unwrap()["status"]["kind"].clone();
            assert!(
                status == "not_signed_in" || !is_done(told),
                "it was told that it is signed out: {status}"
            );
        },
    },
    Journey {
        from: From::Newer,
        command: &["use-new-version", "key"],
        after: |machine, told| {
            is_on_a_version(machine, "key", is_done(told));
            machine.done(&["use-new-version", "key"]);
            is_on_a_version(machine, "key", true);
        },
    },
    Journey {
        from: From::Newer,
        command: &["use-new-version", "--connector", "key"],
        after: |machine, told| {
            is_on_a_version(machine, "key", is_done(told));
            machine.done(&["use-new-version", "--connector", "key"]);
            is_on_a_version(machine, "key", true);
        },
    },
    Journey {
        from: From::Newer,
        command: APP_ANEW,
        after: |machine, told| signs_in_with_the_newer(machine, told, "app", APP_ANEW),
    },
    Journey {
        from: From::Newer,
        command: ALICE_ANEW,
        after: |machine, told| signs_in_with_the_newer(machine, told, "alice", ALICE_ANEW),
    },
    Journey {
        from: From::Ready,
        command: CONNECT_ODD,
        after: |machine, told| {
            is_there_if_told(machine, told, "odd");
            // A day later nobody waits any more for a sign-in that died.
            let ended =
                Ended::of(machine.command(&["environments", "list"]).env(CLOCK, DAY).output().unwrap());
            assert_eq!(ended.code, 0, "{ended:?}");
            let kept = if machine.show("odd").is_some() { vec![BASIC, ODD] } else { vec![BASIC] };
            assert_eq!(machine.apps(), kept, "an app stays only with a connection");
        },
    },
    Journey {
        from: From::TwoApps,
        command: &["apps", "default", "app", ODD],
        after: |machine, told| {
            let apps = machine.apps();
            assert!(apps == [ODD, BASIC] || apps == [BASIC, ODD], "{apps:?}");
            assert!(apps[0] == ODD || !is_done(told), "it was told that it is the default: {apps:?}");
            machine.done(&["apps", "default", "app", ODD]);
            assert_eq!(machine.apps(), [ODD, BASIC]);
            machine.done(&["connect", "app", "--name", "New"]);
        },
    },
    Journey {
        from: From::TwoApps,
        command: &["apps", "delete", "app", ODD, "--yes"],
        after: |machine, told| {
            let apps = machine.apps();
            assert!(apps == [BASIC] || apps == [BASIC, ODD], "{apps:?}");
            assert!(apps == [BASIC] || !is_done(told), "it was told that it is gone");
            if apps != [BASIC] {
                machine.done(&["apps", "delete", "app", ODD, "--yes"]);
            }
            machine.done(&["connect", "app", "--name", "New"]);
        },
    },
];

/// The app that *App* was connected with.
const BASIC: &str = "cc-basic";
const DAY: &str = "86400";

const APP_ANEW: &[&str] = &["reauthorize", "app", "--new-version", "--setting", "team=harbour"];
const ALICE_ANEW: &[&str] =
    &["reauthorize", "alice", "--new-version", "--redirect", "loopback", "--no-browser", "--timeout", "30"];

/// Between these, a service has replaced the token and the new one is not on the disk: nobody can change that. At no other
/// point may a kill end an authorization.
const LOSES: &[&str] = &[
    "after request POST /token",
    "before commit engine::oauth::endpoint::send_to",
    "after commit engine::oauth::endpoint::send_to",
    "before commit engine::oauth::refresh::store_fresh",
];

/// Whether a command printed its result before it died.
fn is_done(told: &Ended) -> bool {
    told.out.ends_with('\n') && !told.out.contains("\"error\"")
}

fn add(machine: &Machine<'_>, link_name: &str) {
    machine.done(&[
        "connectors",
        "add",
        "--update",
        &format!("{{folder}}/{link_name}.yaml"),
        "--agree",
        "{peer}",
    ]);
    machine.done(&["connectors", "ready", link_name]);
}

fn is_there_if_told(machine: &Machine<'_>, told: &Ended, link_name: &str) {
    assert!(
        machine.show(link_name).is_some() || !is_connected(told),
        "it was told that the connection stands"
    );
}

/// Whether a sign-in told that it was done before it died.
fn is_connected(told: &Ended) -> bool {
    told.out.lines().any(|line| line.starts_with("{\"step\":\"connected\"") && line.ends_with('}'))
}

/// Looks whether a connection works with one of both versions and has what that one asks for, and no less and no more. True
/// where it is the newer one, which it must be if `told`.
fn is_on_a_version(machine: &Machine<'_>, link_name: &str, told: bool) -> bool {
    let shown = machine.done(&["show", link_name]).json();
    let is_newer = shown["new_version"].is_null();
    assert!(is_newer || !told, "it was told that it is on the newer version: {shown}");
    let has: Vec<_> = shown["settings"].as_array().unwrap().iter().map(|setting| &setting["key"]).collect();
    let asked = match (is_newer, link_name) {
        (false, _) => vec!["desk"],
        (true, "app") => vec!["team"],
        (true, _) => vec![],
    };
    assert_eq!(has, asked, "{shown}");
    machine.done(&["verify", link_name]);
    is_newer
}

/// Looks whether a sign-in with the newer version left the connection on one of both, and goes on to the newer.
fn signs_in_with_the_newer(machine: &Machine<'_>, told: &Ended, link_name: &str, again: &[&str]) {
    if !is_on_a_version(machine, link_name, is_connected(told)) {
        machine.signed_in(again);
    }
    is_on_a_version(machine, link_name, true);
}

/// What one kill came to.
struct Killed {
    journey: String,
    at: Touch,
    lost: bool,
    failed: Option<String>,
}

#[test]
fn a_process_that_is_killed_at_any_fail_point_leaves_everything_whole() {
    let peer = Peer::start("oidc-provider");
    let ready = Machine::ready(&peer);
    // None of its journeys uses up what Alice was given, so one sign-in does for all of them.
    let newer = ready.copy();
    newer.sign_in();
    CONNECTORS.iter().for_each(|link_name| newer.publish(link_name, Version::Newer));
    let two_apps = ready.copy();
    two_apps.keep_odd();
    let begin = |from| match from {
        From::Nothing => Machine::empty(&peer),
        From::Ready => ready.copy(),
        From::SignedIn => {
            let machine = ready.copy();
            machine.sign_in();
            machine
        }
        From::Newer => newer.copy(),
        From::TwoApps => two_apps.copy(),
    };
    let mut jobs = Vec::new();
    for journey in JOURNEYS {
        jobs.extend(begin(journey.from).touches(journey.command).into_iter().map(|at| (journey, at)));
    }
    let (next, killed) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let work = || {
        while let Some((journey, at)) = jobs.get(next.fetch_add(1, Ordering::SeqCst)) {
            let outcome = catch_unwind(AssertUnwindSafe(|| kill(&begin(journey.from), journey, at)));
            let (lost, failed) = match outcome {
                Ok(lost) => (lost, None),
                Err(panic) => (false, Some(panic.downcast_ref::<String>().cloned().unwrap_or_default())),
            };
            let journey = journey.command.iter().take(2).copied().collect::<Vec<_>>().join(" ");
            killed.lock().unwrap().push(Killed { journey, at: at.clone(), lost, failed });
        }
    };
    thread::scope(|scope| (0..3).for_each(|_| drop(scope.spawn(work))));
    let killed = killed.into_inner().unwrap();
    for Killed { journey, at: (number, name), lost, failed } in &killed {
        let note = if failed.is_some() {
            "  FAILED"
        } else if *lost {
            "  lost, as it must be"
        } else {
            ""
        };
        println!("{journey:24} {number} {name}{note}");
    }
    let failed: Vec<_> =
        killed.iter().filter_map(|one| Some((&one.journey, &one.at, one.failed.as_ref()?))).collect();
    assert!(failed.is_empty(), "{failed:#?}");
    let touched: BTreeSet<_> =
        jobs.iter().filter_map(|(_, (_, name))| name.strip_prefix("before ")).collect();
    assert_eq!(
        touched,
        POINTS.iter().copied().collect(),
        "the list of fail points is not what the journeys touch"
    );
    println!("{} kills, {} of them lost a token", killed.len(), killed.iter().filter(|one| one.lost).count());
}

/// Kills `journey` at `at` and looks at what is left. True where an authorization was lost.
fn kill(machine: &Machine<'_>, journey: &Journey, at: &Touch) -> bool {
    let ended = machine.killed_at(journey.command, at);
    assert!(ended.code == -1 || ended.code == 0, "it neither died nor ended well: {ended:?}");
    machine.assert_whole();
    (journey.after)(machine, &ended);
    if journey.from == From::Nothing {
        return false;
    }
    let (working, bad) = machine.working();
    for link_name in ["app", "key"] {
        assert!(working.iter().any(|name| name == link_name), "{link_name} does not work any more: {bad:?}");
    }
    let others: Vec<_> = bad.iter().filter(|line| line["connection"] != "alice").collect();
    assert!(others.is_empty(), "{others:?}");
    if journey.command != ["refresh", "alice"] {
        return false;
    }
    let again = machine.run(journey.command);
    let lost = again.code != 0;
    assert_eq!(lost, LOSES.contains(&at.1.as_str()), "{again:?}");
    lost
}

#[test]
fn the_program_that_people_get_knows_no_fail_point() {
    let knows = |program: &str| {
        let bytes = std::fs::read(built(program)).unwrap();
        bytes.windows(FAIL_AT.len()).any(|window| window == FAIL_AT.as_bytes())
    };
    assert!(knows(tests::fail_points::PROGRAM), "this look finds it where it is");
    assert!(!knows("patchbay"));
}
