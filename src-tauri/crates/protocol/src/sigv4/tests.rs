//! What the published suites do not say: other implementations, limits, masking.

use super::*;
use crate::{
    message::{Method, Request, Response, StatusCode, Url, header},
    runs::Run,
};
use jiff::Timestamp;
use secret::SecretString;
use std::time::SystemTime;

fn keys(token: Option<&str>) -> Keys {
    Keys {
        access_key_id: "AKIAIOSFODNN7EXAMPLE".into(),
        secret_access_key: SecretString::new("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".into()),
        session_token: token.map(|token| SecretString::new(token.into())),
    }
}

fn scope(service: &str, placement: Placement, payload: Payload) -> Scope {
    let at = "2013-05-24T00:00:00Z".parse().unwrap();
    Scope { service: service.into(), region: "us-east-1".into(), placement, payload, expires: 3600, at }
}

fn request(method: Method, url: &str, body: &str) -> Request {
    Request { body: body.into(), ..Request::new(method, Url::parse(url).unwrap()) }
}

/// Amazon S3 API Reference, "Signature calculations: transferring payload in multiple chunks".
#[test]
fn a_streamed_body_is_signed_chunk_by_chunk_as_s3_documents() {
    let mut put =
        request(Method::PUT, "https://s3.amazonaws.com/examplebucket/chunkObject.txt", &"a".repeat(66_560));
    put.headers.insert("x-amz-storage-class", "REDUCED_REDUNDANCY".parse().unwrap());
    // Signed there; here the client that sends writes it.
    put.headers.insert(header::CONTENT_LENGTH, "66824".parse().unwrap());
    let signed =
        authorize(&mut put, &keys(None), &scope("s3", Placement::Header, Payload::Streaming)).unwrap();
    let whole = signed.header.unwrap().whole();
    assert!(
        whole.expose().ends_with("4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9"),
        "{}",
        signed.canonical_request.whole().expose()
    );
    let body = String::from_utf8(put.body).unwrap();
    assert_eq!(body.len(), 66_824);
    for line in [
        "10000;chunk-signature=ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648\r\n",
        "400;chunk-signature=0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497\r\n",
        "0;chunk-signature=b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9\r\n\r\n",
    ] {
        assert!(body.contains(line), "{line}");
    }
}

#[test]
fn a_streamed_body_is_refused_where_no_service_takes_it() {
    for (service, placement) in [("sts", Placement::Header), ("s3", Placement::Query)] {
        let mut put = request(Method::PUT, "https://h.example/k", "x");
        let refused = authorize(&mut put, &keys(None), &scope(service, placement, Payload::Streaming));
        assert_eq!(refused.unwrap_err(), SignError::Streaming);
    }
}

#[test]
fn signing_twice_leaves_one_signature() {
    for placement in [Placement::Header, Placement::Query] {
        let scope = scope("execute-api", placement, Payload::Signed);
        let mut once = request(Method::GET, "https://h.example/p?a=b+c", "");
        authorize(&mut once, &keys(Some("T+/=")), &scope).unwrap();
        let mut twice = once.clone();
        authorize(&mut twice, &keys(Some("T+/=")), &scope).unwrap();
        assert_eq!(once.url, twice.url);
        assert_eq!(once.headers, twice.headers);
    }
}

#[test]
fn nothing_that_may_be_shown_holds_the_token_or_the_signature() {
    for placement in [Placement::Header, Placement::Query] {
        let mut call = request(Method::GET, "https://h.example/p", "");
        let signed =
            authorize(&mut call, &keys(Some("session-token")), &scope("sts", placement, Payload::Signed))
                .unwrap();
        let texts = [Some(signed.canonical_request), Some(signed.string_to_sign), signed.header];
        for run in texts.iter().flatten().flat_map(|runs| runs.iter()) {
            if let Run::Shown(text) = run {
                assert!(!text.contains("session-token"), "{text}");
            }
        }
        let secrets = if placement == Placement::Header { 1 } else { 2 };
        assert_eq!(signed.placed.len(), secrets);
        assert!(call.headers.values().filter(|value| value.is_sensitive()).count() >= 2 - secrets);
    }
}

