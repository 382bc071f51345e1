//! The Lab as clients meet it that nobody here wrote. The command runs it and plays connectors that it derives from their
//! files; the clients know the addresses and what the Lab issued, and nothing of Patchbay.

use crate::world::World;
use api::lab::LabEnvironment;
use domain::{manifest, rules::Known};
use serde_json::{Map, Value, json};
use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Write, copy, sink},
    path::Path,
    process::{Child, Command, Stdio},
    sync::Arc,
    thread,
};
use testkit::{ManualClock, SeededEntropy};

/// A Lab that runs, and what it issued for each connector that it plays.
struct Lab {
    _world: World,
    running: Child,
    base: String,
    issued: Map<String, Value>,
}

impl Lab {
    /// Plays connectors: each its link name, base address and authentication. Ada signs in without a page.
    fn playing(connectors: &[(&str, &str, String)]) -> Self {
        let world = World::new();
        let mut start = vec!["lab", "start", "--port", "0"];
        start.extend(["--behaviour", "person=ada@lab.test", "--behaviour", "consent=false"]);
        let mut manifests = Vec::new();
        for (link_name, base_url, authentication) in connectors {
            let manifest = format!(
                "patchbay: 1\nlink_name: {link_name}\nname: {link_name}\nbase_url: {base_url}\n\
                 authentication: {authentication}\nverify: {{ path: /me, account: /email }}\n"
            );
            let manifest = match authentication.contains("type: oauth2") {
                true => {
                    let items = "[{ name: Read, value: read }, { name: Write, value: write }]";
                    format!("{manifest}scopes: {{ delimiter: space, items: {items} }}\n")
                }
                false => manifest,
            };
            world.connector(link_name, &manifest);
            manifests.push((*link_name, manifest));
        }
        start.extend(connectors.iter().flat_map(|(link_name, ..)| ["--connector", *link_name]));
        let mut running = world.command(&start).stdout(Stdio::piped()).spawn().unwrap();
        let mut told = BufReader::new(running.stdout.take().unwrap());
        let mut first = String::new();
        told.read_line(&mut first).unwrap();
        let first: Value = serde_json::from_str(&first).unwrap();
        let base = first["lab"]["address"].as_str().unwrap_or_else(|| panic!("{first}")).to_owned();
        // It tells of each request; somebody has to read it.
        thread::spawn(move || copy(&mut told, &mut sink()));
        let issued = issued(&world, &manifests);
        Self { _world: world, running, base, issued }
    }

    /// Runs a client on it; what it found.
    fn meets(&self, mut client: Command) -> Value {
        let mut child = client.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let asked = json!({ "base": self.base, "issued": self.issued });
        child.stdin.take().unwrap().write_all(asked.to_string().as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{client:?} failed");
        serde_json::from_slice(&output.stdout).unwrap()
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        let _ = self.running.kill();
        let _ = self.running.wait();
    }
}

/// What the Lab of a data directory issues, which its page shows to people; it is the same in each process.
fn issued(world: &World, manifests: &[(&str, String)]) -> Map<String, Value> {
    let clock = ManualClock::at(domain::Timestamp::UNIX_EPOCH);
    let lab = LabEnvironment::new(Arc::new(clock), Arc::new(SeededEntropy::new(7)), world.data());
    let issue = async |manifest: &str| {
        let (_, checked) = manifest::check(manifest.as_bytes(), &Known::default()).unwrap();
        let issued = lab.issue(&checked.connector.unwrap(), None).await.unwrap();
        // EXPOSE: values that the Lab made up, for a client that is to use them
        let secrets = issued.secrets.into_iter().map(|(key, secret)| (key, secret.expose().clone()));
        issued.values.into_iter().chain(secrets).collect::<BTreeMap<_, _>>()
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut all = Map::new();
        for (link_name, manifest) in manifests {
            all.insert((*link_name).to_owned(), json!(issue(manifest).await));
        }
        all
    })
}

const API: &str = "https://api.zylker.example/v1";

fn python(script: &str) -> Command {
    let home = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut python = Command::new(home.join("../target/peers/bin/python"));
    python.arg(home.join("peers").join(script)).env("PYTHONDONTWRITEBYTECODE", "1");
    python
}

