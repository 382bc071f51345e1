//! Calls: what they send and what comes back, secrets masked.

use crate::{
    Api,
    contract::{
        connections::{CallPreview, PreviewCall, SendCall},
        error::{ErrorCode, ErrorView},
        exchange::{CallInput, HeaderLine, Piece, ReplyView, SentView},
    },
    words::error::{no_reply, of, view as error},
};
use domain::id::ConnectionId;
use engine::{
    call::Called,
    request::Call,
    shown::{self, Sent},
};
use secret::redact::{Known, MASK};

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
        let called =
            self.engine.call(&ConnectionId::from_stored(request.connection), &call).await.map_err(error)?;
        reply(called)
    }
}

fn parse(input: CallInput) -> Result<Call, ErrorView> {
    let method = input.method.parse().map_err(|_| {
        of(ErrorCode::Usage, "That is no HTTP method.", "Write one such as GET or POST.").on("method")
    })?;
    Ok(Call {
        method,
        target: input.path,
        query: input.query,
        headers: input.headers,
        body: input.body.unwrap_or_default().into_bytes(),
    })
}

fn reply(called: Called) -> Result<ReplyView, ErrorView> {
    let Called { outcome, sent, millis, refused, known, .. } = called;
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
    })
}

/// A cookie signs a person in as a key does.
fn shown_header(name: &str, value: &[u8], known: &Known) -> String {
    if name == "set-cookie" { MASK.into() } else { known.mask_text(&String::from_utf8_lossy(value)) }
}

/// A request as it may be shown.
pub(crate) fn sent(sent: Sent) -> SentView {
    let pieces = |pieces: Vec<shown::Piece>| pieces.into_iter().map(piece).collect::<Vec<_>>();
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
    }
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
