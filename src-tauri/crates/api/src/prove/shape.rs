//! What of a connector decides which trials fit it.

use domain::connector::{
    ApiCredential, Authentication, ClientAuthentication, Connector, GrantType, Mapping, OAuth1, OAuth2, Pkce,
    ResponseType,
};

/// One way to authenticate, as the trials tell such ways apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Shape {
    /// Whether there is a request that proves a connection.
    pub verifies: bool,
    /// Whether that request tells who the connection acts as.
    pub tells_account: bool,
    /// Whether the connector says how a refusal looks inside a reply that else is right.
    pub looks_inside: bool,
    /// The prompt of the first secret that is typed, and how its value begins; none where a wrong one cannot be tried.
    pub secret: Option<(String, String)>,
    /// How the credential comes.
    pub comes: Comes,
    /// Whether more than one permission is asked for.
    pub asks_several: bool,
    /// How the app says who it is.
    pub client: Option<ClientAuthentication>,
    /// Whether sign-ins carry a proof key; none where no code is swapped.
    pub proof_key: Option<Pkce>,
    /// Whether the service signs who the person is.
    pub openid: bool,
    /// Whether tokens are swapped for others without the person.
    pub refreshes: bool,
    /// Whether what stands around the token in a reply is named by its key alone, so that a form can hold it too.
    pub reads_forms: bool,
    /// Whether a value that the browser brings back ties the answer to the sign-in.
    pub has_state: bool,
    /// Whether each request is signed, with its time.
    pub signs: bool,
    /// Whether the service can be told to end it.
    pub revokes: bool,
}

/// How a credential comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comes {
    /// There is none.
    Never,
    /// A person types it.
    Typed,
    /// By a browser that comes back.
    Browser,
    /// By a code that is typed on another device.
    Device,
    /// By asking for it, without a browser.
    Asked,
}

impl Shape {
    pub fn of(connector: &Connector, way: Option<&str>, shape: &Authentication) -> Self {
        let verify = connector.verify(way);
        let failure = &connector.auth_failure;
        let inside = verify.is_some_and(|verify| verify.expect_body.is_some());
        let told_inside = failure.body.is_some() && failure.status.contains(&200);
        let wanted = connector.scopes(way).items.iter().filter(|scope| scope.default).count();
        let mut prompts = connector.prompts(way).into_iter();
        let secret = prompts.find(|prompt| prompt.secret);
        let secret = secret.map(|prompt| (prompt.key, prompt.looks_like.unwrap_or_default()));
        let plain = Self {
            verifies: verify.is_some(),
            tells_account: verify.is_some_and(|verify| verify.account.is_some()),
            looks_inside: inside || told_inside,
            secret,
            comes: Comes::Typed,
            asks_several: false,
            client: None,
            proof_key: None,
            openid: false,
            refreshes: false,
            reads_forms: false,
            has_state: false,
            signs: false,
            revokes: connector.can_revoke(way),
        };
        match shape {
            Authentication::None => Self { comes: Comes::Never, ..plain },
            Authentication::OAuth1(oauth1) => {
                let secret = (!oauth1.signature_method.needs_private_key())
                    .then(|| ("client_secret".to_owned(), String::new()));
                Self { comes: by_oauth1(oauth1), secret, signs: true, ..plain }
            }
            Authentication::AwsSigV4(_) => Self { signs: true, ..plain },
            Authentication::OAuth2(oauth2) => plain.oauth2(oauth2, oauth2.response_type(), wanted),
            Authentication::OpenIdConnect(openid) => Self {
                openid: true,
                // An id_token is no access token: nothing is swapped for another.
                refreshes: openid.api_credential != ApiCredential::IdToken
                    && openid.response_type().has_code(),
                ..plain.oauth2(&openid.oauth2, openid.response_type(), wanted)
            },
            _ => plain,
        }
    }

    fn oauth2(self, oauth2: &OAuth2, response_type: ResponseType, wanted: usize) -> Self {
        let comes = match oauth2.grant_type {
            GrantType::AuthorizationCode | GrantType::Implicit => Comes::Browser,
            GrantType::DeviceCode => Comes::Device,
            GrantType::ClientCredentials | GrantType::Password => Comes::Asked,
        };
        let meets =
            oauth2.grant_type != GrantType::Implicit && (comes != Comes::Browser || response_type.has_code());
        let by_secret = matches!(
            oauth2.client_authentication,
            ClientAuthentication::Basic | ClientAuthentication::Body | ClientAuthentication::ClientSecretJwt
        );
        let typed = match oauth2.grant_type {
            GrantType::Password => Some("password"),
            _ if meets && by_secret => Some("client_secret"),
            _ => None,
        };
        Self {
            secret: typed.map(|key| (key.to_owned(), String::new())),
            comes,
            asks_several: wanted + oauth2.default_scopes.len() > 1,
            client: meets.then_some(oauth2.client_authentication),
            proof_key: (comes == Comes::Browser && response_type.has_code()).then_some(oauth2.pkce),
            refreshes: meets,
            reads_forms: is_flat(&oauth2.token_response),
            has_state: comes == Comes::Browser,
            ..self
        }
    }

    /// Whether tokens come from the service.
    pub fn has_tokens(&self) -> bool {
        self.client.is_some()
    }

    /// Whether a person agrees at the service.
    pub fn has_person(&self) -> bool {
        matches!(self.comes, Comes::Browser | Comes::Device)
    }
}

/// Whether each pointer of a mapping names a member of the reply itself.
fn is_flat(mapping: &Mapping) -> bool {
    let Mapping { access_token, token_type, expires_in, refresh_token, scope, id_token, .. } = mapping;
    let pointers = [access_token, token_type, expires_in, refresh_token, scope, id_token];
    pointers.into_iter().flatten().all(|pointer| pointer.matches('/').count() <= 1)
}

fn by_oauth1(oauth1: &OAuth1) -> Comes {
    if oauth1.legs == 3 { Comes::Browser } else { Comes::Typed }
}
