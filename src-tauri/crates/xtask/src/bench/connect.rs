//! `patchbay connect` from start to end, for client credentials and the verify request, beside two other ways to do the same
//! two requests: curl, and Python with requests-oauthlib.
//!
//! What we do besides: ask the keyring, seal, and write to the disk before each step. All by turns in one run, against
//! oidc-provider on loopback, with a keyring of the session's own.

use super::{Build, Figure, command::time, median};
use crate::{
    Failure, machine,
    machine::Need,
    peers,
    process::{Running, check, program, project},
    session::{Session, scratch},
};
use std::{
    fs,
    io::{BufRead, BufReader},
    path::Path,
    process::{Command, Stdio},
};

const ROUNDS: usize = 20;
const CLIENT: &str = "cc-basic";
const SECRET: &str = "cc-basic-secret-0123456789";
/// Two requests, as a person writes them into a script.
const CURL: &str = r#"token=$(curl -sSf -u "$2:$3" -d grant_type=client_credentials -d scope=api:read "$1/token" |
  sed 's/.*"access_token":"\([^"]*\)".*/\1/') && curl -sSf -o /dev/null -H "Authorization: Bearer $token" "$1/api/me""#;

/// All three, by turns.
pub fn measure(build: &Build) -> Result<Vec<Figure>, Failure> {
    if !cfg!(target_os = "linux") {
        println!("a private keyring is made on Linux only");
        return Ok(Vec::new());
    }
    machine::prepare(Need::Test)?;
    peers::install()?;
    build.make("--bin patchbay")?;
    let folder = scratch("bench-connect")?;
    let session = Session::start(&folder)?;
    let (_peer, address) = start_peer(&folder)?;
    let secret = write(&folder, "secret", SECRET)?;
    let file = write(
        &folder,
        "app.yaml",
        &format!(
            "patchbay: 1\nlink_name: app\nname: App\nbase_url: {address}/api\nscopes:\n  delimiter: space\n  items:\n    \
             - {{ name: 'api:read', value: 'api:read', default: true }}\nauthentication: {{ type: oauth2, \
             grant_type: client_credentials, client_id: {CLIENT}, token_url: '{address}/token' }}\n\
             verify: {{ path: /me, account: /who }}\n"
        ),
    )?;
    let patchbay = |words: &[&str]| {
        let mut command = Command::new(build.path("patchbay"));
        command.args(words).env("PATCHBAY_DATA_DIR", folder.join("data")).env("HOME", &folder);
        session.enter(&mut command);
        command
    };
    check(patchbay(&["vault", "create"]).stdout(Stdio::null()))?;
    check(patchbay(&["connectors", "add", &file, "--agree", &address]).stdout(Stdio::null()))?;
    check(patchbay(&["connectors", "ready", "app"]).stdout(Stdio::null()))?;
    let secret = format!("client_secret=@{secret}");
    let python = project().join("target/peers/bin/python");
    let others = [address.as_str(), CLIENT, SECRET];
    let (mut ours, mut curl, mut requests) = (Vec::new(), Vec::new(), Vec::new());
    // One more than counted: the first of each fills the caches of the system.
    for round in 0..=ROUNDS {
        let name = format!("Bench {round}");
        let times = [
            time(&mut patchbay(&["connect", "app", "--name", &name, "--secret", &secret]))?,
            time(Command::new("sh").args(["-c", CURL, "sh"]).args(others))?,
            time(Command::new(&python).arg(project().join("tests/bench/connect_requests.py")).args(others))?,
        ];
        if round > 0 {
            ours.push(times[0]);
            curl.push(times[1]);
            requests.push(times[2]);
        }
    }
    let ours = median(ours);
    Ok(vec![
        Figure::new("`connect`, median of 20, beside curl", ours, "ms").beside(median(curl)),
        Figure::new("`connect`, median of 20, beside requests-oauthlib", ours, "ms").beside(median(requests)),
    ])
}

/// Starts oidc-provider, and waits for the line that says where it is.
fn start_peer(folder: &Path) -> Result<(Running, String), Failure> {
    let mut node = program("node tests/peers/serve_oidc-provider.mjs");
    node.arg(format!("--folder={}", folder.display())).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut running = Running(node.spawn().map_err(|error| format!("node could not be started: {error}"))?);
    let mut line = String::new();
    if let Some(output) = running.0.stdout.take() {
        BufReader::new(output).read_line(&mut line).map_err(|error| format!("node told nothing: {error}"))?;
    }
    let address = line.trim().strip_prefix("ready ").ok_or("oidc-provider did not say that it is ready")?;
    Ok((running, address.to_owned()))
}

fn write(folder: &Path, name: &str, text: &str) -> Result<String, Failure> {
    let path = folder.join(name);
    fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(path.display().to_string())
}
