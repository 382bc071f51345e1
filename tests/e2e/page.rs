//! A page that a driver has open, the window's or the browser's, and what a person does with it. WebDriver stays in this
//! file and in `driver`.

use crate::{
    Named,
    driver::{Driver, PATIENCE, now, pause},
    find::{option, select},
    world::screens,
};
use fantoccini::{
    Client,
    elements::{Element, ElementRef},
    error::CmdError,
    key::Key,
};
use serde_json::{Value, json};
use std::{path::Path, process::Command, time::Duration};

/// The key under which WebDriver names an element.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// An open page.
pub struct Page {
    /// What is on the screen, `window` or `browser`: the first word of its pictures.
    of: &'static str,
    client: Client,
    driver: Driver,
}

impl Page {
    /// Opens a session of `driver`.
    pub async fn open(of: &'static str, driver: Driver, capabilities: Value) -> Self {
        let client = driver.open(capabilities).await;
        Self { of, client, driver }
    }

    /// Waits for `what`, until it can be pressed and stands still, and clicks it.
    pub async fn click(&self, what: Named) {
        let mut place = None;
        self.until(&format!("a {what} that takes a click"), async |client| {
            let Some(element) = find(client, &what).await? else { return Ok(None) };
            if element.attr("aria-disabled").await?.as_deref() == Some("true")
                || !element.is_enabled().await?
            {
                return Ok(None);
            }
            // What was typed before may still move the page: a press that ends elsewhere than it began is none.
            let now = element.rectangle().await?;
            if place.replace(now) != Some(now) {
                return Ok(None);
            }
            element.click().await.map(Some)
        })
        .await;
    }

    /// Waits for `what` and types `text` in place of what it holds.
    pub async fn fill(&self, what: Named, text: &str) {
        let element = self.finds(what).await;
        let all = format!("{}a{}", char::from(Key::Control), char::from(Key::Null));
        let typed = async {
            element.click().await?;
            element.send_keys(&all).await?;
            element.send_keys(&char::from(Key::Delete).to_string()).await?;
            element.send_keys(text).await
        };
        typed.await.expect("the field takes text");
    }

    /// Chooses `choice` in the list that `label` opens.
    pub async fn choose(&self, label: &str, choice: &str) {
        self.click(select(label)).await;
        self.click(option(choice)).await;
        self.gone(option(choice)).await;
    }

    /// Presses one key where the focus is.
    pub async fn press(&self, key: Key) {
        let pressed =
            async { self.client.active_element().await?.send_keys(&char::from(key).to_string()).await };
        pressed.await.expect("the page takes keys");
    }

    /// Waits until `what` is there to be seen.
    pub async fn finds(&self, what: Named) -> Element {
        self.until(&format!("a {what}"), async |client| find(client, &what).await).await
    }

    /// Waits until `what` is not to be seen any more.
    pub async fn gone(&self, what: Named) {
        self.until(&format!("no more {what}"), async |client| {
            Ok(find(client, &what).await?.is_none().then_some(()))
        })
        .await;
    }

    /// Waits until `text` stands somewhere on the page.
    pub async fn sees(&self, text: &str) {
        self.until(&format!("the text “{text}”"), async |client| {
            Ok(shown_text(client).await?.contains(text).then_some(()))
        })
        .await;
    }

    /// Waits until `text` stands somewhere on the page, and tells how long that took.
    pub async fn sees_after(&self, text: &str) -> Duration {
        let start = now();
        self.sees(text).await;
        start.elapsed()
    }

