//! Diagnoses for people: causes in plain words, what helps against each, and what was exchanged, line by line.
//!
//! What a shell can do for a cause depends on where it failed: a sign-in that is under way is tried again, a connection
//! that stands is signed in again. What only a person can do elsewhere has words and no button.

use crate::contract::{
    connect::WayView,
    diagnosis::{
        CauseActionView, CauseView, ConnectorStepView, DiagnosisView, EvidenceView, LikelihoodView, RunView,
    },
};
use domain::evidence::{Came, Evidence, FailedStep};
use engine::diagnosis::{CONFIDENT, Likely, diagnose, rule::Fix};
use serde_json::{Map, Value};

/// What failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// A sign-in, or the first check of what was typed.
    Attempt,
    /// A connection that stands.
    Connection,
}

/// Why something failed; nothing where no cause is known.
pub fn view(evidence: &Evidence, whose: Whose) -> Option<DiagnosisView> {
    let found = diagnose(evidence);
    let first = found.causes.first()?;
    Some(DiagnosisView {
        evidence: evidence_view(evidence, first.quotes.clone()),
        causes: found.causes.iter().map(|cause| cause_view(cause, evidence, whose)).collect(),
    })
}

fn cause_view(likely: &Likely, evidence: &Evidence, whose: Whose) -> CauseView {
    let run = |fix: &Fix| run(&fix.id, evidence.step, whose);
    let fixes: Vec<&Fix> =
        likely.fixes.iter().copied().filter(|fix| fix.id != "correct_clock" || signs(evidence)).collect();
    let action = fixes.first().map_or_else(
        || CauseActionView { fix: "contact_provider".into(), label: String::new(), run: RunView::Elsewhere },
        |fix| CauseActionView { fix: fix.id.clone(), label: fix.title.clone(), run: run(fix) },
    );
    let others: Vec<String> = fixes.iter().skip(1).map(|fix| lower(&fix.title)).collect();
    let others = others.split_last().map(|(last, rest)| match rest {
        [] => format!("Or: {last}."),
        rest => format!("Or: {}, or {last}.", rest.join(", ")),
    });
    CauseView {
        cause: likely.cause.id.clone(),
        title: likely.cause.title.clone(),
        safe: likely.cause.safe.text.clone(),
        others,
        score: likely.score,
        likelihood: match likely.score {
            80.. => LikelihoodView::MostLikely,
            CONFIDENT.. => LikelihoodView::Possible,
            _ => LikelihoodView::LessLikely,
        },
        action,
    }
}

/// Whether what was sent bears a time of ours that is signed.
fn signs(evidence: &Evidence) -> bool {
    let said = |key: &str| evidence.connector.get(key).and_then(Value::as_str).unwrap_or_default();
    matches!(said("auth"), "oauth1" | "aws_sigv4")
        || matches!(said("client_authentication"), "client_secret_jwt" | "private_key_jwt")
}

fn lower(title: &str) -> String {
    let mut letters = title.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}

