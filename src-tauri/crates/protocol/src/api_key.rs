//! API keys: a value under a name, in a header, the query or a form body. No RFC; OpenAPI 3 names the places.
//!
//! Keys that stand in the path are filled into the address template before there is a request (`domain::template`).

use crate::{
    message::Request,
    placement::{Place, PlacementError, put_form, put_header, put_query},
};
use secret::SecretString;

/// Where a key goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Location {
    /// A header of the key's name.
    Header,
    /// The query.
    Query,
    /// A form body.
    Form,
}

/// Authorizes `request` with `value` under `key`, behind `prefix` where there is one (`Token `, with its blank).
/// # Errors
/// [`PlacementError`] of the header forms, and [`PlacementError::NotAForm`].
pub fn authorize(
    request: &mut Request,
    location: Location,
    key: &str,
    prefix: &str,
    value: &SecretString,
) -> Result<Place, PlacementError> {
    // EXPOSE: the value becomes part of the outgoing request
    let whole = SecretString::new(format!("{prefix}{}", value.expose()));
    match location {
        Location::Header => put_header(request, key, &whole),
        Location::Query => Ok(put_query(request, key, &whole)),
        Location::Form => put_form(request, key, &whole),
    }
}
