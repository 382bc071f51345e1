//! The connector's script around a sign-in and a refresh: what it may add to the sign-in page, to a token request, and
//! what it may make of the answer.
//!
//! **Never**: a token is lost because a script fails on the answer that brought it. Such an answer is read as it came.

use super::{Line, provider::Provider};
use crate::{
    Engine, Error,
    script::{Context, Failure, ScriptEvent, Subject},
};
use domain::sign_in::{Endpoint, SignInFailure};
use protocol::{
    message::{Method, Request, Response, Url},
    oauth2::reply,
};
use secret::{SecretString, redact::Known};

/// The events around one exchange with the token endpoint.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Around {
    before: ScriptEvent,
    after: ScriptEvent,
}

impl Around {
    /// Around the first tokens.
    pub const TOKEN: Self = Self { before: ScriptEvent::BeforeToken, after: ScriptEvent::AfterToken };
    /// Around a refresh.
    pub const REFRESH: Self = Self { before: ScriptEvent::BeforeRefresh, after: ScriptEvent::AfterRefresh };
}

impl Provider {
    /// Whether a script runs around its exchanges.
    pub fn has_script(&self) -> bool {
        self.scripted.is_some()
    }
}

impl Engine {
    /// Sends `request` to the token endpoint, the connector's script before and after it.
    /// # Errors
    /// As [`Engine::ask`].
    pub(super) async fn ask_by_script(
        &self,
        line: &Line<'_>,
        around: Around,
        mut request: Request,
        known: &Known,
    ) -> Result<Result<Response, SignInFailure>, Error> {
        let Some(context) = line.provider.script_context() else {
            return self.ask(line, Endpoint::Token, request, known).await;
        };
        let (nothing, mut runs) = (SecretString::default(), Vec::new());
        let subject = Subject::Request(&mut request, &nothing);
        if let Some((outcome, run)) = self.run_event(&context, around.before, subject, known).await {
            if let Err(failure) = outcome {
                return Ok(Err(stopped(around.before, &failure)));
            }
            runs.push(run);
        }
        let (method, url) = (request.method.to_string(), request.url.clone());
        let (mut reply, exchange) =
            match self.ask_recorded(line, Endpoint::Token, request, known, runs).await? {
                (Ok(reply), exchange) => (reply, exchange),
                (Err(failure), _) => return Ok(Err(failure)),
            };
        let came = reply.clone();
        let subject = Subject::Response(&mut reply, &method, &url);
        let Some((outcome, run)) = self.run_event(&context, around.after, subject, known).await else {
            return Ok(Ok(came));
        };
        // The record is for people. What came may be a token that nobody gives twice.
        if let Err(error) =
            self.store.write(move |change| change.activity().add_script_run(&exchange, &run)).await
        {
            tracing::warn!(%error, "what a script did could not be recorded");
        }
        let Err(failure) = outcome else { return Ok(Ok(reply)) };
        let oauth2 = &line.provider.oauth2;
        match reply::read(&came, &oauth2.token_response, &line.provider.delimiter) {
            // A refresh token may be used up by now: what the service gave is worth more than the script's word.
            Ok(_) if around.after == ScriptEvent::AfterRefresh => Ok(Ok(came)),
            _ => Ok(Err(stopped(around.after, &failure))),
        }
    }

    /// What the sign-in page is opened with besides the sign-in's own parameters.
    /// # Errors
    /// [`Error::Script`].
    pub(super) async fn extra_by_script(
        &self,
        provider: &Provider,
        endpoint: &Url,
        extra: Vec<(String, String)>,
    ) -> Result<Vec<(String, String)>, Error> {
        let Some(context) = provider.script_context() else { return Ok(extra) };
        let mut bare = endpoint.clone();
        bare.set_query(None);
        let mut request = Request::new(Method::GET, bare.clone());
        if !extra.is_empty() {
            request.url.query_pairs_mut().extend_pairs(&extra);
        }
        let (nothing, event) = (SecretString::default(), ScriptEvent::BeforeAuthorise);
        let ran =
            self.run_event(&context, event, Subject::Request(&mut request, &nothing), &Known::new()).await;
        let Some((outcome, _)) = ran else { return Ok(extra) };
        let changes = outcome.map_err(|failure| Error::Script { event, failure })?;
        if changes.path || changes.body || !changes.headers.is_empty() {
            let message = "before the sign-in page, only method_request_parameters can be changed".into();
            return Err(Error::Script { event, failure: Failure::unfit(message) });
        }
        Ok(request.url.query_pairs().into_owned().collect())
    }
}

/// What a script's failure means for a sign-in.
pub(super) fn stopped(event: ScriptEvent, failure: &Failure) -> SignInFailure {
    SignInFailure::Script { event: event.name().to_owned(), said: failure.in_words() }
}

impl Provider {
    /// Whose script runs; none where the connector has none.
    fn script_context(&self) -> Option<Context<'_>> {
        let scripted = self.scripted.as_deref()?;
        Some(Context {
            connector: &scripted.connector,
            authentication: &scripted.authentication,
            settings: self.settings(),
            example: false,
        })
    }
}
