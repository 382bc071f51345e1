//! Addresses as connectors write them, with placeholders, and which requests they mean.
//!
//! A placeholder matches any value that could stand there: labels in a host, text within a segment in a path. Both
//! sides are compared decoded, so it does not matter how a client encodes.

use crate::{
    address::{Outline, Target, outline},
    decode,
};
use std::collections::BTreeMap;

/// An address as a connector writes it, to match requests against.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Template {
    host: Vec<Piece>,
    path: Vec<Vec<Piece>>,
}

/// A value that stood in the place of a placeholder of the path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Capture {
    /// The placeholder.
    pub name: String,
    /// The value, decoded.
    pub value: String,
    /// In which segment of the path.
    pub segment: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Literal(String),
    Slot(String),
}

impl Template {
    /// Parses an http(s) address.
    pub fn parse(address: &str) -> Option<Self> {
        let Outline { authority, path, .. } = outline(address)?;
        let host = split(authority).into_iter().map(|piece| match piece {
            Piece::Literal(text) => Piece::Literal(text.to_lowercase()),
            slot => slot,
        });
        let path = path.split('/').skip(1).map(split).collect();
        Some(Self { host: host.collect(), path })
    }

    /// What stands behind the base address `base` at `path`.
    pub fn behind(base: &str, path: &str) -> Option<Self> {
        let base = base.split_once('?').map_or(base, |(base, _)| base);
        Self::parse(&format!("{}{path}", base.trim_end_matches('/')))
    }

    /// Whether it has a placeholder of this name in its path.
    pub fn has_slot(&self, name: &str) -> bool {
        self.path.iter().flatten().any(|piece| *piece == Piece::Slot(name.into()))
    }

    /// The path as the connector writes it.
    pub fn path(&self) -> String {
        let piece = |piece: &Piece| match piece {
            Piece::Literal(text) => text.clone(),
            Piece::Slot(name) => format!("{{{name}}}"),
        };
        self.path
            .iter()
            .map(|segment| format!("/{}", segment.iter().map(piece).collect::<String>()))
            .collect()
    }

    /// The text of a segment with `mask` in the place of its placeholder `name`.
    pub fn masked_segment(&self, segment: usize, name: &str, mask: &str) -> Option<String> {
        let pieces = self.path.get(segment)?;
        let masked = pieces.iter().map(|piece| match piece {
            Piece::Literal(text) => text.clone(),
            Piece::Slot(slot) if slot == name => mask.into(),
            Piece::Slot(slot) => format!("{{{slot}}}"),
        });
        Some(masked.collect())
    }

    /// Whether `host` is this address's.
    pub fn is_host(&self, host: &str) -> bool {
        let labels =
            |value: &str| value.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.'));
        fit(&self.host, &host.to_lowercase())
            .is_some_and(|values| values.iter().all(|(_, value)| labels(value)))
    }

    /// The placeholders' values where `target` is this very address.
    pub fn match_whole(&self, target: &Target) -> Option<Vec<Capture>> {
        if target.segments.len() == self.path.len() { self.match_start(target) } else { None }
    }

    /// The values of all placeholders, those of the host among them, where `target` is this very address.
    pub fn values(&self, target: &Target) -> Option<BTreeMap<String, String>> {
        let in_path = self.match_whole(target)?.into_iter().map(|capture| (capture.name, capture.value));
        let in_host = fit(&self.host, &target.host.to_lowercase())?;
        Some(in_host.into_iter().chain(in_path).collect())
    }

    /// The placeholders' values where `target` is this address or one behind it.
    pub fn match_start(&self, target: &Target) -> Option<Vec<Capture>> {
        // A slash at the end of a base address joins what follows; it is no segment.
        let path = match self.path.as_slice() {
            [before @ .., last] if last.is_empty() && before.len() < target.segments.len() => before,
            whole => whole,
        };
        if !self.is_host(&target.host) || target.segments.len() < path.len() {
            return None;
        }
        let mut captures = Vec::new();
        for (segment, (pieces, text)) in path.iter().zip(&target.segments).enumerate() {
            let values = fit(pieces, text)?.into_iter();
            captures.extend(values.map(|(name, value)| Capture { name, value, segment }));
        }
        Some(captures)
    }
}

/// An address with values in the place of its placeholders: those of a request, else those that are known besides.
pub(crate) fn fill(
    address: &str,
    values: &BTreeMap<String, String>,
    known: &BTreeMap<String, String>,
) -> String {
    let mut filled = String::new();
    let mut rest = address;
    while let Some((before, name, after)) = next_slot(rest) {
        filled.push_str(before);
        filled.push_str(values.get(name).or_else(|| known.get(name)).map_or("lab", String::as_str));
        rest = after;
    }
    filled + rest
}

/// Takes a part of an address apart at its placeholders; the text between them is decoded.
fn split(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((before, name, after)) = next_slot(rest) {
        if !before.is_empty() {
            pieces.push(Piece::Literal(decode::percent(before)));
        }
        pieces.push(Piece::Slot(name.into()));
        rest = after;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Literal(decode::percent(rest)));
    }
    pieces
}

