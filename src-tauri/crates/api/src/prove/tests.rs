//! Runs of connectors of every authentication type, through the contract of the shells.

use super::{
    trials::{Dials, Step},
    *,
};
use crate::{
    Shell,
    contract::{
        connections::ListConnections,
        connectors::{
            ConnectorCard, CreateConnector, FindConnector, ImportConnector, MarkReady, OpenDraft, SaveDraft,
        },
        lab::{ShowDials, ShowLab},
        scripts::{AgreeToScript, ConnectorScript},
        vault::{VaultState, VaultStatus},
    },
};
use domain::id::ProcessId;
use lab::Dial;
use platform::{Http, SystemClock};
use std::{collections::BTreeSet, path::PathBuf};
use testkit::LivingProcesses;

pub(super) struct Machine {
    pub api: Api,
    directory: tempfile::TempDir,
    processes: Arc<LivingProcesses>,
}

impl Machine {
    pub async fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let processes = Arc::new(LivingProcesses::new());
        let ports = domain::ports::Ports {
            clock: Arc::new(SystemClock::start()),
            processes: processes.clone(),
            ..testkit::ports(Arc::new(Http::new()))
        };
        let process = ProcessId::make(&*ports.entropy);
        let data_directory = directory.path().to_owned();
        let shell = Shell { ports, data_directory, process, passphrase: None, choose_file: None };
        Self { api: Api::open(shell).await.unwrap(), directory, processes }
    }

    async fn add(&self, link_name: &str, rest: &str) {
        let text = format!("patchbay: 1\nlink_name: {link_name}\nname: Zylker\n{rest}");
        self.api.import_connector(ImportConnector { text, update: true, picture: None }).await.unwrap();
    }

    async fn proved(&self, link_name: &str) -> ProofView {
        let connector = link_name.to_owned();
        self.api.prove_connector(ProveConnector { connector }).await.unwrap();
        self.api.watch_proof(link_name, |_| ()).await.unwrap()
    }
}

const CALLS: &str = "base_url: https://api.zylker.example/v2\nverify: { path: /me, account: /email }\n";

fn oauth(grant: &str, rest: &str) -> String {
    let at = "https://login.zylker.example";
    format!(
        "{CALLS}scopes: {{ delimiter: space, items: [{{ name: Read, value: read, default: true }}, \
         {{ name: Write, value: write, default: true }}] }}\n\
         authentication: {{ type: oauth2, grant_type: {grant}, authorize_url: '{at}/authorize', token_url: '{at}/token', \
         revoke_url: '{at}/revoke', redirect: loopback{rest} }}\n"
    )
}

fn signed(rest: &str) -> String {
    let at = "https://login.zylker.example";
    format!(
        "{CALLS}authentication: {{ type: oauth1, request_token_url: '{at}/request', authorize_url: '{at}/authorize', \
         access_token_url: '{at}/access', redirect: loopback{rest} }}\n"
    )
}

/// A connector of each authentication type, and of each grant.
fn of_every_type() -> Vec<(&'static str, String)> {
    let keys = |rest: &str| format!("{CALLS}authentication: {{ {rest} }}\n");
    let at = "https://login.zylker.example";
    vec![
        ("none", keys("type: none")),
        ("basic", keys("type: basic")),
        ("key_in_header", keys("type: api_key, parameters: [{ name: Key, key: X-Key }]")),
        ("key_in_query", keys("type: api_key, parameters: [{ name: Key, key: key, location: query }]")),
        (
            "key_in_form",
            format!(
                "{}authentication: {{ type: api_key, parameters: [{{ name: Key, key: key, location: form }}] }}\n",
                CALLS.replace("{ path", "{ method: POST, path")
            ),
        ),
        ("bearer", keys("type: bearer")),
        (
            "auth_fields",
            format!(
                "{}authentication: {{ type: auth_fields, fields: [{{ name: Account, key: account, type: number }}, {{ name: Pass, key: pass, type: password }}] }}\n",
                CALLS.replace("{ path", "{ method: POST, path")
            ),
        ),
        ("code", oauth("authorization_code", "")),
        ("code_app_link", oauth("authorization_code", "").replace("redirect: loopback", "redirect: app")),
        ("code_in_body", oauth("authorization_code", ", client_authentication: body, pkce: \"off\"")),
        ("code_public", oauth("authorization_code", ", client_authentication: none")),
        ("code_form_post", oauth("authorization_code", ", response_mode: form_post")),
        ("client", oauth("client_credentials", "")),
        ("client_by_key", oauth("client_credentials", ", client_authentication: private_key_jwt")),
        ("password", oauth("password", "")),
        ("implicit", oauth("implicit", "")),
        (
            "device",
            oauth(
                "device_code",
                ", client_authentication: none, device_authorization_url: 'https://login.zylker.example/device'",
            ),
        ),
        (
            "openid",
            format!(
                "{CALLS}authentication: {{ type: openid_connect, issuer: '{at}', redirect: loopback, client_authentication: none }}\n"
            ),
        ),
        (
            "key_refused_in_200",
            format!(
                "{}auth_failure: {{ status: [200], body: {{ pointer: /error, equals: invalid_auth }} }}\n",
                keys("type: bearer")
            ),
        ),
        (
            "code_checked_inside",
            oauth("authorization_code", "")
                .replace("account: /email", "account: /email, expect_body: { pointer: /ok, equals: true }"),
        ),
        ("oauth1", signed("")),
        ("oauth1_two_legs", signed(", legs: 2")),
        ("oauth1_by_key", signed(", signature_method: RSA-SHA256, placement: query")),
        ("aws", keys("type: aws_sigv4, service: execute-api, region: eu-west-2")),
        (
            "several",
            format!(
                "{CALLS}authentications: [{{ name: key, label: Key, type: bearer }}, {{ name: person, label: Person, type: basic }}]\n"
            ),
        ),
        (
            "openid_id_token",
            format!(
                "{CALLS}authentication: {{ type: openid_connect, authorize_url: '{at}/authorize', jwks_url: '{at}/keys', redirect: loopback }}\n"
            ),
        ),
    ]
}

