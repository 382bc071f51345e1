//! An answer is on the disk before it is told: the system calls of a command, in their order (`strace`).

use std::process::Command;
use tests::{Peer, world::World};

/// What is told of a traced run.
#[derive(Debug, Default, PartialEq, Eq)]
struct Told {
    /// Writes to the log of the database, until the answer.
    writes: u32,
    /// Times at which the disk said that it has all of that.
    synced: u32,
    /// Whether something of it was not on the disk when the answer was written.
    early: bool,
    /// Whether there was an answer.
    answered: bool,
}

/// Reads a trace until standard output gets `answer`.
fn read(trace: &str, answer: &str) -> Told {
    const LOG: &str = "patchbay.db-wal>";
    let mut told = Told::default();
    // Threads whose sync of the log has begun and not yet returned.
    let mut syncing: Vec<&str> = Vec::new();
    let mut dirty = false;
    for line in trace.lines() {
        let Some((thread, call)) = line.split_once(' ') else { continue };
        let call = call.trim_start();
        let is_sync = call.starts_with("fdatasync(") || call.starts_with("fsync(");
        if call.starts_with("pwrite64(") && call.contains(LOG) {
            told.writes += 1;
            dirty = true;
        } else if is_sync && call.contains(LOG) && call.ends_with("<unfinished ...>") {
            syncing.push(thread);
        } else if is_sync && call.contains(LOG) && call.ends_with("= 0") {
            told.synced += 1;
            dirty = false;
        } else if call.contains("sync resumed>") && call.ends_with("= 0") && syncing.contains(&thread) {
            syncing.retain(|other| *other != thread);
            told.synced += 1;
            dirty = false;
        } else if call.starts_with("write(1<") && call.contains(answer) {
            told.answered = true;
            told.early = dirty;
            break;
        }
    }
    told
}

/// Runs a command under `strace` and reads what it did.
fn traced(world: &World, arguments: &[&str], answer: &str) -> Told {
    let command = world.command(arguments);
    let file = world.folder().join("trace");
    let mut strace = Command::new("strace");
    strace
        .args(["--follow-forks", "--decode-fds=path", "--string-limit=64", "--signal=none"])
        .args(["--trace=pwrite64,write,fsync,fdatasync", "--output"])
        .arg(&file)
        .arg(command.get_program())
        .args(command.get_args())
        .env_clear()
        .envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let ended = strace.output().expect("`cargo xtask test install` installs strace");
    assert!(ended.status.success(), "{ended:?}");
    read(&std::fs::read_to_string(&file).unwrap(), answer)
}

#[test]
fn an_answer_is_on_the_disk_before_it_is_told() {
    let (world, peer) = (World::new(), Peer::start("oidc-provider"));
    let manifest = format!(
        "patchbay: 1\nlink_name: app\nname: App\nbase_url: {0}/api\nscopes:\n  delimiter: space\n  items:\n    \
         - {{ name: 'api:read', value: 'api:read', default: true }}\nauthentication: {{ type: oauth2, \
         grant_type: client_credentials, client_id: cc-basic, token_url: '{0}/token' }}\nverify: {{ path: /me }}\n",
        peer.address
    );
    world.connector("app", &manifest);
    let secret = world.secret("client_secret", "cc-basic-secret-0123456789");
    for (arguments, answer) in [
        (&["connect", "app", "--name", "Mine", "--secret", &secret][..], r#"{\"step\":\"connected\""#),
        (&["rename", "mine", "Ours"], r#"{\""#),
        (&["refresh", "mine"], r#"{\""#),
    ] {
        let told = traced(&world, arguments, answer);
        println!("{}: {told:?}", arguments[0]);
        assert!(told.answered && told.writes > 0 && told.synced > 0, "{arguments:?}: {told:?}");
        assert!(!told.early, "{arguments:?} told what was not on the disk: {told:?}");
    }
}

#[test]
fn an_answer_that_comes_too_early_is_found() {
    let write = "7 pwrite64(5</d/patchbay.db-wal>, \"…\", 24, 0) = 24\n";
    let begins = "7 fdatasync(5</d/patchbay.db-wal> <unfinished ...>\n";
    let returns = "7 <... fdatasync resumed>)               = 0\n";
    let answer = "8 write(1</d/out>, \"done\\n\", 5) = 5\n";
    let early = |parts: &[&str]| read(&parts.concat(), "done").early;
    assert!(!early(&[write, begins, returns, answer]));
    assert!(early(&[write, begins, answer, returns]));
    assert!(early(&[write, begins, returns, write, answer]));
    assert!(early(&[write, "7 fdatasync(6</d/activity.db-wal>) = 0\n", answer]));
    assert!(early(&[write, "7 fdatasync(5</d/patchbay.db-wal>) = -1 EIO\n", answer]));
}
