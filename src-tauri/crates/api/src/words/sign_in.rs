//! Sign-ins: where one stands, and why there is no credential. What happened, what is safe, what to do next.

use crate::contract::connect::{DeviceView, FailureView, SignInView, StepKindView, StepView, WayView};
use domain::{
    Timestamp,
    attempt::{Attempt, AttemptState},
    authorization::Expiry,
    ports::TransportClass,
    sign_in::{Endpoint, SignInFailure, StepKind, Way},
};
use engine::oauth::sequence::PlannedKind;

/// The sign-in of an attempt.
pub fn view(attempt: &Attempt, service: &str, now: Timestamp) -> Option<SignInView> {
    let sign_in = attempt.sign_in.as_ref()?;
    let mut view = SignInView {
        way: sign_in.redirect.as_ref().map(|redirect| way(redirect.way)),
        redirect_uri: sign_in.redirect.as_ref().map(|redirect| redirect.uri.clone()),
        private: sign_in.private,
        device: None,
        until: None,
        seconds_left: None,
        steps: sign_in
            .steps
            .iter()
            .map(|step| StepView { kind: step_kind(step.kind), at: step.at })
            .collect(),
        requested: attempt.requested.clone(),
        granted: sign_in.granted.clone(),
        expires_at: expires_at(sign_in.expiry),
        account: sign_in.account.clone(),
        account_before: None,
        new_addresses: Vec::new(),
        failure: None,
    };
    match &attempt.state {
        AttemptState::SigningIn { until, device } => {
            view.until = Some(*until);
            view.seconds_left = u32::try_from(until.duration_since(now).as_secs().max(0)).ok();
            view.device = device.as_ref().map(|device| DeviceView {
                user_code: device.user_code.clone(),
                verification_uri: device.verification_uri.clone(),
                verification_uri_complete: device.verification_uri_complete.clone(),
            });
        }
        AttemptState::Failed { failure: why, .. } => view.failure = Some(failure(why, service)),
        AttemptState::AnotherAccount { before, now, .. } => {
            view.account_before = Some(before.clone());
            view.account = Some(now.clone());
        }
        AttemptState::NewAddresses { origins } => {
            view.new_addresses = origins.iter().map(ToString::to_string).collect();
        }
        _ => {}
    }
    Some(view)
}

/// When a credential ends, where that is more than a guess.
pub fn expires_at(expiry: Expiry) -> Option<Timestamp> {
    match expiry {
        Expiry::Told(at) => Some(at),
        Expiry::Assumed(_) | Expiry::Never => None,
    }
}

/// The way that a person chose.
pub fn chosen_way(way: WayView) -> Way {
    match way {
        WayView::App => Way::App,
        WayView::Loopback => Way::Loopback,
        WayView::Manual => Way::Manual,
        WayView::Pin => Way::Pin,
    }
}

/// A way back from the browser.
pub fn way(way: Way) -> WayView {
    match way {
        Way::App => WayView::App,
        Way::Loopback => WayView::Loopback,
        Way::Manual => WayView::Manual,
        Way::Pin => WayView::Pin,
    }
}

fn step_kind(kind: StepKind) -> StepKindView {
    match kind {
        StepKind::Browser => StepKindView::Browser,
        StepKind::Device => StepKindView::Device,
        StepKind::Redirect => StepKindView::Redirect,
        StepKind::Exchanged => StepKindView::Exchanged,
        StepKind::Verified => StepKindView::Verified,
    }
}

const SAFE: &str = "No connection was made or changed.";

