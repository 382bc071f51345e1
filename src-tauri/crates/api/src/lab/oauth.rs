//! A connector's OAuth 2 and OpenID Connect as the Lab is told about them: what the service demands and answers.

use super::derive::NotPlayed;
use domain::connector::{
    ApiCredential, BasicEncoding, CaptureFrom, ClientAuthentication, Connector, GrantType, Mapping, OAuth2,
    OpenIdConnect, Pkce, ResponseMode, ResponseType, TokenBody, TokenLocation, TokenMethod,
};
use domain::template::{TextTemplate, UrlTemplate};
use lab::play::oauth as play;
use std::collections::BTreeMap;

/// The service's part of OAuth 2.
pub(super) fn of_oauth2(
    connector: &Connector,
    way: Option<&str>,
    oauth2: &OAuth2,
) -> Result<play::OAuth2, NotPlayed> {
    derive(connector, way, oauth2, oauth2.response_type())
}

/// The same with what OpenID Connect adds.
pub(super) fn of_openid(
    connector: &Connector,
    way: Option<&str>,
    openid: &OpenIdConnect,
) -> Result<play::OAuth2, NotPlayed> {
    let mut derived = derive(connector, way, &openid.oauth2, openid.response_type())?;
    derived.delimiter = " ".into();
    derived.addresses.jwks = openid.jwks_url.as_ref().map(written);
    derived.openid = Some(play::OpenId {
        issuer: openid.issuer.as_ref().map(written),
        calls_with_id_token: openid.api_credential == ApiCredential::IdToken
            || openid.response_type() == ResponseType::IdToken,
    });
    Ok(derived)
}

fn derive(
    connector: &Connector,
    way: Option<&str>,
    oauth2: &OAuth2,
    response_type: ResponseType,
) -> Result<play::OAuth2, NotPlayed> {
    let assertion = oauth2.client_assertion.as_ref();
    let algorithm = assertion.and_then(|assertion| assertion.algorithm).map(|it| it.as_str().to_owned());
    if let Some(algorithm) = &algorithm
        && oauth2.client_authentication == ClientAuthentication::PrivateKeyJwt
        && !lab::knows_algorithm(algorithm)
    {
        return Err(NotPlayed::Algorithm(algorithm.clone()));
    }
    let scopes = connector.scopes(way);
    let captures = connector.captures.iter().map(|capture| play::Capture {
        from: match capture.from {
            CaptureFrom::Token => play::CaptureFrom::Token,
            CaptureFrom::Callback => play::CaptureFrom::Callback,
            CaptureFrom::Userinfo => play::CaptureFrom::Userinfo,
        },
        pointer: capture.pointer.clone(),
    });
    Ok(play::OAuth2 {
        grant: grant(oauth2.grant_type),
        response_type: response_type.as_str().into(),
        response_mode: match oauth2.response_mode.effective(response_type) {
            ResponseMode::Query => None,
            ResponseMode::Fragment => Some(play::ResponseMode::Fragment),
            ResponseMode::FormPost => Some(play::ResponseMode::FormPost),
        },
        client: client(oauth2.client_authentication),
        client_id_in_body: oauth2.client_id_in_body,
        raw_basic: oauth2.basic_encoding == BasicEncoding::Raw,
        assertion: play::Assertion {
            algorithm,
            audience: assertion.and_then(|assertion| assertion.audience.as_ref()).map(text),
        },
        addresses: play::Addresses {
            authorize: oauth2.authorize_url.as_ref().map(written),
            token: oauth2.token_url.as_ref().map(written),
            refresh: oauth2.refresh_url.as_ref().map(written),
            revoke: oauth2.revoke_url.as_ref().map(written),
            introspect: oauth2.introspect_url.as_ref().map(written),
            userinfo: oauth2.userinfo_url.as_ref().map(written),
            device: oauth2.device_authorization_url.as_ref().map(written),
            jwks: None,
        },
        asks_by_get: oauth2.token_method == TokenMethod::Get,
        asks_in_json: oauth2.token_body == TokenBody::Json,
        pkce: match oauth2.pkce {
            Pkce::S256 => Some(play::Challenge::S256),
            Pkce::Plain => Some(play::Challenge::Plain),
            Pkce::Off => None,
        },
        redirect: play::Redirect {
            path: oauth2.redirect.path.clone(),
            port: oauth2.redirect.port,
            elsewhere: oauth2.redirect.manual.clone(),
        },
        permissions: scopes
            .items
            .iter()
            .map(|scope| play::Permission {
                value: scope.value.clone(),
                name: scope.name.clone(),
                description: scope.description.clone(),
            })
            .collect(),
        always: oauth2.default_scopes.clone(),
        delimiter: scopes.delimiter.as_str().into(),
        authorize_extra: demands(&oauth2.extra_authorize_params),
        token_extra: demands(&oauth2.extra_token_params),
        refresh_extra: demands(&oauth2.extra_refresh_params),
        token_headers: demands(&oauth2.token_headers),
        resources: oauth2.resource.iter().map(text).collect(),
        bearer: oauth2.bearer_name.clone(),
        token_key: match oauth2.token_location {
            TokenLocation::Header => None,
            TokenLocation::Query => Some(oauth2.token_key.clone()),
        },
        reply: reply(&oauth2.token_response),
        captures: captures.collect(),
        openid: None,
    })
}

fn grant(grant: GrantType) -> play::Grant {
    match grant {
        GrantType::AuthorizationCode => play::Grant::AuthorizationCode,
        GrantType::ClientCredentials => play::Grant::ClientCredentials,
        GrantType::Password => play::Grant::Password,
        GrantType::Implicit => play::Grant::Implicit,
        GrantType::DeviceCode => play::Grant::DeviceCode,
    }
}

fn client(client: ClientAuthentication) -> play::ClientAuthentication {
    match client {
        ClientAuthentication::Basic => play::ClientAuthentication::Basic,
        ClientAuthentication::Body => play::ClientAuthentication::Body,
        ClientAuthentication::None => play::ClientAuthentication::None,
        ClientAuthentication::ClientSecretJwt => play::ClientAuthentication::SecretJwt,
        ClientAuthentication::PrivateKeyJwt => play::ClientAuthentication::PrivateKeyJwt,
    }
}

fn reply(mapping: &Mapping) -> play::ReplyShape {
    play::ReplyShape {
        access_token: mapping.access_token.clone(),
        token_type: mapping.token_type.clone(),
        expires_in: mapping.expires_in.clone(),
        refresh_token: mapping.refresh_token.clone(),
        scope: mapping.scope.clone(),
        id_token: mapping.id_token.clone(),
        error: mapping.error.as_ref().map(|error| play::ErrorShape {
            pointer: error.pointer.clone(),
            equals: error.equals.clone(),
            message: error.message.clone(),
        }),
    }
}

fn demands(texts: &BTreeMap<String, TextTemplate>) -> Vec<play::Demand> {
    texts.iter().map(|(key, value)| play::Demand { key: key.clone(), value: text(value) }).collect()
}

pub(super) fn written(address: &UrlTemplate) -> String {
    address.as_str().into()
}

fn text(template: &TextTemplate) -> String {
    template.as_str().into()
}
