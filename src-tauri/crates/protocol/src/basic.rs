//! Basic authentication (RFC 7617): `Authorization: Basic base64(user ":" password)`, in UTF-8.
//!
//! Base64 is an encoding, no protection: the pair is as secret as its parts.

use crate::{
    message::Request,
    placement::{Place, PlacementError, put_header},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use secret::SecretString;

/// Authorizes `request` with a user name and a password.
/// # Errors
/// [`PlacementError::ColonInUser`], [`PlacementError::Control`] (RFC 7617 §2).
pub fn authorize(
    request: &mut Request,
    user: &SecretString,
    password: &SecretString,
) -> Result<Place, PlacementError> {
    put_header(request, "Authorization", &derive_credentials(user, password)?)
}

/// The whole header value, `Basic …`.
/// # Errors
/// As [`authorize`].
pub fn derive_credentials(
    user: &SecretString,
    password: &SecretString,
) -> Result<SecretString, PlacementError> {
    // EXPOSE: both become one header value of the outgoing request
    let (user, password) = (user.expose(), password.expose());
    if user.contains(':') {
        return Err(PlacementError::ColonInUser);
    }
    if user.chars().any(char::is_control) {
        return Err(PlacementError::Control("user name"));
    }
    if password.chars().any(char::is_control) {
        return Err(PlacementError::Control("password"));
    }
    Ok(SecretString::new(format!("Basic {}", STANDARD.encode(format!("{user}:{password}")))))
}
