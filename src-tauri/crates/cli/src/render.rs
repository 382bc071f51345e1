//! Views as text for people.

use crate::output::{Output, problem_line, table};
use api::contract::{
    connections::{ConnectionRow, ConnectionView, Deleted, IntrospectionView, VerificationView},
    connectors::{ConnectorCard, DiscoveryView, DraftView, StageView},
    exchange::{ComparedView, Piece, ReplyView, SentView, SignedText},
    lab::{DialKind, DialValue, DialView, LabOutcome, LabRequest, LabStatus, StartedLab},
    proof::{ProofStage, ProofView, TrialResult, TrialView},
    tour::{TourState, TourStep},
    vault::VaultView,
};

pub fn stage(stage: StageView) -> &'static str {
    match stage {
        StageView::Draft => "Draft",
        StageView::Ready => "Ready",
    }
}

pub fn connector(output: &Output, card: &ConnectorCard, draft: &DraftView) -> String {
    let mut rows = vec![
        ("Link name", card.link_name.clone()),
        ("Stage", stage(card.stage).into()),
        ("Authentication", card.authentication_label.clone()),
        ("Connections", card.connections.to_string()),
    ];
    if !card.description.is_empty() {
        rows.insert(0, ("Description", card.description.clone()));
    }
    let mut text = format!("{}\n{}", output.bold(&card.name), facts(&rows));
    for problem in draft.check.problems.iter().chain(&draft.check.missing_for_ready) {
        text.push_str(&format!("\n  {}", problem_line(problem)));
    }
    text
}

pub fn connected(output: &Output, row: &ConnectionRow, verification: Option<&VerificationView>) -> String {
    let sentence = verification.map_or_else(|| row.status.sentence.clone(), |v| v.sentence.clone());
    format!("{} stands: {sentence}\nUse it: patchbay request {} GET /", output.bold(&row.name), row.link_name)
}

/// As the lines of a connector file.
pub fn discovery(said: &DiscoveryView) -> String {
    let addresses = said.addresses.iter().map(|(key, address)| format!("  {key}: {address}\n"));
    let scopes = said.scopes.join(" ");
    let told =
        if scopes.is_empty() { String::new() } else { format!("# permissions that it lists: {scopes}\n") };
    format!("authentication:\n  issuer: {}\n{}{told}", said.issuer, addresses.collect::<String>())
        .trim_end()
        .to_owned()
}

pub fn undone(output: &Output, view: &ConnectionView) -> String {
    let (name, status) = (output.bold(&view.row.name), &view.row.status.sentence);
    let mut text = format!("{name} is back to the sign-in before. {status}");
    if let Some(trouble) = &view.trouble {
        text.push_str(&format!(
            "\n{}\nThe newer sign-in is kept: patchbay reauthorize {} --undo",
            trouble.explanation, view.row.link_name
        ));
    }
    text
}

/// What became of sign-ins at the service, whose connections are deleted.
pub fn ended(deleted: &Deleted) -> String {
    let mut text = String::new();
    if !deleted.revoked.is_empty() {
        text.push_str(&format!("\nThe service ended the sign-in of {}.", deleted.revoked.join(", ")));
    }
    for each in &deleted.not_revoked {
        text.push_str(&format!(
            "\nThe sign-in of {} could not be ended: {} End it at the service.",
            each.connections.join(", "),
            each.why
        ));
    }
    text
}

pub fn connection(output: &Output, view: &ConnectionView) -> String {
    let row = &view.row;
    let mut rows = vec![
        ("Status", row.status.sentence.clone()),
        ("Link name", row.link_name.clone()),
        ("Connector", row.connector.name.clone()),
        ("Environment", row.environment.name.clone()),
        ("Authentication", view.authentication_label.clone()),
        ("Address", view.base_url.clone()),
        ("May send to", may_send_to(view)),
    ];
    rows.extend(row.account.clone().map(|account| ("Account", account)));
    rows.extend(row.verified_at.map(|at| ("Verified", at.to_string())));
    rows.extend(view.failed_at.map(|at| ("Failed last", at.to_string())));
    let mut text = format!("{}\n{}", output.bold(&row.name), facts(&rows));
    if let Some(trouble) = &view.trouble {
        text.push_str(&format!("\n{}\n{}", trouble.title, trouble.explanation));
    }
    text
}

fn may_send_to(view: &ConnectionView) -> String {
    match view.row.environment.link_name.as_str() {
        "lab" => "the Lab on this machine, nowhere else".into(),
        _ => view.origins.join(", "),
    }
}

fn facts(rows: &[(&str, String)]) -> String {
    let rows: Vec<_> = rows.iter().map(|(name, value)| vec![format!("  {name}"), value.clone()]).collect();
    let text = table(&["", ""], &rows);
    text.lines().skip(1).collect::<Vec<_>>().join("\n")
}

