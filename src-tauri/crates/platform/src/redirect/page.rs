//! The words and the looks of the answers: small pages in light and dark that load nothing.
//!
//! Whatever is not ours (the connection's name, what the service said) is escaped and quoted as such. The policy allows
//! the one style that carries the nonce; the page that reads the fragment has one script besides, which may talk to
//! nobody but this server.

use domain::ports::Entropy;
use http_body_util::Full;
use hyper::{
    HeaderMap, Response, StatusCode,
    body::Bytes,
    header::{self, HeaderName, HeaderValue},
};
use secret::ServerText;

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("fragment.js");
const MARK: &str = include_str!("mark.svg");

/// A page that is yet to be written.
pub(super) struct Page {
    status: StatusCode,
    title: &'static str,
    /// Markup of ours, with what is not ours escaped.
    body: String,
    has_script: bool,
    allowed: Option<&'static str>,
}

/// The reply belongs to an attempt, which goes on.
pub(super) fn taken(connection: &str) -> Page {
    let body =
        format!("<p>Patchbay has the answer for <b>{}</b> and goes on by itself.</p>", escape(connection));
    page(StatusCode::OK, "You can close this tab", body)
}

/// The reply belongs to an attempt and says no.
pub(super) fn refused(connection: &str, said: &ServerText) -> Page {
    let said = if said.as_str().is_empty() {
        String::new()
    } else {
        format!("<p>It said:</p><blockquote>{}</blockquote>", escape(said.as_str()))
    };
    let body = format!(
        "<p>The service ended the sign-in for <b>{}</b>. Nothing was changed.</p>{said}\
         <p>Patchbay shows what to do next. You can close this tab.</p>",
        escape(connection)
    );
    page(StatusCode::OK, "The service did not sign you in", body)
}

/// No attempt waits for the reply.
pub(super) fn not_ours() -> Page {
    let body = "<p>Nothing was changed. It may have been finished or cancelled, be older than ten minutes, or come from \
                somewhere else.</p><p>Go back to Patchbay and begin the sign-in there.</p>";
    page(StatusCode::BAD_REQUEST, "This sign-in is not one we started", body.into())
}

/// The reply stands behind the `#`, which only the browser knows.
pub(super) fn fragment() -> Page {
    let body = "<p id=\"wait\" hidden>One moment: the answer goes to Patchbay.</p>\
                <p id=\"lost\" hidden>Patchbay no longer waits for this answer. Nothing was changed. Go back to Patchbay \
                and begin the sign-in again.</p>\
                <noscript><p>Scripts are off in this browser, so Patchbay cannot read the answer.</p>\
                <p>Copy the address of this page and paste it in Patchbay.</p></noscript>";
    Page { has_script: true, ..page(StatusCode::OK, "Back to Patchbay", body.into()) }
}

pub(super) fn nothing_here() -> Page {
    refusal(StatusCode::NOT_FOUND, "Nothing is at this address.")
}

pub(super) fn wrong_method(allowed: &'static str) -> Page {
    let page = refusal(StatusCode::METHOD_NOT_ALLOWED, "Nothing is taken in this way.");
    Page { allowed: Some(allowed), ..page }
}

pub(super) fn another_host() -> Page {
    refusal(StatusCode::MISDIRECTED_REQUEST, "Patchbay answers only to its own address.")
}

pub(super) fn another_site() -> Page {
    refusal(StatusCode::FORBIDDEN, "Nothing is taken from a page of another site.")
}

pub(super) fn not_a_form() -> Page {
    refusal(StatusCode::UNSUPPORTED_MEDIA_TYPE, "Only a form is taken here.")
}

pub(super) fn too_large() -> Page {
    refusal(StatusCode::PAYLOAD_TOO_LARGE, "This is longer than any answer to a sign-in.")
}

/// A request that cannot be the answer to a sign-in.
pub(super) fn refusal(status: StatusCode, sentence: &'static str) -> Page {
    page(status, "Not for Patchbay", format!("<p>{sentence} Nothing was changed.</p>"))
}

fn page(status: StatusCode, title: &'static str, body: String) -> Page {
    Page { status, title, body, has_script: false, allowed: None }
}

impl Page {
    /// The page as it is sent.
    pub fn write(self, entropy: &dyn Entropy) -> Response<Full<Bytes>> {
        let Self { status, title, body, has_script, allowed } = self;
        let nonce = make_nonce(entropy);
        let script =
            if has_script { format!("<script nonce=\"{nonce}\">{SCRIPT}</script>") } else { String::new() };
        let html = format!(
            "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
             <title>{title} – Patchbay</title><style nonce=\"{nonce}\">{STYLE}</style></head>\
             <body><main>{MARK}<h1>{title}</h1>{body}</main>{script}</body></html>\n"
        );
        let scripts = if has_script {
            format!("script-src 'nonce-{nonce}'; connect-src 'self'; ")
        } else {
            String::new()
        };
        let policy = format!(
            "default-src 'none'; style-src 'nonce-{nonce}'; {scripts}base-uri 'none'; form-action 'none'; \
             frame-ancestors 'none'"
        );
        let mut headers = HeaderMap::new();
        let fixed: [(HeaderName, &str); 6] = [
            (header::CONTENT_TYPE, "text/html; charset=utf-8"),
            (header::CACHE_CONTROL, "no-store"),
            (header::REFERRER_POLICY, "no-referrer"),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
            (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
            (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        ];
        let fixed = fixed.into_iter().map(|(name, value)| (name, HeaderValue::from_static(value)));
        headers.extend(fixed);
        headers.extend(allowed.map(|methods| (header::ALLOW, HeaderValue::from_static(methods))));
        // The nonce is hexadecimal, so that the policy is always a value.
        headers
            .extend(HeaderValue::from_str(&policy).map(|policy| (header::CONTENT_SECURITY_POLICY, policy)));
        let mut response = Response::new(Full::new(Bytes::from(html)));
        *response.status_mut() = status;
        *response.headers_mut() = headers;
        response
    }
}

fn make_nonce(entropy: &dyn Entropy) -> String {
    let mut bytes = [0; 16];
    entropy.fill(&mut bytes);
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Makes `text` mean itself, within and between tags.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            _ => escaped.push(character),
        }
    }
    escaped
}
