//! How many requests are signed in a second: `cargo run --release -p protocol --example signature_bench [SIGNATURES]`.
//!
//! AWS Signature v4 by ours and by the `aws-sigv4` crate called bare, OAuth 1.0a by ours; a fresh request each time, the
//! same for each. Prints a name and signatures per second, one a line.
#![expect(clippy::disallowed_methods, reason = "a bench looks at the clock")]

use aws_sigv4::{
    http_request::{SignableBody, SignableRequest, SigningSettings, sign},
    sign::v4,
};
use protocol::{
    message::{Method, Request, Stamp, Url, header},
    oauth1, sigv4,
};
use secret::SecretString;
use std::{
    error::Error,
    hint::black_box,
    time::{Instant, SystemTime},
};

const ID: &str = "AKIAIOSFODNN7EXAMPLE";
const KEY: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const URL: &str = "https://sts.eu-west-1.amazonaws.com/path/to/it?b=2&a=1%20x&c=%C3%A9";
const FORM: &str = "application/x-www-form-urlencoded";
const BODY: &str = "Action=GetCallerIdentity&Version=2011-06-15";

fn main() -> Result<(), Box<dyn Error>> {
    let count = std::env::args().nth(1).map_or(Ok(20_000), |count| count.parse())?;
    let stamp = Stamp { at: "2026-01-02T03:04:05Z".parse()?, entropy: [7; 32] };
    let keys = sigv4::Keys {
        access_key_id: ID.into(),
        secret_access_key: SecretString::new(KEY.into()),
        session_token: None,
    };
    let scope = sigv4::Scope {
        service: "sts".into(),
        region: "eu-west-1".into(),
        placement: sigv4::Placement::Header,
        payload: sigv4::Payload::Signed,
        expires: 3600,
        at: stamp.at,
    };
    tell("sigv4", count, || {
        black_box(sigv4::authorize(&mut request()?, &keys, &scope)?);
        Ok(())
    })?;
    tell("sigv4-crate", count, || bare(stamp))?;
    let client = oauth1::Client {
        id: "consumer".into(),
        key: oauth1::SigningKey::Secret(SecretString::new(KEY.into())),
    };
    let secret = |text: &str| SecretString::new(text.into());
    let token = oauth1::Token { token: secret("token"), secret: secret("token secret") };
    let style = oauth1::Style::default();
    tell("oauth1", count, || {
        black_box(oauth1::authorize(&mut request()?, &client, Some(&token), &style, &[], stamp)?);
        Ok(())
    })
}

fn request() -> Result<Request, Box<dyn Error>> {
    let mut request = Request::new(Method::POST, Url::parse(URL)?);
    request.headers.insert(header::CONTENT_TYPE, FORM.parse()?);
    request.body = BODY.into();
    Ok(request)
}

/// The crate of AWS's own SDK, with nothing around it.
fn bare(stamp: Stamp) -> Result<(), Box<dyn Error>> {
    let identity = aws_credential_types::Credentials::new(ID, KEY, None, None, "bench").into();
    let params = v4::SigningParams::builder()
        .identity(&identity)
        .region("eu-west-1")
        .name("sts")
        .time(SystemTime::from(stamp.at))
        .settings(SigningSettings::default())
        .build()?
        .into();
    let body = SignableBody::Bytes(BODY.as_bytes());
    let signable = SignableRequest::new("POST", URL, [("content-type", FORM)].into_iter(), body)?;
    black_box(sign(signable, &params)?);
    Ok(())
}

fn tell(
    what: &str,
    count: u32,
    mut signs: impl FnMut() -> Result<(), Box<dyn Error>>,
) -> Result<(), Box<dyn Error>> {
    let begun = Instant::now();
    for _ in 0..count {
        signs()?;
    }
    println!("{what} {:.0}", f64::from(count) / begun.elapsed().as_secs_f64());
    Ok(())
}
