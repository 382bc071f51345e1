//! Published requests, held against the published signatures. The rows are those of AWS's test suite and of the Amazon S3 API
//! Reference, *Authenticating Requests (AWS Signature Version 4)*.

use super::*;
use crate::{
    address::Target,
    arrived::{Body, Spelled},
    decode,
};
use hyper::{HeaderMap, header::HeaderName};

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const SUITE_SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

fn arrived(method: &str, uri: &str, headers: &[(&str, &str)], body: &[u8]) -> Arrived {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        map.append(name.parse::<HeaderName>().unwrap(), value.parse().unwrap());
    }
    let (path, query) = uri.split_once('?').unwrap_or((uri, ""));
    Arrived {
        method: method.parse().unwrap(),
        target: Target { link_name: String::new(), host: String::new(), segments: Vec::new() },
        query: decode::form(query),
        headers: map,
        body: Body::Empty,
        spelled: Spelled { path: path.into(), query: query.into(), body: body.into() },
    }
}

fn signature(arrived: &Arrived, claim: &Claim, stamp: &str, payload: &str, secret: &str) -> String {
    let canonical = canonical::request(arrived, &claim.names, payload, claim.is_s3());
    let text = string_to_sign(&canonical, stamp, &claim.scope.join("/"));
    authenticate(&signing_key(&SecretString::new(secret.into()), &claim.scope), text.as_bytes())
}

#[test]
fn published_signatures_come_out() {
    let date = ("x-amz-date", "20150830T123600Z");
    let host = ("host", "example.amazonaws.com");
    let s3 = ("host", "examplebucket.s3.amazonaws.com");
    let s3_date = ("x-amz-date", "20130524T000000Z");
    let put = "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072";
    for (method, uri, headers, payload, (service, right)) in [
        (
            "GET",
            "/",
            vec![host, date],
            EMPTY,
            ("service", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
        ),
        (
            "GET",
            "//example//",
            vec![host, date],
            EMPTY,
            ("service", "9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84"),
        ),
        (
            "GET",
            "/",
            vec![
                host,
                ("my-header1", "value4"),
                ("my-header1", "value1"),
                ("my-header1", "value3"),
                ("my-header1", "value2"),
                date,
            ],
            EMPTY,
            ("service", "08c7e5a9acfcfeb3ab6b2185e75ce8b1deb5e634ec47601a50643f830c755c01"),
        ),
        (
            "GET",
            "/",
            vec![host, ("my-header1", " value1"), ("my-header2", " \"a   b   c\""), date],
            EMPTY,
            ("service", "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736"),
        ),
        (
            "GET",
            "/test.txt",
            vec![s3, ("range", "bytes=0-9"), ("x-amz-content-sha256", EMPTY), s3_date],
            EMPTY,
            ("s3", "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"),
        ),
        (
            "PUT",
            "/test$file.text",
            vec![
                ("date", "Fri, 24 May 2013 00:00:00 GMT"),
                s3,
                ("x-amz-content-sha256", put),
                s3_date,
                ("x-amz-storage-class", "REDUCED_REDUNDANCY"),
            ],
            put,
            ("s3", "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"),
        ),
    ] {
        let stamp = headers.iter().find(|(name, _)| *name == "x-amz-date").unwrap().1;
        let mut names: Vec<_> = headers.iter().map(|(name, _)| *name).collect();
        names.dedup();
        let header = format!(
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/{}/us-east-1/{service}/aws4_request, SignedHeaders={}, Signature={right}",
            &stamp[..8],
            names.join(";")
        );
        let claim = Claim::of_header(&header).unwrap();
        let secret = if service == "s3" { SECRET } else { SUITE_SECRET };
        let arrived = arrived(method, uri, &headers, b"");
        assert_eq!(signature(&arrived, &claim, stamp, payload, secret), claim.signature, "{method} {uri}");
    }
}

#[test]
fn a_published_presigned_address_is_right() {
    let uri = "/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2F\
         aws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=\
         aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404";
    let arrived = arrived("GET", uri, &[("host", "examplebucket.s3.amazonaws.com")], b"");
    let claim = Claim::of_query(&arrived).unwrap();
    assert_eq!((claim.place, claim.access_key.as_str()), (Stands::Query, "AKIAIOSFODNN7EXAMPLE"));
    assert_eq!(signature(&arrived, &claim, "20130524T000000Z", UNSIGNED, SECRET), claim.signature);
}

/// *Signature Calculations for the Authorization Header: Transferring Payload in Multiple Chunks*: 64 KiB, 1 KiB and none.
#[test]
fn published_chunks_are_right_and_none_can_be_left_out_or_changed() {
    let seed = "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9";
    let scope = ["20130524", "us-east-1", "s3", "aws4_request"].map(str::to_owned);
    let key = signing_key(&SecretString::new(SECRET.into()), &scope);
    let chunk = |size: usize, signature: &str| {
        [format!("{size:x};chunk-signature={signature}\r\n").as_bytes(), &vec![b'a'; size], b"\r\n"].concat()
    };
    let first = chunk(65536, "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648");
    let second = chunk(1024, "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497");
    let last = chunk(0, "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9");
    let check = |body: &[u8], length| {
        chunks::check(body, ("20130524T000000Z", &scope.join("/")), (seed, length), &key)
    };
    let whole = [first.as_slice(), &second, &last].concat();
    assert_eq!(check(&whole, Some(66560)), Ok(2));
    let mut changed = whole.clone();
    changed[200] = b'b';
    for (body, length, why) in [
        (changed, Some(66560), "the signature of chunk 1 is wrong"),
        ([second.as_slice(), &first, &last].concat(), Some(66560), "the signature of chunk 1 is wrong"),
        ([first.as_slice(), &last].concat(), Some(65536), "the signature of chunk 2 is wrong"),
        ([first.as_slice(), &second].concat(), Some(66560), "chunk 3 is not written as S3 reads it"),
        ([whole.as_slice(), b"x"].concat(), Some(66560), "more stands behind its last chunk"),
        (whole.clone(), Some(66559), "longer or shorter than `x-amz-decoded-content-length` says"),
        (whole.clone(), None, "longer or shorter than `x-amz-decoded-content-length` says"),
        (
            b"ffffffffffffffffff;chunk-signature=x\r\n".to_vec(),
            Some(1),
            "chunk 1 is not written as S3 reads it",
        ),
        (Vec::new(), Some(0), "chunk 1 is not written as S3 reads it"),
    ] {
        assert_eq!(check(&body, length), Err(why.to_owned()));
    }
}

#[test]
fn a_time_is_read_in_its_one_spelling() {
    assert_eq!(Time::parse("20150830T123600Z").unwrap().at, 1_440_938_160);
    for stamp in
        ["", "20150830", "2015-08-30T12:36Z", "20151330T123600Z", "20150830T123600+", "20150830t123600z0"]
    {
        assert!(Time::parse(stamp).is_none(), "{stamp}");
    }
}
