//! A browser that does what a test says.

use domain::ports::{BoxFuture, Browser, BrowserError, Opened};
use secret::SecretString;
use tokio::sync::watch;

/// Remembers each page that it is told to open, and lets a script go on from there, as a person would.
pub struct ScriptedBrowser {
    visits: watch::Sender<Vec<Visit>>,
    script: Box<dyn Fn(Visit) -> Result<Opened, BrowserError> + Send + Sync>,
}

/// A page that was to be opened.
#[derive(Clone, Debug)]
pub struct Visit {
    /// Its address.
    pub url: SecretString,
    /// Whether in a private window.
    pub private: bool,
}

impl ScriptedBrowser {
    /// `script` is called with each page: it answers whether the page opened, and may spawn what the person does there.
    pub fn new(script: impl Fn(Visit) -> Result<Opened, BrowserError> + Send + Sync + 'static) -> Self {
        Self { visits: watch::Sender::new(Vec::new()), script: Box::new(script) }
    }

    /// Opens every page, and nobody does anything there.
    pub fn idle() -> Self {
        Self::new(|_| Ok(Opened { browser: Some("Scripted".into()) }))
    }

    /// What was to be opened so far, oldest first.
    pub fn visits(&self) -> Vec<Visit> {
        self.visits.borrow().clone()
    }

    /// Waits for the visit of this number, counted from zero.
    pub async fn visit(&self, number: usize) -> Visit {
        let mut visits = self.visits.subscribe();
        match visits.wait_for(|visits| visits.len() > number).await {
            Ok(visits) => visits[number].clone(),
            Err(_) => unreachable!("the sender lives as long as the browser, which is borrowed here"),
        }
    }
}

impl Browser for ScriptedBrowser {
    fn open<'a>(
        &'a self,
        url: &'a SecretString,
        private: bool,
    ) -> BoxFuture<'a, Result<Opened, BrowserError>> {
        let visit = Visit { url: url.clone(), private };
        self.visits.send_modify(|visits| visits.push(visit.clone()));
        Box::pin(std::future::ready((self.script)(visit)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{future::Future, pin::pin, task};

    #[test]
    fn each_visit_is_remembered_and_answered_by_the_script() {
        let browser = ScriptedBrowser::new(|visit| match visit.private {
            true => Err(BrowserError::NoPrivateWindow { browser: None }),
            false => Ok(Opened { browser: None }),
        });
        let mut context = task::Context::from_waker(task::Waker::noop());
        let mut second = pin!(browser.visit(1));
        assert!(second.as_mut().poll(&mut context).is_pending());
        for private in [false, true] {
            let url = SecretString::new("https://login.example/".into());
            let outcome = pin!(browser.open(&url, private)).poll(&mut context);
            assert!(matches!(outcome, task::Poll::Ready(outcome) if outcome.is_err() == private));
        }
        assert!(matches!(second.poll(&mut context), task::Poll::Ready(visit) if visit.private));
        assert_eq!(browser.visits().len(), 2);
    }
}