fn at(path: &str) -> String {
    format!("'https://login.zylker.example/{path}'")
}

/// OAuth 2 as clients in Python speak it: they put ID and secret into the header as they are.
fn oauth2(more: &str) -> String {
    format!(
        "{{ type: oauth2, basic_encoding: raw, redirect: loopback, token_url: {}, revoke_url: {}, introspect_url: {}, {more} }}",
        at("token"),
        at("revoke"),
        at("introspect")
    )
}

fn oauth2_of_every_grant() -> Vec<(&'static str, &'static str, String)> {
    let code = format!("authorize_url: {}", at("authorize"));
    let device = format!("grant_type: device_code, device_authorization_url: {}", at("device"));
    vec![
        ("code", API, oauth2(&code)),
        ("credentials", API, oauth2("grant_type: client_credentials")),
        ("password", API, oauth2("grant_type: password")),
        ("device", API, oauth2(&device)),
    ]
}

#[test]
fn requests_oauthlib_gets_tokens_at_the_lab_and_nothing_with_what_is_wrong() {
    let lab = Lab::playing(&oauth2_of_every_grant());
    let found = lab.meets(python("lab_requests_oauthlib.py"));
    assert_eq!(
        found,
        json!({
            "code": {
                "me": "ada@lab.test",
                "refreshed": true,
                "me after": "ada@lab.test",
                "refresh token used twice": "invalid_grant",
                "revoked": [200, 401],
                "wrong secret": "invalid_client",
                "wrong verifier": "invalid_grant",
                "wrong redirect": "invalid_grant",
                "redirect of nobody": 400,
            },
            "client credentials": { "call": 200, "wrong secret": "invalid_client" },
            "password": { "me": "ada@lab.test", "wrong password": "invalid_grant" },
        })
    );
}

#[test]
fn authlib_gets_tokens_at_the_lab_and_nothing_with_what_is_wrong() {
    let lab = Lab::playing(&oauth2_of_every_grant());
    let found = lab.meets(python("lab_authlib.py"));
    assert_eq!(
        found,
        json!({
            "code": {
                "me": "ada@lab.test",
                "refreshed": true,
                "introspected": [true, "ada@lab.test"],
                "revoked": [200, 401],
                "wrong secret": "invalid_client",
                "wrong verifier": "invalid_grant",
                "wrong redirect": "invalid_grant",
            },
            "client credentials": { "call": 200, "wrong secret": "invalid_client" },
            "password": { "me": "ada@lab.test", "wrong password": "invalid_grant" },
            "device": {
                "before": "authorization_pending",
                "me": "ada@lab.test",
                "code used twice": "invalid_grant",
            },
        })
    );
}

#[test]
fn openid_client_discovers_the_lab_and_believes_its_id_tokens() {
    let openid = |more: &str| {
        format!(
            "{{ type: openid_connect, issuer: 'https://login.zylker.example', redirect: loopback, {more} }}"
        )
    };
    let device = format!("grant_type: device_code, device_authorization_url: {}", at("oauth/device"));
    let lab = Lab::playing(&[
        (
            "openid",
            API,
            openid(&format!("authorize_url: {}, token_url: {}", at("oauth/authorize"), at("oauth/token"))),
        ),
        (
            "machine",
            API,
            openid(&format!("grant_type: client_credentials, token_url: {}", at("oauth/token"))),
        ),
        ("legacy", API, openid(&format!("grant_type: password, token_url: {}", at("oauth/token")))),
        ("television", API, openid(&format!("{device}, token_url: {}", at("oauth/token")))),
    ]);
    let mut node = Command::new("node");
    node.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("peers/lab_openid-client.mjs"));
    // How it tells a 401 that names a scheme (RFC 6749 section 5.2).
    const CHALLENGED: &str = "OAUTH_WWW_AUTHENTICATE_CHALLENGE";
    assert_eq!(
        lab.meets(node),
        json!({
            "code": {
                "claimed": "ada@lab.test",
                "userinfo": "ada@lab.test",
                "refreshed": true,
                "introspected": true,
                "revoked": false,
                "wrong secret": CHALLENGED,
                "wrong verifier": "invalid_grant",
                "wrong redirect": "invalid_grant",
                "redirect of nobody": 400,
            },
            "client credentials": { "token": "bearer", "wrong secret": CHALLENGED },
            "password": { "claimed": "ada@lab.test", "wrong password": "invalid_grant" },
            "device": { "claimed": "ada@lab.test" },
        })
    );
}

