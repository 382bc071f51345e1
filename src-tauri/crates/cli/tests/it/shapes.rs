//! What each command prints with `--json`, held as it is: scripts are written against it.
//!
//! A change of a snapshot is a change of the contract: `INSTA_UPDATE=always cargo test -p cli --test it shapes`, then
//! read what has changed. A new command is a line in one of the journeys; the last test finds the one that has none.

use crate::{
    service::{Service, visit},
    transcript::Transcript,
    world::World,
};
use clap::CommandFactory;
use serde_json::Value;
use std::{
    io::{BufRead, BufReader},
    process::Stdio,
};

const KEYS: &str = "base_url: https://{team}.zylker.example/v2
description: Customers and deals.
settings: [{ key: team, label: Your team, default: acme }]
authentication: { type: api_key, parameters: [{ name: API key, key: X-Key, location: header }] }
verify: { path: /me, account: /email }
";

const SCRIPT: &str = "script: |\n  function before_action() { return true }\n";

fn connectors() -> Transcript {
    let (world, mut told) = (World::new(), Transcript::default());
    let file = |name: &str, text: &str| world.file(name, text).to_str().unwrap().to_owned();
    let zylker = file("zylker.yaml", &format!("patchbay: 1\nlink_name: zylker\nname: Zylker\n{KEYS}"));
    let wrong = file(
        "wrong.yaml",
        "patchbay: 1\nlink_name: wrong\nname: Wrong\nbase_url: ftp://a\nheaders: { Authorization: abc }\n",
    );
    let out = world.path() + "/out.yaml";
    told.run(&world, &["connectors", "list"]);
    told.run(&world, &["connectors", "check", &zylker]);
    told.run(&world, &["connectors", "check", &wrong]);
    told.run(&world, &["connectors", "add", &zylker]);
    told.run(&world, &["connectors", "add", &zylker]);
    told.run(&world, &["connectors", "add", &wrong]);
    told.run(&world, &["connectors", "add", "no-such-file.yaml"]);
    told.run(&world, &["connect", "zylker", "--lab"]);
    told.run(&world, &["connectors", "ready", "zylker"]);
    told.run(&world, &["connectors", "show", "zylker"]);
    told.run(&world, &["connectors", "list", "--custom", "--stage", "ready"]);
    told.run(&world, &["connectors", "export", "zylker"]);
    told.run(&world, &["connectors", "export", "zylker", "-o", &out]);
    told.run(&world, &["connectors", "discover", "login.zylker.example"]);
    told.run(&world, &["connectors", "script", "zylker"]);
    let coded = file("coded.yaml", &format!("patchbay: 1\nlink_name: coded\nname: Coded\n{KEYS}{SCRIPT}"));
    told.run(&world, &["connectors", "add", &coded]);
    told.run(&world, &["connectors", "script", "coded"]);
    told.run(&world, &["connectors", "script", "coded", "--allow"]);
    told.run(&world, &["connectors", "script", "coded", "--allow", "--yes"]);
    told.run(&world, &["connectors", "script", "coded", "--forbid"]);
    told.run(&world, &["connectors", "draft", "zylker"]);
    told.run(&world, &["connectors", "ready", "zylker"]);
    told.run(&world, &["connect", "zylker", "--lab", "--name", "Mine"]);
    told.run(&world, &["connectors", "delete", "zylker", "--yes"]);
    told.run(&world, &["connectors", "delete", "zylker", "--with-connections"]);
    told.run(&world, &["connectors", "delete", "zylker", "--yes", "--with-connections"]);
    told.run(&world, &["connectors", "show", "zylker"]);
    told
}

