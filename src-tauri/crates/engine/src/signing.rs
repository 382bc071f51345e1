//! Signing a request: OAuth 1.0a and AWS Signature v4, with every step of it as it may be shown.
//!
//! A signature that is refused says nothing of why. What helps is to see the text that was signed beside the one that the
//! service would have signed ([`compare`]): the first difference is the reason, and where there is none it is the key.
//!
//! **Invariant**: what is shown of a step is made of its runs, so a token, a nonce or a signature is a gap in it.

use crate::{
    credential::{Authorized, CredentialError, OAuth1Credential, Placed},
    shown::Piece,
};
use domain::connector::{AwsSigV4, OAuth1};
use protocol::{
    message::{HeaderName, Request, Response, Stamp, header},
    oauth1,
    placement::Place,
    runs::{Run, Runs},
    sigv4,
};
use secret::{
    SecretString,
    redact::{Known, MASK},
};
use std::collections::BTreeMap;

/// Every step of a signature, in order.
#[derive(Clone, Debug, Default)]
pub struct Signature {
    steps: Vec<(SignedText, Runs)>,
}

/// The texts that a signature is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SignedText {
    /// RFC 5849 §3.4.1.
    BaseString,
    /// The one spelling of a request.
    CanonicalRequest,
    /// What the key signs.
    StringToSign,
    /// What a client assertion is signed by (RFC 7523).
    AssertionHeader,
    /// What a client assertion says (RFC 7523 §3).
    AssertionClaims,
    /// What comes out.
    Signature,
}

/// A step as it may be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Which.
    pub text: SignedText,
    /// The text.
    pub pieces: Vec<Piece>,
}

/// What was signed here beside what the service says that it would have signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compared {
    /// Which text.
    pub text: SignedText,
    /// How both begin.
    pub same: Vec<Piece>,
    /// How ours goes on from the first difference; nothing where both are the same.
    pub ours: Vec<Piece>,
    /// How the service's goes on. Its words: capped, no control characters, known secrets masked.
    pub theirs: Vec<Piece>,
}

/// The most of a service's text that is compared.
const MOST: usize = 16 << 10;

impl Signature {
    /// The steps as they may be shown.
    pub fn shown(&self) -> Vec<Step> {
        self.steps.iter().map(|(text, runs)| Step { text: *text, pieces: pieces(runs) }).collect()
    }

    fn of(&self, text: SignedText) -> Option<&Runs> {
        self.steps.iter().find(|(one, _)| *one == text).map(|(_, runs)| runs)
    }
}

/// Signs by OAuth 1.0a.
pub(crate) fn put_oauth1(
    request: &mut Request,
    shape: &OAuth1,
    credential: &OAuth1Credential,
    settings: &BTreeMap<String, String>,
    stamp: Stamp,
    authorized: &mut Authorized,
) -> Result<(), CredentialError> {
    let client = credential.client.as_ref().ok_or(CredentialError::Unreadable)?;
    let style = style(shape, settings)?;
    let signed = oauth1::authorize(request, client, credential.token.as_ref(), &style, &[], stamp)?;
    let mut steps = Vec::new();
    match shape.signature_method {
        oauth1::SignatureMethod::Plaintext => authorized.notes.push(
            "PLAINTEXT signs nothing: both secrets go along as they are, so the address must be https."
                .into(),
        ),
        _ => steps.push((SignedText::BaseString, signed.base_string.clone())),
    }
    let mut signature = Runs::default();
    signature.push_secret(oauth1::sign::SIGNATURE, SecretString::default());
    steps.push((SignedText::Signature, signature));
    match &signed.header {
        Some(runs) => authorized.headers.push((header::AUTHORIZATION, pieces(runs))),
        None => {
            for parameter in &signed.parameters {
                authorized.placed.push(Placed {
                    place: signed.place(parameter),
                    prefix: String::new(),
                    label: parameter.secret.unwrap_or_default().to_owned(),
                    secret: parameter.secret.is_some(),
                });
            }
        }
    }
    authorized.signature = Some(Signature { steps });
    Ok(())
}

/// How a connector wants requests signed.
pub(crate) fn style(
    shape: &OAuth1,
    settings: &BTreeMap<String, String>,
) -> Result<oauth1::Style, CredentialError> {
    Ok(oauth1::Style {
        method: shape.signature_method,
        placement: shape.placement,
        realm: shape.realm.as_ref().map(|realm| realm.fill(settings)).transpose()?,
    })
}

