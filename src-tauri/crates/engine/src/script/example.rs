//! *Run on an example*: an event of a draft's script, run for real on made-up data. Nothing is sent.

use super::{Context, Failure, FailureKind, ScriptEvent, Subject, run::auth_value};
use crate::{
    Engine, Error,
    preview::{stand_in_credential, stand_ins},
    request::{Call, Parts, Prepared, prepare},
};
use domain::{
    connector::{Authentication, OAuth2},
    event::ScriptRun,
};
use protocol::message::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, Url, header};
use secret::{SecretString, redact::Known};
use serde_json::Value;
use std::collections::BTreeMap;

/// An example to run an event on. What is empty is made up.
#[derive(Clone, Debug, Default)]
pub struct ExampleRun {
    /// The event.
    pub event: Option<ScriptEvent>,
    /// HTTP method.
    pub method: String,
    /// Path behind the base address.
    pub path: String,
    /// Body of the request.
    pub body: String,
    /// Status of the reply.
    pub status: Option<u16>,
    /// Body of the reply.
    pub reply: String,
    /// Values of settings and plain prompts.
    pub values: BTreeMap<String, String>,
}

/// What came of an example.
#[derive(Debug)]
pub struct Tried {
    /// The record of the run; none where the script has no such function.
    pub run: Option<ScriptRun>,
    /// Why it did not let things go on.
    pub failure: Option<Failure>,
    /// What the event found, line by line.
    pub before: Vec<String>,
    /// What is there after it.
    pub after: Vec<String>,
}

impl Engine {
    /// Runs one event of the script of a draft document on an example.
    /// # Errors
    /// [`Error::Store`].
    pub async fn run_example(&self, document: &Value, example: &ExampleRun) -> Result<Tried, Error> {
        let checked = self.check_document(document).await?;
        let incomplete = |message: String| Tried {
            run: None,
            failure: Some(Failure::new(FailureKind::Unfit, message)),
            before: Vec::new(),
            after: Vec::new(),
        };
        let Some(mut connector) = checked.preview else {
            return Ok(incomplete("fill in the base address and the authentication first".into()));
        };
        // A script that is too long to be kept is still tried: it says so itself.
        connector.script = document["script"].as_str().map(str::to_owned);
        let Some(authentication) = connector.authentication(None).cloned() else {
            return Ok(incomplete("choose an authentication type first".into()));
        };
        let event = example.event.unwrap_or(ScriptEvent::BeforeAction);
        let settings = stand_ins(&connector, &example.values);
        let credential = stand_in_credential(&authentication, &example.values);
        let parts = Parts {
            connector: &connector,
            authentication: &authentication,
            settings: &settings,
            credential: &credential,
            stamp: self.stamp(),
        };
        let prepared = match made_up(&parts, event, example) {
            Ok(prepared) => prepared,
            Err(message) => return Ok(incomplete(message)),
        };
        let context = Context {
            connector: &connector,
            authentication: &authentication,
            settings: &settings,
            example: true,
        };
        // Nothing here is secret: what a script prints of an example may be read.
        let known = Known::new();
        let mut prepared = prepared;
        if event.has_reply() {
            let mut reply = made_up_reply(event, example);
            let before = reply_lines(&reply);
            let (method, url) = (prepared.request.method.to_string(), prepared.request.url.clone());
            let subject = Subject::Response(&mut reply, &method, &url);
            let (run, failure) = told(self.run_event(&context, event, subject, &known).await);
            let after = if failure.is_some() { Vec::new() } else { reply_lines(&reply) };
            return Ok(Tried { run, failure, before, after });
        }
        let value = match event {
            ScriptEvent::BeforeAction => auth_value(&authentication, &credential),
            _ => SecretString::default(),
        };
        let before = self.lines_of(prepared.clone(), &parts, event);
        let subject = Subject::Request(&mut prepared.request, &value);
        let (run, failure) = told(self.run_event(&context, event, subject, &known).await);
        let after = if failure.is_some() { Vec::new() } else { self.lines_of(prepared, &parts, event) };
        Ok(Tried { run, failure, before, after })
    }

    /// The request as it would leave, its made-up credential in place.
    fn lines_of(&self, prepared: Prepared, parts: &Parts<'_>, event: ScriptEvent) -> Vec<String> {
        let request = match event {
            ScriptEvent::BeforeAction => match prepared.clone().authorize(parts, None) {
                Ok(built) => built.request,
                Err(_) => prepared.request,
            },
            _ => prepared.request,
        };
        request_lines(&request)
    }
}

