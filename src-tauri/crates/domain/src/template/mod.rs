//! Templates: addresses and texts of a connector with `{placeholders}` that settings fill.
//!
//! A [`UrlTemplate`] is taken apart when it is parsed and put together when it is filled, so that a value can never
//! become another part of the address than the one its placeholder stands in: in a host it must be host labels, in a
//! path it is one segment, in a query one value. After filling, the address is parsed again and must read as the template does.
//!
//! A placeholder is `{` letter, then letters, digits, `_` or `-`, `}`. Other braces are ordinary text in a [`TextTemplate`] and
//! refused in an address.

mod text;
mod url;

pub use text::TextTemplate;
pub use url::{FilledUrl, Part, UrlTemplate};
pub(crate) use url::{is_host_labels, is_loopback_host};

/// The placeholder for the person's e-mail on sign-in pages; nothing else may have this name.
pub const EMAIL: &str = "email";

/// The longest name of a placeholder.
pub const MAX_NAME_LENGTH: usize = 50;

/// Whether `text` can be the name of a placeholder.
pub fn is_placeholder_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.len() <= MAX_NAME_LENGTH
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
}

/// Why a text is no address template.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// It is empty.
    #[error("the address is empty")]
    Empty,
    /// It does not begin with `https://` or `http://`.
    #[error("the address does not begin with `https://`")]
    NoScheme,
    /// It begins with another scheme.
    #[error("`{0}` addresses are not for calls")]
    OtherScheme(String),
    /// Nothing stands behind the scheme.
    #[error("the address has no host")]
    NoHost,
    /// The host holds something that no host has.
    #[error("`{0}` is no host")]
    Host(String),
    /// The port is no number from 1 to 65535.
    #[error("`{0}` is no port")]
    Port(String),
    /// A user name or password stands before the host.
    #[error("a user name or password stands before the host")]
    UserInfo,
    /// It holds a blank, line break or control character.
    #[error("the address holds a blank, a line break or a control character")]
    Blank,
    /// It holds a backslash, which some programs read as a slash.
    #[error("the address holds a backslash")]
    Backslash,
    /// It holds a `#`.
    #[error("the address holds a `#`")]
    Fragment,
    /// A brace belongs to no placeholder.
    #[error("`{0}` is no placeholder")]
    Brace(String),
    /// A placeholder stands in the scheme, or beside letters that it cannot be joined to.
    #[error("`{{{0}}}` cannot stand there")]
    Misplaced(String),
    /// A path does not begin with a slash.
    #[error("the path does not begin with `/`")]
    NoSlash,
}

/// Why a template could not be filled. Names the setting, never its value: it may be a secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FillError {
    /// It has no value.
    #[error("`{name}` has no value")]
    Missing {
        /// The placeholder.
        name: String,
    },
    /// In a host, only labels can stand.
    #[error("`{name}` is used in a host and may only have letters, digits, `-` and `.` between them")]
    NotHostLabels {
        /// The placeholder.
        name: String,
    },
    /// In the place of a port, only a port can stand.
    #[error("`{name}` is used as a port and has to be a number from 1 to 65535")]
    NotAPort {
        /// The placeholder.
        name: String,
    },
    /// Its value holds a line break or control character.
    #[error("`{name}` holds a line break or a control character")]
    ControlCharacter {
        /// The placeholder.
        name: String,
    },
    /// A secret stands elsewhere than in a path.
    #[error("`{name}` is a secret and may only stand in the path")]
    SecretMisplaced {
        /// The placeholder.
        name: String,
    },
    /// With the values the address would read differently.
    #[error("with {names} filled in, the address would lead elsewhere than the connector says")]
    Rewritten {
        /// The placeholders of that part, each in backticks.
        names: String,
    },
}

/// A piece of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    /// Stands as it is.
    Literal(String),
    /// Is filled by the value of this name.
    Slot(String),
}

/// Takes `text` apart at its placeholders. What is between other braces stays literal.
fn split(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let (mut literal, mut rest) = (String::new(), text);
    while let Some(open) = rest.find('{') {
        literal.push_str(&rest[..open]);
        rest = &rest[open..];
        match rest.find('}').map(|close| &rest[1..close]).filter(|name| is_placeholder_name(name)) {
            Some(name) => {
                if !literal.is_empty() {
                    pieces.push(Piece::Literal(std::mem::take(&mut literal)));
                }
                pieces.push(Piece::Slot(name.into()));
                rest = &rest[name.len() + 2..];
            }
            None => {
                literal.push('{');
                rest = &rest[1..];
            }
        }
    }
    literal.push_str(rest);
    if !literal.is_empty() {
        pieces.push(Piece::Literal(literal));
    }
    pieces
}

fn slots(pieces: &[Piece]) -> impl Iterator<Item = &str> {
    pieces.iter().filter_map(|piece| match piece {
        Piece::Literal(_) => None,
        Piece::Slot(name) => Some(name.as_str()),
    })
}

#[cfg(test)]
mod tests;
