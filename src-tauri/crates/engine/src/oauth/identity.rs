//! Who signed in: discovery, signing keys, id_token, userinfo (RFC 8414, OpenID Connect Discovery 1.0 and Core 1.0).
//!
//! What a service says about itself is read once for a revision and pinned: offline works from the pin. It is read again
//! after a day, and its keys when a token names one that is not among them. An id_token that does not hold ends a
//! sign-in; that nothing is known about the person does not.

use super::{captured::Captured, endpoint::Line, provider::Provider};
use crate::{Engine, Error, credential::TokenSet, request::BuildError, witness::Witness};
use domain::{
    agent_group::Route,
    connector::CaptureFrom,
    id::RevisionId,
    origin::Origin,
    sign_in::{Endpoint, SignInFailure},
};
use protocol::{
    jose::{Algorithm, JwkSet, Keys, VerifyError},
    message::{HeaderMap, Method, Request, Response, StatusCode, Url},
    oauth2::{
        Client, ClientAuthentication,
        metadata::{Metadata, WellKnown},
    },
    oidc::{Expected, IdToken, IdTokenError, userinfo},
};
use secret::{SecretBytes, SecretString};
use serde_json::Value;
use std::time::Duration;
use store::discoveries::Discovery;

/// After so long a pinned document is read again, where the service can be reached.
const FRESH: Duration = Duration::from_secs(24 * 3600);

/// What is checked together.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Claimed<'a> {
    /// The id_token.
    pub id_token: Option<&'a SecretString>,
    /// What ties it to the sign-in.
    pub nonce: Option<&'a SecretString>,
    /// The access token that came along.
    pub access_token: Option<&'a SecretString>,
    /// The code that came along.
    pub code: Option<&'a SecretString>,
    /// Whether it came by the browser.
    pub by_browser: bool,
}

/// What a service tells about the person beside the tokens.
#[derive(Debug, Default)]
pub(crate) struct Who {
    /// As people know them.
    pub account: Option<String>,
    /// What it tells for calls.
    pub captured: Captured,
}

/// Algorithms that sign with the client secret.
const BY_SECRET: [Algorithm; 3] = [Algorithm::HS256, Algorithm::HS384, Algorithm::HS512];

impl<'a> Claimed<'a> {
    /// What stands in a set of tokens.
    pub fn of(tokens: &'a TokenSet, by_browser: bool) -> Self {
        let access_token = Some(&tokens.access_token).filter(|token| !token.is_empty());
        Self {
            id_token: tokens.id_token.as_ref(),
            nonce: tokens.nonce.as_ref(),
            access_token,
            code: None,
            by_browser,
        }
    }
}

impl Engine {
    /// Reads what the service says about itself, unless that is pinned and fresh.
    pub(crate) async fn discover(
        &self,
        provider: &Provider,
        revision: &RevisionId,
        route: &Route,
    ) -> Result<Result<(), SignInFailure>, Error> {
        let Some(issuer) = provider.issuer() else { return Ok(Ok(())) };
        let pinned = self.pin(revision, issuer).await?;
        let now = self.ports.clock.now();
        let fresh = |pin: &Discovery| pin.metadata.is_some() && now < pin.read_at + FRESH;
        if pinned.as_ref().is_some_and(fresh) {
            return Ok(Ok(()));
        }
        match (self.read_metadata(issuer, route).await?, pinned) {
            (Ok(document), pinned) => {
                let jwks = pinned.and_then(|pin| pin.jwks);
                let pin = Discovery { read_at: now, metadata: Some(document), jwks };
                self.keep_pin(revision, issuer, pin).await?;
                Ok(Ok(()))
            }
            // Offline works from the pin.
            (Err(_), Some(Discovery { metadata: Some(_), .. })) => Ok(Ok(())),
            (Err(failure), _) => Ok(Err(failure)),
        }
    }

    /// The provider with what its pinned document adds to the connector's words.
    pub(crate) async fn pinned(&self, provider: Provider, revision: &RevisionId) -> Result<Provider, Error> {
        let Some(issuer) = provider.issuer().map(str::to_owned) else { return Ok(provider) };
        let Some(Discovery { metadata: Some(document), .. }) = self.pin(revision, &issuer).await? else {
            return Ok(provider);
        };
        Ok(match Metadata::read(&as_reply(&document), &issuer) {
            Ok(metadata) => provider.with_metadata(&metadata),
            Err(_) => provider,
        })
    }

