//! The fields of the OAuth family.

use super::{Field, Kind, MapKind, Shape, Text, UrlUse, default, optional, required};

const ENDPOINT: Kind = Kind::Text(Text::Url(UrlUse::Endpoint));

pub(super) static OAUTH1: Shape = Shape {
    name: "oauth1",
    doc: "OAuth 1.0a (RFC 5849).",
    groups: &[
        &[
            optional(
                "client_id",
                "Consumer key",
                Kind::Text(Text::Line),
                "Consumer key of your app; not a secret.",
            ),
            optional(
                "request_token_url",
                "Request token address",
                ENDPOINT,
                "Where the sign-in starts (§2.1).",
            ),
            optional("authorize_url", "Authorize address", ENDPOINT, "Where a person agrees (§2.2)."),
            optional(
                "access_token_url",
                "Access token address",
                ENDPOINT,
                "Where the token comes from (§2.3).",
            ),
            optional("revoke_url", "Revoke address", ENDPOINT, "Where the service ends an authorization."),
            default(
                "revoke_method",
                "Revoke method",
                Kind::Choice(&["POST", "GET"]),
                r#""POST""#,
                "HTTP method of the revoke request.",
            ),
            default("legs", "Legs", Kind::Numbers(&[3, 2]), "3", "3 with a person's consent, 2 without."),
            default(
                "signature_method",
                "Signature method",
                Kind::Choice(&[
                    "HMAC-SHA1",
                    "HMAC-SHA256",
                    "HMAC-SHA512",
                    "RSA-SHA1",
                    "RSA-SHA256",
                    "PLAINTEXT",
                ]),
                r#""HMAC-SHA1""#,
                "How a request is signed.",
            ),
            default(
                "placement",
                "Signature in",
                Kind::Choice(&["header", "query", "form"]),
                r#""header""#,
                "Where the signature stands.",
            ),
            optional("realm", "Realm", Kind::Text(Text::Value), "The realm that the header names."),
            default(
                "redirect",
                "Redirect",
                Kind::Choice(&["app", "loopback", "manual", "oob"]),
                r#""app""#,
                "Where the browser returns: the app, this machine, a page of your own, or nowhere (the person types a \
                 PIN).",
            ),
        ],
        REDIRECT,
    ],
};

pub(super) static OAUTH2: Shape = Shape {
    name: "oauth2",
    doc: "OAuth 2 (RFC 6749).",
    groups: &[GRANT, CLIENT, ADDRESSES, FLOW, REDIRECT, REQUESTS],
};

pub(super) static OPENID_CONNECT: Shape = Shape {
    name: "openid_connect",
    doc: "OpenID Connect: all of OAuth 2, and who the person is.",
    groups: &[
        &[
            optional(
                "issuer",
                "Issuer",
                Kind::Text(Text::Url(UrlUse::Issuer)),
                "Whose discovery document fills in the addresses.",
            ),
            optional("jwks_url", "Keys address", ENDPOINT, "The keys that id_tokens are checked with."),
            default(
                "api_credential",
                "Calls carry",
                Kind::Choice(&["access_token", "id_token"]),
                r#""access_token""#,
                "Which token calls carry.",
            ),
        ],
        GRANT,
        CLIENT,
        ADDRESSES,
        FLOW,
        REDIRECT,
        REQUESTS,
    ],
};

const GRANT: &[Field] = &[
    default(
        "grant_type",
        "Grant type",
        Kind::Choice(&["authorization_code", "client_credentials", "password", "implicit", "device_code"]),
        r#""authorization_code""#,
        "How the authorization is got.",
    ),
    optional(
        "response_type",
        "Response type",
        Kind::Choice(&["code", "token", "id_token", "id_token token", "code id_token"]),
        "What the authorize address returns; left out, what the grant type needs.",
    ),
];