fn connections() -> Transcript {
    let (world, mut told) = (World::new(), Transcript::default());
    world.connector("zylker", KEYS);
    let wrong = format!("X-Key=@{}", world.file("wrong", "wr0ng-value").display());
    told.run(&world, &["connect", "zylker"]);
    told.run(&world, &["connect", "zylker", "--value", "X-Key=abc"]);
    told.run(&world, &["connect", "zylker", "--lab", "--secret", &wrong]);
    told.run(&world, &["connect", "zylker", "--lab", "--name", "Mine"]);
    told.run(&world, &["connections", "list"]);
    told.run(&world, &["show", "mine"]);
    told.run(&world, &["verify", "mine"]);
    told.run(&world, &["rename", "mine", "Ours"]);
    told.run(&world, &["duplicate", "mine"]);
    told.run(&world, &["rename", "ours-2", "Ours"]);
    told.run(&world, &["show", "Ours"]);
    told.run(&world, &["verify", "--all"]);
    told.run(&world, &["use-new-version", "mine"]);
    for (name, changed) in [
        ("seconds", KEYS.replace("Customers and deals.", "Customers, deals and tickets.")),
        ("thirds", KEYS.replace("acme }", "acme }, { key: region, label: Region, required: true }")),
    ] {
        let file = world.file(name, &format!("patchbay: 1\nlink_name: zylker\nname: zylker\n{changed}"));
        world.ended(&["connectors", "add", file.to_str().unwrap(), "--update"]);
        world.ended(&["connectors", "ready", "zylker"]);
        told.run(&world, &["use-new-version", "mine"]);
        told.run(&world, &["use-new-version", "--connector", "zylker"]);
    }
    told.run(&world, &["reauthorize", "mine", "--new-version"]);
    told.run(&world, &["reauthorize", "mine", "--new-version", "--setting", "region=north"]);
    told.run(&world, &["use-new-version"]);
    told.run(
        &world,
        &[
            "request",
            "mine",
            "POST",
            "/things?page=2",
            "-q",
            "a=b c",
            "-H",
            "X-Trace: 1",
            "-d",
            r#"{"id":1}"#,
            "--dry-run",
        ],
    );
    told.run(&world, &["request", "mine", "GET", "/things"]);
    told.run(&world, &["request", "mine", "GET", "https://evil.example/"]);
    told.run(&world, &["request", "mine", "G T", "/"]);
    told.run(&world, &["disable", "mine"]);
    told.run(&world, &["verify", "mine"]);
    told.run(&world, &["verify", "mine", "ours-2"]);
    told.run(&world, &["enable", "mine"]);
    told.run(&world, &["refresh", "mine"]);
    told.run(&world, &["revoke", "mine", "--yes"]);
    told.run(&world, &["reauthorize", "mine"]);
    told.run(&world, &["events", "--connection", "mine"]);
    told.run(&world, &["delete", "mine"]);
    told.run(&world, &["delete", "mine", "--yes"]);
    told.run(&world, &["show", "mine"]);
    told
}