    /// Checks an id_token; the account it names. `None` where there is no token, or nothing to check it with.
    pub(crate) async fn identify(
        &self,
        line: &Line<'_>,
        claimed: &Claimed<'_>,
    ) -> Result<Result<Option<IdToken>, SignInFailure>, Error> {
        let (Some(token), Some(openid)) = (claimed.id_token, &line.provider.openid) else {
            return Ok(Ok(None));
        };
        let shared = shared_key(line.client);
        let expected = Expected {
            issuer: openid.issuer.as_deref(),
            client_id: &line.client.id,
            nonce: claimed.nonce,
            access_token: claimed.access_token,
            code: claimed.code,
            by_browser: claimed.by_browser,
            algorithms: &Algorithm::ASYMMETRIC,
        };
        let by_secret = Expected { algorithms: &BY_SECRET, ..expected };
        let now = self.ports.clock.now();
        if let Some(key) = &shared
            && let Ok(token) = IdToken::validate(token, Keys::Bytes(key), &by_secret, now)
        {
            return Ok(Ok(Some(token)));
        }
        let Some(url) = &line.provider.endpoints.jwks else {
            return Ok(Err(untrusted("kid", &"no signing keys are known")));
        };
        let mut read_again = false;
        loop {
            let keys = match self.signing_keys(line, url, read_again).await? {
                Ok(keys) => keys,
                Err(failure) => return Ok(Err(failure)),
            };
            match IdToken::validate(token, Keys::Set(&keys), &expected, now) {
                Ok(token) => return Ok(Ok(Some(token))),
                // The service may have changed its keys.
                Err(IdTokenError::Signature(VerifyError::UnknownKey)) if !read_again => read_again = true,
                Err(error) => return Ok(Err(untrusted(check_of(&error), &error))),
            }
        }
    }

    /// Who signed in, as people know them: from the id_token, else from userinfo.
    pub(crate) async fn who_is(
        &self,
        line: &Line<'_>,
        claimed: &Claimed<'_>,
        tokens: &TokenSet,
    ) -> Result<Result<Who, SignInFailure>, Error> {
        let token = match self.identify(line, claimed).await? {
            Ok(token) => token,
            Err(failure) => return Ok(Err(failure)),
        };
        let named = token.as_ref().and_then(|token| token.claims.account());
        let subject = token.as_ref().map(|token| token.subject.as_str());
        let known_by_name = named.as_ref().is_some_and(|named| Some(named.as_str()) != subject);
        let captures = line.provider.captures.iter().any(|capture| capture.from == CaptureFrom::Userinfo);
        let told = match &line.provider.endpoints.userinfo {
            Some(url) if (!known_by_name || captures) && !tokens.access_token.is_empty() => {
                self.userinfo(line, url, tokens, subject).await?
            }
            _ => Who::default(),
        };
        let named = named.map(|named| named.as_str().to_owned());
        let account = if known_by_name { named } else { told.account.or(named) };
        Ok(Ok(Who { account, captured: told.captured.without(tokens) }))
    }

    async fn userinfo(
        &self,
        line: &Line<'_>,
        url: &Url,
        tokens: &TokenSet,
        subject: Option<&str>,
    ) -> Result<Who, Error> {
        let prefix = &line.provider.oauth2.bearer_name;
        let request = userinfo::request(url, prefix, &tokens.access_token).map_err(BuildError::from)?;
        let known = line.known(tokens.secrets());
        let reply = self.ask(line, Endpoint::Userinfo, request, &known).await?;
        let Some(claims) = reply.ok().and_then(|reply| userinfo::read(&reply, subject).ok()) else {
            return Ok(Who::default());
        };
        let captures = &line.provider.captures;
        Ok(Who {
            account: claims.account().map(|account| known.mask_text(account.as_str())),
            captured: Captured::take(captures, CaptureFrom::Userinfo, |pointer| claims.captured(pointer)),
        })
    }

    /// The service's signing keys: pinned, or read and pinned.
    async fn signing_keys(
        &self,
        line: &Line<'_>,
        url: &Url,
        read_again: bool,
    ) -> Result<Result<JwkSet, SignInFailure>, Error> {
        let name = line.provider.issuer().unwrap_or(url.as_str());
        let pinned = self.pin(line.revision, name).await?;
        if let Some(Discovery { jwks: Some(document), .. }) = &pinned
            && !read_again
            && let Ok(keys) = JwkSet::parse(document.to_string().as_bytes())
        {
            return Ok(Ok(keys));
        }
        let endpoint = Endpoint::Jwks;
        let reply = match self.read_public(endpoint, url.clone(), line.route, &line.witness).await? {
            Ok(reply) => reply,
            Err(failure) => return Ok(Err(failure)),
        };
        let status = Some(reply.status.as_u16());
        let (Ok(keys), Ok(document)) =
            (JwkSet::parse(&reply.body), serde_json::from_slice::<Value>(&reply.body))
        else {
            let detail = "the document is no set of keys".to_owned();
            return Ok(Err(SignInFailure::NotUnderstood { endpoint, status, detail }));
        };
        let read_at = pinned.as_ref().map_or_else(|| self.ports.clock.now(), |pin| pin.read_at);
        let metadata = pinned.and_then(|pin| pin.metadata);
        self.keep_pin(line.revision, name, Discovery { read_at, metadata, jwks: Some(document) }).await?;
        Ok(Ok(keys))
    }