fn next_slot(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once('{')?;
    let (name, after) = rest.split_once('}')?;
    Some((before, name, after))
}

/// The values with which `pieces` read as `text`; each as short as possible, none empty.
fn fit(pieces: &[Piece], text: &str) -> Option<Vec<(String, String)>> {
    let (pieces, text) = match pieces {
        [Piece::Literal(first), rest @ ..] => (rest, text.strip_prefix(first.as_str())?),
        _ => (pieces, text),
    };
    let (pieces, mut text) = match pieces {
        [rest @ .., Piece::Literal(last)] => (rest, text.strip_suffix(last.as_str())?),
        _ => (pieces, text),
    };
    let mut values = Vec::new();
    for (index, piece) in pieces.iter().enumerate() {
        let Piece::Slot(name) = piece else { continue };
        let first = text.chars().next()?.len_utf8();
        let (end, next) = match pieces.get(index + 1) {
            Some(Piece::Literal(literal)) => {
                let end = first + text[first..].find(literal.as_str())?;
                (end, end + literal.len())
            }
            Some(Piece::Slot(_)) => (first, first),
            None => (text.len(), text.len()),
        };
        values.push((name.clone(), text[..end].to_owned()));
        text = &text[next..];
    }
    text.is_empty().then_some(values)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(path: &str) -> Target {
        Target::parse(path).unwrap()
    }

    #[test]
    fn an_address_is_met_with_any_value_in_its_placeholders() {
        let template = Template::parse("https://{sub}.zylker.example/bot{token}/v1").unwrap();
        let captures = template.match_start(&target("/crm/ACME.eu.Zylker.example/bot1%3Aab/v1/me")).unwrap();
        assert_eq!(captures, [Capture { name: "token".into(), value: "1:ab".into(), segment: 0 }]);
        for other in [
            "/crm/zylker.example/bot1/v1",
            "/crm/.zylker.example/bot1/v1",
            "/crm/a%2Fb.zylker.example/bot1/v1",
            "/crm/acme.zylker.example.evil.example/bot1/v1",
            "/crm/acme.zylker.example/1/v1",
            "/crm/acme.zylker.example/bot/v1",
            "/crm/acme.zylker.example/bot1/v2",
            "/crm/acme.zylker.example/bot1",
        ] {
            assert_eq!(template.match_start(&target(other)), None, "{other}");
        }
    }

    #[test]
    fn a_path_stands_behind_the_base_address() {
        for (base, path, request) in [
            ("https://h.example/v1?x=1", "/me", "/crm/h.example/v1/me"),
            ("https://h.example/v1/", "/me", "/crm/h.example/v1/me"),
            ("https://b\u{fc}cher.example/\u{e9}", "/a b", "/crm/b%C3%BCcher.example/%c3%a9/a%20b"),
        ] {
            let template = Template::behind(base, path).unwrap();
            assert!(template.match_whole(&target(request)).is_some(), "{base} {path}");
            assert!(Template::parse(base).unwrap().match_start(&target(request)).is_some(), "{base}");
            assert!(template.match_whole(&target(&format!("{request}/x"))).is_none(), "{base} {path}");
        }
    }

    #[test]
    fn an_address_is_filled_with_the_values_of_another() {
        let values = Template::parse("https://{tenant}.login.example/{realm}/token").unwrap();
        let values = values.values(&target("/crm/acme.login.example/main/token")).unwrap();
        let known = BTreeMap::from([("region".to_owned(), "eu".to_owned())]);
        let filled = fill("https://{tenant}.{region}.example/{realm}/{x}?y", &values, &known);
        assert_eq!(filled, "https://acme.eu.example/main/lab?y");
    }

    #[test]
    fn values_between_literals_are_as_short_as_possible() {
        let fitted = |pattern: &str, text: &str| {
            fit(&split(pattern), text).map(|values| {
                values
                    .into_iter()
                    .map(|(name, value)| format!("{name}={value}"))
                    .collect::<Vec<_>>()
                    .join(" ")
            })
        };
        for (pattern, text, values) in [
            ("", "", Some("")),
            ("a", "a", Some("")),
            ("a", "ab", None),
            ("{x}", "", None),
            ("{x}-{y}", "1-2-3", Some("x=1 y=2-3")),
            ("{x}.b", "a.b.b", Some("x=a.b")),
            ("{x}{y}", "\u{fc}bc", Some("x=\u{fc} y=bc")),
            ("v{x}(1)", "v2(1)", Some("x=2")),
            ("{x", "{x", Some("")),
        ] {
            assert_eq!(fitted(pattern, text).as_deref(), values, "{pattern} {text}");
        }
    }

    #[test]
    fn a_value_of_the_path_is_masked_in_its_segment() {
        let template = Template::parse("https://h.example/bot{token}/x").unwrap();
        assert!(template.has_slot("token") && !template.has_slot("other"));
        assert_eq!(template.masked_segment(0, "token", "•••").as_deref(), Some("bot•••"));
        assert_eq!(template.path(), "/bot{token}/x");
    }
}
