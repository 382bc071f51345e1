//! The fields of a connector but for its authentication.

use super::{Field, Kind, MapKind, Need, Shape, Text, UrlUse, default, optional, required};

pub(super) static CONNECTOR: Shape = Shape {
    name: "connector",
    doc: "How one service is authenticated and called.",
    groups: &[&[
        required(
            "patchbay",
            "Format",
            Kind::Number { min: 1, max: 1 },
            "Format of this document; this program reads and writes 1.",
        ),
        required(
            "link_name",
            "Link name",
            Kind::Text(Text::ConnectorLinkName),
            "Unique machine name, made from the name; fixed once a connection uses it.",
        ),
        required("name", "Connector name", Kind::Text(Text::ConnectorName), "Name that people see."),
        optional("description", "Description", Kind::Text(Text::Description), "What the service is for."),
        optional(
            "logo",
            "Logo",
            Kind::Text(Text::Logo),
            "Picture: a PNG, JPEG, WebP or SVG file beside the manifest, or a `data:` URI.",
        ),
        optional(
            "documentation_url",
            "Documentation address",
            Kind::Text(Text::Url(UrlUse::Page)),
            "Where the service documents its API.",
        ),
        optional(
            "setup_help",
            "Set-up help",
            Kind::Text(Text::Prose),
            "How to register an app at the service; shown as text.",
        ),
        optional(
            "categories",
            "Categories",
            Kind::List(&Kind::Text(Text::Category)),
            "Where it is found among the connectors, such as `crm`.",
        ),
        required(
            "base_url",
            "Base address",
            Kind::Text(Text::Url(UrlUse::Base)),
            "Every request starts with this address; may hold `{placeholders}`.",
        ),
        ALLOWED_HOSTS,
        ALLOW_INSECURE_HTTP,
        optional(
            "settings",
            "Settings",
            Kind::List(&Kind::Object(&SETTING)),
            "Non-secret values that each connection gives, or that an environment fixes.",
        ),
        optional(
            "captures",
            "Captures",
            Kind::List(&Kind::Object(&CAPTURE)),
            "Values that the service tells while a connection is made, used like settings.",
        ),
        HEADERS,
        QUERY,
        AUTHENTICATION,
        AUTHENTICATIONS,
        optional(
            "scopes",
            "Permissions",
            Kind::Object(&SCOPES),
            "Permissions that a connection can ask for.",
        ),
        VERIFY_FIELD,
        AUTH_FAILURE_FIELD,
        optional(
            "script",
            "Script",
            Kind::Text(Text::Script),
            "JavaScript events that run around each call.",
        ),
        AGENT_GROUP,
        optional(
            "environments",
            "Environments",
            Kind::Map(MapKind::Environments),
            "What differs in an environment, by its link name; the values above are Production's.",
        ),
    ]],
};

pub(super) static OVERLAY: Shape = Shape {
    name: "overlay",
    doc: "What differs in one environment: objects merge key by key, everything else is replaced.",
    groups: &[&[
        optional(
            "base_url",
            "Base address",
            Kind::Text(Text::Url(UrlUse::Base)),
            "Every request starts with this address.",
        ),
        ALLOWED_HOSTS,
        ALLOW_INSECURE_HTTP,
        optional(
            "settings",
            "Fixed settings",
            Kind::Map(MapKind::FixedSettings),
            "Values that this environment fixes, by the key of the setting; they are not asked then.",
        ),
        HEADERS,
        QUERY,
        AUTHENTICATION,
        AUTHENTICATIONS,
        VERIFY_FIELD,
        AUTH_FAILURE_FIELD,
        AGENT_GROUP,
    ]],
};

const ALLOWED_HOSTS: Field = optional(
    "allowed_hosts",
    "Allowed hosts",
    Kind::List(&Kind::Text(Text::HostPattern)),
    "Where API credentials may go: hosts, or `*.` and a host for all below it; left out, the hosts of the base \
     address and of the verify request.",
);

const ALLOW_INSECURE_HTTP: Field = default(
    "allow_insecure_http",
    "Allow insecure addresses",
    Kind::Flag,
    "false",
    "Whether `http://` is accepted beyond this machine; shown as a lasting warning.",
);

const HEADERS: Field = optional(
    "headers",
    "Headers",
    Kind::Map(MapKind::Headers),
    "Headers of every request; credentials are parameters, not headers.",
);

const QUERY: Field = optional(
    "query",
    "Query values",
    Kind::Map(MapKind::Query),
    "Query values of every request; credentials are parameters, not query values.",
);

const AUTHENTICATION: Field = optional(
    "authentication",
    "Authentication",
    Kind::Authentication,
    "How a request proves who sends it. A connector has this or `authentications`.",
);

const AUTHENTICATIONS: Field = optional(
    "authentications",
    "Authentications",
    Kind::List(&Kind::NamedAuthentication),
    "Several ways to authenticate, one of which a connection chooses.",
);

pub(super) const VERIFY_FIELD: Field =
    optional("verify", "Verify", Kind::Object(&VERIFY), "The request that proves a connection works.");

const AUTH_FAILURE_FIELD: Field = optional(
    "auth_failure",
    "Refused when",
    Kind::Object(&AUTH_FAILURE),
    "Which replies mean that the credential is not accepted.",
);