    /// Reads and checks an issuer's document, in either of its places.
    pub(crate) async fn read_metadata(
        &self,
        issuer: &str,
        route: &Route,
    ) -> Result<Result<Value, SignInFailure>, Error> {
        let endpoint = Endpoint::Metadata;
        let not_understood =
            |status, detail: String| SignInFailure::NotUnderstood { endpoint, status, detail };
        let places = match WellKnown::of(issuer) {
            Ok(places) => [places.openid, places.oauth],
            Err(error) => return Ok(Err(not_understood(None, error.to_string()))),
        };
        let mut failure = None;
        for place in places {
            match self.read_public(endpoint, place, route, &Witness::default()).await? {
                Ok(reply) => match Metadata::read(&reply, issuer) {
                    Ok(_) => match serde_json::from_slice(&reply.body) {
                        Ok(document) => return Ok(Ok(document)),
                        Err(error) => {
                            failure = Some(not_understood(Some(reply.status.as_u16()), error.to_string()))
                        }
                    },
                    Err(error) => {
                        let status = Some(reply.status.as_u16());
                        failure.get_or_insert(not_understood(status, error.to_string()));
                    }
                },
                Err(error) => return Ok(Err(error)),
            }
        }
        Ok(Err(failure.unwrap_or_else(|| not_understood(None, "there is no document".into()))))
    }

    /// Reads a public document.
    async fn read_public(
        &self,
        endpoint: Endpoint,
        url: Url,
        route: &Route,
        witness: &Witness,
    ) -> Result<Result<Response, SignInFailure>, Error> {
        // Nothing secret goes along, so the address that is read is all that has to be allowed.
        let origins = Origin::of(&url).into_iter().collect();
        let request = Request::new(Method::GET, url);
        self.send_plain(endpoint, request, (&origins, route), witness).await
    }

    async fn pin(&self, revision: &RevisionId, issuer: &str) -> Result<Option<Discovery>, Error> {
        let (revision, issuer) = (revision.clone(), issuer.to_owned());
        self.store.read(move |snapshot| Ok(snapshot.discoveries().find(&revision, &issuer)?)).await
    }

    async fn keep_pin(&self, revision: &RevisionId, issuer: &str, pin: Discovery) -> Result<(), Error> {
        let (revision, issuer) = (revision.clone(), issuer.to_owned());
        self.store.write(move |change| Ok(change.discoveries().store(&revision, &issuer, &pin)?)).await
    }
}

/// What an id_token signed with HS256 is checked with (OpenID Connect Core §10.1).
fn shared_key(client: &Client) -> Option<SecretBytes> {
    match &client.authentication {
        ClientAuthentication::Basic { secret, .. } | ClientAuthentication::Body { secret } => {
            Some(secret.to_bytes())
        }
        ClientAuthentication::None | ClientAuthentication::Assertion(_) => None,
    }
}

fn untrusted(check: &str, error: &dyn std::fmt::Display) -> SignInFailure {
    SignInFailure::NotTrusted { check: Some(check.to_owned()), detail: error.to_string() }
}

/// What of an id_token did not hold.
fn check_of(error: &IdTokenError) -> &str {
    match error {
        IdTokenError::Signature(VerifyError::UnknownKey) => "kid",
        IdTokenError::Signature(VerifyError::Algorithm) => "alg",
        IdTokenError::Signature(VerifyError::Signature) => "signature",
        IdTokenError::Signature(VerifyError::Form | VerifyError::Encrypted | VerifyError::Critical)
        | IdTokenError::NoClaims => "form",
        IdTokenError::Claim(claim) => claim,
        IdTokenError::Issuer => "iss",
        IdTokenError::Audience => "aud",
        IdTokenError::Expired => "exp",
        IdTokenError::Future => "iat",
        IdTokenError::Nonce => "nonce",
        IdTokenError::AccessToken => "at_hash",
        IdTokenError::Code => "c_hash",
    }
}

fn as_reply(document: &Value) -> Response {
    Response { status: StatusCode::OK, headers: HeaderMap::new(), body: document.to_string().into_bytes() }
}
