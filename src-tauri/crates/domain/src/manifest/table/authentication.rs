//! The fields of the authentication types that need no exchange, and of one of several authentications.

use super::{Field, Kind, Shape, Text, connector, default, optional, required};

pub(super) static TYPE: Field = required(
    "type",
    "Authentication type",
    Kind::Choice(&[
        "none",
        "basic",
        "api_key",
        "bearer",
        "auth_fields",
        "oauth1",
        "oauth2",
        "openid_connect",
        "aws_sigv4",
    ]),
    "How a request proves who sends it.",
);

pub(super) static NAMED_HEAD: Shape = Shape {
    name: "named_authentication",
    doc: "One of several authentications.",
    groups: &[&[
        required("name", "Authentication name", Kind::Text(Text::LinkName), "What a connection calls it."),
        required(
            "label",
            "Shown name",
            Kind::Text(Text::ParameterName),
            "Name that people see; a bearer token is asked for under it.",
        ),
    ]],
};

pub(super) static NAMED_TAIL: Shape = Shape {
    name: "named_authentication_tail",
    doc: "What one of several authentications may have of its own.",
    groups: &[&[
        optional(
            "scopes",
            "Permissions",
            Kind::Object(&connector::SCOPES),
            "Its permissions, where they differ from the connector's.",
        ),
        connector::VERIFY_FIELD,
    ]],
};

pub(super) static NONE: Shape = Shape { name: "none", doc: "Anyone may call.", groups: &[] };

pub(super) static BASIC: Shape = Shape {
    name: "basic",
    doc: "User name and password in the `Authorization` header (RFC 7617), under names of the connector's own.",
    groups: &[&[
        default(
            "username",
            "User name",
            Kind::Object(&USERNAME),
            r#"{"name":"User name","key":"username"}"#,
            "What the service calls the user name.",
        ),
        default(
            "password",
            "Password",
            Kind::Object(&PASSWORD),
            r#"{"name":"Password","key":"password"}"#,
            "What the service calls the password.",
        ),
    ]],
};

static USERNAME: Shape = Shape {
    name: "basic_username",
    doc: "The first of the two values.",
    groups: &[&[
        PROMPT_NAME,
        PROMPT_KEY,
        default("secret", "Secret", Kind::Flag, "false", "Whether it is kept in the vault like a password."),
        OPTIONAL,
        FIXED,
        HELP,
        LOOKS_LIKE,
    ]],
};

static PASSWORD: Shape = Shape {
    name: "basic_password",
    doc: "The second of the two values; always a secret.",
    groups: &[&[PROMPT_NAME, PROMPT_KEY, OPTIONAL, FIXED, HELP, LOOKS_LIKE]],
};

pub(super) static API_KEY: Shape = Shape {
    name: "api_key",
    doc: "Values under names of the service's own.",
    groups: &[&[required(
        "parameters",
        "Parameters",
        Kind::List(&Kind::Object(&PARAMETER)),
        "The values, one for each that the service wants.",
    )]],
};

static PARAMETER: Shape = Shape {
    name: "parameter",
    doc: "One value that a connection is asked for.",
    groups: &[&[
        PROMPT_NAME,
        required("key", "Parameter key", Kind::Text(Text::PromptKey), "Name on the wire."),
        default(
            "location",
            "Parameter location",
            Kind::Choice(&["header", "query", "form", "path", "script"]),
            r#""header""#,
            "Where it stands: a header, the query, the form body, the placeholder `{key}` of an address, or nowhere \
             by itself because the script uses it.",
        ),
        default("prefix", "Prefix", Kind::Text(Text::Prefix), r#""""#, "What stands before the value."),
        default("secret", "Secret", Kind::Flag, "true", "Whether it is kept in the vault."),
        OPTIONAL,
        HELP,
        LOOKS_LIKE,
    ]],
};

pub(super) static BEARER: Shape = Shape {
    name: "bearer",
    doc: "A token in the `Authorization` header (RFC 6750 §2.1).",
    groups: &[&[
        default(
            "name",
            "Parameter name",
            Kind::Text(Text::ParameterName),
            r#""Bearer Token""#,
            "Name of the prompt.",
        ),
        default(
            "prefix",
            "Token prefix",
            Kind::Text(Text::Prefix),
            r#""Bearer""#,
            "The word before the token; empty for none.",
        ),
        OPTIONAL,
        HELP,
        LOOKS_LIKE,
    ]],
};

pub(super) static AUTH_FIELDS: Shape = Shape {
    name: "auth_fields",
    doc: "Values in the body of POST, PUT and PATCH requests.",
    groups: &[&[required(
        "fields",
        "Fields",
        Kind::List(&Kind::Object(&AUTH_FIELD)),
        "The values, one for each that the service wants.",
    )]],
};

static AUTH_FIELD: Shape = Shape {
    name: "auth_field",
    doc: "One value in the body.",
    groups: &[&[
        PROMPT_NAME,
        required("key", "Field key", Kind::Text(Text::PromptKey), "Name in the body."),
        default(
            "type",
            "Field type",
            Kind::Choice(&["text", "password", "number", "boolean", "date", "list"]),
            r#""text""#,
            "What it is; only a password is a secret.",
        ),
        optional(
            "options",
            "Options",
            Kind::List(&Kind::Text(Text::Line)),
            "The values to choose from, for a list.",
        ),
        OPTIONAL,
        HELP,
        LOOKS_LIKE,
    ]],
};

pub(super) static AWS_SIGV4: Shape = Shape {
    name: "aws_sigv4",
    doc: "AWS Signature Version 4.",
    groups: &[&[
        required("service", "Service name", Kind::Text(Text::Value), "The service's exact name at AWS."),
        required("region", "Region", Kind::Text(Text::Value), "The region, such as `eu-west-2`."),
        default(
            "placement",
            "Signature in",
            Kind::Choice(&["header", "query"]),
            r#""header""#,
            "Where the signature stands; in the query it makes a presigned address.",
        ),
        default(
            "expires",
            "Works for",
            Kind::Number { min: 1, max: 604_800 },
            "3600",
            "Seconds for which a presigned address works.",
        ),
        default(
            "payload",
            "Payload",
            Kind::Choice(&["signed", "unsigned", "streaming"]),
            r#""signed""#,
            "What of the body is signed.",
        ),
    ]],
};

const PROMPT_NAME: Field = required(
    "name",
    "Parameter name",
    Kind::Text(Text::ParameterName),
    "Name of the prompt, as people see it.",
);
const PROMPT_KEY: Field =
    required("key", "Parameter key", Kind::Text(Text::PromptKey), "Name of the prompt on the command line.");
const OPTIONAL: Field = default("optional", "Optional", Kind::Flag, "false", "Whether it may stay empty.");
const FIXED: Field = optional(
    "fixed",
    "Fixed value",
    Kind::Text(Text::Fixed),
    "The value that every connection has, which is not asked then; never a secret.",
);
const HELP: Field = optional("help", "Help", Kind::Text(Text::Prose), "Where to find it.");
const LOOKS_LIKE: Field =
    optional("looks_like", "Looks like", Kind::Text(Text::Line), "How it begins; warns of a wrong paste.");