pub fn verification(view: &VerificationView) -> String {
    let mut text = view.sentence.clone();
    if let Some(said) = &view.said {
        text.push_str(&format!("\nThe service said: “{said}”"));
    }
    if let Some(advice) = &view.advice {
        text.push_str(&format!("\n{advice}"));
    }
    text
}

pub fn introspection(view: &IntrospectionView) -> String {
    let mut lines = vec![view.sentence.clone()];
    lines.extend(view.account.iter().map(|account| format!("  account      {account}")));
    lines.extend(
        view.permissions.iter().map(|permissions| format!("  permissions  {}", permissions.join(", "))),
    );
    lines.extend(view.expires_at.iter().map(|at| format!("  good until   {at}")));
    lines.extend(view.advice.clone());
    lines.join("\n")
}

/// The next step of *Try it offline*, as a command.
pub fn tour(state: &TourState) -> String {
    let Some(tour) = &state.tour else { return "Nobody takes the tour. Begin it: patchbay lab tour".into() };
    let (service, link_name) = (&tour.connector_name, &tour.connector_link_name);
    let connection = tour.connection_link_name.as_deref().unwrap_or_default();
    match tour.step {
        TourStep::Connect => format!(
            "1 of 4. Connect to {service}, which exists only in the Lab. Its page opens in your browser: choose who you are, \
             and agree.\n  patchbay connect {link_name} --lab"
        ),
        TourStep::Expire => {
            "2 of 4. You are connected. Let an hour pass in the Lab, so that the token is over.\n  patchbay lab advance 3600".into()
        }
        TourStep::Refresh => format!(
            "3 of 4. Verify: the token is refused, renewed, and the service asked again.\n  patchbay verify {connection}"
        ),
        TourStep::Revoke => format!("4 of 4. Have the service end it for good.\n  patchbay revoke {connection}"),
        TourStep::Done => format!(
            "Connected, verified, run out, renewed, ended: that was its whole life. See what happened, and leave.\n  \
             patchbay events --connection {connection}\n  patchbay lab tour --remove"
        ),
    }
}

pub fn lab_status(status: &LabStatus, dials: &[DialView]) -> String {
    let mut lines = vec![match &status.address {
        Some(address) => format!("The Lab runs at {address}."),
        None => "The Lab does not run. A command that needs it runs it by itself; `patchbay lab start` keeps it running.".into(),
    }];
    lines.extend(status.plays.iter().map(|play| format!("  {} is played ({})", play.name, play.link_name)));
    if status.ahead != 0 {
        lines.push(format!("{} s were let pass for what it gave out.", status.ahead));
    }
    lines.push("Behaviours, as `patchbay lab start --behaviour ID=VALUE` sets them:".into());
    let value = |value: &DialValue| match value {
        DialValue::Switch(on) => on.to_string(),
        DialValue::Number(number) => number.to_string(),
        DialValue::Text(text) => text.clone(),
    };
    lines.extend(dials.iter().map(|dial| {
        let choice = match &dial.kind {
            DialKind::Choice { options } => {
                let values: Vec<_> = options.iter().map(|option| option.value.as_str()).collect();
                format!(" ({})", values.join(", "))
            }
            _ => String::new(),
        };
        let set = if dial.own { "*" } else { " " };
        format!(" {set}{}={}  {}{choice}", dial.id, value(&dial.value), dial.name)
    }));
    lines.join("\n")
}

pub fn lab_started(started: &StartedLab) -> String {
    let mut lines = vec![format!("The Lab runs at {}. Nothing leaves this machine.", started.address)];
    lines.extend(started.notice.clone());
    lines.extend(
        started.plays.iter().map(|play| {
            format!("  {} is played at {}", play.name, play.address.as_deref().unwrap_or_default())
        }),
    );
    if started.plays.is_empty() {
        lines.push(
            "It plays no connector yet: each is played from its first connection in the Lab on.".into(),
        );
    }
    lines.push("End it with Ctrl+C.".into());
    lines.join("\n")
}

pub fn proof_began(proof: &ProofView) -> String {
    let count = proof.trials.len();
    format!(
        "{} goes through {count} behaviours of the Lab. Nothing leaves this machine.",
        proof.connector.name
    )
}

