//! What a service says that it would have signed. S3 answers a wrong signature with its own canonical request as an XML
//! element; other services write it into their message. It is only compared and quoted.

use crate::message::Response;
use serde_json::Value;

/// The service's own texts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// Its canonical request.
    pub canonical_request: Option<String>,
    /// Its string to sign.
    pub string_to_sign: Option<String>,
}

/// The most of a body that is looked at.
const MOST: usize = 256 * 1024;

/// Reads what a refusal says; `None` where it says nothing of the kind.
pub fn read(reply: &Response) -> Option<Told> {
    if reply.status.is_success() {
        return None;
    }
    let text = std::str::from_utf8(&reply.body[..reply.body.len().min(MOST)]).ok()?;
    let told = match serde_json::from_str::<Value>(text) {
        Ok(document) => {
            let message = ["message", "Message"].iter().find_map(|key| document[*key].as_str())?;
            from_message(message)
        }
        Err(_) => {
            let whole = |name| element(text, name);
            let told =
                Told { canonical_request: whole("CanonicalRequest"), string_to_sign: whole("StringToSign") };
            match told.canonical_request.is_some() || told.string_to_sign.is_some() {
                true => told,
                false => from_message(&whole("Message")?),
            }
        }
    };
    (told.canonical_request.is_some() || told.string_to_sign.is_some()).then_some(told)
}

/// `The Canonical String for this request should have been '…' The String-to-Sign should have been '…'`
fn from_message(message: &str) -> Told {
    let behind = |words: &str| {
        let (_, rest) = message.split_once(words)?;
        let (_, rest) = rest.split_once('\'')?;
        Some(rest.split_once('\'')?.0.to_owned())
    };
    Told {
        canonical_request: behind("Canonical String for this request should have been"),
        string_to_sign: behind("String-to-Sign should have been"),
    }
}

/// The text of the first XML element of this name; no other markup is known here.
fn element(text: &str, name: &str) -> Option<String> {
    let (_, rest) = text.split_once(&format!("<{name}>"))?;
    let (inside, _) = rest.split_once(&format!("</{name}>"))?;
    let inside = inside.strip_prefix("<![CDATA[").and_then(|rest| rest.strip_suffix("]]>")).unwrap_or(inside);
    let plain =
        [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&#39;", "'"), ("&#10;", "\n")];
    let text = plain.iter().fold(inside.to_owned(), |text, (entity, plain)| text.replace(entity, plain));
    Some(text.replace("&amp;", "&").replace("\r\n", "\n"))
}