/// Signs by AWS Signature v4.
pub(crate) fn put_aws(
    request: &mut Request,
    shape: &AwsSigV4,
    value: impl Fn(&str) -> SecretString,
    settings: &BTreeMap<String, String>,
    stamp: Stamp,
    authorized: &mut Authorized,
) -> Result<(), CredentialError> {
    // EXPOSE: the access key ID is public
    let access_key_id = value("access_key_id").expose().clone();
    let keys = sigv4::Keys {
        access_key_id,
        secret_access_key: value("secret_access_key"),
        session_token: Some(value("session_token")).filter(|token| !token.is_empty()),
    };
    let scope = sigv4::Scope {
        service: shape.service.fill(settings)?,
        region: shape.region.fill(settings)?,
        placement: shape.placement,
        payload: shape.payload,
        expires: shape.expires,
        at: stamp.at,
    };
    let signed = sigv4::authorize(request, &keys, &scope)?;
    if let Some(runs) = &signed.header {
        authorized.headers.push((header::AUTHORIZATION, pieces(runs)));
    }
    let own =
        |place, label: &str, secret| Placed { place, prefix: String::new(), label: label.into(), secret };
    for placed in &signed.placed {
        authorized.placed.push(match placed {
            sigv4::sign::Placed::Header(name, label) => {
                own(Place::Header(HeaderName::from_static(name)), label, true)
            }
            sigv4::sign::Placed::Query(name, label) => own(Place::Query((*name).to_owned()), label, true),
        });
    }
    for name in &signed.shown {
        let place = match shape.placement {
            sigv4::Placement::Header => Place::Header(HeaderName::from_static(name)),
            sigv4::Placement::Query => Place::Query((*name).to_owned()),
        };
        authorized.placed.push(own(place, name, false));
    }
    let mut signature = Runs::default();
    signature.push_secret(sigv4::sign::SIGNATURE, SecretString::default());
    authorized.signature = Some(Signature {
        steps: vec![
            (SignedText::CanonicalRequest, signed.canonical_request),
            (SignedText::StringToSign, signed.string_to_sign),
            (SignedText::Signature, signature),
        ],
    });
    Ok(())
}

/// What was signed beside what the reply says that the service would have signed; `None` where it says nothing of it.
pub fn compare(signature: &Signature, reply: &Response, known: &Known) -> Option<Compared> {
    if let Some(ours) = signature.of(SignedText::BaseString) {
        let theirs = oauth1::problem::told_base_string(reply)?;
        return Some(beside(SignedText::BaseString, ours, &theirs, known));
    }
    let told = sigv4::told::read(reply)?;
    let both = [
        (SignedText::CanonicalRequest, told.canonical_request),
        (SignedText::StringToSign, told.string_to_sign),
    ];
    let mut compared = both
        .into_iter()
        .filter_map(|(text, theirs)| Some(beside(text, signature.of(text)?, &theirs?, known)));
    let first = compared.next()?;
    // Where the first text is the same, what is wrong stands in the next.
    match first.ours.is_empty() && first.theirs.is_empty() {
        true => Some(compared.next().unwrap_or(first)),
        false => Some(first),
    }
}

fn beside(text: SignedText, ours: &Runs, theirs: &str, known: &Known) -> Compared {
    let theirs = clean(theirs);
    let whole = ours.whole();
    // EXPOSE: compared with the service's own text
    let same = common(whole.expose(), &theirs);
    let (mut before, mut after, mut at, mut cut) = (Runs::default(), Runs::default(), 0, same);
    for run in ours.iter() {
        let (length, place) = (length(run), at);
        at += length;
        match run {
            Run::Shown(shown) if place < same => {
                let split = (same - place).min(length);
                before.push(&shown[..split]);
                after.push(&shown[split..]);
            }
            Run::Shown(shown) => after.push(shown),
            Run::Secret { label, text } if at <= same => before.push_secret(label, text.clone()),
            Run::Secret { label, text } => {
                // A difference inside a secret stands at its beginning.
                cut = cut.min(place);
                after.push_secret(label, text.clone());
            }
        }
    }
    let is_same = same == theirs.len() && at == same;
    let mut rest = known.mask_text(&theirs[cut..]);
    for run in ours.iter() {
        if let Run::Secret { text, .. } = run
            && !text.is_empty()
        {
            // EXPOSE: looked for, to be masked
            rest = rest.replace(text.expose().as_str(), MASK);
        }
    }
    let theirs = if is_same || rest.is_empty() { Vec::new() } else { vec![Piece::text(rest)] };
    Compared { text, same: pieces(&before), ours: pieces(&after), theirs }
}

fn length(run: &Run) -> usize {
    match run {
        Run::Shown(text) => text.len(),
        // EXPOSE: only its length is looked at
        Run::Secret { text, .. } => text.expose().len(),
    }
}

/// How many bytes both begin with.
fn common(ours: &str, theirs: &str) -> usize {
    let pairs = ours.char_indices().zip(theirs.chars());
    let differs = pairs.into_iter().find(|((_, one), other)| one != other);
    differs.map_or(ours.len().min(theirs.len()), |((at, _), _)| at)
}