pub fn trial(trial: &TrialView) -> String {
    let result = match trial.result {
        TrialResult::Waiting | TrialResult::Running => "not made",
        TrialResult::Passed => "passed",
        TrialResult::Refused => "refused rightly",
        TrialResult::Failed => "FAILED",
    };
    let way = trial.authentication.as_ref().map(|way| format!("[{way}] ")).unwrap_or_default();
    let does = format!("{way}{}", trial.does);
    let line = format!("  {result:15}  {:20}  {does:44}  {}", trial.id, trial.has_to);
    let found = trial.found.iter().cloned();
    let cause = trial.diagnosis.iter().filter(|_| trial.result == TrialResult::Failed);
    let cause = cause.flat_map(|diagnosis| diagnosis.causes.first());
    let told = found.chain(cause.map(|cause| format!("{}. {}.", cause.title, cause.action.label)));
    std::iter::once(line).chain(told.map(|told| format!("{:19}{told}", ""))).collect::<Vec<_>>().join("\n")
}

pub fn proof_ended(proof: &ProofView) -> String {
    let ProofView { connector, passed, refused, failed, trials, .. } = proof;
    let counts = format!("{passed} passed, {refused} refused rightly, {failed} failed");
    match proof.stage {
        ProofStage::Done if *failed == 0 => format!("{} survives: {counts}.", connector.name),
        ProofStage::Done => format!("{} does not survive: {counts}.", connector.name),
        _ => format!("Stopped: {counts}, of {}.", trials.len()),
    }
}

pub fn lab_request(request: &LabRequest) -> String {
    let LabRequest { at, connector, method, host, path, status, outcome, why, .. } = request;
    let did = match outcome {
        LabOutcome::Verified => "verified",
        LabOutcome::Echoed => "credential right, echoed",
        LabOutcome::Refused => "refused",
        LabOutcome::Page => "page",
        LabOutcome::SentBack => "browser sent back",
        LabOutcome::Granted => "given",
        LabOutcome::Answered => "answered",
        LabOutcome::Troubled => "trouble on purpose",
        LabOutcome::NoSuchAddress => "the connector has no address at this host",
        LabOutcome::NotPlayed => "no such connector is played",
    };
    let why = why.as_ref().map(|why| format!(". {why}")).unwrap_or_default();
    let time = at.strftime("%H:%M:%S");
    let status = status.map_or("---".into(), |status| status.to_string());
    format!("{time}  {status}  {method} {host}{path}  ({connector}: {did}{why})")
}

pub fn vault(view: &VaultView) -> String {
    view.sentence.clone()
}

pub fn sent(view: &SentView) -> String {
    let mut lines = vec![format!("{} {}", view.method, pieces(&view.url))];
    lines.extend(view.headers.iter().map(|header| format!("{}: {}", header.name, pieces(&header.value))));
    if let Some(body) = &view.body {
        lines.push(String::new());
        lines.push(pieces(body));
    }
    lines.extend(view.notes.iter().map(|note| format!("\n{note}")));
    for step in &view.signing {
        lines.push(format!("\n{}:\n{}", signed_text(step.text), pieces(&step.pieces)));
    }
    lines.join("\n")
}

fn signed_text(text: SignedText) -> &'static str {
    match text {
        SignedText::BaseString => "Signature base string",
        SignedText::CanonicalRequest => "Canonical request",
        SignedText::StringToSign => "String to sign",
        SignedText::AssertionHeader => "Assertion header",
        SignedText::AssertionClaims => "Assertion claims",
        SignedText::Signature => "Signature",
    }
}

/// What was signed beside what the service says that it would have signed.
fn compared(view: &ComparedView) -> String {
    let name = signed_text(view.text);
    if view.ours.is_empty() && view.theirs.is_empty() {
        return format!("{name}: the service computed the same, so the secret is the wrong one.");
    }
    let same = pieces(&view.same);
    // The line of the first difference tells where; all before it is the same.
    let (line, start) = (same.lines().count().max(1), same.rsplit('\n').next().unwrap_or_default());
    let rest = |side: &[Piece]| pieces(side).lines().next().unwrap_or_default().to_owned();
    format!(
        "{name}: the first difference is in line {line}.\n  signed here:  {start}⟦{}⟧\n  the service:  {start}⟦{}⟧",
        rest(&view.ours),
        rest(&view.theirs)
    )
}

fn pieces(pieces: &[Piece]) -> String {
    let piece = |piece: &Piece| match piece {
        Piece::Text { text, .. } => text.clone(),
        Piece::Secret { label } => format!("‹{label}›"),
        Piece::Placeholder { key } => format!("{{{key}}}"),
    };
    pieces.iter().map(piece).collect()
}

pub fn reply(view: &ReplyView, include: bool) -> String {
    let body = view.body.clone().unwrap_or_else(|| format!("({} bytes that are no text)", view.bytes));
    let body = match &view.compared {
        Some(view) => format!("{body}\n\n{}", compared(view)),
        None => body,
    };
    if !include {
        return body;
    }
    let headers: Vec<_> = view.headers.iter().map(|(name, value)| format!("{name}: {value}")).collect();
    format!("{} {}\n{}\n\n{body}", view.status, view.status_text, headers.join("\n"))
}
