//! Building a request from a connector, the values of a connection, and what a person or program asks to send.
//!
//! The live preview, `--dry-run`, verify and every call build by this one function, so what is shown is what is sent.
//! Nothing here sends.

use crate::{
    credential::{Authorized, Credential, CredentialError, authorize},
    script::{Changes, guessed_type},
    shown::{Sent, hide, known_secrets, show},
    signing::Signature,
};
use domain::{
    connector::{Authentication, Connector, Location, Verify, VerifyTarget},
    template::{FillError, TemplateError, TextTemplate, UrlTemplate},
};
use protocol::{
    message::{HeaderValue, Method, Request, Stamp, Url, header},
    oauth2::{AuthorizeError, RequestError},
    placement::{PlacementError, parse_header_name},
};
use secret::{SecretString, redact::Known};
use std::{collections::BTreeMap, ops::Range};

/// What a person or program asks to send.
#[derive(Clone, Debug)]
pub struct Call {
    /// HTTP method.
    pub method: Method,
    /// Path behind the base address, or a whole address.
    pub target: String,
    /// Further query parameters.
    pub query: Vec<(String, String)>,
    /// Further headers; the connection's own authorization wins.
    pub headers: Vec<(String, String)>,
    /// The body, empty for none.
    pub body: Vec<u8>,
}

impl Call {
    /// The request that a connector verifies with.
    pub fn verify(verify: &Verify) -> Self {
        let target = match &verify.target {
            VerifyTarget::Path(path) => path.clone(),
            VerifyTarget::Url(url) => url.as_str().to_owned(),
        };
        Self::new(verify.method.as_http(), &target)
    }

    /// A call without query, headers and body of its own.
    pub fn new(method: Method, target: &str) -> Self {
        Self { method, target: target.into(), query: Vec::new(), headers: Vec::new(), body: Vec::new() }
    }
}

/// What a request is built from.
#[derive(Clone, Copy, Debug)]
pub struct Parts<'a> {
    /// The connector, its environment laid over it.
    pub connector: &'a Connector,
    /// How it authenticates.
    pub authentication: &'a Authentication,
    /// Values of all its settings.
    pub settings: &'a BTreeMap<String, String>,
    /// The opened credential.
    pub credential: &'a Credential,
    /// Fresh for each request.
    pub stamp: Stamp,
}

/// A request ready to be sent, and the same request as it may be shown.
#[derive(Debug)]
pub struct Built {
    /// What is sent.
    pub request: Request,
    /// What is shown.
    pub sent: Sent,
    /// How it was signed.
    pub signature: Option<Signature>,
}

/// A request before it is authorized or signed: what a script may still change.
#[derive(Clone, Debug)]
pub(crate) struct Prepared {
    /// The request.
    pub request: Request,
    /// Where secrets stand in its path.
    secret_path: Vec<Range<usize>>,
}