/// A service's text of several lines, made safe to quote.
fn clean(text: &str) -> String {
    let kept = text.chars().map(|character| match character {
        '\n' => '\n',
        other if other.is_control() => '\u{fffd}',
        other => other,
    });
    kept.take(MOST).collect()
}

/// Text as it may be shown.
fn pieces(runs: &Runs) -> Vec<Piece> {
    runs.iter()
        .filter_map(|run| match run {
            Run::Shown(text) if text.is_empty() => None,
            Run::Shown(text) => Some(Piece::authentication(text.as_str())),
            Run::Secret { label, .. } => Some(Piece::Secret { label: (*label).to_owned() }),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::message::{HeaderMap, Method, StatusCode, Url};

    fn signed(url: &str) -> Signature {
        let mut request = Request::new(Method::GET, Url::parse(url).unwrap());
        let keys = sigv4::Keys {
            access_key_id: "AKIDEXAMPLE".into(),
            secret_access_key: SecretString::new("secret".into()),
            session_token: Some(SecretString::new("session-token".into())),
        };
        let scope = sigv4::Scope {
            service: "s3".into(),
            region: "eu-west-1".into(),
            placement: sigv4::Placement::Header,
            payload: sigv4::Payload::Signed,
            expires: 60,
            at: "2026-11-22T10:00:00Z".parse().unwrap(),
        };
        let signed = sigv4::authorize(&mut request, &keys, &scope).unwrap();
        Signature {
            steps: vec![
                (SignedText::CanonicalRequest, signed.canonical_request),
                (SignedText::StringToSign, signed.string_to_sign),
            ],
        }
    }

    fn refusal(of: &Signature, change: impl Fn(String) -> String) -> Response {
        let text = |text| {
            let whole = of.of(text).unwrap().whole();
            change(whole.expose().clone()).replace('&', "&amp;")
        };
        let body = format!(
            "<Error><Code>SignatureDoesNotMatch</Code><CanonicalRequest>{}</CanonicalRequest>\
             <StringToSign>{}</StringToSign></Error>",
            text(SignedText::CanonicalRequest),
            text(SignedText::StringToSign),
        );
        Response { status: StatusCode::FORBIDDEN, headers: HeaderMap::new(), body: body.into() }
    }

    fn text(pieces: &[Piece]) -> String {
        let text = |piece: &Piece| match piece {
            Piece::Text { text, .. } => text.clone(),
            Piece::Secret { label } => format!("[{label}]"),
        };
        pieces.iter().map(text).collect()
    }

    #[test]
    fn the_first_difference_to_the_services_own_text_is_found() {
        let signature = signed("https://b.s3.amazonaws.com/a?x=1");
        let reply = refusal(&signature, |text| text.replace("/a\n", "/A\n"));
        let compared = compare(&signature, &reply, &Known::new()).unwrap();
        assert_eq!(compared.text, SignedText::CanonicalRequest);
        assert_eq!(text(&compared.same), "GET\n/");
        assert!(text(&compared.ours).starts_with("a\nx=1\n"), "{compared:?}");
        assert!(text(&compared.theirs).starts_with("A\nx=1\n"), "{compared:?}");
        let known = crate::witness::of_comparison(&compared);
        assert_eq!(known["our_canonical_request_equals_theirs"], false, "the path is spelled otherwise");
        let reply = refusal(&signature, |text| text.replace("x=1\n", "x=2\n"));
        let query = compare(&signature, &reply, &Known::new()).unwrap();
        assert!(crate::witness::of_comparison(&query).is_empty(), "that is no question of the path");
    }

    #[test]
    fn where_both_texts_are_the_same_nothing_differs() {
        let signature = signed("https://b.s3.amazonaws.com/a");
        let compared = compare(&signature, &refusal(&signature, |text| text), &Known::new()).unwrap();
        assert_eq!(compared.text, SignedText::StringToSign, "the canonical request is the same");
        assert_eq!(crate::witness::of_comparison(&compared)["our_canonical_request_equals_theirs"], true);
        assert_eq!((compared.ours, compared.theirs), (Vec::new(), Vec::new()));
    }

    #[test]
    fn a_services_text_shows_no_secret_that_was_sent() {
        let signature = signed("https://b.s3.amazonaws.com/a");
        for change in ["/a\n", "session-token", "session-"] {
            let reply = refusal(&signature, |text| text.replace(change, &format!("{change}Z")));
            let compared = compare(&signature, &reply, &Known::new()).unwrap();
            let all = format!("{compared:?}");
            assert!(!all.contains("session-token"), "{change}: {all}");
        }
        let service = refusal(&signature, |text| text.replace("/a\n", "/a\u{7}\u{1b}\n"));
        let compared = compare(&signature, &service, &Known::new()).unwrap();
        assert!(!text(&compared.theirs).contains('\u{1b}'));
    }
}
