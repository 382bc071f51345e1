//! What AWS says: refusals in the words and markup of each family of its services, and who calls (STS).
//!
//! S3 and the services of the Query protocol speak XML, the others JSON. A wrong signature is answered with the canonical
//! request and the string to sign as the service has them, which is what AWS does.

use crate::{
    answer::Payload,
    arrived::{Arrived, Body, values_of},
    document,
};
use hyper::StatusCode;
use serde_json::{Value, json};

/// The account of everybody in the Lab; no account of AWS has this number.
const ACCOUNT: &str = "000000000000";
/// Services of the Query protocol.
const QUERY: [&str; 12] = [
    "sts",
    "iam",
    "ec2",
    "sqs",
    "sns",
    "ses",
    "cloudformation",
    "autoscaling",
    "rds",
    "redshift",
    "elasticache",
    "elasticloadbalancing",
];

/// Why a signed request is refused.
#[derive(Clone, Debug)]
pub(crate) struct Refusal {
    pub fault: Fault,
    pub service: String,
    pub access_key: String,
    /// What was looked at, and how it is.
    pub why: String,
    /// The texts, where they are what differs.
    pub texts: Option<Texts>,
}

/// What the service would have signed, and the signature that came.
#[derive(Clone, Debug)]
pub(crate) struct Texts {
    pub canonical: String,
    pub string_to_sign: String,
    pub provided: String,
}

/// What is wrong with a signed request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    Missing,
    Malformed,
    AccessKey,
    SessionToken,
    Scope,
    Time,
    Expired,
    Signature,
    Body,
    Chunk,
}

/// Whether a service is S3, which spells and speaks otherwise.
pub(crate) fn is_s3(service: &str) -> bool {
    matches!(service, "s3" | "s3-object-lambda" | "s3-outposts" | "s3express")
}

/// The reply that refuses.
pub(crate) fn refusal(refusal: &Refusal) -> (StatusCode, Payload) {
    let message = message(refusal);
    if is_s3(&refusal.service) {
        return (s3_status(refusal.fault), xml(s3_document(refusal, &message)));
    }
    let code = code(refusal.fault, QUERY.contains(&refusal.service.as_str()));
    let body = match QUERY.contains(&refusal.service.as_str()) {
        true => xml(format!(
            "<ErrorResponse><Error><Type>Sender</Type>{}{}</Error><RequestId>lab</RequestId>{}</ErrorResponse>",
            element("Code", code),
            element("Message", &message),
            element("Lab", &pretended(refusal))
        )),
        false => Payload::Json(json!({ "__type": code, "message": message, "lab": pretended(refusal) })),
    };
    (StatusCode::FORBIDDEN, body)
}

fn s3_document(refusal: &Refusal, message: &str) -> String {
    let texts = refusal.texts.as_ref().map(|texts| {
        [
            element("AWSAccessKeyId", &refusal.access_key),
            element("StringToSign", &texts.string_to_sign),
            element("SignatureProvided", &texts.provided),
            element("StringToSignBytes", &bytes_of(&texts.string_to_sign)),
            element("CanonicalRequest", &texts.canonical),
            element("CanonicalRequestBytes", &bytes_of(&texts.canonical)),
        ]
        .concat()
    });
    format!(
        "<Error>{}{}{}<RequestId>LAB</RequestId><HostId>lab</HostId>{}</Error>",
        element("Code", s3_code(refusal.fault)),
        element("Message", message),
        texts.unwrap_or_default(),
        element("Lab", &pretended(refusal))
    )
}

fn message(refusal: &Refusal) -> String {
    let short = match refusal.fault {
        Fault::Missing => "Missing Authentication Token",
        Fault::Malformed => "The authorization of this request is malformed.",
        Fault::AccessKey => "The AWS Access Key Id you provided does not exist in our records.",
        Fault::SessionToken => "The security token included in the request is invalid.",
        Fault::Scope => "Credential should be scoped to a valid region, service and day.",
        Fault::Time => "The difference between the request time and the current time is too large.",
        Fault::Expired => "Request has expired",
        Fault::Body => "The provided 'x-amz-content-sha256' header does not match what was computed.",
        Fault::Signature | Fault::Chunk => {
            "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details."
        }
    };
    match &refusal.texts {
        Some(texts) if !is_s3(&refusal.service) => format!(
            "{short}\n\nThe Canonical String for this request should have been\n'{}'\n\nThe String-to-Sign should have been\n'{}'\n",
            texts.canonical, texts.string_to_sign
        ),
        _ => short.to_owned(),
    }
}

