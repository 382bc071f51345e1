//! Lines of history.

use crate::contract::connections::{ExchangeView, HistoryRow, Tone, VerificationOutcome};
use domain::event::{Event, EventKind, Exchange, ExchangeOutcome};

/// One line of a connection's history.
pub fn row(event: &Event, exchange: Option<&Exchange>, service: &str) -> HistoryRow {
    let (sentence, tone) = match &event.kind {
        EventKind::Connected => ("Connected".to_owned(), Tone::Good),
        EventKind::Undone { account } => {
            let whose = account.as_ref().map(|account| format!(", as {account}")).unwrap_or_default();
            (format!("Back to the sign-in before{whose}"), Tone::Neutral)
        }
        EventKind::Refreshed => ("Token refreshed".into(), Tone::Neutral),
        EventKind::Ended { code } => (format!("{service} ended the sign-in (`{code}`)"), Tone::Bad),
        EventKind::ScriptStopped { event, said } => {
            (format!("The script stopped a call in {event}: {}", said.trim_end_matches('.')), Tone::Warning)
        }
        EventKind::Introspected { active: true } => {
            (format!("{service} says that the access works"), Tone::Good)
        }
        EventKind::Introspected { active: false } => {
            (format!("{service} says that the access is over"), Tone::Warning)
        }
        EventKind::Revoked { told: true } => (format!("Revoked at {service}"), Tone::Neutral),
        EventKind::Revoked { told: false } => {
            (format!("Signed out here; {service} was not told"), Tone::Warning)
        }
        EventKind::Renamed { name } => (format!("Renamed to {name}"), Tone::Neutral),
        EventKind::NewVersion => ("Uses the new version of the connector".into(), Tone::Neutral),
        EventKind::Disabled => ("Switched off".into(), Tone::Neutral),
        EventKind::Enabled => ("Switched on".into(), Tone::Neutral),
        EventKind::Verified { outcome, millis } => {
            let view = super::verification(outcome, service, Some(*millis));
            let tone = match view.outcome {
                VerificationOutcome::Works => Tone::Good,
                VerificationOutcome::Refused => Tone::Bad,
                VerificationOutcome::CouldNotCheck => Tone::Warning,
            };
            (view.sentence.trim_end_matches('.').to_owned(), tone)
        }
        EventKind::Called { method, path, status, .. } => match status {
            Some(status) => {
                let tone = if *status < 400 { Tone::Neutral } else { Tone::Warning };
                (format!("{method} {path} answered {status}"), tone)
            }
            None => (format!("{method} {path} got no answer"), Tone::Warning),
        },
    };
    HistoryRow { at: event.at, sentence, tone, exchange: exchange.map(|exchange| view(exchange, service)) }
}

fn view(exchange: &Exchange, service: &str) -> ExchangeView {
    let mut view = ExchangeView {
        id: exchange.id.to_string(),
        method: exchange.method.clone(),
        url: exchange.url.clone(),
        request_headers: exchange.request_headers.clone(),
        status: None,
        headers: Vec::new(),
        body_shape: None,
        no_reply: None,
        millis: u32::try_from(exchange.millis).unwrap_or(u32::MAX),
        scripts: exchange.scripts.iter().map(crate::scripts::run).collect(),
    };
    match &exchange.outcome {
        ExchangeOutcome::Reply { status, headers, body, .. } => {
            view.status = Some(*status);
            view.headers.clone_from(headers);
            view.body_shape.clone_from(body);
        }
        ExchangeOutcome::NoReply { class, .. } => {
            let (sentence, _) = super::unreachable(*class, service);
            view.no_reply = Some(sentence);
        }
    }
    view
}
