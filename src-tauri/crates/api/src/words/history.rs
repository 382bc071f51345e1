//! Lines of history.

use crate::contract::connections::{ExchangeView, HistoryRow, Tone, VerificationOutcome};
use domain::event::{Event, EventKind, Exchange, ExchangeOutcome};

/// One line of a connection's history.
pub fn row(event: &Event, exchange: Option<&Exchange>, service: &str) -> HistoryRow {
    let (sentence, tone) = match &event.kind {
        EventKind::Connected { account, .. } => {
            let whose = account.as_ref().map(|account| format!(" as {account}")).unwrap_or_default();
            (format!("Connected{whose}"), Tone::Good)
        }
        EventKind::Undone { account } => {
            let whose = account.as_ref().map(|account| format!(", as {account}")).unwrap_or_default();
            (format!("Back to the sign-in before{whose}"), Tone::Neutral)
        }
        EventKind::Refreshed { .. } => ("Token refreshed".into(), Tone::Neutral),
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
    HistoryRow {
        at: event.at,
        sentence,
        tone,
        aside: aside(&event.kind, exchange),
        exchange: exchange.map(|exchange| view(exchange, service)),
    }
}

/// What stands at the end of the line: what it brought, and how long its call took.
fn aside(kind: &EventKind, exchange: Option<&Exchange>) -> Option<String> {
    let brought = match kind {
        EventKind::Connected { asked, given, .. } if *given > 0 => Some(match asked {
            1 => "1 permission".into(),
            _ if given == asked => format!("{asked} permissions"),
            _ => format!("{given} of {asked} permissions"),
        }),
        EventKind::Refreshed { lasts } => lasts.map(|seconds| format!("Lasts {}", span(seconds))),
        _ => None,
    };
    let millis = match kind {
        // With redirects, more than the one exchange that is kept.
        EventKind::Verified { millis, .. } | EventKind::Called { millis, .. } if *millis > 0 => Some(*millis),
        _ => exchange.map(|exchange| exchange.millis),
    };
    let parts: Vec<_> = brought.into_iter().chain(millis.map(took)).collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// How long a call took.
fn took(millis: u64) -> String {
    match millis {
        0..1_000 => format!("{millis} ms"),
        1_000..10_000 => format!("{}.{} s", millis / 1_000, millis % 1_000 / 100),
        _ => format!("{} s", millis / 1_000),
    }
}

/// How long a token holds, in the largest unit that tells enough of it.
fn span(seconds: u64) -> String {
    const MINUTE: u64 = 60;
    const HOUR: u64 = 60 * MINUTE;
    const DAY: u64 = 24 * HOUR;
    let (length, unit) = match seconds {
        0..120 => (1, "s"),
        120..7_200 => (MINUTE, "min"),
        7_200..172_800 => (HOUR, "h"),
        _ => (DAY, "days"),
    };
    format!("{} {unit}", seconds / length)
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

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{connection::Verification, id::ExchangeId};

    fn exchange(millis: u64) -> Exchange {
        Exchange {
            id: ExchangeId::from_stored("x"),
            at: domain::Timestamp::UNIX_EPOCH,
            connection: None,
            method: "GET".into(),
            url: "https://api.example/me".into(),
            request_headers: Vec::new(),
            request_bytes: 0,
            outcome: ExchangeOutcome::Reply { status: 200, headers: Vec::new(), bytes: 0, body: None },
            millis,
            scripts: Vec::new(),
        }
    }

    #[test]
    fn a_line_ends_with_what_it_brought_and_how_long_its_call_took() {
        let connected = |asked, given| EventKind::Connected { account: None, asked, given };
        let refreshed = |lasts| EventKind::Refreshed { lasts };
        let verified =
            |millis| EventKind::Verified { outcome: Verification::Works { account: None }, millis };
        for (kind, call, says) in [
            (connected(4, 3), Some(184), Some("3 of 4 permissions, 184 ms")),
            (connected(2, 2), None, Some("2 permissions")),
            (connected(1, 1), None, Some("1 permission")),
            (connected(4, 0), Some(184), Some("184 ms")),
            (connected(0, 0), None, None),
            (refreshed(Some(90)), None, Some("Lasts 90 s")),
            (refreshed(Some(3_600)), None, Some("Lasts 60 min")),
            (refreshed(Some(28_800)), None, Some("Lasts 8 h")),
            (refreshed(Some(5_184_000)), None, Some("Lasts 60 days")),
            (refreshed(None), None, None),
            (verified(205), Some(190), Some("205 ms")),
            (verified(1_290), None, Some("1.2 s")),
            (verified(60_002), None, Some("60 s")),
            (verified(0), None, None),
            (EventKind::Introspected { active: true }, Some(119), Some("119 ms")),
            (EventKind::Disabled, None, None),
        ] {
            let call = call.map(exchange);
            assert_eq!(aside(&kind, call.as_ref()).as_deref(), says, "{kind:?}");
        }
    }

    #[test]
    fn lines_of_former_versions_are_read() {
        for (stored, says, ends) in [
            (r#"{"kind":"connected"}"#, "Connected", None),
            (r#"{"kind":"connected","account":"jane@acme.test"}"#, "Connected as jane@acme.test", None),
            (r#"{"kind":"refreshed"}"#, "Token refreshed", None),
            (
                r#"{"kind":"verified","outcome":{"kind":"works","account":null},"millis":205}"#,
                "It works",
                Some("205 ms"),
            ),
        ] {
            let kind = serde_json::from_str(stored).unwrap();
            let event = Event { at: domain::Timestamp::UNIX_EPOCH, connection: None, kind, exchange: None };
            let row = row(&event, None, "Zylker");
            assert_eq!((row.sentence.as_str(), row.aside.as_deref()), (says, ends));
        }
    }
}