const CLIENT: &[Field] = &[
    optional("client_id", "Client ID", Kind::Text(Text::Line), "Client ID of your app; not a secret."),
    default(
        "client_authentication",
        "Client authentication",
        Kind::Choice(&["basic", "body", "none", "client_secret_jwt", "private_key_jwt"]),
        r#""basic""#,
        "How ID and secret reach the token address.",
    ),
    optional(
        "client_assertion",
        "Client assertion",
        Kind::Object(&CLIENT_ASSERTION),
        "The signed assertion of `client_secret_jwt` and `private_key_jwt` (RFC 7523).",
    ),
    default(
        "basic_encoding",
        "Basic encoding",
        Kind::Choice(&["rfc6749", "raw"]),
        r#""rfc6749""#,
        "Whether ID and secret are form-encoded before Basic, as RFC 6749 §2.3.1 says, or sent as they are.",
    ),
    default(
        "client_id_in_body",
        "Client ID in the body",
        Kind::Flag,
        "false",
        "Whether token requests carry the client ID in the body too.",
    ),
    default(
        "scope_on_exchange",
        "Permissions on exchange",
        Kind::Flag,
        "false",
        "Whether the code exchange carries the permissions.",
    ),
];

const ADDRESSES: &[Field] = &[
    optional("authorize_url", "Authorize address", ENDPOINT, "Where a person signs in and agrees."),
    optional("token_url", "Token address", ENDPOINT, "Where tokens come from."),
    default(
        "token_method",
        "Token method",
        Kind::Choice(&["POST", "GET"]),
        r#""POST""#,
        "HTTP method of token requests.",
    ),
    optional(
        "refresh_url",
        "Refresh address",
        ENDPOINT,
        "Where tokens are renewed; left out, the token address.",
    ),
    optional("revoke_url", "Revoke address", ENDPOINT, "Where the service ends an authorization (RFC 7009)."),
    optional("introspect_url", "Introspect address", ENDPOINT, "Where a token is looked up (RFC 7662)."),
    optional("userinfo_url", "User-info address", ENDPOINT, "Who the person is."),
    optional(
        "device_authorization_url",
        "Device address",
        ENDPOINT,
        "Where a device code comes from (RFC 8628).",
    ),
];

const FLOW: &[Field] = &[
    default(
        "pkce",
        "PKCE",
        Kind::Choice(&["S256", "plain", "off"]),
        r#""S256""#,
        "Proof key for the code exchange (RFC 7636); makes a stolen code useless.",
    ),
    default(
        "redirect",
        "Redirect",
        Kind::Choice(&["app", "loopback", "manual"]),
        r#""app""#,
        "Where the browser returns: the app, this machine, or a page of your own whose address is pasted.",
    ),
];

const REDIRECT: &[Field] = &[
    optional(
        "redirect_port",
        "Redirect port",
        Kind::Number { min: 1, max: 65_535 },
        "Fixed port of a loopback redirect; left out, a free one.",
    ),
    default(
        "redirect_host",
        "Redirect host",
        Kind::Choice(&["127.0.0.1", "localhost", "[::1]"]),
        r#""127.0.0.1""#,
        "Host of a loopback redirect.",
    ),
    default(
        "redirect_path",
        "Redirect path",
        Kind::Text(Text::RedirectPath),
        r#""/callback""#,
        "Path of a loopback redirect.",
    ),
    optional(
        "redirect_uri",
        "Redirect address",
        Kind::Text(Text::Url(UrlUse::Redirect)),
        "The address of a manual redirect.",
    ),
];