fn sign_ins() -> Transcript {
    let (world, service, mut told) = (World::new(), Service::start(), Transcript::default());
    let oauth = |rest: &str| {
        format!(
            "base_url: {0}/api\nauthentication: {{ type: oauth2, client_id: app, client_authentication: none, \
             token_url: '{0}/token', revoke_url: '{0}/revoke', \
             introspect_url: '{0}/introspect', {rest} }}\nverify: {{ path: /me, account: /who }}\n\
             scopes: {{ delimiter: space, items: [{{ name: Read, value: read, default: true }}] }}\n",
            service.address
        )
    };
    let ready = |link_name: &str, rest: &str| world.connector_of(link_name, rest, &[&service.address]);
    let code = format!("authorize_url: '{}/authorize'", service.address);
    ready("code", &oauth(&format!("{code}, redirect: loopback")));
    ready("pasted", &oauth(&format!("{code}, redirect: manual, redirect_uri: 'https://client.example/cb'")));
    let device = format!("grant_type: device_code, device_authorization_url: '{}/device'", service.address);
    ready("device", &oauth(&device));
    let machine = oauth("grant_type: client_credentials").replace("client_authentication: none, ", "");
    ready("machine", &machine);

    let base = service.address.replace("127.0.0.1", "{host}");
    let by_host = machine
        .replace(&format!("base_url: {}/api", service.address), &format!("base_url: '{base}/api'"))
        + "allow_insecure_http: true\ncaptures: [{ key: host, from: token, pointer: /host, use: host }]\n";
    ready("told", &by_host);

    world.connector("unasked", &oauth(&format!("{code}, redirect: loopback")));
    told.take(&world, &["connect", "unasked"], &world.ended(&["connect", "unasked"]));
    let arguments = ["connect", "code", "--no-browser", "--name", "Mine"];
    let ended = sign_in(&world, &arguments, |_, redirect| {
        assert_eq!(visit(redirect), "HTTP/1.1 200 OK");
    });
    told.take(&world, &arguments, &ended);
    let arguments = ["connect", "pasted", "--no-browser"];
    let page = world
        .file("page", "Error 400: redirect_uri_mismatch\nThe redirect URI in the request is not registered.");
    let explain = ["redirect", "--error-page", page.to_str().unwrap(), "--for", "Pasted"];
    let (mut handed_over, mut explained) = (None, Vec::new());
    let ended = sign_in(&world, &arguments, |world, redirect| {
        explained.extend([&explain[..3], &explain[..]].map(|arguments| world.ended(arguments)));
        handed_over = Some(world.ended(&["redirect", redirect]));
    });
    told.take(&world, &arguments, &ended);
    told.take(&world, &explain[..3], &explained[0]);
    told.take(&world, &explain, &explained[1]);
    told.take(&world, &explain[..3], &world.ended(&explain[..3]));
    told.take(
        &world,
        &["redirect", "https://client.example/cb?state=[state]&code=[code]"],
        &handed_over.unwrap(),
    );
    let secret = format!("client_secret=@{}", world.file("secret", "app-secret").display());
    for arguments in [
        vec!["redirect", "https://client.example/cb?state=unknown&code=c"],
        vec!["connect", "device"],
        vec!["connect", "machine", "--secret", &secret],
        vec!["connect", "told", "--secret", &secret],
        vec!["show", "mine"],
        vec!["introspect", "mine"],
        vec!["refresh", "mine"],
        vec!["events", "--connection", "mine"],
        vec!["revoke", "mine"],
        vec!["revoke", "mine", "--yes"],
        vec!["verify", "mine"],
        vec!["connectors", "delete", "pasted", "--yes", "--with-connections"],
        vec!["delete", "device", "--yes"],
    ] {
        told.take(&world, &arguments, &world.ended(&arguments));
    }
    let agreed = ["connect", "told", "--secret", &secret, "--agree"];
    let ended = world.ended(&[&agreed[..], &[&service.address]].concat());
    told.take(&world, &[&agreed[..], &["[address]"]].concat(), &ended);
    told
}

/// Runs a command that hands out the address of the sign-in page; `land` is where the browser would come back.
fn sign_in(world: &World, arguments: &[&str], land: impl FnOnce(&World, &str)) -> crate::world::Ended {
    let mut child = world.together(arguments).stdout(Stdio::piped()).spawn().unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    let mut out = String::new();
    let mut land = Some(land);
    for line in lines {
        let told: Value = serde_json::from_str(&line).unwrap();
        out.push_str(&format!("{line}\n"));
        if told["step"] == "browser" {
            let state =
                told["url"].as_str().unwrap().split("state=").nth(1).unwrap().split('&').next().unwrap();
            let redirect =
                format!("{}?state={state}&code=c-0123456789", told["redirect_uri"].as_str().unwrap());
            land.take().unwrap()(world, &redirect);
        }
    }
    let code = child.wait().unwrap().code().unwrap();
    crate::world::Ended { code, out, err: String::new() }
}

