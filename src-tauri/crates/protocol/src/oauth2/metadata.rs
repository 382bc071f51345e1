//! What an authorization server says about itself, and where.
//!
//! RFC 8414 (authorization server metadata), OpenID Connect Discovery 1.0 §4, RFC 9207 §3. The document must name the
//! very issuer that was asked (§3.3), and each address in it must be one that a credential may be sent to: `https`, or
//! `http` on this machine or on the issuer's own host where that is `http` itself; never a link-local address, where
//! clouds keep their keys. Whether an address on another host is agreed to is asked above ([`Metadata::endpoints`]).

use crate::{
    message::{Response, StatusCode, Url},
    oauth2::PkceMethod,
};
use secret::ServerText;
use serde_json::Value;
use url::Host;

/// The two places of a metadata document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WellKnown {
    /// OpenID Connect Discovery §4.1: behind the issuer's path.
    pub openid: Url,
    /// RFC 8414 §3.1: before the issuer's path.
    pub oauth: Url,
}

/// A checked metadata document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Metadata {
    /// Who the server is.
    pub issuer: String,
    /// Where a person consents.
    pub authorization_endpoint: Option<Url>,
    /// Where tokens come from.
    pub token_endpoint: Option<Url>,
    /// Where tokens are ended.
    pub revocation_endpoint: Option<Url>,
    /// Where tokens are looked up.
    pub introspection_endpoint: Option<Url>,
    /// Who the person is.
    pub userinfo_endpoint: Option<Url>,
    /// Where device codes come from.
    pub device_authorization_endpoint: Option<Url>,
    /// The keys that id_tokens are checked with.
    pub jwks_uri: Option<Url>,
    /// Permissions, as far as the server lists them.
    pub scopes: Vec<String>,
    /// Response types, as they are sent.
    pub response_types: Vec<String>,
    /// Response modes, as they are sent.
    pub response_modes: Vec<String>,
    /// Grants, as they are sent.
    pub grant_types: Vec<String>,
    /// Ways for a client to show who it is; left out, `client_secret_basic` (RFC 8414 §2).
    pub client_authentication: Vec<String>,
    /// Challenge methods; `None` where the server does not say, which is no reason not to send one.
    pub challenge_methods: Option<Vec<String>>,
    /// Signature algorithms of id_tokens.
    pub id_token_algorithms: Vec<String>,
    /// Whether redirects carry `iss` (RFC 9207 §3).
    pub promises_issuer: bool,
}