/// Why there is no credential.
pub fn failure(failure: &SignInFailure, service: &str) -> FailureView {
    let view = |code: &str, happened: String, action: String, said: Option<&String>| FailureView {
        code: code.into(),
        happened,
        safe: SAFE.into(),
        action,
        said: said.cloned(),
    };
    match failure {
        SignInFailure::Answered { endpoint, code, said, .. } => {
            let (happened, action) = answered(*endpoint, code, service);
            view(code, happened, action.into(), said.as_ref())
        }
        SignInFailure::Clock { endpoint, seconds, said, .. } => clock(*endpoint, *seconds, said.as_ref(), service),
        SignInFailure::NotConfirmed => view(
            "callback_not_confirmed",
            format!("{service} did not confirm where the browser comes back to, so somebody else could finish the sign-in."),
            format!("The browser was not opened. Ask {service} for OAuth 1.0a, the corrected version, or check the request token address of the connector."),
            None,
        ),
        SignInFailure::NotUnderstood { endpoint, status, detail } => view(
            "not_understood",
            match status {
                Some(status) => format!("{service} answered with status {status}, and the {} cannot be used: {detail}.", reply(*endpoint)),
                None => format!("The {} of {service} cannot be used: {detail}.", reply(*endpoint)),
            },
            format!("Compare the {} of the connector with the documentation of {service}.", address(*endpoint)),
            None,
        ),
        SignInFailure::Unreachable { endpoint, class: TransportClass::TooLarge, .. } => view(
            "too_large",
            format!("The {} of {service} is larger than any such answer, so it was not read to its end.", reply(*endpoint)),
            format!("Compare the {} of the connector with the documentation of {service}.", address(*endpoint)),
            None,
        ),
        SignInFailure::Unreachable { endpoint, class, .. } => {
            let (what, next) = super::unreachable(*class, service);
            let happened = format!("The sign-in stopped at the {}: {what}", address(*endpoint));
            view("unreachable", happened, next.to_owned(), None)
        }
        SignInFailure::NotTrusted { detail, .. } => view(
            "not_trusted",
            format!("The reply does not come from the service that was asked: {detail}."),
            "Nothing of it was used. Check the issuer in the connector; if it is right, tell the people who run the service.".into(),
            None,
        ),
        SignInFailure::TimedOut => view(
            "timed_out",
            "The sign-in was not finished in time.".into(),
            "Begin again, and finish the sign-in in the browser within ten minutes.".into(),
            None,
        ),
        SignInFailure::NoBrowser { detail } => view(
            "no_browser",
            format!("The browser could not be opened: {detail}."),
            "Copy the link and open it in any browser on this machine.".into(),
            None,
        ),
        SignInFailure::NoAppLink { handler } => view(
            "no_app_link",
            match handler {
                Some(name) => format!("The way back from the browser leads to another program: {name}."),
                None => "This copy of Patchbay does not get app links, so the browser could not have come back.".into(),
            },
            "Begin again and choose the loopback address or pasting as the way back. The browser was not opened.".into(),
            None,
        ),
        SignInFailure::NoListener { detail } => view(
            "no_listener",
            format!("The address that the browser comes back to could not be opened: {detail}."),
            "Choose a free port or another way back in the connector, under Redirect.".into(),
            None,
        ),
        SignInFailure::Script { event, said } => view(
            "script",
            format!("The connector's script stopped the sign-in in {event}: {}.", said.trim_end_matches('.')),
            "Correct the script of the connector, or what it complains of, and begin again.".into(),
            None,
        ),
        SignInFailure::Interrupted { detail } => {
            view("interrupted", format!("The sign-in stopped: {detail}."), "Begin again.".into(), None)
        }
    }
}

/// A refused time or nonce, with the difference that was measured.
fn clock(endpoint: Endpoint, seconds: Option<i64>, said: Option<&String>, service: &str) -> FailureView {
    let at = address(endpoint);
    let (happened, action) = match seconds {
        Some(seconds) => {
            let (by, which) = (seconds.unsigned_abs(), if seconds > 0 { "behind" } else { "ahead of" });
            (
                format!(
                    "{service} refused the signed request at the {at}: this computer's clock is {} {which} the service's.",
                    duration(by)
                ),
                "Set the clock of this computer to the right time, then begin again.",
            )
        }
        None => (
            format!(
                "{service} refused the time or the nonce of the signed request at the {at}. Both clocks agree."
            ),
            "Begin again: each request is signed with a new nonce. If it happens each time, the service counts them for other programs with the same consumer key too.",
        ),
    };
    FailureView {
        code: "timestamp_refused".into(),
        happened,
        safe: SAFE.into(),
        action: action.into(),
        said: said.cloned(),
    }
}

