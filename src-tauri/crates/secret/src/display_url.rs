//! Addresses as they may be shown and recorded.

use crate::redact::MASK;
use url::Url;

/// An address without its secrets: user and password dropped, query values masked but for names that are known to be
/// harmless, fragment dropped. A secret in the path is not known by its place: mask it with [`crate::redact::Known`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DisplayUrl(String);

impl DisplayUrl {
    /// Shows `url` with the values of the query parameters `shown` (compared without case); others are masked.
    pub fn of(url: &Url, shown: &[&str]) -> Self {
        let mut bare = url.clone();
        bare.set_query(None);
        bare.set_fragment(None);
        // Fails only for addresses that can have no user, such as `mailto:`.
        let _ = bare.set_username("");
        let _ = bare.set_password(None);
        let mut text = String::from(bare);
        for (i, pair) in url.query().into_iter().flat_map(|query| query.split('&')).enumerate() {
            text.push(if i == 0 { '?' } else { '&' });
            match pair.split_once('=') {
                Some((name, _)) if !is_shown(name, shown) => text.extend([name, "=", MASK]),
                None if !pair.is_empty() && !is_shown(pair, shown) => text.push_str(MASK),
                _ => text.push_str(pair),
            }
        }
        Self(text)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for DisplayUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// Names are compared as they were written: an escaped name is not on the list, so its value is masked.
fn is_shown(name: &str, shown: &[&str]) -> bool {
    shown.iter().any(|known| known.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_values_known_to_be_harmless_are_shown() {
        for (url, shown) in [
            ("https://api.example/v1?page=2&api_key=hunter2", "https://api.example/v1?page=2&api_key=•••"),
            ("https://api.example/v1?PAGE=2#access_token=x", "https://api.example/v1?PAGE=2"),
            ("https://me:hunter2@api.example:8443/", "https://api.example:8443/"),
            ("https://api.example/?hunter2", "https://api.example/?•••"),
            ("https://api.example/?page", "https://api.example/?page"),
            ("https://api.example/?k=hunter2=&&page=", "https://api.example/?k=•••&&page="),
            ("https://api.example/?%70age=hunter2", "https://api.example/?%70age=•••"),
            ("https://bücher.example/", "https://xn--bcher-kva.example/"),
            ("mailto:me@example.com", "mailto:me@example.com"),
        ] {
            let url = Url::parse(url).unwrap();
            assert_eq!(DisplayUrl::of(&url, &["page"]).as_str(), shown);
        }
    }
}
