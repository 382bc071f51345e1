//! Prompts, environments and origins of whole connectors.

use super::*;
use crate::{
    manifest::read,
    template::{FillError, Part},
};
use std::collections::BTreeMap;

fn connector(lines: &str) -> Connector {
    let file = format!("patchbay: 1\nlink_name: a\nname: A\n{lines}");
    serde_json::from_value(read(file.as_bytes()).unwrap().into_value()).unwrap()
}

fn with_authentication(shape: &str) -> Connector {
    connector(&format!("base_url: https://a.example\nauthentication: {{ {shape} }}"))
}

/// Each prompt as `key`, `key!` where it is secret, `key?` where it is optional.
fn prompts(connector: &Connector, authentication: Option<&str>) -> String {
    let marked = |prompt: &Prompt| {
        let marks = [(prompt.secret, '!'), (prompt.optional, '?')];
        let marks: String = marks.iter().filter(|(is, _)| *is).map(|(_, mark)| *mark).collect();
        format!("{}{marks}", prompt.key)
    };
    connector.prompts(authentication).iter().map(marked).collect::<Vec<_>>().join(" ")
}

#[test]
fn each_type_asks_for_its_values() {
    for (shape, asked) in [
        ("type: none", ""),
        ("type: basic", "username password!"),
        ("type: basic, username: { name: Account, key: account, secret: true }", "account! password!"),
        ("type: basic, password: { name: P, key: p, fixed: x }", "username"),
        ("type: basic, password: { name: P, key: p, optional: true }", "username p!?"),
        (
            "type: api_key, parameters: [{ name: A, key: X-A }, { name: B, key: b, secret: false, optional: true }]",
            "X-A! b?",
        ),
        ("type: bearer", "token!"),
        (
            "type: auth_fields, fields: [{ name: A, key: a }, { name: B, key: b, type: password }, \
             { name: C, key: c, type: list, options: [x] }]",
            "a b! c",
        ),
        ("type: oauth1", "client_secret!"),
        ("type: oauth1, signature_method: RSA-SHA256", "private_key!"),
        ("type: oauth2", "client_secret!"),
        ("type: oauth2, client_authentication: none", ""),
        ("type: oauth2, client_authentication: private_key_jwt", "private_key!"),
        ("type: oauth2, grant_type: implicit", ""),
        ("type: oauth2, grant_type: password", "client_secret! username password!"),
        ("type: oauth2, grant_type: client_credentials", "client_secret!"),
        ("type: openid_connect, issuer: https://a.example", "client_secret!"),
        ("type: openid_connect, authorize_url: https://a.example/a, jwks_url: https://a.example/k", ""),
        (
            "type: aws_sigv4, service: s3, region: eu-west-2",
            "access_key_id secret_access_key! session_token!?",
        ),
    ] {
        assert_eq!(prompts(&with_authentication(shape), None), asked, "{shape}");
    }
}

#[test]
fn one_of_several_authentications_is_chosen_by_name() {
    let connector = connector(
        "base_url: https://a.example
verify: { path: /me }
authentications:
  - { name: token, label: Personal token, type: bearer, verify: { path: /token } }
  - { name: key, label: Key, type: api_key, parameters: [{ name: K, key: k }], scopes: { items: [{ value: x }] } }
",
    );
    assert_eq!(prompts(&connector, None), "token!");
    assert_eq!(prompts(&connector, Some("key")), "k!");
    assert_eq!(prompts(&connector, Some("other")), "");
    assert_eq!(connector.prompts(Some("token"))[0].name, "Personal token");
    assert_eq!(connector.scopes(Some("key")).items.len(), 1);
    assert_eq!(connector.scopes(Some("token")).items.len(), 0);
    assert_eq!(connector.verify(Some("key")).unwrap().target, VerifyTarget::Path("/me".into()));
    assert_eq!(connector.verify(Some("token")).unwrap().target, VerifyTarget::Path("/token".into()));
}

#[test]
fn settings_are_asked_unless_the_environment_fixes_them() {
    let connector = connector(
        "base_url: https://{sub}.a.example
authentication: { type: none }
settings:
  - { key: sub, label: Subdomain, example: acme }
  - { key: region, options: [eu, us], default: eu, required: false }
environments:
  staging: { settings: { sub: acme-staging } }
",
    );
    let asked = connector.setting_prompts();
    assert_eq!(asked[0].name, "Subdomain");
    assert_eq!(asked[1].kind, PromptKind::List { options: vec!["eu".into(), "us".into()] });
    assert!(asked[1].optional && asked[1].default.as_deref() == Some("eu"));
    let staging = connector.in_environment("staging").unwrap();
    assert_eq!(staging.setting_prompts().len(), 1);
    assert_eq!(staging.setting("sub").unwrap().fixed.as_deref(), Some("acme-staging"));
    assert_eq!(connector.in_environment("production").unwrap().setting_prompts().len(), 2);
}

