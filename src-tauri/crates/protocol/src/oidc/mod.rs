//! OpenID Connect on top of [`crate::oauth2`]: who the person is.
//!
//! OpenID Connect Core 1.0 §2 and §3 (id_tokens), §5.1 (claims), §5.3 (userinfo). Discovery is
//! [`crate::oauth2::metadata`], the requests are those of OAuth 2. An id_token says nothing before [`IdToken::validate`]
//! has checked it: there is no other way to its claims. What a token or a userinfo reply says about a person is quoted,
//! never believed to be of another issuer than the one that was asked.

mod claims;
mod hash;
mod id_token;
pub mod userinfo;

pub use claims::Claims;
pub use hash::derive_hash;
pub use id_token::{Expected, IdToken, IdTokenError, SKEW};

#[cfg(test)]
mod tests;