fn apps() -> Transcript {
    let (world, service, mut told) = (World::new(), Service::start(), Transcript::default());
    let address = &service.address;
    let rest = format!(
        "base_url: {address}/api\nauthentication: {{ type: oauth2, grant_type: client_credentials, \
         token_url: '{address}/token' }}\nverify: {{ path: /me, account: /who }}\n"
    );
    world.connector_of("zylker", &rest, &[address]);
    let secret = format!("client_secret=@{}", world.file("secret", "app-secret").display());
    for arguments in [
        vec!["apps", "list", "zylker"],
        vec!["apps", "list", "nothing"],
        vec!["environments", "add", "Staging"],
        vec!["connect", "zylker", "--client-id", "first", "--secret", &secret, "--name", "One"],
        vec!["connect", "zylker", "--client-id", "second"],
        vec!["connect", "zylker", "--client-id", "second", "--secret", &secret, "--name", "Two"],
        vec!["connect", "zylker", "--client-id", "second", "--name", "Three"],
        vec!["connect", "zylker", "--environment", "staging", "--client-id", "first"],
        vec!["connect", "zylker", "--environment", "staging", "--client-id", "first", "--secret", &secret],
        vec!["apps", "list", "zylker"],
        vec!["apps", "list", "zylker", "--environment", "staging"],
        vec!["apps", "default", "zylker", "third"],
        vec!["apps", "default", "zylker", "second"],
        vec!["refresh", "one"],
        vec!["apps", "delete", "zylker", "first"],
        vec!["apps", "delete", "zylker", "first", "--yes"],
        vec!["delete", "one", "--yes"],
        vec!["apps", "delete", "zylker", "first", "--yes"],
        vec!["apps", "list", "zylker", "--environment", "production"],
    ] {
        told.take(&world, &arguments, &world.ended(&arguments));
    }
    told
}

fn lab() -> Transcript {
    let (world, mut told) = (World::new(), Transcript::default());
    world.connector("zylker", KEYS);
    told.run(&world, &["lab", "status"]);
    told.run(&world, &["lab", "start", "--connector", "nothing"]);
    told.run(&world, &["lab", "start", "--behaviour", "slow=soon"]);
    told.run(&world, &["lab", "advance", "60"]);
    told.run(&world, &["lab", "prove", "nothing"]);
    told.run(&world, &["lab", "prove", "zylker"]);
    told.run(&world, &["lab", "tour"]);
    told.run(&world, &["lab", "tour", "--leave"]);
    told.run(&world, &["lab", "tour"]);
    told.run(&world, &["lab", "tour", "--remove"]);
    let arguments = ["lab", "start", "--port", "0"];
    let mut lab = world.together(&arguments).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(lab.stdout.take().unwrap()).lines().map(Result::unwrap);
    let mut out = lines.next().unwrap() + "\n";
    let status = world.ended(&["lab", "status"]);
    assert_eq!(world.ended(&["connect", "zylker", "--lab"]).code, 0);
    out += &lines.next().unwrap();
    lab.kill().unwrap();
    lab.wait().unwrap();
    told.take(&world, &arguments, &crate::world::Ended { code: 0, out, err: String::new() });
    told.take(&world, &["lab", "status"], &status);
    told
}

fn places() -> Transcript {
    let (world, mut told) = (World::new(), Transcript::default());
    told.run(&world, &["environments", "list"]);
    told.run(&world, &["environments", "add", "Acceptance test"]);
    told.run(&world, &["environments", "add", "Again", "--link-name", "acceptance-test"]);
    told.run(&world, &["environments", "add", "Lab", "--link-name", "lab"]);
    told.run(&world, &["environments", "add", "X", "--link-name", "No Name"]);
    told.run(&world, &["environments", "rename", "acceptance-test", "Acceptance"]);
    told.run(&world, &["environments", "delete", "acceptance-test"]);
    told.run(&world, &["environments", "delete", "acceptance-test", "--yes"]);
    told.run(&world, &["environments", "delete", "acceptance-test", "--yes"]);
    told.run(&world, &["environments", "delete", "production", "--yes"]);
    told.run(&world, &["agent-groups", "list"]);
    told.run(&world, &["agent-groups", "add", "Branch office", "--route", "direct"]);
    told.run(
        &world,
        &["agent-groups", "change", "branch-office", "--route", "system_proxy", "--name", "Office"],
    );
    told.run(&world, &["agent-groups", "delete", "branch-office", "--yes"]);
    told.run(&world, &["agent-groups", "delete", "default", "--yes"]);
    told
}

