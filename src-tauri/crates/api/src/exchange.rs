//! Calls: what they send and what comes back, secrets masked.

use crate::{
    Api,
    contract::{
        connections::{CallPreview, PreviewCall, SendCall},
        error::{ErrorCode, ErrorView},
        exchange::{
            CallInput, ComparedView, HeaderLine, Piece, ReplyView, SentView, SignedText, SigningStep,
        },
    },
    words::{
        self,
        diagnosis::Whose,
        error::{no_reply, of, placement, view as error},
    },
};
use domain::id::ConnectionId;
use engine::{
    call::Called,
    request::Call,
    shown::{self, Sent},
    signing,
};
use protocol::placement::{PlacementError, parse_header_name};
use secret::redact::{Known, MASK};

/// The longest method: the registered ones have 17 letters at the most.
const LONGEST_METHOD: usize = 32;
/// The longest address, and the most of headers: more than servers take.
const LONGEST_ADDRESS: usize = 32 << 10;
/// The most of a reply that is shown.
const SHOWN: usize = 256 << 10;

impl Api {
    /// Shows what a call would send.
    /// # Errors
    /// The request cannot be built, or would go to an origin that was not agreed.
    pub async fn preview_call(&self, request: PreviewCall) -> Result<CallPreview, ErrorView> {
        let call = parse(request.call)?;
        let sent = self.engine.preview_call(&ConnectionId::from_stored(request.connection), &call).await;
        Ok(CallPreview { sent: self::sent(sent.map_err(error)?) })
    }

    /// Makes a call through a connection.
    /// # Errors
    /// As [`Api::preview_call`]; could not check when no reply came.
    pub async fn send_call(&self, request: SendCall) -> Result<ReplyView, ErrorView> {
        let call = parse(request.call)?;
        let id = ConnectionId::from_stored(request.connection);
        let told = self.engine.call(&id, &call).await.map_err(error).and_then(reply);
        match told {
            Ok(told) => Ok(told),
            Err(why) => Err(self.with_diagnosis(why, &id).await),
        }
    }
}

fn parse(input: CallInput) -> Result<Call, ErrorView> {
    let method = Some(input.method.as_str()).filter(|method| method.len() <= LONGEST_METHOD);
    let method = method
        .and_then(|method| method.parse().ok())
        .ok_or_else(|| unfit("That is no HTTP method.", "Write one such as GET or POST.").on("method"))?;
    let query = input.query.iter().map(|(key, value)| key.len() + value.len() + 2).sum::<usize>();
    if input.path.len() + query > LONGEST_ADDRESS {
        let longer = format!("The address is longer than {LONGEST_ADDRESS} bytes.");
        return Err(unfit(longer, "Send what is long in the body.").on("path"));
    }
    for (name, value) in &input.headers {
        parse_header_name(name)
            .and_then(|_| must_fit_a_header(name, value))
            .map_err(|error| placement(&error).on("headers"))?;
    }
    let headers = input.headers.iter().map(|(name, value)| name.len() + value.len()).sum::<usize>();
    if headers > LONGEST_ADDRESS {
        let longer = format!("The headers are longer than {LONGEST_ADDRESS} bytes.");
        return Err(unfit(longer, "Send what is long in the body.").on("headers"));
    }
    Ok(Call {
        method,
        target: input.path,
        query: input.query,
        headers: input.headers,
        body: input.body.unwrap_or_default().into_bytes(),
    })
}

fn unfit(message: impl Into<String>, action: &str) -> ErrorView {
    of(ErrorCode::Usage, message, action).safe("Nothing was sent.")
}

fn must_fit_a_header(name: &str, value: &str) -> Result<(), PlacementError> {
    let fits = value.bytes().all(|byte| byte == b'\t' || (0x20..0x7f).contains(&byte));
    if fits { Ok(()) } else { Err(PlacementError::HeaderValue(name.to_owned())) }
}

fn reply(called: Called) -> Result<ReplyView, ErrorView> {
    let Called { outcome, sent, millis, refused, compared, known, evidence, .. } = called;
    let reply = outcome.map_err(|failure| no_reply(&failure))?;
    let cut = reply.body.len() > SHOWN;
    let text = std::str::from_utf8(&reply.body).ok().map(|text| {
        let end = (0..=SHOWN.min(text.len())).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
        known.mask_text(&text[..end])
    });
    Ok(ReplyView {
        status: reply.status.as_u16(),
        status_text: reply.status.canonical_reason().unwrap_or_default().into(),
        headers: reply
            .headers
            .iter()
            .map(|(name, value)| (name.to_string(), shown_header(name.as_str(), value.as_bytes(), &known)))
            .collect(),
        body: text,
        bytes: count(reply.body.len() as u64),
        cut,
        millis: count(millis),
        sent: self::sent(sent),
        refused,
        diagnosis: evidence.and_then(|evidence| words::diagnosis::view(&evidence, Whose::Connection)),
        compared: compared.map(self::compared),
    })
}

/// A cookie signs a person in as a key does.
fn shown_header(name: &str, value: &[u8], known: &Known) -> String {
    if name == "set-cookie" { MASK.into() } else { known.mask_text(&String::from_utf8_lossy(value)) }
}

/// A request as it may be shown.
pub(crate) fn sent(sent: Sent) -> SentView {
    SentView {
        method: sent.method,
        url: pieces(sent.url),
        headers: sent
            .headers
            .into_iter()
            .map(|(name, value)| HeaderLine { name, value: pieces(value) })
            .collect(),
        body: sent.body.map(pieces),
        notes: sent.notes,
        signing: sent
            .signing
            .into_iter()
            .map(|step| SigningStep { text: signed_text(step.text), pieces: pieces(step.pieces) })
            .collect(),
    }
}

fn compared(compared: signing::Compared) -> ComparedView {
    ComparedView {
        text: signed_text(compared.text),
        same: pieces(compared.same),
        ours: pieces(compared.ours),
        theirs: pieces(compared.theirs),
    }
}

fn signed_text(text: signing::SignedText) -> SignedText {
    match text {
        signing::SignedText::BaseString => SignedText::BaseString,
        signing::SignedText::CanonicalRequest => SignedText::CanonicalRequest,
        signing::SignedText::StringToSign => SignedText::StringToSign,
        signing::SignedText::AssertionHeader => SignedText::AssertionHeader,
        signing::SignedText::AssertionClaims => SignedText::AssertionClaims,
        signing::SignedText::Signature => SignedText::Signature,
    }
}

fn pieces(pieces: Vec<shown::Piece>) -> Vec<Piece> {
    pieces.into_iter().map(piece).collect()
}

fn piece(piece: shown::Piece) -> Piece {
    match piece {
        shown::Piece::Text { text, authentication } => Piece::Text { text, authentication },
        shown::Piece::Secret { label } => Piece::Secret { label },
    }
}

/// A count for the wire: what is beyond four billion says so.
pub(crate) fn count(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
