//! The protocol parameters of a signed request, and the base string that follows from them and from the request as it was
//! spelled (RFC 5849 §3.1, §3.4.1, §3.5).

use crate::{
    arrived::{Arrived, Body},
    decode,
    play::oauth1::Placement,
    walk::{Refused, Walk},
};

/// The protocol parameters of a request.
#[derive(Debug, Default)]
pub(super) struct Parameters {
    /// Every place in which some stand.
    pub places: Vec<Placement>,
    /// Their names and values, wherever they stand.
    pub pairs: Vec<(String, String)>,
    /// Everything in the header but the realm, to the byte.
    in_header: Vec<(Vec<u8>, Vec<u8>)>,
    pub realm: Option<String>,
}

impl Parameters {
    pub fn read(arrived: &Arrived) -> Self {
        let mut read = Self::default();
        let is_ours = |(key, _): &&(String, String)| key.starts_with("oauth_");
        for value in arrived.header("authorization") {
            let Some(rest) = behind_scheme(&value) else { continue };
            for (key, value) in quoted_pairs(rest) {
                if key.eq_ignore_ascii_case("realm") {
                    read.realm = Some(value);
                    continue;
                }
                let (key, value) = (decode::percent_bytes(&key), decode::percent_bytes(&value));
                let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
                if key.starts_with(b"oauth_") {
                    read.pairs.push((text(&key), text(&value)));
                }
                read.in_header.push((key, value));
            }
        }
        if !read.pairs.is_empty() {
            read.places.push(Placement::Header);
        }
        let form = match &arrived.body {
            Body::Form(pairs) => pairs.as_slice(),
            _ => &[],
        };
        for (place, pairs) in [(Placement::Query, arrived.query.as_slice()), (Placement::Form, form)] {
            let before = read.pairs.len();
            read.pairs.extend(pairs.iter().filter(is_ours).cloned());
            if read.pairs.len() > before {
                read.places.push(place);
            }
        }
        read
    }

    pub fn one(&self, key: &str) -> Option<&str> {
        self.pairs.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
    }

    pub fn needed(&self, walk: &mut Walk, key: &str) -> Result<&str, Refused> {
        match self.one(key).filter(|value| !value.is_empty()) {
            Some(value) => Ok(value),
            None => Err(walk.refuse(format!("Parameter `{key}`"), "missing", "parameter_absent")),
        }
    }
}

/// What stands behind the scheme `OAuth` of a header.
pub(super) fn behind_scheme(header: &str) -> Option<&str> {
    let (scheme, rest) = header.split_once(' ')?;
    scheme.eq_ignore_ascii_case("OAuth").then(|| rest.trim_start())
}

/// The pairs of a header (§3.5.1): a quoted string may hold commas, and what stands behind a backslash as it is.
fn quoted_pairs(text: &str) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    let mut rest = text.trim();
    while let Some((key, after)) = rest.split_once('=') {
        let (mut value, mut end) = (String::new(), after.len());
        let (mut quoted, mut escaped) = (false, false);
        for (at, c) in after.char_indices() {
            match c {
                _ if escaped => {
                    value.push(c);
                    escaped = false;
                }
                '\\' if quoted => escaped = true,
                '"' => quoted = !quoted,
                ',' if !quoted => {
                    end = at;
                    break;
                }
                c => value.push(c),
            }
        }
        pairs.push((key.trim().to_owned(), value.trim().to_owned()));
        rest = after[end..].trim_start_matches([',', ' ', '\t']);
    }
    pairs
}

