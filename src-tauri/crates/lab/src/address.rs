//! Addresses: where the Lab stands in for a service, and which original address a request means.
//!
//! `https://{sub}.zylker.example/api/v2` becomes `http://127.0.0.1:4390/zylker_crm/{sub}.zylker.example/api/v2`: the
//! host is a segment of the path, placeholders stay where they are. What comes in is taken apart the same way and
//! matched against the address as the connector writes it; a placeholder matches any value that could stand there.

use crate::decode;

/// The address of a running Lab: `http://127.0.0.1:4390`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Base {
    port: u16,
}

impl Base {
    /// The Lab at this port. It is always at 127.0.0.1, the literal.
    pub fn at_port(port: u16) -> Self {
        Self { port }
    }

    /// The port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The only `Host` that the Lab answers to.
    pub fn host(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// Where the Lab plays the `address` of a connector, which may hold placeholders. `None` for what is no http(s)
    /// address.
    pub fn of(&self, link_name: &str, address: &str) -> Option<String> {
        let Outline { authority, path, query } = outline(address)?;
        Some(format!("{self}/{link_name}/{authority}{path}{query}"))
    }
}

impl std::fmt::Display for Base {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "http://{}", self.host())
    }
}

/// The original address that a request means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Target {
    /// Which connector.
    pub link_name: String,
    /// The service's host, with its port where the connector writes one.
    pub host: String,
    /// The path, decoded segment by segment; none where there is not even a slash.
    pub segments: Vec<String>,
}

/// The path of a request leads nowhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TargetError {
    /// It names no connector and host.
    Nowhere,
    /// It holds `.` or `..` as a segment, a backslash or a control character, however they are encoded. No program
    /// that follows the URL standard sends these.
    Climbs,
}

impl Target {
    /// Takes the path of a request apart. Slashes separate before anything is decoded, so no value can move a border.
    pub fn parse(path: &str) -> Result<Self, TargetError> {
        let mut parts = path.strip_prefix('/').ok_or(TargetError::Nowhere)?.split('/').map(decode::percent);
        let (Some(link_name), Some(host)) = (parts.next(), parts.next()) else {
            return Err(TargetError::Nowhere);
        };
        let segments: Vec<String> = parts.collect();
        let climbs = |part: &String| {
            part == "." || part == ".." || part.contains(|c: char| c == '\\' || c.is_control())
        };
        if [&link_name, &host].into_iter().chain(&segments).any(climbs) {
            return Err(TargetError::Climbs);
        }
        if link_name.is_empty() || host.is_empty() {
            return Err(TargetError::Nowhere);
        }
        Ok(Self { link_name, host, segments })
    }
}

/// An http(s) address in its parts, dot segments resolved.
pub(crate) struct Outline<'a> {
    /// Host and port.
    pub authority: &'a str,
    /// Empty or with its slash.
    pub path: String,
    /// Empty or with its question mark.
    pub query: &'a str,
}

/// Takes an address apart; placeholders may stand anywhere in it.
pub(crate) fn outline(address: &str) -> Option<Outline<'_>> {
    let (scheme, rest) = address.split_once("://")?;
    if !scheme.eq_ignore_ascii_case("https") && !scheme.eq_ignore_ascii_case("http") {
        return None;
    }
    let rest = rest.split_once('#').map_or(rest, |(rest, _)| rest);
    let (authority, tail) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    let (path, query) = tail.split_at(tail.find('?').unwrap_or(tail.len()));
    (!authority.is_empty()).then(|| Outline { authority, path: without_dots(path), query })
}

/// Resolves `.` and `..` (WHATWG URL §4.4), which would otherwise climb over the host that became a segment.
fn without_dots(path: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    let count = path.split('/').count();
    for (index, segment) in path.split('/').enumerate().skip(1) {
        match segment.to_ascii_lowercase().replace("%2e", ".").as_str() {
            "." => {}
            ".." => drop(kept.pop()),
            _ => {
                kept.push(segment);
                continue;
            }
        }
        if index + 1 == count {
            kept.push("");
        }
    }
    kept.iter().map(|segment| format!("/{segment}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_becomes_a_segment() {
        let base = Base::at_port(4390);
        for (address, played) in [
            ("https://api.example/v1", "/crm/api.example/v1"),
            ("HTTPS://api.example", "/crm/api.example"),
            ("https://api.example:8443/", "/crm/api.example:8443/"),
            ("https://{sub}.example/{x}/me?a={a}", "/crm/{sub}.example/{x}/me?a={a}"),
            ("https://api.example?a=/b", "/crm/api.example?a=/b"),
            ("http://localhost:{port}/", "/crm/localhost:{port}/"),
            ("https://api.example/../../v1/./x/..", "/crm/api.example/v1/"),
            ("https://api.example/%2e%2E/v1", "/crm/api.example/v1"),
        ] {
            assert_eq!(base.of("crm", address), Some(format!("http://127.0.0.1:4390{played}")), "{address}");
        }
        for address in ["", "/me", "ftp://api.example/", "https://"] {
            assert_eq!(base.of("crm", address), None, "{address}");
        }
    }

    #[test]
    fn a_request_that_climbs_is_refused_in_any_spelling() {
        for path in
            ["/crm/../other/h", "/crm/h/%2e%2e/x", "/crm/h/.%2E", "/crm/h/a%5Cb", "/crm/h/a%00", "/crm/%2e/x"]
        {
            assert_eq!(Target::parse(path), Err(TargetError::Climbs), "{path}");
        }
        for path in ["", "/", "/crm", "/crm/", "//h/x", "*"] {
            assert_eq!(Target::parse(path), Err(TargetError::Nowhere), "{path}");
        }
        assert_eq!(Target::parse("/crm/h/a%2F..%2Fb").unwrap().segments, ["a/../b"]);
    }
}
