//! The rules of addresses: scheme, host, path, and what has no place in them.

use super::{credential, text::Finding};
use crate::{
    manifest::{ProblemCode, quote, table::UrlUse},
    template::{TemplateError, UrlTemplate},
};

/// Checks an address for its use. Whether `http://` is allowed is decided with the whole document.
pub(super) fn check(usage: UrlUse, text: &str) -> Result<(), Finding> {
    let url = UrlTemplate::parse(text).map_err(|error| finding(&error, text))?;
    no_credential(text)?;
    let placeholder = url.placeholders().next().map(|(_, name)| name.to_owned());
    match usage {
        UrlUse::Page | UrlUse::Redirect if placeholder.is_some() => Err(Finding::new(
            ProblemCode::Misplaced,
            "holds a placeholder",
            "Write the whole address; it is the same for every connection.",
        )),
        UrlUse::Redirect if url.is_insecure() => Err(Finding::new(
            ProblemCode::Insecure,
            "begins with `http://`",
            "Use an `https://` page of your own, or `https://localhost/…`.",
        )),
        UrlUse::Endpoint | UrlUse::Redirect if !url.has_path() => Err(Finding::new(
            ProblemCode::Address,
            "has no path",
            format!("Write what stands behind the host, such as {}.", quote(&format!("{text}/oauth/token"))),
        )),
        UrlUse::Base | UrlUse::Issuer if url.has_query() => Err(Finding::new(
            ProblemCode::Address,
            "holds a `?`",
            "End it before the `?`; values of every request have a place of their own, the query values.",
        )),
        _ => Ok(()),
    }
}

/// Checks a path behind the base address.
pub(super) fn check_path(text: &str) -> Result<(), Finding> {
    if text.contains("://") && !text.starts_with('/') {
        return Err(Finding::new(
            ProblemCode::Address,
            "is a whole address",
            "Write only what stands behind the base address, or use the field for an address elsewhere.",
        ));
    }
    let any_base = UrlTemplate::parse("https://service.example").map_err(|error| finding(&error, text))?;
    any_base.with_path(text).map_err(|error| finding(&error, text))?;
    no_credential(text)
}

/// Keys and tokens are often pasted along with an address.
fn no_credential(text: &str) -> Result<(), Finding> {
    let query = text.split_once('?').map_or("", |(_, query)| query);
    for pair in query.split('&') {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        if credential::is_credential_name(name) && !value.is_empty() {
            return Err(Finding::new(
                ProblemCode::Secret,
                format!("holds {}, which is named like a credential", quote(name)),
                "Take it out, and make it a parameter with the location query.",
            ));
        }
        credential::check_value(value)?;
    }
    credential::check_any_text(text)
}

/// Whether something in the path looks like a credential. Many services number accounts and documents that way, so it is only advice.
pub(super) fn has_random_path(text: &str) -> bool {
    let behind_scheme = text.split_once("://").map_or(text, |(_, rest)| rest);
    let path = behind_scheme.split_once('/').map_or("", |(_, path)| path);
    let path = path.split('?').next().unwrap_or_default();
    credential::check_value(path).is_err()
}

fn finding(error: &TemplateError, text: &str) -> Finding {
    use TemplateError as E;
    let address = |fact: &str, remedy: &str| Finding::new(ProblemCode::Address, fact, remedy);
    match error {
        E::Empty => address("is empty", "Write an address such as `https://api.service.example/v1`."),
        E::NoScheme => address(
            "does not begin with `https://`",
            &format!("Write {}.", quote(&format!("https://{text}"))),
        ),
        E::OtherScheme(scheme) => Finding::new(
            ProblemCode::Address,
            format!("begins with {}", quote(scheme)),
            "Calls go to addresses that begin with `https://`.",
        ),
        E::NoHost => {
            address("has no host", "Write the host behind `https://`, such as `api.service.example`.")
        }
        E::Host(host) => Finding::new(
            ProblemCode::Address,
            format!("has {} where a host belongs", quote(host)),
            "Use letters, digits, `-` and `.`, or an IP address.",
        ),
        E::Port(port) => Finding::new(
            ProblemCode::Address,
            format!("has {} where a port belongs", quote(port)),
            "Use a number from 1 to 65535, a placeholder such as `{port}`, or leave out the colon.",
        ),
        E::UserInfo => Finding::new(
            ProblemCode::Secret,
            "holds a user name or password before the host",
            "Take out what stands before the `@`; Basic authentication asks for it when a connection is made.",
        ),
        E::Blank => Finding::new(
            ProblemCode::Character,
            "holds a blank, a line break or a control character",
            "Delete it; it may have come with a paste.",
        ),
        E::Backslash => Finding::new(ProblemCode::Character, "holds a backslash", "Use `/`."),
        E::Fragment => address("holds a `#`", "End it before the `#`; nothing behind it reaches a service."),
        E::Brace(brace) => Finding::new(
            ProblemCode::Misplaced,
            format!("holds {}, which is no placeholder", quote(brace)),
            "Write placeholders as `{name}`: a letter, then letters, digits or `_`.",
        ),
        E::Misplaced(name) => Finding::new(
            ProblemCode::Misplaced,
            format!("has {} where no value can stand", quote(&format!("{{{name}}}"))),
            "Placeholders may stand in the host, as the port, in the path and in the query.",
        ),
        E::NoSlash => address("does not begin with `/`", &format!("Write {}.", quote(&format!("/{text}")))),
    }
}