/// Why a server's own words cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MetadataError {
    /// An issuer is an address of host and path (RFC 8414 §2).
    #[error("an issuer is an `https` address without query and fragment")]
    Issuer,
    /// No document there; the other place may have one.
    #[error("there is no document: status {}", .0.as_u16())]
    Status(StatusCode),
    /// Another thing than a JSON object.
    #[error("the document is no JSON object")]
    NotJson,
    /// RFC 8414 §3.3: it speaks for somebody else.
    #[error("the document is of another issuer")]
    OtherIssuer(ServerText),
    /// A member has the wrong type.
    #[error("`{0}` in the document has the wrong type")]
    Type(&'static str),
    /// An address where no credential may go and no browser be sent.
    #[error("`{0}` in the document is no address that Patchbay uses")]
    Address(&'static str),
    /// A document without any address.
    #[error("the document names neither an authorize nor a token address")]
    NoEndpoint,
}

/// The most that is taken of one list.
const MOST: usize = 1000;

impl WellKnown {
    /// The places for `issuer`.
    /// # Errors
    /// [`MetadataError::Issuer`].
    pub fn of(issuer: &str) -> Result<Self, MetadataError> {
        let url = parse_issuer(issuer)?;
        let path = url.path().trim_end_matches('/').to_owned();
        let place = |path: String| {
            let mut place = url.clone();
            place.set_path(&path);
            place
        };
        Ok(Self {
            openid: place(format!("{path}/.well-known/openid-configuration")),
            oauth: place(format!("/.well-known/oauth-authorization-server{path}")),
        })
    }
}

impl Metadata {
    /// Reads the document of `issuer`.
    /// # Errors
    /// [`MetadataError`].
    pub fn read(reply: &Response, issuer: &str) -> Result<Self, MetadataError> {
        if reply.status != StatusCode::OK {
            return Err(MetadataError::Status(reply.status));
        }
        let Ok(Value::Object(document)) = serde_json::from_slice(&reply.body) else {
            return Err(MetadataError::NotJson);
        };
        Document { members: Value::Object(document), issuer: parse_issuer(issuer)? }.read(issuer)
    }

    /// The addresses, by the document's names, to be shown and agreed to.
    pub fn endpoints(&self) -> impl Iterator<Item = (&'static str, &Url)> {
        [
            ("authorization_endpoint", &self.authorization_endpoint),
            ("token_endpoint", &self.token_endpoint),
            ("revocation_endpoint", &self.revocation_endpoint),
            ("introspection_endpoint", &self.introspection_endpoint),
            ("userinfo_endpoint", &self.userinfo_endpoint),
            ("device_authorization_endpoint", &self.device_authorization_endpoint),
            ("jwks_uri", &self.jwks_uri),
        ]
        .into_iter()
        .filter_map(|(name, url)| Some((name, url.as_ref()?)))
    }

    /// Whether the server takes a challenge of that method; `None` where it does not say.
    pub fn takes_challenge(&self, method: PkceMethod) -> Option<bool> {
        let methods = self.challenge_methods.as_ref()?;
        Some(methods.iter().any(|one| one == method.as_str()))
    }
}

struct Document {
    members: Value,
    issuer: Url,
}

impl Document {
    fn read(&self, issuer: &str) -> Result<Metadata, MetadataError> {
        let said = self.members.get("issuer").and_then(Value::as_str).ok_or(MetadataError::Type("issuer"))?;
        if said != issuer {
            return Err(MetadataError::OtherIssuer(ServerText::quote(said)));
        }
        let list = |name| self.list(name).map(Option::unwrap_or_default);
        let metadata = Metadata {
            issuer: issuer.to_owned(),
            authorization_endpoint: self.url("authorization_endpoint")?,
            token_endpoint: self.url("token_endpoint")?,
            revocation_endpoint: self.url("revocation_endpoint")?,
            introspection_endpoint: self.url("introspection_endpoint")?,
            userinfo_endpoint: self.url("userinfo_endpoint")?,
            device_authorization_endpoint: self.url("device_authorization_endpoint")?,
            jwks_uri: self.url("jwks_uri")?,
            scopes: list("scopes_supported")?,
            response_types: list("response_types_supported")?,
            response_modes: list("response_modes_supported")?,
            grant_types: list("grant_types_supported")?,
            client_authentication: self
                .list("token_endpoint_auth_methods_supported")?
                .unwrap_or_else(|| vec!["client_secret_basic".to_owned()]),
            challenge_methods: self.list("code_challenge_methods_supported")?,
            id_token_algorithms: list("id_token_signing_alg_values_supported")?,
            promises_issuer: self.flag("authorization_response_iss_parameter_supported")?,
        };
        if metadata.authorization_endpoint.is_none() && metadata.token_endpoint.is_none() {
            return Err(MetadataError::NoEndpoint);
        }
        Ok(metadata)
    }

    fn member(&self, name: &str) -> Option<&Value> {
        self.members.get(name).filter(|value| !value.is_null())
    }

    fn flag(&self, name: &'static str) -> Result<bool, MetadataError> {
        self.member(name).map_or(Ok(false), |value| value.as_bool().ok_or(MetadataError::Type(name)))
    }

    fn list(&self, name: &'static str) -> Result<Option<Vec<String>>, MetadataError> {
        let Some(value) = self.member(name) else { return Ok(None) };
        let items = value.as_array().ok_or(MetadataError::Type(name))?.iter().take(MOST);
        let texts = items.map(|item| item.as_str().map(str::to_owned).ok_or(MetadataError::Type(name)));
        texts.collect::<Result<_, _>>().map(Some)
    }

    fn url(&self, name: &'static str) -> Result<Option<Url>, MetadataError> {
        let Some(value) = self.member(name) else { return Ok(None) };
        let text = value.as_str().ok_or(MetadataError::Type(name))?;
        let url = Url::parse(text).map_err(|_| MetadataError::Address(name))?;
        if self.is_usable(&url) { Ok(Some(url)) } else { Err(MetadataError::Address(name)) }
    }

    fn is_usable(&self, url: &Url) -> bool {
        let bare = url.username().is_empty() && url.password().is_none() && !is_link_local(url);
        let insecure_too =
            || self.issuer.scheme() == "http" && (is_loopback(url) || url.host() == self.issuer.host());
        bare && (url.scheme() == "https" || (url.scheme() == "http" && insecure_too()))
    }
}

fn parse_issuer(issuer: &str) -> Result<Url, MetadataError> {
    let url = Url::parse(issuer).map_err(|_| MetadataError::Issuer)?;
    let web = matches!(url.scheme(), "https" | "http") && !is_link_local(&url);
    let bare = url.query().is_none() && url.fragment().is_none();
    let anonymous = url.username().is_empty() && url.password().is_none();
    if web && bare && anonymous { Ok(url) } else { Err(MetadataError::Issuer) }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

fn is_link_local(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_link_local(),
        Some(Host::Ipv6(address)) => {
            address.is_unicast_link_local()
                || address.to_ipv4_mapped().is_some_and(|inner| inner.is_link_local())
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::HeaderMap;

    fn read(issuer: &str, rest: &str) -> Result<Metadata, MetadataError> {
        let body = format!(r#"{{"issuer":"{issuer}",{rest}}}"#).into_bytes();
        Metadata::read(&Response { status: StatusCode::OK, headers: HeaderMap::new(), body }, issuer)
    }

    #[test]
    fn no_document_leads_a_credential_to_a_place_that_is_not_safe() {
        let local = "http://127.0.0.1:9470/md";
        for (issuer, address, fits) in [
            ("https://a.example", "https://b.example/token", true),
            ("https://a.example", "http://a.example/token", false),
            ("https://a.example", "http://127.0.0.1/token", false),
            (local, "http://127.0.0.1:9470/token", true),
            (local, "http://auth.example.com/token", false),
            (local, "http://169.254.169.254/latest/meta-data/", false),
            ("https://a.example", "https://169.254.169.254/", false),
            ("https://a.example", "https://[::ffff:169.254.169.254]/", false),
            ("https://a.example", "https://[fe80::1]/", false),
            ("https://a.example", "https://user:pw@a.example/token", false),
            ("http://intranet", "http://intranet/token", true),
            ("https://a.example", "dev.patchbay:/oauth/callback", false),
        ] {
            let read = read(issuer, &format!(r#""token_endpoint":"{address}""#));
            let expected = if fits { Ok(()) } else { Err(MetadataError::Address("token_endpoint")) };
            assert_eq!(read.map(|_| ()), expected, "{issuer} {address}");
        }
    }

    #[test]
    fn what_is_no_metadata_is_said() {
        let issuer = "https://a.example";
        for (rest, error) in [
            (r#""scopes_supported":[]"#, MetadataError::NoEndpoint),
            (r#""token_endpoint":{"a":1}"#, MetadataError::Type("token_endpoint")),
            (r#""authorization_endpoint":["x"]"#, MetadataError::Type("authorization_endpoint")),
            (
                r#""token_endpoint":"https://a.example/t","grant_types_supported":[1]"#,
                MetadataError::Type("grant_types_supported"),
            ),
        ] {
            assert_eq!(read(issuer, rest).unwrap_err(), error);
        }
        for bad in [
            "",
            "a.example",
            "ftp://a.example",
            "https://a.example?x",
            "https://u@a.example",
            "http://169.254.169.254",
        ] {
            assert_eq!(WellKnown::of(bad).unwrap_err(), MetadataError::Issuer, "{bad}");
        }
    }

    #[test]
    fn an_endless_list_is_cut() {
        let scopes = (0..5000).map(|number| format!("\"s{number}\"")).collect::<Vec<_>>().join(",");
        let metadata = read(
            "https://a.example",
            &format!(r#""token_endpoint":"https://a.example/t","scopes_supported":[{scopes}]"#),
        );
        assert_eq!(metadata.unwrap().scopes.len(), MOST);
    }
}
