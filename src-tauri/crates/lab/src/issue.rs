//! Credentials that the Lab gives out: the same ones for the same data directory, shaped as the connector says, and
//! plainly made up.
//!
//! They are derived from one random seed (`lab.db`), the connector and the key, so every process of a data directory
//! comes to the same values and none needs to be stored. They guard nothing: whoever can read the seed can read
//! everything else too.

use crate::play::{
    Asked, Authentication, FieldKind, Way,
    oauth::{ClientAuthentication, Grant, OAuth2},
    oauth1::OAuth1,
};
use secret::{SecretBytes, SecretString};
use sha2::{Digest, Sha256};

/// Who signs in at the Lab. The domain `lab.test` cannot exist (RFC 6761 §6.2).
pub const PERSON: &str = "ada@lab.test";

/// The key of the prompt for the ID of a registered app.
const CLIENT_ID: &str = "client_id";
/// A day that no connection was made on: the birthday of Ada Lovelace.
const DAY: &str = "1815-12-10";
const LETTERS: &[u8; 36] = b"abcdefghijklmnopqrstuvwxyz0123456789";

/// A value that the Lab gave out.
#[derive(Clone, Debug)]
pub struct Issued {
    /// The key of its prompt.
    pub key: String,
    /// Whether it may not be shown.
    pub secret: bool,
    /// The value.
    pub value: SecretString,
}

/// Gives out the credentials of one connector.
#[derive(Clone, Debug)]
pub(crate) struct Issuer {
    seed: SecretBytes,
    link_name: String,
}

impl Issuer {
    pub fn new(seed: SecretBytes, link_name: &str) -> Self {
        Self { seed, link_name: link_name.into() }
    }

    /// What a connection that authenticates in this way is given, in the order of its prompts.
    pub fn issue(&self, way: &Way) -> Vec<Issued> {
        let issued = |asked: &Asked, value| Issued { key: asked.key.clone(), secret: asked.secret, value };
        let plain = |asked: &Asked| issued(asked, self.value(way, asked));
        match &way.authentication {
            Authentication::None => Vec::new(),
            Authentication::Basic { username, password } => {
                [username, password].into_iter().filter(|asked| asked.fixed.is_none()).map(plain).collect()
            }
            Authentication::ApiKey { parameters } => parameters.iter().map(|it| plain(&it.asked)).collect(),
            Authentication::Bearer { token, .. } => vec![plain(token)],
            Authentication::OAuth2(oauth2) | Authentication::OpenIdConnect(oauth2) => self.app(way, oauth2),
            Authentication::OAuth1(oauth1) => self.consumer(way, oauth1),
            Authentication::AwsSigV4 { .. } => self.aws_keys(way),
            Authentication::AuthFields { fields } => {
                let value = |field| self.field(way, field);
                fields.iter().map(|field| issued(&field.asked, value(field))).collect()
            }
        }
    }

    /// What the service gave for the registered app, and the person's password where the app asks for it. The private key
    /// of an app is none of it: that one is made, not derived.
    fn app(&self, way: &Way, oauth2: &OAuth2) -> Vec<Issued> {
        let issued = |key: &str, secret, value| Issued { key: key.to_owned(), secret, value };
        let mut app = vec![issued(CLIENT_ID, false, SecretString::new(self.client_id(way)))];
        let by_secret = matches!(
            oauth2.client,
            ClientAuthentication::Basic | ClientAuthentication::Body | ClientAuthentication::SecretJwt
        );
        if by_secret && oauth2.meets_clients() {
            app.push(issued("client_secret", true, self.client_secret(way)));
        }
        if oauth2.grant == Grant::Password {
            app.push(issued("username", false, SecretString::new(PERSON.into())));
            app.push(issued("password", true, self.password(way)));
        }
        app
    }

    /// Consumer key and secret. A private key is made, not derived.
    fn consumer(&self, way: &Way, oauth1: &OAuth1) -> Vec<Issued> {
        let id = SecretString::new(self.client_id(way));
        let id = Issued { key: CLIENT_ID.to_owned(), secret: false, value: id };
        let secret = (!oauth1.method.needs_private_key()).then(|| Issued {
            key: "client_secret".to_owned(),
            secret: true,
            value: self.client_secret(way),
        });
        std::iter::once(id).chain(secret).collect()
    }

