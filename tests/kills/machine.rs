//! A data directory with connections to a service that nobody here wrote, and what must hold of it after a kill.

use serde_json::Value;
use std::process::Command;
use store::{Store, StoreError};
use tests::{
    Peer,
    fail_points::{FAIL_AT, KEYS, PROGRAM, TOUCHES},
    http,
    person::{Landing, Person},
    world::{Ended, Running, World},
};

const APP_SECRET: &str = "cc-basic-secret-0123456789";
/// Client ID and secret of another app of that service.
pub const ODD: &str = "cc-odd:id";
const ODD_SECRET: &str = "peer secret+/%:~&=\"?";

/// The connectors of a machine, by their link names.
pub const CONNECTORS: &[&str] = &["key", "app", "person"];

/// One of the two versions of each connector.
#[derive(Clone, Copy)]
pub enum Version {
    /// That with which every connection is made.
    First,
    /// It calls elsewhere: `key` at once, `app` where it is told the team, `person` where one more permission is given.
    Newer,
}

impl Version {
    fn ending(self) -> &'static str {
        match self {
            Self::First => "",
            Self::Newer => "-newer",
        }
    }
}

/// The n-th touch of a fail point.
pub type Touch = (u32, String);

/// A machine that is killed, and the service that its connections are of.
pub struct Machine<'a> {
    pub world: World,
    pub peer: &'a Peer,
}

impl<'a> Machine<'a> {
    /// With an empty data directory, and the files that its commands name.
    pub fn empty(peer: &'a Peer) -> Self {
        let token = http::post_as(
            ("cc-basic", APP_SECRET),
            &format!("{}/token", peer.address),
            &[("grant_type", "client_credentials"), ("scope", "api:read")],
        );
        let machine = Self::on(World::bare(PROGRAM), peer);
        machine.world.secret("client_secret", APP_SECRET);
        machine.world.secret("odd", ODD_SECRET);
        machine.world.secret("token", token.json()["access_token"].as_str().unwrap());
        for link_name in CONNECTORS {
            for version in [Version::First, Version::Newer] {
                let file = format!("{link_name}{}.yaml", version.ending());
                machine.world.file(&file, &manifest(link_name, &peer.address, version));
            }
        }
        machine
    }

    /// With a vault, three connectors, and the connections *App* and *Key*.
    pub fn ready(peer: &'a Peer) -> Self {
        let machine = Self::empty(peer);
        machine.done(&["vault", "create"]);
        for link_name in CONNECTORS {
            machine.publish(link_name, Version::First);
        }
        machine.done(&[
            "connect",
            "app",
            "--name",
            "App",
            "--setting",
            "desk=4",
            "--secret",
            "client_secret=@{folder}/secret-client_secret",
        ]);
        let key = ["--name", "Key", "--setting", "desk=4", "--secret", "token=@{folder}/secret-token"];
        machine.done(&[&["connect", "key"], &key[..]].concat());
        machine
    }

    /// Another machine like this one.
    pub fn copy(&self) -> Self {
        Self::on(self.world.copy(), self.peer)
    }

    fn on(mut world: World, peer: &'a Peer) -> Self {
        world.set(KEYS, world.folder().join("keys"));
        Self { world, peer }
    }

    /// Adds a version of a connector and marks it as ready.
    pub fn publish(&self, link_name: &str, version: Version) {
        let file = format!("{{folder}}/{link_name}{}.yaml", version.ending());
        self.done(&["connectors", "add", "--update", &file, "--agree", "{peer}"]);
        self.done(&["connectors", "ready", link_name]);
    }

    /// Runs a command, in whose words `{folder}` is where the files lie and `{peer}` where the service is.
    pub fn run(&self, arguments: &[&str]) -> Ended {
        Ended::of(self.command(arguments).output().unwrap())
    }

    /// Runs a command that must succeed.
    pub fn done(&self, arguments: &[&str]) -> Ended {
        let ended = self.run(arguments);
        assert_eq!(ended.code, 0, "{arguments:?}: {ended:?}");
        ended
    }

    /// Runs a command that is to die at `at`.
    pub fn killed_at(&self, arguments: &[&str], at: &Touch) -> Ended {
        self.through(self.command(arguments).env(FAIL_AT, format!("{} {}", at.0, at.1)))
    }

    /// The fail points that a command touches, in their order.
    pub fn touches(&self, arguments: &[&str]) -> Vec<Touch> {
        let list = self.world.folder().join("touches");
        let ended = self.through(self.command(arguments).env(TOUCHES, &list));
        assert_eq!(ended.code, 0, "{arguments:?}: {ended:?}");
        let mut touches: Vec<Touch> = Vec::new();
        for name in std::fs::read_to_string(list).unwrap().lines() {
            let before = touches.iter().filter(|(_, touched)| touched == name).count();
            touches.push((u32::try_from(before).unwrap() + 1, name.to_owned()));
        }
        touches
    }

    /// Runs `command`. Where it hands out a sign-in page, Alice signs in there.
    fn through(&self, command: &mut Command) -> Ended {
        let mut running = Running::start(command);
        if let Some(page) = running.reaches("browser")
            && let Landing::Away(redirect) = Person::named("alice").open(page["url"].as_str().unwrap())
        {
            // Who was to receive it may be dead by now.
            let _ = http::try_get(&redirect);
        }
        running.end()
    }

    /// Signs Alice in as the connection *Alice*.
    pub fn sign_in(&self) {
        self.signed_in(SIGN_IN);
    }

