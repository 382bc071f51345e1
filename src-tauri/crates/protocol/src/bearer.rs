//! Bearer tokens in the header (RFC 6750 §2.1), with the prefix that the service wants.

use crate::{
    message::Request,
    placement::{Place, PlacementError, put_header},
};
use secret::SecretString;

/// Authorizes `request` with `token` behind `prefix` (`Bearer` by default). A prefix that was pasted along with the
/// token is not sent twice.
/// # Errors
/// [`PlacementError::HeaderValue`].
pub fn authorize(request: &mut Request, prefix: &str, token: &SecretString) -> Result<Place, PlacementError> {
    // EXPOSE: the token becomes part of the outgoing request
    let token = token.expose().trim_matches(' ');
    let bare = match token.split_once(' ') {
        Some((first, rest)) if !prefix.is_empty() && first.eq_ignore_ascii_case(prefix) => rest.trim_start(),
        _ => token,
    };
    let value = if prefix.is_empty() { bare.to_owned() } else { format!("{prefix} {bare}") };
    put_header(request, "Authorization", &SecretString::new(value))
}
