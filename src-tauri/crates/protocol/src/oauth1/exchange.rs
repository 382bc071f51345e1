//! Temporary credentials (RFC 5849 §2.1), the person's authorization (§2.2), token credentials (§2.3), and their replies.

use super::{Client, Extra, Problem, SignError, Signed, Style, Token, authorize, problem::ProblemKind};
use crate::{
    encode::{decode_pairs, encode},
    message::{Method, Request, Response, Stamp, Url},
};
use secret::SecretString;
use std::collections::BTreeMap;

/// What stands for an address where the person types a PIN instead of coming back (§2.1).
pub const OUT_OF_BAND: &str = "oob";

/// What a service gave.
#[derive(Clone, Debug)]
pub struct Granted {
    /// The credentials.
    pub token: Token,
    /// What came along, such as a user's name.
    pub others: BTreeMap<String, String>,
}

/// Asks for temporary credentials. The person will come back to `callback`, or type what they are shown.
/// # Errors
/// [`SignError`].
pub fn temporary_request(
    url: &Url,
    client: &Client,
    style: &Style,
    callback: &str,
    stamp: Stamp,
) -> Result<(Request, Signed), SignError> {
    let value = SecretString::new(callback.to_owned());
    let extra = [Extra { name: "oauth_callback", value, secret: None }];
    post(url, client, None, style, &extra, stamp)
}

/// Asks for token credentials with the verifier that the browser brought or the person typed.
/// # Errors
/// [`SignError`].
pub fn token_request(
    url: &Url,
    client: &Client,
    temporary: &Token,
    style: &Style,
    verifier: &SecretString,
    stamp: Stamp,
) -> Result<(Request, Signed), SignError> {
    let extra = [Extra { name: "oauth_verifier", value: verifier.clone(), secret: Some("Verifier") }];
    post(url, client, Some(temporary), style, &extra, stamp)
}

/// Tells the service to end token credentials. No standard says how; a signed request to its address is what services take.
/// # Errors
/// [`SignError`].
pub fn revoke_request(
    method: Method,
    url: &Url,
    client: &Client,
    token: &Token,
    style: &Style,
    stamp: Stamp,
) -> Result<(Request, Signed), SignError> {
    let mut request = Request::new(method, url.clone());
    let signed = authorize(&mut request, client, Some(token), style, &[], stamp)?;
    Ok((request, signed))
}

/// The page where the person agrees.
pub fn authorization_address(endpoint: &Url, temporary: &Token) -> SecretString {
    let mut url = endpoint.clone();
    let query = url.query().filter(|query| !query.is_empty()).map(|query| format!("{query}&"));
    // EXPOSE: the browser opens the page with it
    let token = encode(temporary.token.expose().as_bytes());
    url.set_query(Some(&format!("{}oauth_token={token}", query.unwrap_or_default())));
    SecretString::new(url.into())
}

/// Reads temporary credentials; the service must confirm that it heard the callback address (§2.1).
/// # Errors
/// [`Problem`].
pub fn read_temporary(reply: &Response) -> Result<Granted, Problem> {
    let granted = read(reply)?;
    match granted.others.get("oauth_callback_confirmed").map(String::as_str) {
        Some("true") => Ok(granted),
        _ => Err(Problem::of_kind(ProblemKind::NotConfirmed, reply)),
    }
}

/// Reads credentials. The content type is wrong too often to be asked.
/// # Errors
/// [`Problem`].
pub fn read(reply: &Response) -> Result<Granted, Problem> {
    let refused = || Problem::of_reply(reply);
    if !reply.status.is_success() {
        return Err(refused());
    }
    let mut pairs = BTreeMap::new();
    for pair in decode_pairs(reply.body.trim_ascii()) {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).map_err(|_| refused());
        pairs.insert(text(pair.name)?, text(pair.value)?);
    }
    if pairs.contains_key("oauth_problem") {
        return Err(refused());
    }
    let token = pairs.remove("oauth_token").filter(|token| !token.is_empty()).ok_or_else(refused)?;
    let secret = pairs.remove("oauth_token_secret").ok_or_else(refused)?;
    let token = Token { token: SecretString::new(token), secret: SecretString::new(secret) };
    Ok(Granted { token, others: pairs })
}

fn post(
    url: &Url,
    client: &Client,
    token: Option<&Token>,
    style: &Style,
    extra: &[Extra],
    stamp: Stamp,
) -> Result<(Request, Signed), SignError> {
    let mut request = Request::new(Method::POST, url.clone());
    let signed = authorize(&mut request, client, token, style, extra, stamp)?;
    Ok((request, signed))
}