const AGENT_GROUP: Field = default(
    "agent_group",
    "Agent group",
    Kind::Text(Text::LinkName),
    r#""default""#,
    "Link name of the route that calls take.",
);

static SETTING: Shape = Shape {
    name: "setting",
    doc: "A non-secret value that each connection gives, such as the subdomain of an account.",
    groups: &[&[
        required(
            "key",
            "Placeholder",
            Kind::Text(Text::PlaceholderName),
            "Name of its placeholder: `subdomain` fills `{subdomain}`.",
        ),
        optional("label", "Shown name", Kind::Text(Text::Line), "Name that people see; left out, the key."),
        optional("help", "Help", Kind::Text(Text::Prose), "Where to find it."),
        optional(
            "pattern",
            "Pattern",
            Kind::Text(Text::Pattern),
            "Regular expression that the whole value must match.",
        ),
        optional("example", "Example", Kind::Text(Text::Line), "A value as people know it."),
        optional("default", "Default", Kind::Text(Text::Line), "The value where none is given."),
        optional(
            "options",
            "Options",
            Kind::List(&Kind::Text(Text::Line)),
            "The values to choose from; left out, any text.",
        ),
        default("required", "Required", Kind::Flag, "true", "Whether a connection must have it."),
    ]],
};

static CAPTURE: Shape = Shape {
    name: "capture",
    doc: "A value that the service tells while a connection is made, used as `{key}` in `base_url` and `headers`.",
    groups: &[&[
        required("key", "Placeholder", Kind::Text(Text::PlaceholderName), "Name of its placeholder."),
        required(
            "from",
            "Told in",
            Kind::Choice(&["token", "callback", "userinfo"]),
            "Where the service tells it: the token reply, the redirect or the user-info reply.",
        ),
        required(
            "pointer",
            "Pointer",
            Kind::Text(Text::InnerPointer),
            "JSON pointer to it; the values of a redirect count as one object.",
        ),
        default(
            "use",
            "Used as",
            Kind::Choice(&["host", "value"]),
            r#""value""#,
            "What it may fill: a host (of an address only its host is taken), or a value.",
        ),
    ]],
};

pub(super) static SCOPES: Shape = Shape {
    name: "scopes",
    doc: "Permissions that a connection can ask for.",
    groups: &[&[
        Field {
            key: "delimiter",
            title: "Delimiter",
            kind: Kind::Text(Text::Delimiter),
            need: Need::Written(r#""space""#),
            doc: "What stands between two permissions: `space`, `comma`, `plus`, or any other text.",
        },
        optional("items", "Permissions", Kind::List(&Kind::Object(&SCOPE)), "The permissions."),
    ]],
};

static SCOPE: Shape = Shape {
    name: "scope",
    doc: "One permission.",
    groups: &[&[
        optional(
            "name",
            "Permission name",
            Kind::Text(Text::Line),
            "Name that people see; left out, the value.",
        ),
        required("value", "Permission value", Kind::Text(Text::ScopeValue), "What the service calls it."),
        default("default", "Ticked", Kind::Flag, "false", "Whether it is ticked for a new connection."),
        optional("description", "Description", Kind::Text(Text::Line), "What it allows."),
    ]],
};

static VERIFY: Shape = Shape {
    name: "verify",
    doc: "The request that proves a connection works: quick, changes nothing, names the account.",
    groups: &[&[
        default(
            "method",
            "Method",
            Kind::Choice(&["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]),
            r#""GET""#,
            "HTTP method.",
        ),
        optional("path", "Path", Kind::Text(Text::Path), "Where it goes, behind the base address."),
        optional(
            "url",
            "Address",
            Kind::Text(Text::Url(UrlUse::Endpoint)),
            "Where it goes, for services that verify elsewhere.",
        ),
        optional(
            "expect_status",
            "Works with status",
            Kind::List(&STATUS),
            "Statuses that mean it works; left out, any 2xx.",
        ),
        optional(
            "expect_body",
            "Works when the reply says",
            Kind::Object(&BODY_CHECK),
            "What the reply must say.",
        ),
        optional(
            "account",
            "Account",
            Kind::Text(Text::InnerPointer),
            "JSON pointer to who this is, such as `/email`.",
        ),
    ]],
};

static AUTH_FAILURE: Shape = Shape {
    name: "auth_failure",
    doc: "Which replies mean that the credential is not accepted; all that is given must hold.",
    groups: &[&[
        default("status", "Refused with status", Kind::List(&STATUS), "[401]", "Statuses of such replies."),
        optional(
            "body",
            "Refused when the reply says",
            Kind::Object(&BODY_CHECK),
            "What such a reply says besides.",
        ),
    ]],
};

static BODY_CHECK: Shape = Shape {
    name: "body_check",
    doc: "What a JSON reply must say.",
    groups: &[&[
        required("pointer", "Pointer", Kind::Text(Text::Pointer), "JSON pointer (RFC 6901) into the reply."),
        required("equals", "Value", Kind::Anything, "The value that must stand there."),
    ]],
};

static STATUS: Kind = Kind::Number { min: 100, max: 599 };