    /// Keys of an AWS identity that last only hours, so that a session token goes with them.
    fn aws_keys(&self, way: &Way) -> Vec<Issued> {
        let issued = |key: &str, secret, value| Issued { key: key.to_owned(), secret, value };
        vec![
            issued("access_key_id", false, SecretString::new(self.aws_access_key(way))),
            issued("secret_access_key", true, self.aws_secret(way)),
            issued("session_token", true, self.aws_session_token(way)),
        ]
    }

    /// Names the key; public. It begins as those of AWS that need a session token.
    pub fn aws_access_key(&self, way: &Way) -> String {
        format!("ASIALAB{}", self.letters(way, "access_key_id")[..13].to_ascii_uppercase())
    }

    /// Signs; as long as those of AWS, with letters that are written differently in addresses.
    pub fn aws_secret(&self, way: &Way) -> SecretString {
        let letters = self.letters(way, "secret_access_key");
        SecretString::new(format!("lab/{}+{}/{}", &letters[..16], &letters[16..28], &letters[26..32]))
    }

    /// Goes along.
    pub fn aws_session_token(&self, way: &Way) -> SecretString {
        SecretString::new(format!("lab/{}+{}==", self.letters(way, "session"), self.letters(way, "token")))
    }

    /// The ID of the registered app; public (RFC 6749 §2.2).
    pub fn client_id(&self, way: &Way) -> String {
        format!("lab-app-{}", &self.letters(way, CLIENT_ID)[..12])
    }

    /// The secret of the registered app. It ends with characters that are written differently in a form, so that it shows
    /// whether a client encodes it as this service wants.
    pub fn client_secret(&self, way: &Way) -> SecretString {
        SecretString::new(format!("lab_{}+/=", &self.letters(way, "client_secret")[..24]))
    }

    /// The password of every pretend person who has the right one.
    pub fn password(&self, way: &Way) -> SecretString {
        SecretString::new(format!("lab_{}", &self.letters(way, "password")[..24]))
    }

    /// The secret that goes with a token of OAuth 1.0a. It is never sent again, so it follows from the token.
    pub fn token_secret(&self, way: &Way, token: &str) -> SecretString {
        SecretString::new(format!("lab_{}", &self.letters(way, &format!("token secret {token}"))[..24]))
    }

    /// What shows that the person agreed to these temporary credentials (RFC 5849 §2.2): as short as a PIN where they type
    /// it.
    pub fn verifier(&self, way: &Way, temporary: &str, typed: bool) -> SecretString {
        let letters = self.letters(way, &format!("verifier {temporary}"));
        SecretString::new(match typed {
            true => letters.bytes().take(7).map(|letter| char::from(b'0' + letter % 10)).collect(),
            false => letters,
        })
    }

    /// The value of one prompt.
    pub fn value(&self, way: &Way, asked: &Asked) -> SecretString {
        let letters = self.letters(way, &asked.key);
        SecretString::new(match (&asked.fixed, &asked.looks_like) {
            (Some(fixed), _) => fixed.clone(),
            (None, Some(begin)) => format!("{begin}lab{}", &letters[..20]),
            (None, None) if asked.secret => format!("lab_{}", &letters[..24]),
            (None, None) if names_a_person(&asked.key) => PERSON.into(),
            (None, None) => format!("lab-{}", &letters[..6]),
        })
    }

    /// The value of one auth field.
    pub fn field(&self, way: &Way, field: &crate::play::Field) -> SecretString {
        SecretString::new(match field.kind {
            _ if field.asked.fixed.is_some() => return self.value(way, &field.asked),
            FieldKind::Text => return self.value(way, &field.asked),
            FieldKind::Number => {
                let digits =
                    self.letters(way, &field.asked.key).into_bytes().into_iter().map(|letter| letter % 10);
                let number = digits.take(5).fold(7u32, |number, digit| number * 10 + u32::from(digit));
                number.to_string()
            }
            FieldKind::Boolean => "true".into(),
            FieldKind::Date => DAY.into(),
            FieldKind::List => field.options.first().cloned().unwrap_or_default(),
        })
    }