/// Seconds in the largest unit that says enough.
fn duration(seconds: u64) -> String {
    let (count, unit) = match seconds {
        0..120 => (seconds, "second"),
        120..7_200 => (seconds / 60, "minute"),
        7_200..172_800 => (seconds / 3_600, "hour"),
        _ => (seconds / 86_400, "day"),
    };
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

fn answered(endpoint: Endpoint, code: &str, service: &str) -> (String, &'static str) {
    match (endpoint, code) {
        (_, "access_denied") => (
            format!("{service} was told not to allow it."),
            "Begin again, and choose Allow on the page of the service. If you did, an administrator may have to allow it.",
        ),
        (_, "permission_denied" | "user_refused" | "permission_unknown") => (
            format!("{service} was told not to allow it."),
            "Begin again, and allow it on the page of the service.",
        ),
        (_, "consumer_key_unknown" | "consumer_key_rejected" | "consumer_key_refused") => (
            format!("{service} does not know the consumer key, or has locked it."),
            "Check the consumer key under Your app with the one that the service shows.",
        ),
        (
            _,
            "signature_invalid" | "signature_method_rejected" | "invalid_signature" | "signature_refused",
        ) => (
            format!("{service} did not accept the signature."),
            "Check the consumer secret under Your app, and the signature method of the connector.",
        ),
        (_, "token_expired" | "token_rejected" | "token_used" | "token_revoked" | "verifier_invalid") => (
            format!(
                "{service} did not accept the PIN or the way back: it was used before, is too old, or was mistyped."
            ),
            "Begin again. A PIN works once and for some minutes only.",
        ),
        (_, "expired_token") => {
            ("The code to type is too old.".into(), "Begin again to get a new code, and type it at once.")
        }
        (_, "invalid_client" | "unauthorized_client") => (
            format!("{service} does not accept the client ID and client secret."),
            "Check both under Your app. If they are right, choose the other client authentication in the connector.",
        ),
        (Endpoint::Token, "invalid_grant") => (
            format!("{service} did not accept the sign-in."),
            "Begin again. If it happens each time, compare the redirect address with the one registered at the service, and check user name and password where they are asked.",
        ),
        (_, "invalid_scope") => (
            format!(
                "{service} does not know a permission that was asked for, or their separator is another one."
            ),
            "Check the permissions of the connector: their values and their delimiter.",
        ),
        (_, "redirect_uri_mismatch") => (
            format!("The redirect address is not registered at {service}."),
            "Copy the redirect address from the connector and add it to the app at the service, letter by letter.",
        ),
        (_, "unsupported_grant_type" | "unsupported_response_type") => (
            format!("{service} does not offer this kind of sign-in to the app."),
            "Choose another grant type in the connector, or switch it on for the app at the service.",
        ),
        (
            _,
            "login_required" | "consent_required" | "interaction_required" | "account_selection_required",
        ) => (
            format!("{service} wants the person to sign in on its page."),
            "Take `prompt` out of the extra parameters of the connector and begin again.",
        ),
        (_, "server_error" | "temporarily_unavailable") => {
            (format!("{service} has trouble of its own."), "Try again later.")
        }
        (Endpoint::Authorization, _) => (
            format!("{service} ended the sign-in with the error `{code}`."),
            "Compare the connector with the documentation of the service: client ID, redirect address, permissions.",
        ),
        _ => (
            format!("{service} gave no token and answered with the error `{code}`."),
            "Compare the connector with the documentation of the service: addresses, client authentication, parameters.",
        ),
    }
}

fn address(endpoint: Endpoint) -> &'static str {
    match endpoint {
        Endpoint::TemporaryCredentials => "request token address",
        Endpoint::Authorization => "authorize address",
        Endpoint::DeviceAuthorization => "device address",
        Endpoint::Token => "token address",
        Endpoint::Revocation => "revoke address",
        Endpoint::Introspection => "introspect address",
        Endpoint::Userinfo => "userinfo address",
        Endpoint::Metadata => "issuer",
        Endpoint::Jwks => "address of the signing keys",
    }
}