#[test]
fn an_overlay_merges_objects_and_replaces_the_rest() {
    let connector = connector(
        "base_url: https://a.example
allowed_hosts: [a.example, b.example]
headers: { Accept: text/plain, X-A: '1' }
authentication: { type: oauth2, token_url: https://a.example/t, authorize_url: https://a.example/a }
verify: { path: /me, account: /email }
environments:
  staging:
    base_url: https://s.example
    allowed_hosts: [s.example]
    headers: { X-A: '2' }
    authentication: { token_url: https://s.example/t }
    verify: { url: https://s.example/me }
  local:
    authentication: { type: bearer, prefix: Token }
",
    );
    let staging = connector.in_environment("staging").unwrap();
    assert_eq!(staging.base_url.as_str(), "https://s.example");
    assert_eq!(staging.allowed_hosts, ["s.example"]);
    assert_eq!(staging.headers["Accept"].as_str(), "text/plain");
    assert_eq!(staging.headers["X-A"].as_str(), "2");
    let Some(Authentication::OAuth2(oauth2)) = staging.authentication(None) else { panic!("not oauth2") };
    assert_eq!(oauth2.token_url.as_ref().unwrap().as_str(), "https://s.example/t");
    assert_eq!(oauth2.authorize_url.as_ref().unwrap().as_str(), "https://a.example/a");
    let verify = staging.verify(None).unwrap();
    assert!(matches!(&verify.target, VerifyTarget::Url(url) if url.as_str() == "https://s.example/me"));
    assert_eq!(verify.account.as_deref(), Some("/email"));
    assert!(staging.environments.is_empty());

    let local = connector.in_environment("local").unwrap();
    assert_eq!(local.authentication(None).unwrap().type_name(), "bearer");
}

#[test]
fn several_authentications_merge_by_name() {
    let connector = connector(
        "base_url: https://a.example
authentications:
  - { name: token, label: Token, type: bearer }
  - { name: sign-in, label: Sign in, type: oauth2, token_url: https://a.example/t }
environments:
  staging:
    authentications: [{ name: sign-in, token_url: https://s.example/t }]
",
    );
    let staging = connector.in_environment("staging").unwrap();
    assert_eq!(staging.authentication(Some("token")).unwrap().type_name(), "bearer");
    let Some(Authentication::OAuth2(oauth2)) = staging.authentication(Some("sign-in")) else {
        panic!("not oauth2")
    };
    assert_eq!(oauth2.token_url.as_ref().unwrap().as_str(), "https://s.example/t");
}

fn origins(connector: &Connector, values: &[(&str, &str)]) -> Result<Vec<String>, OriginsError> {
    let values = values.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
    connector.allowed_origins(None, &values).map(|origins| origins.iter().map(ToString::to_string).collect())
}

#[test]
fn credentials_may_go_to_the_base_and_verify_hosts_or_to_those_named() {
    let bare = connector("base_url: https://{sub}.a.example/{path}\nauthentication: { type: none }");
    assert_eq!(origins(&bare, &[("sub", "acme")]).unwrap(), ["https://acme.a.example:443"]);
    let verified = connector(
        "base_url: http://127.0.0.1:8080\nverify: { url: https://b.example/me }\nauthentication: { type: none }",
    );
    assert_eq!(origins(&verified, &[]).unwrap(), ["http://127.0.0.1:8080", "https://b.example:443"]);
    let named = connector(
        "base_url: https://a.example\nallowed_hosts: ['*.a.example', 'c.example:8443', '{sub}.b.example']
authentication: { type: none }",
    );
    assert_eq!(
        origins(&named, &[("sub", "x")]).unwrap(),
        ["https://*.a.example:443", "https://c.example:8443", "https://x.b.example:443"]
    );
}

#[test]
fn an_origin_that_needs_a_value_names_the_setting() {
    let bare = connector("base_url: https://{sub}.a.example\nauthentication: { type: none }");
    assert_eq!(origins(&bare, &[]), Err(OriginsError::Fill(FillError::Missing { name: "sub".into() })));
    assert_eq!(
        origins(&bare, &[("sub", "evil.example/")]),
        Err(OriginsError::Fill(FillError::NotHostLabels { name: "sub".into() }))
    );
}

#[test]
fn the_parts_that_a_setting_fills_are_told() {
    let connector = connector(
        "base_url: https://{h}.a.example:{p}/{s}
headers: { X-A: '{v}' }
verify: { path: '/{h}?q={q}' }
authentication: { type: oauth2, token_url: 'https://{t}.a.example/t' }",
    );
    for (name, parts) in [
        ("h", vec![Part::Host, Part::Path]),
        ("p", vec![Part::Port]),
        ("s", vec![Part::Path]),
        ("v", vec![Part::Query]),
        ("q", vec![Part::Query]),
        ("t", vec![Part::Host]),
        ("none", vec![]),
    ] {
        assert_eq!(connector.uses(name), parts, "{name}");
    }
}

#[test]
fn prompts_tell_what_they_take() {
    let connector = with_authentication(
        "type: auth_fields, fields: [{ name: A, key: a, type: number, help: In the settings, looks_like: '4' }, \
         { name: B, key: b, type: boolean }, { name: C, key: c, type: date }]",
    );
    let prompts = connector.prompts(None);
    assert_eq!(prompts[0].kind, PromptKind::Number);
    assert_eq!(prompts[0].help.as_deref(), Some("In the settings"));
    assert_eq!(prompts[0].looks_like.as_deref(), Some("4"));
    assert_eq!([&prompts[1].kind, &prompts[2].kind], [&PromptKind::Boolean, &PromptKind::Date]);
    let map: BTreeMap<_, _> = prompts.iter().map(|prompt| (&prompt.key, prompt.secret)).collect();
    assert!(map.values().all(|secret| !secret));
}