type Run = Option<(Result<super::Changes, Failure>, ScriptRun)>;

fn told(ran: Run) -> (Option<ScriptRun>, Option<Failure>) {
    match ran {
        Some((outcome, run)) => (Some(run), outcome.err()),
        None => (None, None),
    }
}

/// The request that the event is about.
fn made_up(parts: &Parts<'_>, event: ScriptEvent, example: &ExampleRun) -> Result<Prepared, String> {
    use ScriptEvent::{AfterAction, AfterError, BeforeAction};
    if matches!(event, BeforeAction | AfterAction | AfterError) {
        let mut call = match (parts.connector.verify(None), example.path.as_str()) {
            (Some(verify), "") => Call::verify(verify),
            (_, path) => Call::new(Method::GET, path),
        };
        if let Ok(method) = Method::from_bytes(example.method.trim().to_uppercase().as_bytes())
            && !example.method.trim().is_empty()
        {
            call.method = method;
        }
        call.body = example.body.clone().into_bytes();
        return prepare(parts, &call).map_err(|error| error.to_string());
    }
    let oauth2 = oauth2_of(parts.authentication).ok_or("this event happens with OAuth 2 alone")?;
    let address = match event {
        ScriptEvent::BeforeAuthorise => oauth2.authorize_url.as_ref(),
        _ => oauth2.token_url.as_ref(),
    };
    let url = address
        .and_then(|template| template.fill(parts.settings).ok())
        .unwrap_or(Url::parse("https://login.example/oauth").map_err(|error| error.to_string())?);
    let mut request = Request::new(Method::POST, url);
    if event == ScriptEvent::BeforeAuthorise {
        request.method = Method::GET;
        for (name, value) in &oauth2.extra_authorize_params {
            if let Ok(value) = value.fill(parts.settings) {
                request.url.query_pairs_mut().append_pair(name, &value);
            }
        }
    } else {
        let form = HeaderValue::from_static("application/x-www-form-urlencoded");
        request.headers.insert(header::CONTENT_TYPE, form);
        request.body = match (example.body.as_str(), event) {
            ("", ScriptEvent::BeforeRefresh | ScriptEvent::AfterRefresh) => {
                b"grant_type=refresh_token&refresh_token=refresh_token&client_id=client_id".to_vec()
            }
            ("", _) => b"grant_type=authorization_code&code=code&client_id=client_id".to_vec(),
            (body, _) => body.as_bytes().to_vec(),
        };
    }
    Ok(Prepared::plain(request))
}

fn oauth2_of(authentication: &Authentication) -> Option<&OAuth2> {
    match authentication {
        Authentication::OAuth2(oauth2) => Some(oauth2),
        Authentication::OpenIdConnect(openid) => Some(&openid.oauth2),
        _ => None,
    }
}

fn made_up_reply(event: ScriptEvent, example: &ExampleRun) -> Response {
    let status = example.status.and_then(|status| StatusCode::from_u16(status).ok());
    let (usual, body) = match event {
        ScriptEvent::AfterError => {
            (StatusCode::BAD_REQUEST, r#"{"error":{"message":"The field name is missing."}}"#)
        }
        ScriptEvent::AfterToken | ScriptEvent::AfterRefresh => (
            StatusCode::OK,
            r#"{"access_token":"access_token","token_type":"Bearer","expires_in":3600,"refresh_token":"refresh_token"}"#,
        ),
        _ => (StatusCode::OK, r#"{"data":{"id":1,"name":"Ada"}}"#),
    };
    let body = if example.reply.is_empty() { body } else { &example.reply };
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    Response { status: status.unwrap_or(usual), headers, body: body.as_bytes().to_vec() }
}

fn request_lines(request: &Request) -> Vec<String> {
    let first = format!("{} {}", request.method, request.url);
    lines(first, &request.headers, &request.body)
}

fn reply_lines(reply: &Response) -> Vec<String> {
    lines(reply.status.to_string(), &reply.headers, &reply.body)
}

fn lines(first: String, headers: &HeaderMap, body: &[u8]) -> Vec<String> {
    let headers =
        headers.iter().map(|(name, value)| format!("{name}: {}", String::from_utf8_lossy(value.as_bytes())));
    let mut lines: Vec<_> = [first].into_iter().chain(headers).collect();
    if !body.is_empty() {
        lines.push(String::new());
        lines.extend(String::from_utf8_lossy(body).lines().map(str::to_owned));
    }
    lines
}
