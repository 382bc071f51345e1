//! The signature base string (RFC 5849 §3.4.1): method, address and every parameter in one spelling and one order.

use crate::{
    encode::{Pair, decode_pairs, encode},
    message::{Method, Url},
    runs::Runs,
};
use secret::SecretString;

/// A protocol parameter, as it goes into the base string.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// Its name, `oauth_…`.
    pub name: &'static str,
    /// Its value.
    pub value: SecretString,
    /// What it is called where it is not shown; `None` where it may be.
    pub secret: Option<&'static str>,
}

/// The base string of a request: `form` is its body where that is a form that is signed (§3.4.1.3.1).
pub fn base_string(method: &Method, url: &Url, form: Option<&[u8]>, parameters: &[Parameter]) -> Runs {
    let mut runs = Runs::default();
    runs.push(&encode(method.as_str().to_ascii_uppercase().as_bytes()));
    runs.push("&");
    runs.push(&encode(base_uri(url).as_bytes()));
    runs.push("&");
    runs.append(normalize(url, form, parameters));
    runs
}

/// The base string URI (§3.4.1.2): no query, no fragment, no port that the scheme says already.
pub fn base_uri(url: &Url) -> String {
    // The parser writes scheme and host in small letters and drops the scheme's own port.
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    format!("{}://{}{port}{}", url.scheme(), url.host_str().unwrap_or_default(), url.path())
}

/// The parameters (§3.4.1.3.2), sorted by their encoded bytes and encoded once more as a part of the base string.
fn normalize(url: &Url, form: Option<&[u8]>, parameters: &[Parameter]) -> Runs {
    let pairs = decode_pairs(url.query().unwrap_or_default().as_bytes());
    let form = form.map(decode_pairs).unwrap_or_default();
    let plain = pairs.into_iter().chain(form).filter(|pair| pair.name != b"oauth_signature");
    let plain =
        plain.map(|Pair { name, value, .. }| (encode(&name), SecretString::new(encode(&value)), None));
    let own = parameters.iter().map(|parameter| {
        // EXPOSE: the value becomes part of the text that is signed
        let value = encode(parameter.value.expose().as_bytes());
        (encode(parameter.name.as_bytes()), SecretString::new(value), parameter.secret)
    });
    let mut all: Vec<_> = plain.chain(own).collect();
    // EXPOSE: only their order is looked at
    all.sort_by(|a, b| (&a.0, a.1.expose()).cmp(&(&b.0, b.1.expose())));
    let mut runs = Runs::default();
    for (index, (name, value, secret)) in all.into_iter().enumerate() {
        if index > 0 {
            runs.push("%26");
        }
        runs.push(&encode(name.as_bytes()));
        runs.push("%3D");
        // EXPOSE: the value becomes part of the text that is signed
        let value = encode(value.expose().as_bytes());
        match secret {
            Some(label) => runs.push_secret(label, SecretString::new(value)),
            None => runs.push(&value),
        }
    }
    runs
}