fn reply(endpoint: Endpoint) -> &'static str {
    match endpoint {
        Endpoint::TemporaryCredentials => "answer of the request token address",
        Endpoint::Authorization => "answer that the browser brought",
        Endpoint::DeviceAuthorization => "answer of the device address",
        Endpoint::Token => "answer of the token address",
        Endpoint::Revocation => "answer of the revoke address",
        Endpoint::Introspection => "answer of the introspect address",
        Endpoint::Userinfo => "answer about the person",
        Endpoint::Metadata => "discovery document",
        Endpoint::Jwks => "list of signing keys",
    }
}

/// Why a token was not refreshed: what happened, and what to do next.
pub fn not_refreshed(failure: &SignInFailure) -> (String, &'static str) {
    match failure {
        SignInFailure::Answered { code, .. } => (
            format!("The service did not refresh the token and answered with the error `{code}`."),
            "Try again. If it stays so, sign in again with Reauthorize.",
        ),
        SignInFailure::NotUnderstood { status, .. } => (
            match status {
                Some(status) => {
                    format!("The service answered the refresh with status {status}, and without a token.")
                }
                None => "The service answered the refresh without a token.".into(),
            },
            "Compare the refresh address of the connector with the documentation of the service.",
        ),
        SignInFailure::Script { event, said } => (
            format!("The connector's script stopped the refresh in {event}: {}.", said.trim_end_matches('.')),
            "Correct the script of the connector, or what it complains of, and try again.",
        ),
        SignInFailure::Unreachable { class, .. } => {
            let (what, next) = super::unreachable(*class, "the service");
            (format!("The token was not refreshed: {what}"), next)
        }
        SignInFailure::NotTrusted { .. }
        | SignInFailure::Clock { .. }
        | SignInFailure::NotConfirmed
        | SignInFailure::TimedOut
        | SignInFailure::NoBrowser { .. }
        | SignInFailure::NoAppLink { .. }
        | SignInFailure::NoListener { .. }
        | SignInFailure::Interrupted { .. } => (
            "The token was not refreshed.".into(),
            "Try again. If it stays so, sign in again with Reauthorize.",
        ),
    }
}

/// Why nothing was learned about a token: what happened, and what to do next.
pub fn not_introspected(failure: &SignInFailure) -> (String, &'static str) {
    match failure {
        SignInFailure::Answered { code, .. } => (
            format!("The service did not say whether the access works and answered with the error `{code}`."),
            "Check client ID and client secret under Your app. Some services let only certain apps ask; verify the connection instead.",
        ),
        SignInFailure::NotUnderstood { detail, .. } => (
            format!("The answer of the introspect address cannot be used: {detail}."),
            "Compare the introspect address of the connector with the documentation of the service.",
        ),
        SignInFailure::Unreachable { class, .. } => {
            let (what, next) = super::unreachable(*class, "the service");
            (format!("The service was not asked: {what}"), next)
        }
        _ => ("The service was not asked.".into(), "Try again, or verify the connection instead."),
    }
}

/// What a request of a sign-in is for.
pub fn planned(kind: PlannedKind) -> &'static str {
    match kind {
        PlannedKind::Temporary => "Asks for a temporary token",
        PlannedKind::Page => "Opens the sign-in page in the browser",
        PlannedKind::Device => "Asks for a code to type on another device",
        PlannedKind::Tokens => "Asks for the token",
        PlannedKind::Refresh => "Renews the token later",
    }
}
