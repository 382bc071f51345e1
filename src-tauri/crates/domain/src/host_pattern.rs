//! Host patterns: where API credentials may go, as `allowed_hosts` writes it.
//!
//! `api.service.example` is that host, `*.service.example` any host below it. A star never covers a public suffix such as
//! `co.uk` or `github.io`: anyone may own a name below it. Hosts may hold placeholders, and a port where the service has one.

use crate::{
    origin::Origin,
    template::{FillError, TemplateError, UrlTemplate},
};
use std::collections::BTreeMap;

/// A host, or all hosts below one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HostPattern {
    /// One host, with a port where it is not the scheme's own.
    Exact(UrlTemplate),
    /// Any host below this one, over https and port 443 only.
    Below(String),
}

/// Why a text is no host pattern.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HostPatternError {
    /// It is no host.
    #[error("no host")]
    NotAHost,
    /// It begins with a scheme, or a path stands behind the host.
    #[error("a whole address")]
    WholeAddress,
    /// A star stands elsewhere than in a left-most `*.`.
    #[error("a star that is not the whole first label")]
    Star,
    /// Anyone may own a name below it.
    #[error("`{0}` is a public suffix")]
    PublicSuffix(String),
    /// A placeholder or a port stands behind a star.
    #[error("more than a host behind the star")]
    NotFixed,
}

impl HostPattern {
    /// # Errors
    /// [`HostPatternError`].
    pub fn parse(text: &str) -> Result<Self, HostPatternError> {
        if text.contains('/') {
            return Err(HostPatternError::WholeAddress);
        }
        let below = text.strip_prefix("*.");
        if below.unwrap_or(text).contains('*') {
            return Err(HostPatternError::Star);
        }
        let host = below.unwrap_or(text);
        if host.contains(['?', '#']) {
            return Err(HostPatternError::NotAHost);
        }
        let template = UrlTemplate::parse(&format!("https://{host}/")).map_err(|error| match error {
            TemplateError::OtherScheme(_) => HostPatternError::WholeAddress,
            _ => HostPatternError::NotAHost,
        })?;
        if below.is_none() {
            return Ok(Self::Exact(template));
        }
        if host.contains([':', '{']) {
            return Err(HostPatternError::NotFixed);
        }
        let domain = template
            .fill(&BTreeMap::new())
            .ok()
            .and_then(|url| url.domain().map(ToOwned::to_owned))
            .ok_or(HostPatternError::NotAHost)?;
        match psl::suffix_str(&domain) {
            Some(suffix) if suffix != domain => Ok(Self::Below(domain)),
            _ => Err(HostPatternError::PublicSuffix(domain)),
        }
    }

    /// The origins that it covers; over `http://` too where `insecure` says so or the host is this machine.
    ///
    /// # Errors
    /// [`FillError`], naming the setting.
    pub fn origins(
        &self,
        values: &BTreeMap<String, String>,
        insecure: bool,
    ) -> Result<Vec<Origin>, FillError> {
        match self {
            Self::Below(domain) => Ok(vec![Origin::below(domain)]),
            Self::Exact(template) => {
                let url = template.fill(values)?;
                let mut origins: Vec<_> = Origin::of(&url).into_iter().collect();
                let is_loopback = url.host_str().is_some_and(crate::template::is_loopback_host);
                if insecure || is_loopback {
                    let plain = UrlTemplate::parse(&template.as_str().replacen("https://", "http://", 1));
                    let url = plain.ok().map(|template| template.fill(values)).transpose()?;
                    origins.extend(url.as_ref().and_then(Origin::of));
                }
                Ok(origins)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_covers_a_host_or_all_below_it() {
        for (pattern, insecure, origins) in [
            ("API.zylker.example", false, vec!["https://api.zylker.example:443"]),
            ("api.zylker.example:8443", false, vec!["https://api.zylker.example:8443"]),
            (
                "api.zylker.example",
                true,
                vec!["https://api.zylker.example:443", "http://api.zylker.example:80"],
            ),
            ("{x}.zylker.example", false, vec!["https://acme.zylker.example:443"]),
            ("127.0.0.1:8080", false, vec!["https://127.0.0.1:8080", "http://127.0.0.1:8080"]),
            ("[::1]:8080", false, vec!["https://[::1]:8080", "http://[::1]:8080"]),
            ("*.zylker.example", true, vec!["https://*.zylker.example:443"]),
            ("*.b\u{fc}cher.example", false, vec!["https://*.xn--bcher-kva.example:443"]),
        ] {
            let values = BTreeMap::from([("x".to_owned(), "acme".to_owned())]);
            let found = HostPattern::parse(pattern).unwrap().origins(&values, insecure).unwrap();
            assert_eq!(found.iter().map(Origin::as_str).collect::<Vec<_>>(), origins, "{pattern}");
        }
    }

    #[test]
    fn a_pattern_that_covers_too_much_is_refused() {
        use HostPatternError as E;
        for (pattern, error) in [
            ("*", E::Star),
            ("*.*.zylker.example", E::Star),
            ("api.*.example", E::Star),
            ("a*.zylker.example", E::Star),
            ("*.example", E::PublicSuffix("example".into())),
            ("*.co.uk", E::PublicSuffix("co.uk".into())),
            ("*.github.io", E::PublicSuffix("github.io".into())),
            ("*.localhost", E::PublicSuffix("localhost".into())),
            ("*.127.0.0.1", E::NotAHost),
            ("*.zylker.example:8443", E::NotFixed),
            ("*.{x}.example", E::NotFixed),
            ("https://zylker.example", E::WholeAddress),
            ("zylker.example/v1", E::WholeAddress),
            ("zylker.example?a", E::NotAHost),
            ("me@zylker.example", E::NotAHost),
            ("zylker example", E::NotAHost),
            ("", E::NotAHost),
        ] {
            assert_eq!(HostPattern::parse(pattern), Err(error), "{pattern}");
        }
    }
}