/// Why a request cannot be built. Never holds a value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BuildError {
    /// The address is none.
    #[error("the address cannot be used: {0}")]
    Address(#[from] TemplateError),
    /// The address could not be filled.
    #[error("the address cannot be filled: {0}")]
    Fill(#[from] FillError),
    /// The credential cannot be put where the connector wants it.
    #[error(transparent)]
    Credential(#[from] CredentialError),
    /// The sign-in page has no address.
    #[error(transparent)]
    Authorize(#[from] AuthorizeError),
    /// The request to the service's own endpoint cannot be written.
    #[error(transparent)]
    Token(#[from] RequestError),
    /// A header or the query cannot be set.
    #[error(transparent)]
    Placement(#[from] PlacementError),
}

/// Builds the request that `call` asks for, as it is where no script has a say.
/// # Errors
/// [`BuildError`].
pub fn build(parts: &Parts<'_>, call: &Call) -> Result<Built, BuildError> {
    prepare(parts, call)?.authorize(parts, None)
}

/// Prepares the request that follows a redirect to `url`: the credential is placed anew.
/// # Errors
/// [`BuildError`].
pub(crate) fn prepare_hop(parts: &Parts<'_>, call: &Call, url: Url) -> Result<Prepared, BuildError> {
    let mut request = Request::new(call.method.clone(), url);
    put_headers(&mut request, parts, call)?;
    Ok(Prepared::plain(request))
}

/// Builds the request that follows a redirect to an origin that was not agreed: nothing of the connection goes along.
pub fn build_bare_hop(method: Method, url: Url) -> Built {
    let request = Request::new(method, url);
    let sent = show(&request, &[], &Authorized::default(), &Known::new());
    Built { request, sent, signature: None }
}

/// Prepares the request that `call` asks for.
/// # Errors
/// [`BuildError`].
pub(crate) fn prepare(parts: &Parts<'_>, call: &Call) -> Result<Prepared, BuildError> {
    let whole = call.target.starts_with("https://") || call.target.starts_with("http://");
    let template = if whole {
        UrlTemplate::parse(&call.target)?
    } else if call.target.is_empty() {
        parts.connector.base_url.clone()
    } else {
        parts.connector.base_url.with_path(&call.target)?
    };
    let filled = template.fill_with_secrets(parts.settings, &path_secrets(parts))?;
    let mut request = Request::new(call.method.clone(), filled.url);
    for (key, value) in &parts.connector.query {
        if let Some(value) = fill(value, parts.settings)? {
            append_query(&mut request, key, &value);
        }
    }
    for (key, value) in &call.query {
        append_query(&mut request, key, value);
    }
    put_headers(&mut request, parts, call)?;
    request.body.clone_from(&call.body);
    if !request.body.is_empty() && !request.headers.contains_key(header::CONTENT_TYPE) {
        request.headers.insert(header::CONTENT_TYPE, guessed_type(&request.body));
    }
    Ok(Prepared { request, secret_path: filled.secrets })
}

impl Prepared {
    /// A request without secrets in its path.
    pub(crate) fn plain(request: Request) -> Self {
        Self { request, secret_path: Vec::new() }
    }

    /// Authorizes it, and says how it may be shown after a script made `changes`.
    /// # Errors
    /// [`BuildError`].
    pub(crate) fn authorize(self, parts: &Parts<'_>, changes: Option<&Changes>) -> Result<Built, BuildError> {
        let Self { mut request, mut secret_path } = self;
        if changes.is_some_and(|changes| changes.path) {
            // They stood at places of the address that it had before.
            secret_path.clear();
        }
        let authorized = {
            let Parts { authentication, credential, settings, stamp, .. } = *parts;
            authorize(&mut request, authentication, credential, settings, stamp)?
        };
        let known = known_secrets(parts.authentication, parts.credential);
        let mut sent = show(&request, &secret_path, &authorized, &known);
        if let Some(changes) = changes {
            hide(&mut sent, changes, (&request, &secret_path), (&authorized, &known));
        }
        Ok(Built { request, sent, signature: authorized.signature })
    }
}

/// The values that stand in the path.
fn path_secrets(parts: &Parts<'_>) -> BTreeMap<String, SecretString> {
    let Authentication::ApiKey(shape) = parts.authentication else { return BTreeMap::new() };
    let in_path = shape.parameters.iter().filter(|parameter| parameter.location == Location::Path);
    in_path.map(|parameter| (parameter.key.clone(), parts.credential.value(&parameter.key))).collect()
}

fn put_headers(request: &mut Request, parts: &Parts<'_>, call: &Call) -> Result<(), BuildError> {
    for (name, value) in &parts.connector.headers {
        if let Some(value) = fill(value, parts.settings)? {
            put_plain_header(request, name, &value)?;
        }
    }
    for (name, value) in &call.headers {
        put_plain_header(request, name, value)?;
    }
    Ok(())
}

fn put_plain_header(request: &mut Request, name: &str, value: &str) -> Result<(), PlacementError> {
    let unfit = || PlacementError::HeaderValue(name.to_owned());
    let parsed = parse_header_name(name)?;
    if !value.is_ascii() {
        return Err(unfit());
    }
    request.headers.insert(parsed, HeaderValue::from_str(value).map_err(|_| unfit())?);
    Ok(())
}

/// The value with its settings in place; none where a setting that may stay empty is empty: what it would say is left
/// out then. Whether the others have a value is asked when the connection is made.
fn fill(template: &TextTemplate, settings: &BTreeMap<String, String>) -> Result<Option<String>, FillError> {
    match template.fill(settings) {
        Err(FillError::Missing { .. }) => Ok(None),
        filled => filled.map(Some),
    }
}

fn append_query(request: &mut Request, key: &str, value: &str) {
    request.url.query_pairs_mut().append_pair(key, value);
}