fn pretended(refusal: &Refusal) -> String {
    format!("Played by the Lab; nothing left this machine. {}", refusal.why)
}

fn code(fault: Fault, is_query: bool) -> &'static str {
    match (fault, is_query) {
        (Fault::Missing, true) => "MissingAuthenticationToken",
        (Fault::Missing, false) => "MissingAuthenticationTokenException",
        (Fault::Malformed, true) => "IncompleteSignature",
        (Fault::Malformed, false) => "IncompleteSignatureException",
        (Fault::AccessKey | Fault::SessionToken, true) => "InvalidClientTokenId",
        (Fault::AccessKey | Fault::SessionToken, false) => "UnrecognizedClientException",
        (_, true) => "SignatureDoesNotMatch",
        (_, false) => "InvalidSignatureException",
    }
}

fn s3_code(fault: Fault) -> &'static str {
    match fault {
        Fault::Missing | Fault::Expired => "AccessDenied",
        Fault::Malformed | Fault::Scope => "AuthorizationHeaderMalformed",
        Fault::AccessKey => "InvalidAccessKeyId",
        Fault::SessionToken => "InvalidToken",
        Fault::Time => "RequestTimeTooSkewed",
        Fault::Signature | Fault::Chunk => "SignatureDoesNotMatch",
        Fault::Body => "XAmzContentSHA256Mismatch",
    }
}

fn s3_status(fault: Fault) -> StatusCode {
    match fault {
        Fault::Malformed | Fault::Scope | Fault::SessionToken | Fault::Body => StatusCode::BAD_REQUEST,
        _ => StatusCode::FORBIDDEN,
    }
}

/// What STS tells who asks who it is; `None` for any other request. As JSON where that is asked for, or where the connector
/// reads the account from it.
pub(crate) fn caller_identity(
    service: &str,
    arrived: &Arrived,
    person: &str,
    account: Option<&str>,
) -> Option<Payload> {
    let form: &[_] = match &arrived.body {
        Body::Form(pairs) => pairs,
        _ => &[],
    };
    let asks =
        [arrived.in_query("Action"), values_of(form, "Action")].concat().contains(&"GetCallerIdentity");
    if service != "sts" || !asks {
        return None;
    }
    let arn = format!("arn:aws:sts::{ACCOUNT}:assumed-role/lab/{person}");
    let user = format!("AROALABLABLABLABLABLA:{person}");
    let wants_json = arrived.header("accept").iter().any(|accept| accept.contains("json"));
    Some(match wants_json || account.is_some() {
        true => {
            let result = json!({ "Account": ACCOUNT, "Arn": arn, "UserId": user });
            let mut told = json!({ "GetCallerIdentityResponse": {
                "GetCallerIdentityResult": result, "ResponseMetadata": { "RequestId": "lab" } } });
            if let Some(account) =
                account.filter(|account| told.pointer(account).is_none_or(Value::is_object))
            {
                document::put(&mut told, account, person.into());
            }
            Payload::Json(told)
        }
        false => xml(format!(
            "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><GetCallerIdentityResult>{}{}{}\
             </GetCallerIdentityResult><ResponseMetadata><RequestId>lab</RequestId></ResponseMetadata>\
             </GetCallerIdentityResponse>",
            element("Arn", &arn),
            element("UserId", &user),
            element("Account", ACCOUNT)
        )),
    })
}

/// What tells of a request, as a service of this family writes: clients refuse what they cannot read.
pub(crate) fn echo(service: &str, told: &Value) -> Payload {
    match is_s3(service) || QUERY.contains(&service) {
        true => xml(element("Lab", &format!("{told:#}"))),
        false => Payload::Json(told.clone()),
    }
}

fn xml(document: String) -> Payload {
    Payload::Text("text/xml", format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{document}\n"))
}

fn element(name: &str, text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    format!("<{name}>{text}</{name}>")
}

fn bytes_of(text: &str) -> String {
    text.bytes().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(" ")
}
