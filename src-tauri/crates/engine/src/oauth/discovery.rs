//! *Read from discovery*: what a service says about itself, for the builder to fill its form with (RFC 8414, OpenID
//! Connect Discovery 1.0).
//!
//! It is read and answered, and kept nowhere: what the person takes over stands in the draft, to be seen, changed and
//! made ready like anything typed. The document has to be the issuer's own, and is bounded like every reply.

use crate::{Engine, Error};
use domain::{
    agent_group::Route,
    sign_in::{Endpoint, SignInFailure},
};
use protocol::{
    message::{HeaderMap, Response, StatusCode},
    oauth2::{PkceMethod, metadata::Metadata},
};

/// What a service says about itself, by the keys of a connector's authentication.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Described {
    /// Who it says it is: what was asked for, exactly.
    pub issuer: String,
    /// Its addresses: `authorize_url`, `token_url` and so on.
    pub addresses: Vec<(&'static str, String)>,
    /// The permissions that it lists; many list none, or not all.
    pub scopes: Vec<String>,
    /// Whether it says that it takes a PKCE challenge by S256; none where it does not say.
    pub takes_pkce: Option<bool>,
}

impl Engine {
    /// Reads what the service at `issuer` says about itself.
    /// # Errors
    /// [`Error::SignIn`] where nothing is there, or not its own words; [`Error::OriginNotAgreed`] for addresses that are
    /// never called.
    pub async fn describe_issuer(&self, issuer: &str) -> Result<Described, Error> {
        let issuer = issuer.trim();
        let document = self.read_metadata(issuer, &Route::default()).await?.map_err(Error::SignIn)?;
        let body = document.to_string().into_bytes();
        let reply = Response { status: StatusCode::OK, headers: HeaderMap::new(), body };
        let metadata = Metadata::read(&reply, issuer).map_err(|error| {
            let (endpoint, status) = (Endpoint::Metadata, None);
            Error::SignIn(SignInFailure::NotUnderstood { endpoint, status, detail: error.to_string() })
        })?;
        let addresses = metadata.endpoints().filter_map(|(name, url)| Some((key(name)?, url.to_string())));
        Ok(Described {
            addresses: addresses.collect(),
            scopes: metadata.scopes.clone(),
            takes_pkce: metadata.takes_challenge(PkceMethod::S256),
            issuer: metadata.issuer,
        })
    }
}

/// The key of a connector for an address of the document.
fn key(name: &str) -> Option<&'static str> {
    Some(match name {
        "authorization_endpoint" => "authorize_url",
        "token_endpoint" => "token_url",
        "revocation_endpoint" => "revoke_url",
        "introspection_endpoint" => "introspect_url",
        "userinfo_endpoint" => "userinfo_url",
        "device_authorization_endpoint" => "device_authorization_url",
        "jwks_uri" => "jwks_url",
        _ => return None,
    })
}