#[test]
fn a_refusal_tells_what_the_service_would_have_signed() {
    let reply = |body: &str| Response {
        status: StatusCode::FORBIDDEN,
        headers: http::HeaderMap::new(),
        body: body.into(),
    };
    let canonical = "GET\n/a&b\n\nhost:h\n\nhost\nUNSIGNED-PAYLOAD";
    let xml = format!(
        "<?xml version=\"1.0\"?><Error><Code>SignatureDoesNotMatch</Code><StringToSign>AWS4\nx</StringToSign>\
         <CanonicalRequest>{}</CanonicalRequest></Error>",
        canonical.replace('&', "&amp;")
    );
    let message = format!(
        "The request signature we calculated does not match.\n\nThe Canonical String for this request should have \
         been\n'{canonical}'\n\nThe String-to-Sign should have been\n'AWS4\nx'\n"
    );
    let json = serde_json::json!({ "message": message }).to_string();
    let sts = format!(
        "<ErrorResponse><Error><Message>{}</Message></Error></ErrorResponse>",
        message.replace('&', "&amp;")
    );
    for body in [xml, json, sts] {
        let told = told::read(&reply(&body)).unwrap();
        assert_eq!(told.canonical_request.as_deref(), Some(canonical), "{body}");
        assert_eq!(told.string_to_sign.as_deref(), Some("AWS4\nx"), "{body}");
    }
    for body in ["", "<Error><Code>AccessDenied</Code></Error>", "{\"message\":\"Forbidden\"}", "[1]"] {
        assert_eq!(told::read(&reply(body)), None, "{body}");
    }
}

/// The signature that the `aws-sigv4` crate makes of the same request.
fn by_the_crate(call: &Request, keys: &Keys, scope: &Scope) -> String {
    use aws_sigv4::{
        http_request::{
            PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest, SigningSettings,
            UriPathNormalizationMode, sign,
        },
        sign::v4,
    };
    let identity = aws_credential_types::Credentials::new(
        keys.access_key_id.clone(),
        keys.secret_access_key.expose().clone(),
        keys.session_token.as_ref().map(|token| token.expose().clone()),
        None,
        "test",
    )
    .into();
    let mut settings = SigningSettings::default();
    if scope.service == "s3" {
        settings.percent_encoding_mode = PercentEncodingMode::Single;
        settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
        settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
    }
    let params = v4::SigningParams::builder()
        .identity(&identity)
        .region(&scope.region)
        .name(&scope.service)
        .time(SystemTime::from(scope.at))
        .settings(settings)
        .build()
        .unwrap()
        .into();
    let signable = SignableRequest::new(
        call.method.as_str(),
        call.url.as_str(),
        call.headers.iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap())),
        SignableBody::Bytes(&call.body),
    )
    .unwrap();
    sign(signable, &params).unwrap().signature().to_owned()
}

proptest::proptest! {
    /// Paths, queries, headers and bodies of every kind: the same signature as the crate that AWS's own SDK signs with.
    #[test]
    fn the_crate_of_the_sdk_makes_the_same_signature(
        path in proptest::collection::vec("[a-zA-Z0-9._~é☃ $&+,;=:@!'()*%-]{1,8}", 0..4),
        pairs in proptest::collection::vec(("[a-zA-Z0-9éA-Z._~ -]{1,6}", "[ -~é☃]{0,8}"), 0..4),
        header in "[!-~]([ -~]{0,12}[!-~])?",
        body in "\\PC{0,30}",
        service in proptest::sample::select(vec!["s3", "execute-api", "sts"]),
        second in 1_300_000_000_i64..1_900_000_000,
        port in proptest::option::of(1024_u16..),
    ) {
        let port = port.map(|port| format!(":{port}")).unwrap_or_default();
        let mut url = Url::parse(&format!("https://h.example{port}/")).unwrap();
        url.path_segments_mut().unwrap().pop_if_empty().extend(&path);
        if !pairs.is_empty() {
            url.query_pairs_mut().extend_pairs(&pairs);
        }
        let mut call = Request { body: body.into(), ..Request::new(Method::POST, url) };
        call.headers.insert("x-custom", header.parse().unwrap());
        let scope = Scope { at: Timestamp::from_second(second).unwrap(), ..scope(service, Placement::Header, Payload::Signed) };
        let signed = authorize(&mut call, &keys(None), &scope).unwrap();
        let whole = signed.header.unwrap().whole();
        let ours = whole.expose().rsplit('=').next().unwrap().to_owned();
        for name in [header::AUTHORIZATION.as_str(), "x-amz-date", "x-amz-content-sha256"] {
            call.headers.remove(name);
        }
        // What the crate takes for S3 as written: the one spelling of the path.
        if service == "s3" {
            let path = crate::encode::encode_path(&crate::encode::decode_path(call.url.path()));
            call.url.set_path(&path);
        }
        proptest::prop_assert_eq!(ours, by_the_crate(&call, &keys(None), &scope), "{}", signed.canonical_request.whole().expose());
    }
}