const REQUESTS: &[Field] = &[
    default(
        "response_mode",
        "Response mode",
        Kind::Choice(&["query", "fragment", "form_post"]),
        r#""query""#,
        "How the reply of the authorize address travels.",
    ),
    optional(
        "extra_authorize_params",
        "Extra sign-in parameters",
        Kind::Map(MapKind::Params),
        "Query values of the authorize request; `{email}` is the person's e-mail for sign-in pages.",
    ),
    optional(
        "extra_token_params",
        "Extra token parameters",
        Kind::Map(MapKind::Params),
        "Body values of the token request.",
    ),
    optional(
        "extra_refresh_params",
        "Extra refresh parameters",
        Kind::Map(MapKind::Params),
        "Body values of the refresh request.",
    ),
    optional("token_headers", "Token headers", Kind::Map(MapKind::Headers), "Headers of token requests."),
    default(
        "token_body",
        "Token body",
        Kind::Choice(&["form", "json"]),
        r#""form""#,
        "How the body of token requests is written.",
    ),
    optional(
        "resource",
        "Resources",
        Kind::List(&Kind::Text(Text::Value)),
        "What the token is for (RFC 8707).",
    ),
    optional(
        "default_scopes",
        "Permissions always sent",
        Kind::List(&Kind::Text(Text::ScopeValue)),
        "Permissions that are always asked for.",
    ),
    default(
        "bearer_name",
        "Bearer name",
        Kind::Text(Text::Prefix),
        r#""Bearer""#,
        "The word before the token in each call.",
    ),
    default(
        "token_location",
        "Token in",
        Kind::Choice(&["header", "query"]),
        r#""header""#,
        "Where the access token stands in a call.",
    ),
    default(
        "token_key",
        "Token key",
        Kind::Text(Text::PromptKey),
        r#""access_token""#,
        "Name of the access token where it stands in the query.",
    ),
    default(
        "default_expiry",
        "Default lifetime",
        Kind::NumberOr { min: 1, max: 4_294_967_295, word: "never" },
        "3600",
        "Assumed seconds of life where the reply tells none, or `never`.",
    ),
    default(
        "prefill_email",
        "Fill in the e-mail",
        Kind::Flag,
        "false",
        "Whether the sign-in page gets the person's e-mail (`login_hint`).",
    ),
    default(
        "private_session",
        "Private session",
        Kind::Flag,
        "false",
        "Whether the sign-in page opens in a window without cookies.",
    ),
    optional(
        "display_name",
        "Identity service",
        Kind::Text(Text::Line),
        "Name of the identity service in the prompt.",
    ),
    optional(
        "token_response",
        "Token reply",
        Kind::Object(&TOKEN_RESPONSE),
        "JSON pointers into the token reply, only where the service differs from RFC 6749.",
    ),
];

static CLIENT_ASSERTION: Shape = Shape {
    name: "client_assertion",
    doc: "A signed client assertion (RFC 7523).",
    groups: &[&[
        optional(
            "algorithm",
            "Algorithm",
            Kind::Choice(&[
                "HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256",
                "ES384", "EdDSA",
            ]),
            "How it is signed; left out, HS256 for a secret and RS256 for a private key.",
        ),
        optional("key_id", "Key ID", Kind::Text(Text::Line), "Key ID that its header names."),
        optional(
            "audience",
            "Audience",
            Kind::Text(Text::Value),
            "Whom it is for; left out, the token address.",
        ),
    ]],
};

static TOKEN_RESPONSE: Shape = Shape {
    name: "token_response",
    doc: "JSON pointers into a token reply.",
    groups: &[&[
        optional("access_token", "Access token", POINTER, "Pointer to the access token."),
        optional("token_type", "Token type", POINTER, "Pointer to the token type."),
        optional("expires_in", "Lifetime", POINTER, "Pointer to the lifetime in seconds."),
        optional("refresh_token", "Refresh token", POINTER, "Pointer to the refresh token."),
        optional("scope", "Granted permissions", POINTER, "Pointer to the granted permissions."),
        optional("id_token", "ID token", POINTER, "Pointer to the id_token."),
        optional("error", "Error", Kind::Object(&TOKEN_ERROR), "How an error is told under a good status."),
    ]],
};

static TOKEN_ERROR: Shape = Shape {
    name: "token_error",
    doc: "How a service tells an error under a good status.",
    groups: &[&[
        required("pointer", "Pointer", Kind::Text(Text::Pointer), "JSON pointer to what tells it."),
        required("equals", "Value", Kind::Anything, "The value that means an error."),
        optional("message", "Message", POINTER, "JSON pointer to the service's own words."),
    ]],
};

const POINTER: Kind = Kind::Text(Text::InnerPointer);