fn vault() -> Transcript {
    let (world, mut told) = (World::empty(), Transcript::default());
    let key = world.path() + "/recovery-key";
    told.run(&world, &["vault", "status"]);
    told.run(&world, &["vault", "create", "--passphrase", "--recovery-key-to", &key]);
    told.run(&world, &["vault", "create", "--passphrase"]);
    told.run(&world, &["vault", "lock"]);
    world.connector("zylker", KEYS);
    told.run(&world, &["connect", "zylker", "--lab"]);
    told.run(&world, &["vault", "unlock"]);
    told.run(&world, &["vault", "rotate"]);
    told.run(&world, &["vault", "recovery-key", &key]);
    told.run(&world, &["vault", "recover", &key]);
    world.file("passphrase", "another one");
    told.run(&world, &["vault", "unlock"]);
    told.run(&world, &["connect", "zylker", "--lab"]);
    told.run(&world, &["vault", "start-again"]);
    told.run(&world, &["vault", "start-again", "--yes"]);
    told.run(&world, &["vault", "start-again", "--yes"]);
    told.run(&world, &["vault", "create", "--passphrase"]);
    told.run(&world, &["vault", "start-again", "--yes"]);
    world.file("passphrase", "");
    told.run(&world, &["vault", "status"]);
    told
}

fn others() -> Transcript {
    let (world, mut told) = (World::new(), Transcript::default());
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        told.run(&world, &["completions", shell]);
    }
    told.run(&world, &["connect"]);
    told.run(&world, &["rename"]);
    told.run(&world, &["frobnicate"]);
    told.run(&world, &["show", "mine", "--nope"]);
    told.run(&world, &["show", "mine", "yours"]);
    told.run(&world, &["connect", "zylker", "--timeout", "soon"]);
    told.run(&world, &["connect", "zylker", "--name"]);
    told.run(&world, &["verify", "--all", "mine"]);
    told.run(&world, &["connections", "list", "--status", "fine"]);
    told.run(&world, &["--data-dir", "/dev/null/patchbay", "connectors", "list"]);
    told.run(&world, &["schema"]);
    told
}

macro_rules! held {
    ($($journey:ident),*) => {
        $(mod $journey {
            #[test]
            fn prints_the_same_shapes() {
                insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
                    insta::assert_snapshot!(stringify!($journey), super::$journey().text());
                });
            }
        })*
        /// Every journey, for the test that looks for commands without one.
        const JOURNEYS: &[(&str, &str)] =
            &[$((stringify!($journey), include_str!(concat!("snapshots/", stringify!($journey), ".snap")))),*];
    };
}

held!(connectors, connections, sign_ins, apps, lab, places, vault, others);

#[test]
fn every_command_is_held() {
    let held: Vec<&str> = JOURNEYS
        .iter()
        .flat_map(|(_, text)| text.lines().filter_map(|line| line.strip_prefix("$ patchbay ")))
        .collect();
    let mut missing = Vec::new();
    walk(&cli::args::Arguments::command(), "", &mut |path| {
        if !held.iter().any(|line| format!("{line} ").starts_with(&format!("{path} "))) {
            missing.push(path.to_owned());
        }
    });
    assert!(missing.is_empty(), "no journey shows what these print: {missing:?}");
}

fn walk(command: &clap::Command, path: &str, leaf: &mut impl FnMut(&str)) {
    for below in command.get_subcommands() {
        let path = format!("{path} {}", below.get_name());
        match below.has_subcommands() {
            true => walk(below, path.trim(), leaf),
            false => leaf(path.trim()),
        }
    }
}