/// What a shell does for a fix.
fn run(fix: &str, step: FailedStep, whose: Whose) -> RunView {
    let at = |step| RunView::Connector { step };
    match fix {
        // Signed again, it bears the time that the service told with its refusal.
        "retry" | "wait_and_retry" | "refresh_keys" | "use_latest_token" | "use_another_port"
        | "correct_clock" => RunView::Again,
        "reauthorize" | "use_another_account" => match whose {
            Whose::Attempt => RunView::Again,
            Whose::Connection => RunView::Reauthorize,
        },
        "reenter_secret"
        | "reenter_client_id"
        | "reenter_key"
        | "trim_credential"
        | "set_session_token"
        | "use_api_token_as_password" => match whose {
            Whose::Attempt => RunView::TypeAgain,
            Whose::Connection => RunView::Reauthorize,
        },
        "refresh_token_now" if whose == Whose::Connection => RunView::Refresh,
        "refresh_token_now" => RunView::Again,
        "use_loopback_redirect" => RunView::Redirect { way: WayView::Loopback },
        "paste_callback" if step == FailedStep::Redirect => RunView::Redirect { way: WayView::Manual },
        "copy_redirect_address" if whose == Whose::Attempt => RunView::CopyRedirect,
        "register_custom_scheme" => RunView::RedirectSettings,
        "check_base_url" | "set_tenant" | "switch_environment" => at(ConnectorStepView::General),
        "edit_scopes" | "change_scope_delimiter" | "add_offline_scope" => at(ConnectorStepView::Permissions),
        "treat_status_as_expired" | "correct_verify" => at(ConnectorStepView::Verify),
        "add_authorize_parameter"
        | "add_prefix"
        | "change_auth_type"
        | "change_body_format"
        | "change_grant_type"
        | "change_pkce_method"
        | "change_redirect_host"
        | "change_response_mode"
        | "change_response_type"
        | "change_revoked_token"
        | "change_signature_method"
        | "change_token_url"
        | "disable_pkce"
        | "enable_pkce"
        | "encode_client_secret"
        | "map_token_field"
        | "move_key_to_query"
        | "move_key_to_user_name"
        | "omit_parameter"
        | "remove_prefix"
        | "remove_revocation_url"
        | "rename_key_header"
        | "set_audience"
        | "set_issuer"
        | "set_realm"
        | "set_region"
        | "set_service"
        | "set_signing_algorithm"
        | "switch_client_authentication"
        | "use_fixed_port"
        | "use_https_redirect"
        | "accept_reply_format"
        | "change_http_method"
        | "change_path_encoding" => at(ConnectorStepView::Security),
        // The service, the network, the system, or a part of this program that no button leads to.
        _ => RunView::Elsewhere,
    }
}

fn evidence_view(evidence: &Evidence, quotes: Vec<String>) -> EvidenceView {
    let sent = evidence.seen.request.iter().flat_map(|asked| {
        let first = format!("{} {}", asked.method, asked.url);
        let headers = asked.headers.iter().map(|(name, value)| format!("{name}: {value}"));
        let members = asked.body.as_object().map(lines).unwrap_or_default();
        std::iter::once(first).chain(headers).chain(members)
    });
    let came = match &evidence.seen.came {
        Came::Response { status, headers, body } => {
            let headers = headers.iter().map(|(name, value)| format!("{name}: {value}"));
            let body = (!body.is_empty()).then(|| body.clone());
            std::iter::once(status.to_string()).chain(headers).chain(body).collect()
        }
        Came::Transport(why) => why.chain.clone(),
        Came::Redirect(came) => came.get("params").and_then(Value::as_object).map(lines).unwrap_or_default(),
        Came::Page(came) | Came::Nothing(came) | Came::Check(came) => lines(came),
    };
    EvidenceView { sent: sent.collect(), came, known: lines(&evidence.local), quotes }
}

fn lines(members: &Map<String, Value>) -> Vec<String> {
    // The day is known to whoever reads it.
    let told = members.iter().filter(|(key, value)| value.as_str() != Some("") && *key != "today");
    told.map(|(key, value)| match value {
        Value::String(text) => format!("{key}={text}"),
        value => format!("{key}={value}"),
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use engine::diagnosis::rule::{Rules, Who};

    #[test]
    fn what_only_a_person_can_do_has_no_button_but_copying() {
        for fix in Rules::built_in().fixes() {
            let run = run(&fix.id, FailedStep::Redirect, Whose::Attempt);
            if fix.who == Who::User && run != RunView::Elsewhere {
                assert_eq!(run, RunView::CopyRedirect, "{}", fix.id);
            }
        }
    }

    #[test]
    fn what_the_app_can_do_has_a_button() {
        for fix in Rules::built_in().fixes().iter().filter(|fix| fix.who == Who::App) {
            let run = run(&fix.id, FailedStep::Redirect, Whose::Attempt);
            assert_ne!(run, RunView::Elsewhere, "{}", fix.id);
        }
    }
}