    /// Everything that the page holds where a script could read it: its text and attributes, what stands in its fields,
    /// and what it stored.
    pub async fn page(&self) -> String {
        let script = "return [
            document.documentElement.outerHTML,
            ...[...document.querySelectorAll('input, textarea, select')].map((field) => field.value),
            location.href, document.title, document.cookie,
            JSON.stringify({ ...localStorage }), JSON.stringify({ ...sessionStorage }), JSON.stringify(history.state),
        ].join('\\n');";
        let page = self.client.execute(script, vec![]).await.expect("the page runs a script");
        page.as_str().expect("a text").to_owned()
    }

    /// From now on notes what goes over the seam between page and core; see [`Self::seam`].
    pub async fn notes_the_seam(&self) {
        self.client.execute(include_str!("seam.js"), vec![]).await.expect("the page runs a script");
    }

    /// What went over the seam: `{ command, sent }` for each request of the page, `{ received }` for each reply and
    /// event. Empty before [`Self::notes_the_seam`].
    pub async fn seam(&self) -> Vec<Value> {
        let seam =
            self.client.execute("return window.seam ?? []", vec![]).await.expect("the page runs a script");
        seam.as_array().expect("a list").clone()
    }

    /// Runs `script` in the page, whatever it returns.
    pub async fn runs(&self, script: &str) {
        self.client.execute(script, vec![]).await.expect("the page runs a script");
    }

    /// Waits until `text` stands nowhere on the page.
    pub async fn loses(&self, text: &str) {
        self.until(&format!("no more “{text}”"), async |client| {
            Ok((!shown_text(client).await?.contains(text)).then_some(()))
        })
        .await;
    }

    /// Runs `script` in the page and waits until it returns something other than null and false.
    pub async fn evaluates(&self, script: &str) -> Value {
        self.until(&format!("an answer to `{script}`"), async |client| {
            let answer = client.execute(script, vec![]).await?;
            Ok((!answer.is_null() && answer != false).then_some(answer))
        })
        .await
    }

    /// Sends `command` to the core as the page's own code would: `answered: …` or `refused: …`.
    pub async fn invokes(&self, command: &str, arguments: &str) -> String {
        let script = format!(
            "const done = arguments[0];
             window.__TAURI_INTERNALS__.invoke('{command}', {arguments}).then(
               (reply) => done('answered: ' + JSON.stringify(reply)),
               (error) => done('refused: ' + (typeof error === 'string' ? error : JSON.stringify(error))));"
        );
        let answer = self.client.execute_async(&script, vec![]).await.expect("the page runs a script");
        answer.as_str().unwrap_or_default().to_owned()
    }

    /// Keeps a picture as `target/screens/window-NAME.png` or `browser-NAME.png`.
    pub async fn picture(&self, name: &str) {
        let file = screens().join(format!("{}-{name}.png", self.of));
        // What moves for ever is taken as it is then.
        let mut former = Vec::new();
        for _ in 0..8 {
            let png = self.photograph(&file).await;
            if png == former {
                break;
            }
            former = png;
            pause().await;
        }
        std::fs::write(file, former).unwrap();
    }

    /// The window is taken off the display, as a person sees it: WebKitGTK photographs no page that it paints without a
    /// graphics card. The browser has no place on the display.
    async fn photograph(&self, file: &Path) -> Vec<u8> {
        if self.of == "browser" {
            return self.client.screenshot().await.expect("a picture of the page is taken");
        }
        let taken = Command::new("scrot").args(["--overwrite", "--silent"]).arg(file).status();
        assert!(taken.is_ok_and(|status| status.success()), "a picture of the display is taken");
        std::fs::read(file).unwrap()
    }

    /// Waits until one of the pages that the program has open has an address that begins with `address`, and turns to it.
    pub async fn turns_to(&self, address: &str) {
        self.until(&format!("a page at {address}"), async |client| {
            for handle in client.windows().await? {
                client.switch_to_window(handle).await?;
                if client.current_url().await?.as_str().starts_with(address) {
                    return Ok(Some(()));
                }
            }
            Ok(None)
        })
        .await;
    }

    /// What the program wrote on standard output and error so far.
    pub fn said(&self) -> String {
        self.driver.said()
    }

    /// Ends the session, and answers what the program wrote on standard output and error.
    pub async fn close(self) -> String {
        self.client.close().await.expect("the session ends");
        self.driver.said()
    }

    /// Asks `condition` again and again until it has an answer.
    pub async fn until<T>(
        &self,
        wanted: &str,
        mut condition: impl AsyncFnMut(&Client) -> Result<Option<T>, CmdError>,
    ) -> T {
        let start = now();
        loop {
            let found = condition(&self.client).await;
            if let Ok(Some(found)) = found {
                return found;
            }
            if start.elapsed() > PATIENCE {
                let page = shown_text(&self.client).await.unwrap_or_default();
                self.picture("failed").await;
                let (seconds, error) = (PATIENCE.as_secs(), found.err());
                let said = self.driver.said();
                panic!(
                    "not within {seconds} s: {wanted} ({error:?}).\nThe page showed:\n{page}\nThe program said:\n{said}"
                );
            }
            pause().await;
        }
    }
}

async fn find(client: &Client, what: &Named) -> Result<Option<Element>, CmdError> {
    let found = client.execute(include_str!("find.js"), vec![json!(what.role), json!(what.name)]).await?;
    let id = found[ELEMENT].as_str().map(|id| ElementRef::from(id.to_owned()));
    Ok(id.map(|id| Element::from_element_id(client.clone(), id)))
}

async fn shown_text(client: &Client) -> Result<String, CmdError> {
    let text = client.execute("return document.body.innerText", vec![]).await?;
    Ok(text.as_str().unwrap_or_default().to_owned())
}
