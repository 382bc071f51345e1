//! Addresses: what is refused, and that values stay in their part.

use super::*;
use secret::SecretString;
use std::collections::BTreeMap;

fn parse(text: &str) -> Result<UrlTemplate, TemplateError> {
    UrlTemplate::parse(text)
}

fn fill(text: &str, values: &[(&str, &str)]) -> Result<String, FillError> {
    let values = values.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
    parse(text).unwrap().fill(&values).map(String::from)
}

#[test]
fn what_is_no_address_is_refused_with_the_reason() {
    use TemplateError as E;
    for (text, error) in [
        ("", E::Empty),
        ("www.zylker.com/index", E::NoScheme),
        ("zylker.com:8080/index", E::NoScheme),
        ("/index", E::NoScheme),
        ("https://", E::NoHost),
        ("https:///index", E::NoHost),
        ("https://:443/", E::NoHost),
        ("ftp://zylker.com/", E::OtherScheme("ftp".into())),
        ("javascript:alert(1)", E::OtherScheme("javascript".into())),
        ("file:///etc/passwd", E::OtherScheme("file".into())),
        ("{scheme}://zylker.com/", E::Misplaced("scheme".into())),
        ("https://me:word@zylker.com/", E::UserInfo),
        ("https://{a}@zylker.com/", E::UserInfo),
        ("https://zylker.com\\@evil.example/", E::Backslash),
        ("https://zylker.com/\r\nHost: evil.example", E::Blank),
        ("https://zylker.com/a b", E::Blank),
        ("https://zylker.com/\u{a0}", E::Blank),
        ("https://zylker.com/\u{0}", E::Blank),
        (" https://zylker.com/", E::Blank),
        ("https://zylker.com/#a", E::Fragment),
        ("https://zylker.com:0/", E::Port("0".into())),
        ("https://zylker.com:65536/", E::Port("65536".into())),
        ("https://zylker.com:+80/", E::Port("+80".into())),
        ("https://zylker.com:8{p}/", E::Port("8{p}".into())),
        ("https://zylker.com:/", E::Port(String::new())),
        ("https://zylker.com/{", E::Brace("{".into())),
        ("https://zylker.com/{1}", E::Brace("{1}".into())),
        ("https://zylker.com/{{a}}", E::Brace("{".into())),
        ("https://zy lker.com/", E::Blank),
        ("https://zy%00lker.com/", E::Host("zy%00lker.com".into())),
        ("https://zy<lker.com/", E::Host("zy<lker.com".into())),
        ("https://b\u{fc}cher-{a}.example/", E::Misplaced("a".into())),
        ("https://b%C3%BCcher-{a}.example/", E::Misplaced("a".into())),
        ("https://[::1/", E::Port(":1".into())),
        ("https://[::g]/", E::Host("[::g]".into())),
    ] {
        assert_eq!(parse(text), Err(error), "{text:?}");
    }
}

#[test]
fn values_stay_in_their_part() {
    for (template, value, filled) in [
        ("https://{x}.zylker.example/v1", "acme", "https://acme.zylker.example/v1"),
        ("https://{x}.zylker.example/v1", "ACME.eu", "https://acme.eu.zylker.example/v1"),
        ("https://{x}/v1", "127.0.0.1", "https://127.0.0.1/v1"),
        ("http://localhost:{x}/", "8080", "http://localhost:8080/"),
        ("https://h.example:{x}/a", "443", "https://h.example/a"),
        ("https://h.example/{x}/b", "a/../b?c#d", "https://h.example/a%2F..%2Fb%3Fc%23d/b"),
        ("https://h.example/a-{x}", "..", "https://h.example/a-.."),
        ("https://h.example/a?q={x}&r=1", "b&c=d e+ü", "https://h.example/a?q=b%26c%3Dd%20e%2B%C3%BC&r=1"),
        ("https://h.example/a?q={x}", "", "https://h.example/a?q="),
        ("https://b\u{fc}cher.example/{x}", "1", "https://xn--bcher-kva.example/1"),
        ("https://h.example/pbslot0z/{x}", "1", "https://h.example/pbslot0z/1"),
        ("HTTPS://H.example/é/{x}", "1", "https://h.example/%C3%A9/1"),
        ("https://h.example?q={x}", "1", "https://h.example/?q=1"),
        ("https://[::1]:8443/{x}", "1", "https://[::1]:8443/1"),
    ] {
        assert_eq!(fill(template, &[("x", value)]).as_deref(), Ok(filled), "{template} {value}");
    }
}

