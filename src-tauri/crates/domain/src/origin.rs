//! Origins (scheme, host, port): where a credential may go.
//!
//! Each sealed credential carries the origins agreed when it was given; a call to any other ends as
//! `origin_not_agreed`. The set takes part in the sealing, so it cannot be widened behind the vault's back.

use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeSet,
    net::{IpAddr, Ipv4Addr},
};
use url::Host;

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

    /// Whether it names this machine or its network. A name that only resolves to there is not looked up.
    pub fn is_inside(&self) -> bool {
        self.host_is(|host| match host {
            Host::Domain(name) => is_local_name(name),
            Host::Ipv4(address) => is_inside(address.into()),
            Host::Ipv6(address) => is_inside(address.into()),
        })
    }

    /// Whether it names 169.254.0.0/16 or fe80::/10, where cloud machines hand out credentials.
    pub fn is_link_local(&self) -> bool {
        self.host_is(|host| match host {
            Host::Domain(_) => false,
            Host::Ipv4(address) => is_link_local(address.into()),
            Host::Ipv6(address) => is_link_local(address.into()),
        })
    }

    fn host_is(&self, is: impl FnOnce(Host<&str>) -> bool) -> bool {
        // A pattern such as `https://*.zylker.example:443` parses too: a star is a letter like any other there.
        url::Url::parse(&self.0).ok().and_then(|url| url.host().map(is)).unwrap_or(false)
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

/// RFC 6761 §6.3: `localhost` and what is below it. RFC 6762 §3: `.local` is this network.
fn is_local_name(name: &str) -> bool {
    let name = name.trim_end_matches('.');
    ["localhost", "local"].iter().any(|local| {
        name.strip_suffix(local)
            .is_some_and(|below| below.ends_with('.') || below.is_empty() && *local == "localhost")
    })
}

/// This machine, or a network that only it and its neighbours reach (RFC 1918, RFC 4193, RFC 6598, RFC 3927, RFC 4291).
fn is_inside(address: IpAddr) -> bool {
    let v4 = |address: Ipv4Addr| {
        let [first, second, ..] = address.octets();
        let shared = first == 100 && (64..128).contains(&second);
        address.is_loopback() || address.is_private() || address.is_link_local() || first == 0 || shared
    };
    match address {
        IpAddr::V4(address) => v4(address),
        IpAddr::V6(address) => match address.to_ipv4_mapped() {
            Some(mapped) => v4(mapped),
            None => {
                address.is_loopback()
                    || address.is_unspecified()
                    || address.is_unique_local()
                    || address.is_unicast_link_local()
            }
        },
    }
}

fn is_link_local(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => address.is_link_local(),
        IpAddr::V6(address) => match address.to_ipv4_mapped() {
            Some(mapped) => mapped.is_link_local(),
            None => address.is_unicast_link_local(),
        },
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
    fn this_machine_and_its_network_are_told_from_the_rest() {
        let origin = |text: &str| Origin::of(&url::Url::parse(text).unwrap()).unwrap();
        for text in [
            "http://127.0.0.1:8080/",
            "http://127.255.0.9/",
            "http://2130706433/",
            "http://0x7f.1/",
            "http://0.0.0.0/",
            "http://localhost:3000/",
            "http://LOCALHOST./",
            "http://admin.localhost/",
            "http://router.local/",
            "http://10.0.0.1/",
            "http://172.16.0.1/",
            "http://192.168.1.1/",
            "http://100.64.0.1/",
            "http://169.254.169.254/",
            "http://[::1]/",
            "http://[::]/",
            "http://[fd00::1]/",
            "http://[fe80::1]/",
            "http://[::ffff:10.0.0.1]/",
        ] {
            assert!(origin(text).is_inside(), "{text}");
        }
        for text in [
            "https://api.example/",
            "https://93.184.215.14/",
            "https://172.32.0.1/",
            "https://100.128.0.1/",
            "https://localhost.example/",
            "https://mylocal/",
            "https://[2606:2800::1]/",
        ] {
            assert!(!origin(text).is_inside(), "{text}");
        }
        for (text, link_local) in [
            ("http://169.254.169.254/latest", true),
            ("http://[::ffff:169.254.169.254]/", true),
            ("http://[fe80::1]/", true),
            ("http://192.168.1.1/", false),
        ] {
            assert_eq!(origin(text).is_link_local(), link_local, "{text}");
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
