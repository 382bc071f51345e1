//! Authorizing a request: the protocol parameters (RFC 5849 §3.1), the signature, and where both stand (§3.5).

use super::{
    Client, Placement, SignatureMethod, Token,
    base_string::{Parameter, base_string},
};
use crate::{
    encode::{Pair, decode_pairs, encode, encode_pairs},
    message::{HeaderValue, Request, Stamp, header},
    placement::{Place, PlacementError, has_form_body},
    runs::Runs,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use secret::SecretString;

/// How a service wants requests signed.
#[derive(Clone, Debug, Default)]
pub struct Style {
    /// The method.
    pub method: SignatureMethod,
    /// Where the protocol parameters stand.
    pub placement: Placement,
    /// The `realm` of the header (§3.5.1); it is not signed.
    pub realm: Option<String>,
}

/// A further protocol parameter: `oauth_callback`, `oauth_verifier`.
#[derive(Clone, Debug)]
pub struct Extra {
    /// Its name.
    pub name: &'static str,
    /// Its value.
    pub value: SecretString,
    /// What it is called where it is not shown; `None` where it may be.
    pub secret: Option<&'static str>,
}

/// What signing did to a request.
#[derive(Clone, Debug)]
pub struct Signed {
    /// The text that was signed; with PLAINTEXT nothing of it is.
    pub base_string: Runs,
    /// The protocol parameters in their order: name, value and what it is called where it is not shown.
    pub parameters: Vec<Parameter>,
    /// Where they stand.
    pub placement: Placement,
    /// The header as it may be shown; for the header placement.
    pub header: Option<Runs>,
}

/// Why a request cannot be signed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignError {
    /// The key is not of the kind that the method needs.
    #[error("signing with {0} needs another key than the one that is kept")]
    Key(&'static str),
    /// The parameters cannot stand where they should.
    #[error(transparent)]
    Placement(#[from] PlacementError),
}

/// What the token is called where it is not shown.
pub const TOKEN: &str = "Token";
/// What the signature is called where it is not shown.
pub const SIGNATURE: &str = "Signature";
/// What the nonce is called where it is not shown.
pub const NONCE: &str = "New each time";

/// Signs `request`. This comes last: whatever changes in it afterwards makes the signature wrong.
/// # Errors
/// [`SignError`].
pub fn authorize(
    request: &mut Request,
    client: &Client,
    token: Option<&Token>,
    style: &Style,
    extra: &[Extra],
    stamp: Stamp,
) -> Result<Signed, SignError> {
    drop_former(request);
    // Nobody needs it by the words of §3.5.2, and a body of another kind has no room for it.
    let placement = match style.placement {
        Placement::Form if !request.body.is_empty() && !has_form_body(request) => {
            return Err(PlacementError::NotAForm("oauth_signature".into()).into());
        }
        Placement::Form if request.body.is_empty() && !carries_a_body(request) => Placement::Query,
        placement => placement,
    };
    spell_query(request);
    let mut parameters = parameters(client, token, style.method, extra, stamp);
    let form = has_form_body(request).then_some(request.body.as_slice());
    let base_string = base_string(&request.method, &request.url, form, &parameters);
    let key_error = SignError::Key(style.method.as_str());
    let signature =
        client.key.sign(style.method, &base_string.whole(), token, stamp.entropy).ok_or(key_error)?;
    parameters.push(Parameter { name: "oauth_signature", value: signature, secret: Some(SIGNATURE) });
    let header = match placement {
        Placement::Header => Some(put_header(request, style.realm.as_deref(), &parameters)?),
        Placement::Query => {
            put_query(request, &parameters);
            None
        }
        Placement::Form => {
            put_form(request, &parameters);
            None
        }
    };
    Ok(Signed { base_string, parameters, placement, header })
}

impl Signed {
    /// Where a parameter stands, for masking it there.
    pub fn place(&self, parameter: &Parameter) -> Place {
        match self.placement {
            Placement::Header => Place::Header(header::AUTHORIZATION),
            Placement::Query => Place::Query(parameter.name.to_owned()),
            Placement::Form => Place::Body(parameter.name.to_owned()),
        }
    }
}

/// A nonce that nobody guesses and no request repeats: letters and digits only, since some services take no others.
fn nonce(entropy: [u8; 32]) -> String {
    let text = URL_SAFE_NO_PAD.encode(entropy);
    text.chars().filter(char::is_ascii_alphanumeric).take(32).collect()
}

fn parameters(
    client: &Client,
    token: Option<&Token>,
    method: SignatureMethod,
    extra: &[Extra],
    stamp: Stamp,
) -> Vec<Parameter> {
    let shown = |name, value: String| Parameter { name, value: SecretString::new(value), secret: None };
    let mut parameters = vec![shown("oauth_consumer_key", client.id.clone())];
    if let Some(token) = token {
        let value = token.token.clone();
        parameters.push(Parameter { name: "oauth_token", value, secret: Some(TOKEN) });
    }
    parameters.push(shown("oauth_signature_method", method.as_str().into()));
    parameters.push(shown("oauth_timestamp", stamp.at.as_second().to_string()));
    let nonce = SecretString::new(nonce(stamp.entropy));
    parameters.push(Parameter { name: "oauth_nonce", value: nonce, secret: Some(NONCE) });
    parameters.push(shown("oauth_version", "1.0".into()));
    let extra = extra.iter().cloned();
    parameters.extend(extra.map(|Extra { name, value, secret }| Parameter { name, value, secret }));
    parameters
}

fn carries_a_body(request: &Request) -> bool {
    matches!(request.method.as_str(), "POST" | "PUT" | "PATCH")
}

/// The query in the spelling that is signed, so that no reader takes a `+` for something else.
fn spell_query(request: &mut Request) {
    request.url.set_fragment(None);
    if let Some(query) = request.url.query().map(|query| encode_pairs(&decode_pairs(query.as_bytes()))) {
        request.url.set_query((!query.is_empty()).then_some(query.as_str()));
    }
}

/// Takes protocol parameters out that a caller wrote there: §3.1 has each of them once.
fn drop_former(request: &mut Request) {
    let foreign = |pairs: Vec<Pair>| -> Vec<Pair> {
        pairs.into_iter().filter(|pair| !pair.name.starts_with(b"oauth_")).collect()
    };
    request.headers.remove(header::AUTHORIZATION);
    if let Some(query) = request.url.query() {
        let (before, kept) = (decode_pairs(query.as_bytes()), foreign(decode_pairs(query.as_bytes())));
        if kept.len() < before.len() {
            let kept = encode_pairs(&kept);
            request.url.set_query((!kept.is_empty()).then_some(kept.as_str()));
        }
    }
    if has_form_body(request) {
        let (before, kept) = (decode_pairs(&request.body), foreign(decode_pairs(&request.body)));
        if kept.len() < before.len() {
            request.body = encode_pairs(&kept).into_bytes();
        }
    }
}

fn put_header(
    request: &mut Request,
    realm: Option<&str>,
    parameters: &[Parameter],
) -> Result<Runs, PlacementError> {
    let unfit = || PlacementError::HeaderValue("Authorization".into());
    let mut runs = Runs::from("OAuth ");
    if let Some(realm) = realm {
        // RFC 9110 §5.6.4: a quoted string.
        let quoted = realm.replace('\\', "\\\\").replace('"', "\\\"");
        runs.push(&format!("realm=\"{quoted}\", "));
    }
    for (index, parameter) in parameters.iter().enumerate() {
        runs.push(if index > 0 { ", " } else { "" });
        runs.push(&format!("{}=\"", parameter.name));
        // EXPOSE: the value becomes part of the outgoing request
        let value = encode(parameter.value.expose().as_bytes());
        match parameter.secret {
            Some(label) => runs.push_secret(label, SecretString::new(value)),
            None => runs.push(&value),
        }
        runs.push("\"");
    }
    // EXPOSE: the header becomes part of the outgoing request
    let mut value = HeaderValue::from_str(runs.whole().expose()).map_err(|_| unfit())?;
    value.set_sensitive(true);
    request.headers.insert(header::AUTHORIZATION, value);
    Ok(runs)
}

fn put_query(request: &mut Request, parameters: &[Parameter]) {
    let query = request.url.query().unwrap_or_default();
    let query = [query.to_owned(), encoded(parameters)];
    let query = query.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("&");
    request.url.set_query(Some(&query));
}

fn put_form(request: &mut Request, parameters: &[Parameter]) {
    if request.body.is_empty() {
        let form = HeaderValue::from_static("application/x-www-form-urlencoded");
        request.headers.insert(header::CONTENT_TYPE, form);
    } else {
        request.body.push(b'&');
    }
    request.body.extend_from_slice(encoded(parameters).as_bytes());
}

fn encoded(parameters: &[Parameter]) -> String {
    let pairs = parameters.iter().map(|parameter| {
        // EXPOSE: the value becomes part of the outgoing request
        format!("{}={}", parameter.name, encode(parameter.value.expose().as_bytes()))
    });
    pairs.collect::<Vec<_>>().join("&")
}
