//! Origins (scheme, host, port): where a credential may go.
//!
//! Each sealed credential carries the origins agreed when it was given; a call to any other ends as
//! `origin_not_agreed`. The set takes part in the sealing, so it cannot be widened behind the vault's back.

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Scheme, host and port of an http(s) address, in ASCII: `https://api.example:443`. The host may be `*.` and a domain.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Origin(String);

impl Origin {
    /// The origin of an address; `None` unless it is http or https with a host.
    pub fn of(url: &url::Url) -> Option<Self> {
        if !matches!(url.scheme(), "http" | "https") {
            return None;
        }
        Some(Self(format!("{}://{}:{}", url.scheme(), url.host_str()?, url.port_or_known_default()?)))
    }

    /// The origins below `domain`, over https: `https://*.zylker.example:443`.
    pub(crate) fn below(domain: &str) -> Self {
        Self(format!("https://*.{domain}:443"))
    }

    /// Stands for an environment whose addresses are computed. It covers no address: `environment:` is no scheme of one.
    fn of_environment(link_name: &str) -> Self {
        Self(format!("environment:{link_name}"))
    }

    /// Whether `url` has this origin.
    pub fn covers(&self, url: &url::Url) -> bool {
        let Some(Self(other)) = Self::of(url) else { return false };
        match self.0.strip_prefix("https://*.") {
            None => self.0 == other,
            Some(domain) => other
                .strip_prefix("https://")
                .and_then(|host| host.strip_suffix(domain))
                .is_some_and(|labels| labels.len() > 1 && labels.ends_with('.')),
        }
    }

    /// The origin as text, with its port always written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// The origins that a person agreed to, sorted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AgreedOrigins(BTreeSet<Origin>);

impl AgreedOrigins {
    /// Whether a credential sealed with these may go to `url`.
    pub fn allow(&self, url: &url::Url) -> bool {
        self.0.iter().any(|origin| origin.covers(url))
    }

    /// What is agreed to in an environment whose addresses are computed for each call: the environment itself, wherever
    /// it is then. Such a credential goes to no address outside it, and no other credential goes to one inside.
    pub fn of_environment(link_name: &str) -> Self {
        Self(BTreeSet::from([Origin::of_environment(link_name)]))
    }

    /// Whether this is what [`AgreedOrigins::of_environment`] makes, and nothing besides.
    pub fn are_of_environment(&self, link_name: &str) -> bool {
        *self == Self::of_environment(link_name)
    }

    /// Whether `origin` is one of them, letter by letter.
    pub fn contains(&self, origin: &Origin) -> bool {
        self.0.contains(origin)
    }

    /// The origins in order, as the sealing names them.
    pub fn iter(&self) -> impl Iterator<Item = &Origin> {
        self.0.iter()
    }
}

impl FromIterator<Origin> for AgreedOrigins {
    fn from_iter<I: IntoIterator<Item = Origin>>(origins: I) -> Self {
        Self(origins.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scheme_host_and_port_decide() {
        let url = |text: &str| url::Url::parse(text).unwrap();
        let agreed: AgreedOrigins = Origin::of(&url("https://api.example/v1")).into_iter().collect();
        assert!(agreed.allow(&url("https://API.example:443/other")));
        for other in [
            "http://api.example/v1",
            "https://api.example:8443/v1",
            "https://evil.example/",
            "ftp://api.example/",
        ] {
            assert!(!agreed.allow(&url(other)), "{other}");
        }
    }

    #[test]
    fn a_computed_environment_is_agreed_to_by_name_and_covers_no_address() {
        let agreed = AgreedOrigins::of_environment("played");
        assert!(agreed.are_of_environment("played") && !agreed.are_of_environment("other"));
        for text in
            ["http://played/", "http://127.0.0.1:4390/", "environment:played", "environment://played:1/"]
        {
            assert!(!agreed.allow(&url::Url::parse(text).unwrap()), "{text}");
        }
        let real: AgreedOrigins =
            Origin::of(&url::Url::parse("http://127.0.0.1:4390/").unwrap()).into_iter().collect();
        assert!(!real.are_of_environment("played"));
    }

    #[test]
    fn a_star_covers_what_is_below_a_domain_over_https() {
        let origin = Origin::below("zylker.example");
        let covers = |text: &str| origin.covers(&url::Url::parse(text).unwrap());
        assert!(covers("https://acme.zylker.example/v1"));
        assert!(covers("https://acme.staging.zylker.example/v1"));
        for other in [
            "https://zylker.example/",
            "https://.zylker.example/",
            "https://acmezylker.example/",
            "https://acme.zylker.example:8443/",
            "http://acme.zylker.example/",
            "https://acme.zylker.example.evil.example/",
        ] {
            assert!(!covers(other), "{other}");
        }
    }
}