    /// 32 letters and digits. That some come a little more often than others is no matter: nothing is guarded.
    fn letters(&self, way: &Way, key: &str) -> String {
        let mut hash = Sha256::new_with_prefix("patchbay lab credential 1");
        // EXPOSE: the seed is hashed, which tells nothing of it
        hash.update(self.seed.expose());
        for part in [self.link_name.as_str(), way.name.as_deref().unwrap_or_default(), key] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        letters_of(&hash.finalize())
    }
}

/// Bytes as letters and digits, one for each.
pub(crate) fn letters_of(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| char::from(LETTERS[usize::from(*byte) % LETTERS.len()])).collect()
}

fn names_a_person(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    ["user", "mail", "login"].iter().any(|word| key.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::play::{Field, Location, Parameter};

    fn issuer(seed: u8, link_name: &str) -> Issuer {
        Issuer::new(SecretBytes::new(vec![seed; 32]), link_name)
    }

    fn way(authentication: Authentication) -> Way {
        Way { name: None, authentication, verify: None }
    }

    fn asked(key: &str, secret: bool, looks_like: Option<&str>) -> Asked {
        Asked { key: key.into(), secret, looks_like: looks_like.map(Into::into), ..Asked::default() }
    }

    fn values(issuer: &Issuer, way: &Way) -> Vec<String> {
        // EXPOSE: a value that a test made
        issuer.issue(way).iter().map(|issued| issued.value.expose().clone()).collect()
    }

    #[test]
    fn values_are_shaped_as_the_connector_says() {
        let basic = way(Authentication::Basic {
            username: asked("username", false, None),
            password: Asked { fixed: Some("x".into()), ..asked("password", true, None) },
        });
        assert_eq!(values(&issuer(1, "crm"), &basic), [PERSON]);
        let parameter = |asked| Parameter { asked, location: Location::Header, prefix: String::new() };
        let keys = way(Authentication::ApiKey {
            parameters: vec![
                parameter(asked("X-Key", true, Some("pl_live_"))),
                parameter(asked("X-Secret", true, None)),
                parameter(asked("account", false, None)),
            ],
        });
        let found = values(&issuer(1, "crm"), &keys);
        assert!(found[0].starts_with("pl_live_lab") && found[0].len() == 31, "{found:?}");
        assert!(found[1].starts_with("lab_") && found[1].len() == 28, "{found:?}");
        assert!(found[2].starts_with("lab-") && found[2].len() == 10, "{found:?}");
    }

    #[test]
    fn a_field_has_a_value_of_its_kind() {
        let field = |key: &str, kind, options: &[&str]| Field {
            asked: asked(key, false, None),
            kind,
            options: options.iter().map(|option| (*option).into()).collect(),
        };
        let fields = way(Authentication::AuthFields {
            fields: vec![
                field("number", FieldKind::Number, &[]),
                field("flag", FieldKind::Boolean, &[]),
                field("day", FieldKind::Date, &[]),
                field("region", FieldKind::List, &["eu", "us"]),
            ],
        });
        let found = values(&issuer(1, "crm"), &fields);
        assert!(found[0].len() == 6 && found[0].bytes().all(|byte| byte.is_ascii_digit()), "{found:?}");
        assert_eq!(found[1..], ["true", DAY, "eu"]);
    }

    #[test]
    fn the_same_directory_issues_the_same_values_and_another_does_not() {
        let token =
            way(Authentication::Bearer { prefix: "Bearer".into(), token: asked("token", true, None) });
        let named = Way { name: Some("second".into()), ..token.clone() };
        let first = values(&issuer(1, "crm"), &token);
        assert_eq!(values(&issuer(1, "crm"), &token), first);
        for other in [
            values(&issuer(2, "crm"), &token),
            values(&issuer(1, "erp"), &token),
            values(&issuer(1, "crm"), &named),
        ] {
            assert_ne!(other, first);
        }
    }
}
