//! What a script can answer to, and what it finds then: one table for engine, editor and documentation.
//!
//! To add an event, add its variant and its arms here, and call [`crate::Engine::run_event`] where it happens. To add a
//! global, add its line to [`GLOBALS`], and let `prelude.js` set it.

/// The moments that a script can answer to, by the name of its function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "`name` and `when` tell what each is")]
pub enum ScriptEvent {
    BeforeAction,
    AfterAction,
    AfterError,
    BeforeAuthorise,
    BeforeToken,
    AfterToken,
    BeforeRefresh,
    AfterRefresh,
}

impl ScriptEvent {
    /// All of them, in the order in which they happen.
    pub const ALL: [Self; 8] = [
        Self::BeforeAction,
        Self::AfterAction,
        Self::AfterError,
        Self::BeforeAuthorise,
        Self::BeforeToken,
        Self::AfterToken,
        Self::BeforeRefresh,
        Self::AfterRefresh,
    ];

    /// The name of its function.
    pub fn name(self) -> &'static str {
        match self {
            Self::BeforeAction => "before_action",
            Self::AfterAction => "after_action",
            Self::AfterError => "after_error",
            Self::BeforeAuthorise => "before_oauth2_authorise",
            Self::BeforeToken => "before_oauth2_token",
            Self::AfterToken => "after_oauth2_token",
            Self::BeforeRefresh => "before_oauth2_refresh",
            Self::AfterRefresh => "after_oauth2_refresh",
        }
    }

    /// The event of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|event| event.name() == name)
    }

    /// When it happens, for people.
    pub fn when(self) -> &'static str {
        match self {
            Self::BeforeAction => "Before each request, before it is authorized or signed",
            Self::AfterAction => "After each reply with a status below 400",
            Self::AfterError => "After each reply with a status of 400 or more",
            Self::BeforeAuthorise => "Before the sign-in page opens",
            Self::BeforeToken => "Before a token is asked for",
            Self::AfterToken => "When the answer with the token came",
            Self::BeforeRefresh => "Before a token is renewed",
            Self::AfterRefresh => "When the answer with the renewed token came",
        }
    }

    /// Whether it happens with OAuth 2 and OpenID Connect alone.
    pub fn needs_oauth(self) -> bool {
        !matches!(self, Self::BeforeAction | Self::AfterAction | Self::AfterError)
    }

    /// Whether it looks at a reply; else at a request that has not left.
    pub fn has_reply(self) -> bool {
        matches!(self, Self::AfterAction | Self::AfterError | Self::AfterToken | Self::AfterRefresh)
    }
}

/// A name that a script finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Global {
    /// Its name.
    pub name: &'static str,
    /// How it is called, for functions.
    pub call: Option<&'static str>,
    /// What it is.
    pub about: &'static str,
    /// When it is there.
    pub there: There,
}

/// In which events a global says something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum There {
    /// In all.
    Always,
    /// Where a request is about to leave.
    Before,
    /// Where a reply came.
    After,
}

/// What a script finds besides the language itself.
pub const GLOBALS: &[Global] = &[
    value(
        "method_request_headers",
        There::Before,
        "The headers of the request. Write to it to set one, delete one to leave it out. Upper and lower case are the same.",
    ),
    value(
        "method_request_parameters",
        There::Before,
        "The query of the address, by name; several values of one name are a list. Before the sign-in page: what is added to its address.",
    ),
    value(
        "method_request_body",
        There::Before,
        "The body as text; null where it is no text. What is no text is sent as JSON.",
    ),
    value("method_request_method", There::Always, "GET, POST, … Only to be read."),
    value(
        "method_endpoint",
        There::Always,
        "The address without its query. It may be changed before a request, to where the credential may go.",
    ),
    value(
        "method_auth_value",
        There::Before,
        "The credential: the first key, the token, the password, or the access token. Empty in OAuth events and after a reply.",
    ),
    value("method_response_status", There::After, "The status of the reply, such as 200. Only to be read."),
    value("method_response_headers", There::After, "The headers of the reply."),
    value("method_response_body", There::After, "The body of the reply as text; null where it is no text."),
    value(
        "script_execution_context",
        There::Always,
        "What is going on: event, connector, environment, authentication, settings, example. Only to be read.",
    ),
    function(
        "console",
        "console.log(value, …)",
        "Writes a line into the record of the call. Secrets come out as dots.",
    ),
    function(
        "hash",
        "hash(algorithm, text, output)",
        "md5, sha1, sha256, sha384 or sha512, as hex, base64 or base64url.",
    ),
    function(
        "hmac",
        "hmac(algorithm, key, text, output, key_encoding)",
        "A keyed hash. The key is text, or hex or base64 if key_encoding says so.",
    ),
    function("base64_encode", "base64_encode(text)", "Text as base64, in UTF-8."),
    function("base64_decode", "base64_decode(text)", "The text behind base64 or base64url."),
    function("base64url_encode", "base64url_encode(text)", "Text as base64url without padding."),
    function("uuid", "uuid()", "A random UUID, version 4."),
    function("random_hex", "random_hex(bytes)", "Random bytes as hex, 64 at the most."),
    function("unix_time", "unix_time()", "Seconds since 1970. Date has the same time."),
];

const fn value(name: &'static str, there: There, about: &'static str) -> Global {
    Global { name, call: None, about, there }
}

const fn function(name: &'static str, call: &'static str, about: &'static str) -> Global {
    Global { name, call: Some(call), about, there: There::Always }
}