/// §3.4.1: method, address and every parameter but the signature, in one spelling and one order.
pub(super) fn base_string(arrived: &Arrived, parameters: &Parameters) -> String {
    let mut pairs = decode::form_bytes(&arrived.spelled.query);
    if matches!(arrived.body, Body::Form(_)) {
        pairs.extend(decode::form_bytes(&String::from_utf8_lossy(&arrived.spelled.body)));
    }
    pairs.extend(parameters.in_header.iter().cloned());
    let mut encoded: Vec<_> = pairs
        .iter()
        .filter(|(key, _)| key != b"oauth_signature")
        .map(|(key, value)| (decode::bytes_to_percent(key), decode::bytes_to_percent(value)))
        .collect();
    encoded.sort();
    let encoded: Vec<_> = encoded.iter().map(|(key, value)| format!("{key}={value}")).collect();
    // The Lab speaks plain HTTP; the port of that is left out (§3.4.1.2).
    let host = arrived.header("host").first().map(|host| host.to_ascii_lowercase()).unwrap_or_default();
    let host = host.strip_suffix(":80").unwrap_or(&host);
    let path = if arrived.spelled.path.is_empty() { "/" } else { &arrived.spelled.path };
    let parts =
        [arrived.method.as_str().to_ascii_uppercase(), format!("http://{host}{path}"), encoded.join("&")];
    parts.map(|part| decode::to_percent(&part)).join("&")
}

#[cfg(test)]
mod tests {
    use super::*;
    use hyper::HeaderMap;

    fn arrived(method: &str, uri: &str, headers: &[(&'static str, &str)], body: &str) -> Arrived {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(*name, value.parse().unwrap());
        }
        Arrived::read(method.parse().unwrap(), &uri.parse().unwrap(), map, body.as_bytes()).unwrap()
    }

    /// RFC 5849 §3.4.1.1; the path has two segments, since the Lab's addresses have.
    #[test]
    fn the_published_base_string_comes_out() {
        let header = "OAuth realm=\"Example, \\\"x\\\"\", oauth_consumer_key=\"9djdj82h48djs9d2\", \
             oauth_token=\"kkk9d7dh3k39sjv7\", oauth_signature_method=\"HMAC-SHA1\", oauth_timestamp=\"137131201\", \
             oauth_nonce=\"7d8f3e4a\", oauth_signature=\"djosJKDKJSD8743243%2Fjdk33klY%3D\"";
        let arrived = arrived(
            "POST",
            "/request/x?b5=%3D%253D&a3=a&c%40=&a2=r%20b",
            &[
                ("authorization", header),
                ("host", "EXAMPLE.COM:80"),
                ("content-type", "application/x-www-form-urlencoded"),
            ],
            "c2&a3=2+q",
        );
        let parameters = Parameters::read(&arrived);
        assert_eq!(parameters.realm.as_deref(), Some("Example, \"x\""));
        assert_eq!(parameters.one("oauth_signature"), Some("djosJKDKJSD8743243/jdk33klY="));
        assert_eq!(
            base_string(&arrived, &parameters),
            "POST&http%3A%2F%2Fexample.com%2Frequest%2Fx&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D%253D%25253D%26c%2540\
             %3D%26c2%3D%26oauth_consumer_key%3D9djdj82h48djs9d2%26oauth_nonce%3D7d8f3e4a%26oauth_signature_method%3DHMAC-\
             SHA1%26oauth_timestamp%3D137131201%26oauth_token%3Dkkk9d7dh3k39sjv7"
        );
    }

    #[test]
    fn parameters_are_found_in_every_place() {
        let form = ("content-type", "application/x-www-form-urlencoded");
        for (uri, headers, body, places) in [
            ("/a/b", vec![("authorization", "oauth oauth_nonce=\"x\"")], "", vec![Placement::Header]),
            ("/a/b?oauth_nonce=x", vec![], "", vec![Placement::Query]),
            ("/a/b", vec![form], "oauth_nonce=x", vec![Placement::Form]),
            ("/a/b?oauth_nonce=x", vec![form], "oauth_nonce=x", vec![Placement::Query, Placement::Form]),
            ("/a/b?nonce=x", vec![("authorization", "Bearer x")], "", vec![]),
        ] {
            assert_eq!(
                Parameters::read(&arrived("POST", uri, &headers, body)).places,
                places,
                "{uri} {body}"
            );
        }
    }
}
