//! Bearer tokens in the header (RFC 6750 §2.1), with the prefix that the service wants.

use crate::{
    message::Request,
    placement::{Place, PlacementError, put_header},
};
use secret::SecretString;

/// Authorizes `request` with `token` behind `prefix` (`Bearer` by default).
/// # Errors
/// [`PlacementError::HeaderValue`].
pub fn authorize(request: &mut Request, prefix: &str, token: &SecretString) -> Result<Place, PlacementError> {
    let bare = bare(prefix, token);
    // EXPOSE: the token becomes part of the outgoing request
    let bare = bare.expose();
    let value = if prefix.is_empty() { bare.clone() } else { format!("{prefix} {bare}") };
    put_header(request, "Authorization", &SecretString::new(value))
}

/// The token as it is sent: without blanks around it, and without a prefix that was pasted along with it.
pub fn bare(prefix: &str, token: &SecretString) -> SecretString {
    // EXPOSE: the same token is handed on, as a secret
    let token = token.expose().trim_matches(' ');
    let bare = match token.split_once(' ') {
        Some((first, rest)) if !prefix.is_empty() && first.eq_ignore_ascii_case(prefix) => rest.trim_start(),
        _ => token,
    };
    SecretString::new(bare.to_owned())
}
