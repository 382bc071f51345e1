//! How token replies are written: as RFC 6749 §5 has it, as the connector reads them, or as a dial bends them.

use super::{Desk, grants::Tokens, walk::Refused};
use crate::{
    answer::{Answer, Payload},
    decode,
    dials::TOKEN_REPLY,
    document, pages,
    play::oauth::{CaptureFrom, OAuth2, ReplyShape},
};
use hyper::{StatusCode, header};
use serde_json::{Map, Value, json};

/// A value that a connector picks up. It may stand in a host, so it is one label.
pub(super) const CAPTURED: &str = "lab";

/// The reply that gives tokens.
pub(super) fn tokens(desk: &Desk<'_>, oauth2: &OAuth2, tokens: &Tokens) -> Answer {
    let shape = &oauth2.reply;
    let delimiter = if oauth2.delimiter.is_empty() { " " } else { &oauth2.delimiter };
    let odd = desk.behaviour.text(&TOKEN_REPLY);
    let is_odd = odd == "odd_types";
    let mut body = json!({});
    let optional = |value: &Option<String>| value.as_ref().map_or(Value::Null, |value| json!(value));
    for (pointer, name, value) in [
        (&shape.access_token, "access_token", json!(tokens.access)),
        (&shape.token_type, "token_type", json!(if is_odd { "bearer" } else { "Bearer" })),
        (
            &shape.expires_in,
            "expires_in",
            if is_odd { json!(tokens.lifetime.to_string()) } else { json!(tokens.lifetime) },
        ),
        (&shape.refresh_token, "refresh_token", optional(&tokens.refresh)),
        (&shape.id_token, "id_token", optional(&tokens.id_token)),
        (
            &shape.scope,
            "scope",
            if is_odd { json!(tokens.scopes) } else { json!(tokens.scopes.join(delimiter)) },
        ),
    ] {
        if !value.is_null() {
            document::put(&mut body, pointer.as_deref().unwrap_or(&format!("/{name}")), value);
        }
    }
    for capture in oauth2.captures.iter().filter(|capture| capture.from == CaptureFrom::Token) {
        if body.pointer(&capture.pointer).is_none() {
            document::put(&mut body, &capture.pointer, CAPTURED.into());
        }
    }
    not_an_error(&mut body, shape);
    match odd.as_str() {
        "form" => {
            let members = body.as_object().into_iter().flatten();
            let pairs: Vec<_> = members.map(|(name, value)| (name.clone(), text_of(value))).collect();
            Answer::of(
                StatusCode::OK,
                Payload::Text("application/x-www-form-urlencoded", decode::to_form(&pairs)),
            )
        }
        "text" => Answer::of(StatusCode::OK, Payload::Text("text/plain; charset=utf-8", body.to_string())),
        "nested" => Answer::of(StatusCode::OK, Payload::Json(json!({ "data": body }))),
        _ => Answer::of(StatusCode::OK, Payload::Json(body)),
    }
}

/// What a dial puts in the place of tokens, if it does.
pub(crate) fn instead_of_tokens(dial: &str) -> Option<Answer> {
    match dial {
        "error_in_200" => {
            let said = "The Lab was told to answer with an error under status 200.";
            let body = json!({ "error": "temporarily_unavailable", "error_description": said });
            Some(Answer::of(StatusCode::OK, Payload::Json(body)))
        }
        "html" => Some(Answer::of(StatusCode::OK, Payload::Page(pages::fault("Everything is fine")))),
        _ => None,
    }
}

/// The reply that refuses (RFC 6749 §5.2), in the connector's own way where it has one.
pub(super) fn refusal(desk: &Desk<'_>, oauth2: &OAuth2, refused: &Refused) -> Answer {
    let lab = format!("{}, played by the Lab. Nothing left this machine.", desk.play.name);
    let mut body = json!({});
    let status = match &oauth2.reply.error {
        Some(shape) => {
            document::put(&mut body, &shape.pointer, shape.equals.clone());
            if let Some(message) = &shape.message {
                document::put(&mut body, message, refused.code.into());
            }
            StatusCode::OK
        }
        None => refused.status,
    };
    if let Value::Object(body) = &mut body {
        add(body, "error", refused.code.into());
        add(body, "error_description", refused.description.clone().into());
        add(body, "lab", lab.into());
    }
    let mut answer = Answer::of(status, Payload::Json(body));
    // RFC 6749 §5.2: the scheme that the client used, or the one that it should have.
    if status == StatusCode::UNAUTHORIZED {
        let challenge = format!("Basic realm=\"{} (Lab)\"", desk.play.link_name);
        answer.headers.push((header::WWW_AUTHENTICATE, challenge));
    }
    answer
}

fn add(body: &mut Map<String, Value>, name: &str, value: Value) {
    body.entry(name).or_insert(value);
}

/// A connector that looks for an error under a good status must not find one: `ok: false` becomes `ok: true`.
fn not_an_error(body: &mut Value, shape: &ReplyShape) {
    let Some(error) = &shape.error else { return };
    let other = match &error.equals {
        Value::Bool(flag) => json!(!flag),
        // Any other value is an error by being there.
        _ => return,
    };
    document::put(body, &error.pointer, other);
}

fn text_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
