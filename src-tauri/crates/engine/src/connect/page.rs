//! The page of an error that the service shows in the browser, in place of sending it back: no redirect tells of it, so a
//! person brings its text or its address, and is told what that means.
//!
//! **Never**: ends the sign-in, or keeps what was brought. Whoever waits goes on waiting.

use crate::{Engine, Error, witness};
use domain::{
    attempt::{Attempt, AttemptState},
    evidence::Evidence,
    id::AttemptId,
};
use secret::SecretString;

impl Engine {
    /// What a person brought of the page, as evidence: masked, and beside what is known of the sign-in.
    /// # Errors
    /// [`Error::Values`] where nothing was brought, or the address that the sign-in waits for;
    /// [`Error::AttemptEnded`] where it does not wait for a person.
    pub async fn explain_page(&self, id: &AttemptId, pasted: &SecretString) -> Result<Evidence, Error> {
        let (attempt, connector, settings) = self.waiting(id).await?;
        // EXPOSE: what is read of it is masked; an address may hold more than the error
        let pasted = pasted.expose().trim();
        let unfit = |reason: &str| Err(Error::Values(vec![("page".into(), reason.into())]));
        if pasted.is_empty() {
            return unfit("Paste the text of the page, or its address.");
        }
        let redirect = attempt.sign_in.as_ref().and_then(|sign_in| sign_in.redirect.as_ref());
        if redirect.is_some_and(|redirect| !redirect.uri.is_empty() && pasted.starts_with(&redirect.uri)) {
            return unfit(
                "This is the address that the sign-in waits for. Paste it as the address you landed on.",
            );
        }
        Ok(witness::of_page(&attempt, &connector, &settings, pasted, self.ports.clock.now()))
    }

    /// The sign-in that waits for a person: the one of this name, or the only one.
    /// # Errors
    /// [`Error::NotFound`], [`Error::NoSuchSignIn`]; [`Error::Ambiguous`] with the names of those that wait.
    pub async fn waiting_sign_in(&self, name: Option<&str>) -> Result<Attempt, Error> {
        let open = self.store.read(|snapshot| Ok::<_, Error>(snapshot.attempts().open()?)).await?;
        let now = self.ports.clock.now();
        let waits = |attempt: &Attempt| matches!(attempt.state, AttemptState::SigningIn { until, .. } if now <= until);
        let is_meant = |attempt: &Attempt| name.is_none_or(|name| attempt.name == name);
        let mut found: Vec<Attempt> =
            open.into_iter().filter(|attempt| waits(attempt) && is_meant(attempt)).collect();
        match (found.pop(), name) {
            (Some(only), _) if found.is_empty() => Ok(only),
            (Some(last), name) => Err(Error::Ambiguous {
                what: "sign-in",
                name: name.unwrap_or("waiting").to_owned(),
                candidates: found.into_iter().chain([last]).map(|attempt| attempt.name).collect(),
            }),
            (None, Some(name)) => Err(Error::not_found("sign-in", name)),
            (None, None) => Err(Error::NoSuchSignIn),
        }
    }
}