    /// Runs a command that must succeed and for which Alice signs in.
    pub fn signed_in(&self, arguments: &[&str]) {
        let ended = self.through(&mut self.command(arguments));
        assert_eq!(ended.code, 0, "{arguments:?}: {ended:?}");
    }

    /// Keeps a second app, which no connection uses, beside the default.
    pub fn keep_odd(&self) {
        self.done(CONNECT_ODD);
        self.done(&["delete", "odd", "--yes"]);
    }

    /// Client IDs of the apps of `app`, the default first. Where there are any, exactly one is it, and each has its secret.
    pub fn apps(&self) -> Vec<String> {
        let apps = self.done(&["apps", "list", "app"]).json();
        let apps = apps.as_array().unwrap();
        let defaults: Vec<_> = apps.iter().map(|app| app["is_default"] == true).collect();
        assert!(defaults.iter().skip(1).all(|is_default| !is_default), "{apps:?}");
        assert!(defaults.first().is_none_or(|is_default| *is_default), "{apps:?}");
        assert!(apps.iter().all(|app| app["has_secret"] == true), "{apps:?}");
        apps.iter().map(|app| app["client_id"].as_str().unwrap().to_owned()).collect()
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let folder = self.world.folder().to_str().unwrap();
        let filled = |word: &&str| word.replace("{folder}", folder).replace("{peer}", &self.peer.address);
        let words: Vec<String> = arguments.iter().map(filled).collect();
        self.world.command(&words.iter().map(String::as_str).collect::<Vec<_>>())
    }

    /// Whether both files are undamaged and each row points to what is there.
    pub fn assert_whole(&self) {
        let store = Store::open(&self.world.data(), domain::Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!(store.read_blocking(|snapshot| snapshot.check()).unwrap(), [""; 0]);
        // Where there is a connection there is what it signs in with, and the other way round.
        let missing = store.read_blocking(|snapshot| {
            let ids = snapshot.connections().ids(&Default::default())?;
            let mut missing = Vec::new();
            for id in ids {
                let found = snapshot.connections().find(&id)?.and_then(|connection| connection.authorization);
                let Some(authorization) = found else { continue };
                if snapshot
                    .authorizations()
                    .find_sealed(&authorization)?
                    .is_none_or(|row| row.credential.is_empty())
                {
                    missing.push(id);
                }
            }
            Ok::<_, StoreError>(missing)
        });
        assert_eq!(missing.unwrap(), []);
    }

    /// The connections whose credential opens and is accepted by the service; and the others, with what was said.
    pub fn working(&self) -> (Vec<String>, Vec<Value>) {
        let lines = self.run(&["verify", "--all"]).lines();
        let (good, bad): (Vec<Value>, Vec<Value>) =
            lines.into_iter().partition(|line| line["verification"]["outcome"] == "works");
        (good.iter().map(|line| line["connection"].as_str().unwrap().to_owned()).collect(), bad)
    }

    /// The connection with this link name; none where it does not exist.
    pub fn show(&self, link_name: &str) -> Option<Value> {
        let ended = self.run(&["show", link_name]);
        assert!(matches!(ended.code, 0 | 5), "{ended:?}");
        (ended.code == 0).then(|| ended.json()["row"].clone())
    }
}

fn manifest(link_name: &str, peer: &str, version: Version) -> String {
    let (authentication, mut scopes) = match link_name {
        "key" => ("{ type: bearer }".to_owned(), vec![]),
        "app" => (
            format!(
                "{{ type: oauth2, grant_type: client_credentials, client_id: cc-basic, token_url: '{peer}/token' }}"
            ),
            vec!["api:read"],
        ),
        _ => (
            format!(
                "{{ type: oauth2, client_id: native-public, client_authentication: none, redirect: loopback, \
                 authorize_url: '{peer}/auth', token_url: '{peer}/token', revoke_url: '{peer}/token/revocation', \
                 extra_authorize_params: {{ prompt: consent }} }}"
            ),
            vec!["openid", "offline_access", "api:read"],
        ),
    };
    let (path, settings) = match (version, link_name) {
        (Version::First, _) => ("/me", "[{ key: desk, label: Desk, required: false }]"),
        (Version::Newer, "app") => ("/v2/{team}/me", "[{ key: team, label: Team }]"),
        (Version::Newer, "person") => {
            scopes.push("api:write");
            ("/v2/me", "[]")
        }
        (Version::Newer, _) => ("/v2/me", "[]"),
    };
    let items: String = scopes
        .iter()
        .map(|scope| format!("    - {{ name: '{scope}', value: '{scope}', default: true }}\n"))
        .collect();
    let scopes =
        if items.is_empty() { items } else { format!("scopes:\n  delimiter: space\n  items:\n{items}") };
    format!(
        "patchbay: 1\nlink_name: {link_name}\nname: {link_name}\nbase_url: {peer}/api\n\
         authentication: {authentication}\n{scopes}settings: {settings}\nverify: {{ path: '{path}', account: /who }}\n"
    )
}

/// How Alice signs in.
pub const SIGN_IN: &[&str] = &[
    "connect",
    "person",
    "--name",
    "Alice",
    "--setting",
    "desk=4",
    "--redirect",
    "loopback",
    "--no-browser",
    "--timeout",
    "30",
];

/// How a connection is made with the second app.
pub const CONNECT_ODD: &[&str] = &[
    "connect",
    "app",
    "--name",
    "Odd",
    "--client-id",
    ODD,
    "--secret",
    "client_secret=@{folder}/secret-odd",
];