#[test]
fn a_value_cannot_lead_elsewhere() {
    let name = || "x".to_owned();
    let rewritten = || FillError::Rewritten { names: "`x`".into() };
    for (template, value, error) in [
        ("https://{x}.zylker.example/", "evil.example/", FillError::NotHostLabels { name: name() }),
        ("https://{x}.zylker.example/", "evil.example#", FillError::NotHostLabels { name: name() }),
        ("https://{x}.zylker.example/", "me@evil", FillError::NotHostLabels { name: name() }),
        ("https://{x}.zylker.example/", "", FillError::NotHostLabels { name: name() }),
        ("https://{x}.zylker.example/", "a.", FillError::NotHostLabels { name: name() }),
        ("https://{x}.zylker.example/", "a..b", FillError::NotHostLabels { name: name() }),
        ("https://{x}.zylker.example/", "b\u{fc}cher", FillError::NotHostLabels { name: name() }),
        ("https://{x}.zylker.example/", "a:8080", FillError::NotHostLabels { name: name() }),
        ("https://{x}.zylker.example/", "a\r\nb", FillError::ControlCharacter { name: name() }),
        ("https://{x}/", "2130706433", rewritten()),
        ("https://{x}/", "0x7f.1", rewritten()),
        ("https://{x}/", "127.1", rewritten()),
        ("https://h.example:{x}/", "80@evil.example", FillError::NotAPort { name: name() }),
        ("https://h.example:{x}/", "0", FillError::NotAPort { name: name() }),
        ("https://h.example:{x}/", "+80", FillError::NotAPort { name: name() }),
        ("https://h.example/a/{x}/b", "..", rewritten()),
        ("https://h.example/a/{x}", ".", rewritten()),
        ("https://h.example/{x}", "", FillError::Missing { name: name() }),
        ("https://h.example/?q={x}", "a\nb", FillError::ControlCharacter { name: name() }),
        ("https://h.example/{y}", "", FillError::Missing { name: "y".into() }),
    ] {
        assert_eq!(fill(template, &[("x", value)]), Err(error), "{template} {value:?}");
    }
}

#[test]
fn a_secret_goes_into_the_path_and_is_masked() {
    let template = parse("https://{h}:{p}/bot{token}/me?a={a}").unwrap();
    let values = [("h", "api.example"), ("p", "443"), ("a", "1")].map(|(k, v)| (k.to_owned(), v.to_owned()));
    let secrets = BTreeMap::from([("token".to_owned(), SecretString::new("1:a/b".into()))]);
    let filled = template.fill_with_secrets(&values.into(), &secrets).unwrap();
    assert_eq!(filled.url.as_str(), "https://api.example/bot1%3Aa%2Fb/me?a=1");
    assert_eq!(filled.masked(), "https://api.example/bot•••/me?a=1");
    assert!(!format!("{filled:?}").contains("1%3Aa"));
}

#[test]
fn a_secret_elsewhere_than_in_the_path_is_refused() {
    let secrets = BTreeMap::from([("t".to_owned(), SecretString::new("s".into()))]);
    for text in ["https://{t}.example/", "https://h.example:{t}/", "https://h.example/?t={t}"] {
        let error = parse(text).unwrap().fill_with_secrets(&BTreeMap::new(), &secrets).unwrap_err();
        assert_eq!(error, FillError::SecretMisplaced { name: "t".into() }, "{text}");
    }
}

#[test]
fn a_path_goes_behind_the_base_address() {
    for (base, path, joined) in [
        ("https://h.example/v1", "/me", "https://h.example/v1/me"),
        ("https://h.example/v1/", "/me?x={x}", "https://h.example/v1/me?x={x}"),
        ("https://h.example", "//evil.example/me", "https://h.example//evil.example/me"),
    ] {
        assert_eq!(parse(base).unwrap().with_path(path).unwrap().as_str(), joined);
    }
    assert_eq!(parse("https://h.example").unwrap().with_path(".evil.example/"), Err(TemplateError::NoSlash));
}