/// What a trial sets, before its first step and between them.
fn dials_of(trial: &Trial) -> Vec<(&'static str, &'static str)> {
    let set = trial.steps.iter().filter_map(|step| match step {
        Step::Set(dials) => Some(*dials),
        _ => None,
    });
    let all: Vec<Dials> = std::iter::once(trial.dials).chain(set).collect();
    all.concat()
}

#[test]
fn every_trial_has_a_name_of_its_own_and_sets_what_the_lab_can_do() {
    let ids: BTreeSet<_> = TRIALS.iter().map(|trial| trial.id).collect();
    assert_eq!(ids.len(), TRIALS.len());
    for trial in TRIALS {
        for (id, value) in dials_of(trial) {
            assert!(Dial::find(id).and_then(|dial| dial.parse(value)).is_ok(), "{}: {id}={value}", trial.id);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connector_of_every_type_survives() {
    let machine = Machine::new().await;
    let mut table = String::new();
    let mut failed = 0;
    for (link_name, text) in of_every_type() {
        machine.add(link_name, &text).await;
        let proof = machine.proved(link_name).await;
        table += &format!(
            "{link_name}: {} passed, {} refused rightly, {} failed\n",
            proof.passed, proof.refused, proof.failed
        );
        failed += proof.failed;
        for trial in &proof.trials {
            let causes = trial.diagnosis.iter().flat_map(|it| &it.causes);
            let causes: Vec<_> = causes.map(|cause| format!("{} {}", cause.cause, cause.score)).collect();
            let found = trial.found.as_deref().unwrap_or_default();
            table += &format!(
                "  {:?} {} {:?}ms {causes:?} {found}\n",
                trial.result,
                trial.id,
                trial.millis.unwrap_or(0)
            );
        }
    }
    assert_eq!(failed, 0, "{table}");
    machine.api.close().await;
}

fn named(connector: &str) -> String {
    connector.to_owned()
}

impl Machine {
    async fn card(&self, link_name: &str) -> ConnectorCard {
        self.api.find_connector(FindConnector { name: named(link_name) }).await.unwrap()
    }

    fn run_folders(&self) -> Vec<PathBuf> {
        let folders = std::fs::read_dir(self.directory.path().join("proofs")).unwrap();
        folders.map(|entry| entry.unwrap().path()).collect()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_leaves_its_stamp_and_nothing_else() {
    let machine = Machine::new().await;
    machine.add("zylker", &oauth("client_credentials", "")).await;
    let dials = machine.api.lab_dials(ShowDials { connector: None }).await.unwrap();
    let proof = machine.proved("zylker").await;
    assert_eq!((proof.stage, proof.failed), (ProofStage::Done, 0), "{proof:?}");
    let stamp = machine.card("zylker").await.stamp.unwrap();
    assert_eq!((stamp.passed, stamp.refused, stamp.holds), (proof.passed, proof.refused, true));
    assert!(!stamp.is_ready, "it is a draft");
    assert_eq!(machine.api.list_connections(ListConnections::default()).await.unwrap().total, 0);
    assert_eq!(machine.api.lab_dials(ShowDials { connector: None }).await.unwrap(), dials);
    let lab = machine.api.lab_status(ShowLab {}).await.unwrap();
    assert_eq!(
        (lab.running, lab.ahead, lab.plays.len()),
        (false, 0, 0),
        "the person's own Lab was not needed"
    );
    let vault = machine.api.vault_status(VaultStatus {}).await.unwrap();
    assert_eq!(vault.state, VaultState::NotSetUp, "nor their vault");
    assert_eq!(machine.run_folders(), Vec::<PathBuf>::new());
    machine.api.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stamp_holds_until_something_that_was_proved_changes() {
    let machine = Machine::new().await;
    machine.add("zylker", &format!("{CALLS}authentication: {{ type: bearer }}\n")).await;
    machine.proved("zylker").await;
    let connector = machine.card("zylker").await.id;
    machine.api.mark_ready(MarkReady { connector: connector.clone() }).await.unwrap();
    let stamp = machine.card("zylker").await.stamp.unwrap();
    assert!(stamp.holds && stamp.is_ready, "{stamp:?}");
    for (member, value, holds) in [
        ("description", "Customers", true),
        ("name", "Zylker CRM", true),
        ("base_url", "https://api.zylker.example/v3", false),
        // What was proved is not proved by going back: nobody looked in between.
        ("base_url", "https://api.zylker.example/v2", false),
    ] {
        let draft = machine.api.open_draft(OpenDraft { connector: connector.clone() }).await.unwrap();
        let mut document = draft.document;
        document[member] = value.into();
        let save = SaveDraft { connector: connector.clone(), version: draft.version, document };
        machine.api.save_draft(save).await.unwrap();
        let stamp = machine.card("zylker").await.stamp.unwrap();
        assert_eq!(stamp.holds, holds, "{member}: {value}");
    }
    machine.api.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_is_stopped_stamps_nothing_and_leaves_nothing() {
    let machine = Machine::new().await;
    machine.add("zylker", &oauth("authorization_code", "")).await;
    let request = || ProveConnector { connector: named("zylker") };
    machine.api.prove_connector(request()).await.unwrap();
    let other = machine.api.prove_connector(request()).await.unwrap_err();
    assert_eq!(other.code, ErrorCode::InUse, "one at a time");
    let stopped = machine.api.stop_proof(StopProof { connector: named("zylker") }).await.unwrap();
    assert_eq!(stopped.stage, ProofStage::Stopped);
    assert!(stopped.trials.iter().any(|trial| trial.result == TrialResult::Waiting), "{stopped:?}");
    assert_eq!(machine.card("zylker").await.stamp, None);
    assert_eq!(machine.run_folders(), Vec::<PathBuf>::new());
    assert_eq!(machine.proved("zylker").await.stage, ProofStage::Done, "it can be run again");
    machine.api.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_killed_run_left_is_removed_by_the_next() {
    let machine = Machine::new().await;
    machine.add("zylker", &format!("{CALLS}authentication: {{ type: none }}\n")).await;
    let left = machine.directory.path().join("proofs/a-process-that-is-gone");
    std::fs::create_dir_all(&left).unwrap();
    std::fs::write(left.join("patchbay.db"), "sealed").unwrap();
    machine.processes.kill(&ProcessId::from_stored("a-process-that-is-gone"));
    machine.proved("zylker").await;
    assert_eq!(machine.run_folders(), Vec::<PathBuf>::new());
    machine.api.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_script_that_nobody_agreed_to_is_not_run() {
    let machine = Machine::new().await;
    let script = "script: |\n  function before_action() { return true }\n";
    machine.add("zylker", &format!("{CALLS}{script}authentication: {{ type: bearer }}\n")).await;
    let request = || ProveConnector { connector: named("zylker") };
    let refused = machine.api.prove_connector(request()).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::ScriptNotAgreed);
    let connector = machine.card("zylker").await.id;
    let asked = ConnectorScript { connector: connector.clone() };
    let digest = machine.api.connector_script(asked).await.unwrap().digest;
    machine.api.agree_to_script(AgreeToScript { connector, digest }).await.unwrap();
    assert_eq!(machine.proved("zylker").await.failed, 0);
    machine.api.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_that_is_not_complete_says_what_is_missing() {
    let machine = Machine::new().await;
    let create = CreateConnector { name: "Zylker".into(), description: String::new() };
    machine.api.create_connector(create).await.unwrap();
    let refused =
        machine.api.prove_connector(ProveConnector { connector: named("zylker") }).await.unwrap_err();
    assert!(!refused.problems.is_empty(), "{refused:?}");
    machine.api.close().await;
}
