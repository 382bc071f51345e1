//! What a field can hold.

use super::Shape;

/// What a field holds.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// Text that follows a rule.
    Text(Text),
    /// `true` or `false`.
    Flag,
    /// A whole number.
    Number {
        /// The smallest.
        min: u64,
        /// The largest.
        max: u64,
    },
    /// A whole number, or one word.
    NumberOr {
        /// The smallest.
        min: u64,
        /// The largest.
        max: u64,
        /// The word.
        word: &'static str,
    },
    /// One of some whole numbers.
    Numbers(&'static [u64]),
    /// One of some words.
    Choice(&'static [&'static str]),
    /// Any JSON value, `null` too.
    Anything,
    /// A list.
    List(&'static Kind),
    /// Keys of the writer's own with values of one kind.
    Map(MapKind),
    /// An object.
    Object(&'static Shape),
    /// An object whose fields follow its `type`.
    Authentication,
    /// One of several authentications.
    NamedAuthentication,
    /// What differs in one environment.
    Overlay,
}

/// Objects whose keys are the writer's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MapKind {
    /// Headers: names as RFC 9110 §5.1 has them.
    Headers,
    /// Query values of calls.
    Query,
    /// Further values of OAuth requests.
    Params,
    /// Values that an environment fixes, by the key of the setting.
    FixedSettings,
    /// What differs, by the link name of the environment.
    Environments,
}

impl MapKind {
    /// What its values hold.
    pub fn value(self) -> Kind {
        match self {
            Self::Headers => Kind::Text(Text::HeaderValue),
            Self::Query | Self::Params => Kind::Text(Text::QueryValue),
            Self::FixedSettings => Kind::Text(Text::SettingValue),
            Self::Environments => Kind::Overlay,
        }
    }

    /// What one entry is called in a sentence.
    pub fn entry_title(self) -> &'static str {
        match self {
            Self::Headers => "Header",
            Self::Query => "Query value",
            Self::Params => "Parameter",
            Self::FixedSettings => "Setting",
            Self::Environments => "Environment",
        }
    }
}

/// The rules that text can follow; each is written out in `rules::text`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Text {
    /// A connector's shown name.
    ConnectorName,
    /// A connector's link name: `[a-z][a-z0-9_]{0,49}`.
    ConnectorLinkName,
    /// Any other link name: hyphens too.
    LinkName,
    /// A connector's description.
    Description,
    /// The shown name of a parameter.
    ParameterName,
    /// What a prompt is called on the command line and on the wire.
    PromptKey,
    /// The name of a placeholder.
    PlaceholderName,
    /// One line for people.
    Line,
    /// Several lines for people.
    Prose,
    /// JavaScript.
    Script,
    /// A file name or `data:` URI.
    Logo,
    /// A category of the catalogue.
    Category,
    /// An address.
    Url(UrlUse),
    /// A path behind the base address.
    Path,
    /// A host, or `*.` and a host.
    HostPattern,
    /// The value of a header.
    HeaderValue,
    /// The value of a query or form field.
    QueryValue,
    /// The word before a key or token; may be empty.
    Prefix,
    /// A value that every connection has; may be empty.
    Fixed,
    /// The value of a setting.
    SettingValue,
    /// A regular expression.
    Pattern,
    /// A JSON pointer (RFC 6901); the empty one is the whole reply.
    Pointer,
    /// A JSON pointer that is not empty.
    InnerPointer,
    /// What stands between two scopes.
    Delimiter,
    /// A scope as the service calls it.
    ScopeValue,
    /// A value that is sent as it is.
    Value,
    /// The path of a redirect.
    RedirectPath,
}

/// What an address is for decides what it must have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UrlUse {
    /// A page for people: no placeholders.
    Page,
    /// Others are made from it: no query.
    Base,
    /// A request goes there: a path is needed.
    Endpoint,
    /// Compared as it is: no query.
    Issuer,
    /// The browser returns there: https, a path, no placeholders.
    Redirect,
}

impl Text {
    /// Whether the empty text says something; elsewhere it counts as left out.
    pub fn may_be_empty(self) -> bool {
        matches!(
            self,
            Self::Prefix
                | Self::Fixed
                | Self::HeaderValue
                | Self::QueryValue
                | Self::Pointer
                | Self::SettingValue
        )
    }

    /// Whether `{placeholders}` are filled in.
    pub fn has_placeholders(self) -> bool {
        matches!(
            self,
            Self::Url(UrlUse::Base | UrlUse::Endpoint | UrlUse::Issuer)
                | Self::Path
                | Self::HostPattern
                | Self::HeaderValue
                | Self::QueryValue
                | Self::Value
        )
    }

    /// A text that follows the rule; stands in where a draft is previewed before all is typed.
    pub fn sample(self) -> &'static str {
        match self {
            Self::ConnectorName | Self::ParameterName | Self::Line | Self::Description => "Name",
            Self::ConnectorLinkName | Self::LinkName | Self::Category | Self::PlaceholderName => "name",
            Self::PromptKey | Self::ScopeValue | Self::Value | Self::SettingValue | Self::QueryValue => {
                "value"
            }
            Self::HeaderValue | Self::Fixed | Self::Prefix => "value",
            Self::Prose | Self::Script => "text",
            Self::Logo => "logo.svg",
            Self::Url(UrlUse::Redirect | UrlUse::Endpoint) => "https://service.example/path",
            Self::Url(UrlUse::Page | UrlUse::Base | UrlUse::Issuer) => "https://service.example",
            Self::Path | Self::RedirectPath => "/path",
            Self::HostPattern => "service.example",
            Self::Pattern => ".+",
            Self::Pointer | Self::InnerPointer => "/value",
            Self::Delimiter => "comma",
        }
    }
}
