//! The connectors of the OAuth peers, as a person would write them: one for each client that a peer knows.

/// A connector: its link name, its peer, its authentication, and the scopes that it asks for.
pub struct Connector {
    /// What it is called everywhere.
    pub link_name: &'static str,
    /// The peer whose client it is.
    pub peer: &'static str,
    authentication: &'static str,
    scopes: &'static [&'static str],
}

const fn connector(
    link_name: &'static str,
    peer: &'static str,
    authentication: &'static str,
    scopes: &'static [&'static str],
) -> Connector {
    Connector { link_name, peer, authentication, scopes }
}

const OIDC: &str = "oidc-provider";
const AUTHLIB: &str = "authlib";
const READ: &[&str] = &["read"];
const API: &[&str] = &["api:read"];
const OFFLINE: &[&str] = &["openid", "offline_access", "api:read"];

/// Every one of them. `{peer}` stands for the address of the peer.
pub const CONNECTORS: &[Connector] = &[
    connector(
        "code_public",
        OIDC,
        "{ type: oauth2, client_id: native-public, client_authentication: none, redirect: loopback, \
         authorize_url: '{peer}/auth', token_url: '{peer}/token', revoke_url: '{peer}/token/revocation', \
         introspect_url: '{peer}/token/introspection', extra_authorize_params: { prompt: consent } }",
        OFFLINE,
    ),
    connector(
        "code_basic",
        OIDC,
        "{ type: oauth2, client_id: native-basic, redirect: loopback, authorize_url: '{peer}/auth', \
         token_url: '{peer}/token', revoke_url: '{peer}/token/revocation', \
         introspect_url: '{peer}/token/introspection', extra_authorize_params: { prompt: consent } }",
        OFFLINE,
    ),
    connector(
        "code_body",
        OIDC,
        "{ type: oauth2, client_id: native-post, client_authentication: body, redirect: loopback, \
         authorize_url: '{peer}/auth', token_url: '{peer}/token' }",
        OFFLINE,
    ),
    connector(
        "code_form",
        OIDC,
        "{ type: oauth2, client_id: native-public, client_authentication: none, redirect: loopback, \
         response_mode: form_post, authorize_url: '{peer}/auth', token_url: '{peer}/token' }",
        OFFLINE,
    ),
    connector(
        "code_app",
        OIDC,
        "{ type: oauth2, client_id: native-public, client_authentication: none, redirect: app, \
         authorize_url: '{peer}/auth', token_url: '{peer}/token' }",
        OFFLINE,
    ),
    connector(
        "code_pasted",
        OIDC,
        "{ type: oauth2, client_id: web-confidential, redirect: manual, redirect_uri: 'https://client.peer.test/cb', \
         authorize_url: '{peer}/auth', token_url: '{peer}/token' }",
        OFFLINE,
    ),
    connector(
        "discovered",
        OIDC,
        "{ type: openid_connect, issuer: '{peer}', client_id: native-public, client_authentication: none, \
         redirect: loopback }",
        OFFLINE,
    ),
    connector(
        "discovered_es",
        OIDC,
        "{ type: openid_connect, issuer: '{peer}', client_id: native-es, client_authentication: none, \
         redirect: loopback }",
        &["openid"],
    ),
    connector(
        "id_token_alone",
        OIDC,
        "{ type: openid_connect, grant_type: implicit, response_type: id_token, api_credential: id_token, \
         issuer: '{peer}', jwks_url: '{peer}/jwks', authorize_url: '{peer}/auth', client_id: implicit-idtoken, \
         client_authentication: none, redirect: manual, redirect_uri: 'https://client.peer.test/cb' }",
        &["openid"],
    ),
    connector(
        "cc_basic",
        OIDC,
        "{ type: oauth2, grant_type: client_credentials, client_id: cc-basic, token_url: '{peer}/token' }",
        API,
    ),
    connector(
        "cc_body",
        OIDC,
        "{ type: oauth2, grant_type: client_credentials, client_id: cc-post, client_authentication: body, \
         token_url: '{peer}/token', resource: ['urn:peer:api'] }",
        API,
    ),
    connector(
        "cc_odd",
        OIDC,
        "{ type: oauth2, grant_type: client_credentials, client_id: 'cc-odd:id', token_url: '{peer}/token' }",
        API,
    ),
    connector(
        "cc_secret_jwt",
        OIDC,
        "{ type: oauth2, grant_type: client_credentials, client_id: cc-secret-jwt, \
         client_authentication: client_secret_jwt, client_assertion: { audience: '{peer}' }, \
         token_url: '{peer}/token' }",
        API,
    ),
    connector(
        "cc_key_es",
        OIDC,
        "{ type: oauth2, grant_type: client_credentials, client_id: cc-private-jwt, \
         client_authentication: private_key_jwt, client_assertion: { algorithm: ES256, key_id: client-es }, \
         token_url: '{peer}/token' }",
        API,
    ),
    connector(
        "cc_key_rs",
        OIDC,
        "{ type: oauth2, grant_type: client_credentials, client_id: cc-private-jwt, \
         client_authentication: private_key_jwt, client_assertion: { algorithm: RS256, key_id: client-rs }, \
         token_url: '{peer}/token' }",
        API,
    ),
    connector(
        "device_public",
        OIDC,
        "{ type: oauth2, grant_type: device_code, client_id: device-public, client_authentication: none, \
         device_authorization_url: '{peer}/device/auth', token_url: '{peer}/token' }",
        OFFLINE,
    ),
    connector(
        "device_basic",
        OIDC,
        "{ type: oauth2, grant_type: device_code, client_id: device-basic, \
         device_authorization_url: '{peer}/device/auth', token_url: '{peer}/token' }",
        OFFLINE,
    ),
    connector(
        "code_plain",
        AUTHLIB,
        "{ type: oauth2, client_id: code-public, client_authentication: none, pkce: plain, redirect: loopback, \
         authorize_url: '{peer}/authorize', token_url: '{peer}/token' }",
        READ,
    ),
    connector(
        "code_without_proof",
        AUTHLIB,
        "{ type: oauth2, client_id: code-nopkce, pkce: off, redirect: loopback, \
         authorize_url: '{peer}/authorize', token_url: '{peer}/token' }",
        READ,
    ),
    connector(
        "implicit",
        AUTHLIB,
        "{ type: oauth2, grant_type: implicit, client_id: implicit, client_authentication: none, \
         redirect: loopback, response_mode: fragment, authorize_url: '{peer}/authorize' }",
        READ,
    ),
    connector(
        "password",
        AUTHLIB,
        "{ type: oauth2, grant_type: password, client_id: pw-basic, token_url: '{peer}/token', \
         revoke_url: '{peer}/revoke' }",
        READ,
    ),
    connector(
        "password_body",
        AUTHLIB,
        "{ type: oauth2, grant_type: password, client_id: pw-post, client_authentication: body, \
         token_url: '{peer}/token' }",
        READ,
    ),
    connector(
        "password_public",
        AUTHLIB,
        "{ type: oauth2, grant_type: password, client_id: pw-public, client_authentication: none, \
         token_url: '{peer}/token' }",
        READ,
    ),
    connector(
        "device_slow",
        AUTHLIB,
        "{ type: oauth2, grant_type: device_code, client_id: device, client_authentication: none, \
         device_authorization_url: '{peer}/device_authorization', token_url: '{peer}/token' }",
        READ,
    ),
];

impl Connector {
    /// Its file, for a peer at `address`.
    pub fn manifest(&self, address: &str) -> String {
        let Self { link_name, authentication, scopes, .. } = self;
        let scopes: Vec<String> = scopes
            .iter()
            .map(|scope| format!("    - {{ name: '{scope}', value: '{scope}', default: true }}\n"))
            .collect();
        format!(
            "patchbay: 1\nlink_name: {link_name}\nname: {link_name}\nbase_url: {address}/api\nauthentication: {}\n\
             scopes:\n  delimiter: space\n  items:\n{}verify: {{ path: /me, account: /who }}\n",
            authentication.replace("{peer}", address),
            scopes.concat(),
        )
    }
}

/// The one with this link name.
pub fn connector_of(link_name: &str) -> &'static Connector {
    CONNECTORS
        .iter()
        .find(|connector| connector.link_name == link_name)
        .unwrap_or_else(|| panic!("there is no connector {link_name}"))
}
