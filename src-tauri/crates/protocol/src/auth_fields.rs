//! Auth fields: values that a service wants among the fields of a POST, PUT or PATCH body.
//!
//! A JSON object body gets them as top-level members, numbers and booleans with their JSON type; a form body as pairs.
//! Without a body the fields are the body, form-encoded unless the headers say JSON. A request of another method
//! carries none.

use crate::{
    message::{Method, Request},
    placement::{Place, PlacementError, has_json_body, has_member, put_form, put_json_member},
};
use secret::SecretString;

/// One field.
#[derive(Clone, Debug)]
pub struct Field<'a> {
    /// Its name on the wire.
    pub key: &'a str,
    /// How its value is written in JSON.
    pub kind: Kind,
    /// Its value as it was typed.
    pub value: &'a SecretString,
}

/// How a value is written in JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// As a string.
    Text,
    /// As a number, every digit kept.
    Number,
    /// As `true` or `false`.
    Boolean,
}

/// What became of the fields.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Injected {
    /// Where they stand.
    pub places: Vec<Place>,
    /// Keys whose member was in the body already and was replaced.
    pub replaced: Vec<String>,
}

/// Authorizes `request` with `fields`.
/// # Errors
/// [`PlacementError::NotAnObject`] where the body claims to be JSON and is no object, [`PlacementError::NotAForm`] where
/// it is neither JSON nor a form, [`PlacementError::Json`] where a number is none.
pub fn authorize(request: &mut Request, fields: &[Field<'_>]) -> Result<Injected, PlacementError> {
    let mut injected = Injected::default();
    if !matches!(request.method, Method::POST | Method::PUT | Method::PATCH) || fields.is_empty() {
        return Ok(injected);
    }
    let json = has_json_body(request);
    if json && request.body.is_empty() {
        request.body = b"{}".to_vec();
    }
    if !json {
        injected.replaced = drop_pairs(request, fields);
    }
    for field in fields {
        let place = if json {
            if has_member(request, field.key)? {
                injected.replaced.push(field.key.to_owned());
            }
            put_json_member(request, field.key, &write_json(field)?)?
        } else {
            put_form(request, field.key, field.value)?
        };
        injected.places.push(place);
    }
    Ok(injected)
}

/// Takes the pairs of the fields' keys out of a form body, so that each stands once.
fn drop_pairs(request: &mut Request, fields: &[Field<'_>]) -> Vec<String> {
    let mut dropped = Vec::new();
    let is_field = |pair: &&[u8]| {
        let key =
            url::form_urlencoded::parse(pair).next().map(|(key, _)| key.into_owned()).unwrap_or_default();
        let found = fields.iter().any(|field| field.key == key);
        if found {
            dropped.push(key);
        }
        !found
    };
    let kept: Vec<&[u8]> = request.body.split(|byte| *byte == b'&').filter(is_field).collect();
    let body = kept.join(&b"&"[..]);
    if !dropped.is_empty() {
        request.body = body;
    }
    dropped
}

fn write_json(field: &Field<'_>) -> Result<String, PlacementError> {
    // EXPOSE: the value becomes part of the outgoing request
    let text = field.value.expose();
    let unfit = || PlacementError::Json(field.key.to_owned());
    match field.kind {
        Kind::Text => serde_json::to_string(text).map_err(|_| unfit()),
        Kind::Number => match serde_json::from_str::<&serde_json::value::RawValue>(text.trim()) {
            Ok(raw) if raw.get().starts_with(|c: char| c == '-' || c.is_ascii_digit()) => {
                Ok(raw.get().to_owned())
            }
            _ => Err(unfit()),
        },
        Kind::Boolean => match text.trim() {
            "true" => Ok("true".into()),
            "false" => Ok("false".into()),
            _ => Err(unfit()),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::{Url, header};

    fn post(content_type: Option<&str>, body: &str) -> Request {
        let mut request = Request::new(Method::POST, Url::parse("https://api.example/v1/x").unwrap());
        if let Some(text) = content_type {
            request.headers.insert(header::CONTENT_TYPE, text.parse().unwrap());
        }
        request.body = body.into();
        request
    }

    fn inject(request: &mut Request, kind: Kind, value: &str) -> Result<Injected, PlacementError> {
        authorize(request, &[Field { key: "account", kind, value: &SecretString::new(value.into()) }])
    }

    #[test]
    fn json_numbers_and_booleans_keep_their_type() {
        for (kind, value, body) in [
            (Kind::Text, "a\"b", r#"{"x":1,"account":"a\"b"}"#),
            (Kind::Number, "12345678901234567890.10", r#"{"x":1,"account":12345678901234567890.10}"#),
            (Kind::Boolean, "true", r#"{"x":1,"account":true}"#),
        ] {
            let mut request = post(Some("application/vnd.api+json; charset=utf-8"), r#"{"x":1}"#);
            inject(&mut request, kind, value).unwrap();
            assert_eq!(String::from_utf8(request.body).unwrap(), body);
        }
    }

    #[test]
    fn a_word_is_no_number_and_no_boolean() {
        for kind in [Kind::Number, Kind::Boolean] {
            let mut request = post(Some("application/json"), "{}");
            assert_eq!(inject(&mut request, kind, "many"), Err(PlacementError::Json("account".into())));
        }
    }

    #[test]
    fn an_existing_member_is_replaced_and_noted() {
        for (content_type, body, expected) in [
            ("application/json", r#"{"account":"mine","b":2}"#, r#"{"account":"s","b":2}"#),
            ("application/x-www-form-urlencoded", "account=mine&b=2", "b=2&account=s"),
        ] {
            let mut request = post(Some(content_type), body);
            let injected = inject(&mut request, Kind::Text, "s").unwrap();
            assert_eq!(String::from_utf8(request.body).unwrap(), expected);
            assert_eq!(injected.replaced, ["account"]);
        }
    }

    #[test]
    fn a_new_member_is_not_noted_as_replaced() {
        let mut request = post(Some("application/json"), r#"{"b":2}"#);
        assert!(inject(&mut request, Kind::Text, "s").unwrap().replaced.is_empty());
    }

    #[test]
    fn without_a_body_the_fields_are_the_body() {
        let mut request = post(None, "");
        inject(&mut request, Kind::Text, "a b").unwrap();
        assert_eq!(request.body, b"account=a+b");
        assert_eq!(request.headers[header::CONTENT_TYPE], "application/x-www-form-urlencoded");
        let mut request = post(Some("application/json"), "");
        inject(&mut request, Kind::Text, "a b").unwrap();
        assert_eq!(request.body, br#"{"account":"a b"}"#);
    }

    #[test]
    fn a_get_carries_none() {
        let mut request = Request::new(Method::GET, Url::parse("https://api.example/").unwrap());
        assert_eq!(inject(&mut request, Kind::Text, "s").unwrap(), Injected::default());
        assert!(request.body.is_empty());
    }

    #[test]
    fn a_body_of_another_kind_is_refused() {
        let mut request = post(Some("text/plain"), "hello");
        assert_eq!(inject(&mut request, Kind::Text, "s"), Err(PlacementError::NotAForm("account".into())));
        assert_eq!(request.body, b"hello");
    }

    #[test]
    fn json_that_is_no_object_is_refused() {
        let mut request = post(Some("application/json"), "[1]");
        assert_eq!(inject(&mut request, Kind::Text, "s"), Err(PlacementError::NotAnObject));
    }
}