#[test]
fn oauthlib_signs_at_the_lab_by_every_method_and_nothing_else_passes() {
    let methods = ["HMAC-SHA1", "HMAC-SHA256", "HMAC-SHA512", "RSA-SHA1", "RSA-SHA256", "PLAINTEXT"];
    let mut ways: Vec<_> = methods.map(|method| (method, "header")).into();
    ways.extend([("HMAC-SHA1", "query"), ("HMAC-SHA256", "form"), ("RSA-SHA256", "query")]);
    let named = |(method, place): &(&str, &str)| format!("{method}_{place}").replace('-', "_").to_lowercase();
    let names: Vec<_> = ways.iter().map(named).collect();
    let oauth1 = |more: &str| {
        format!(
            "{{ type: oauth1, redirect: loopback, {more}, request_token_url: {}, authorize_url: {}, access_token_url: {} }}",
            at("initiate"),
            at("authorize"),
            at("token")
        )
    };
    let mut connectors: Vec<_> = ways
        .iter()
        .zip(&names)
        .map(|((method, place), name)| {
            (name.as_str(), API, oauth1(&format!("signature_method: {method}, placement: {place}")))
        })
        .collect();
    connectors.push(("two_legs", API, "{ type: oauth1, legs: 2 }".to_owned()));
    let mut lab = Lab::playing(&connectors);
    for ((method, place), name) in ways.iter().zip(&names) {
        lab.issued[name]["method"] = json!(method);
        lab.issued[name]["place"] = json!(place);
    }
    let found = lab.meets(python("lab_oauthlib.py"));
    for ((_, place), name) in ways.iter().zip(&names) {
        let expected = if *place == "form" { json!([200]) } else { json!([200, 200, 200, 200, 200]) };
        assert_eq!(found["calls"][name], expected, "{name}");
    }
    assert_eq!(
        found["wrong"],
        json!({
            "secret": "signature_invalid",
            "callback": "parameter_rejected",
            "verifier": "verifier_invalid",
            "verifier of another": "verifier_invalid",
            "unchanged": 200,
            "body": "signature_invalid",
            "path": "signature_invalid",
            "query": "signature_invalid",
            "method": "signature_invalid",
            "replayed": "nonce_used",
        })
    );
    assert_eq!(found["two legs"], json!([200, 401]));
}

#[test]
fn botocore_signs_at_the_lab_and_nothing_that_was_changed_passes() {
    let aws = |service: &str| format!("{{ type: aws_sigv4, service: {service}, region: eu-west-2 }}");
    let lab = Lab::playing(&[
        ("aws_sts", "https://sts.eu-west-2.amazonaws.com", aws("sts")),
        ("aws_s3", "https://s3.eu-west-2.amazonaws.com", aws("s3")),
        ("aws_api", API, aws("execute-api")),
    ]);
    let found = lab.meets(python("lab_botocore.py"));
    let wrong = "InvalidSignatureException";
    assert_eq!(
        found,
        json!({
            "sts": {
                "who": "arn:aws:sts::000000000000:assumed-role/lab/ada@lab.test",
                "wrong secret": "SignatureDoesNotMatch",
                "wrong region": "SignatureDoesNotMatch",
            },
            "s3": {
                "calls": [200, 200, 200, 200, 200, 200, 200, 200],
                "presigned": 200,
                "presigned, changed": 403,
                "presigned, longer": 403,
                "wrong secret": "SignatureDoesNotMatch",
            },
            "api": {
                "unchanged": 200,
                "method": wrong,
                "its canonical string": "PUT",
                "path": wrong,
                "query": wrong,
                "body": wrong,
                "date": wrong,
                "key": wrong,
                "access key": "UnrecognizedClientException",
                "without a session token": "UnrecognizedClientException",
                "unsigned": "MissingAuthenticationTokenException",
            },
        })
    );
}
