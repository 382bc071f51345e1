//! Steps that several journeys share, in the words of the window.

use crate::{Window, button, field, heading, link, menu_item, radio};

/// A service of the journeys: how its connector is built, and what a connection to it is asked.
pub struct Service {
    /// What the connector is called.
    pub name: &'static str,
    /// The card that is picked under Security.
    pub pick: &'static str,
    /// What else is filled in there.
    pub security: &'static [Step],
    /// The method of the verify request.
    pub method: &'static str,
    /// Its path.
    pub path: &'static str,
    /// The pointer to the account in its reply.
    pub account: Option<&'static str>,
    /// The field that asks for the secret, and a value that the service accepts.
    pub secret: Option<(&'static str, &'static str)>,
    /// What else is asked.
    pub values: &'static [(&'static str, &'static str)],
}

/// What a person does to one field.
pub enum Step {
    /// Types into it.
    Fill(&'static str, &'static str),
    /// Chooses one of its options.
    Choose(&'static str, &'static str),
}

impl Service {
    /// Makes the connector for a service at `address`, from its name to ready.
    pub async fn build(&self, window: &Window, address: &str) {
        window.click(link("Connectors")).await;
        window.click(button("New connector")).await;
        window.fill(field("Connector name"), self.name).await;
        window.click(button("Create connector")).await;
        self.fill_in(window, address).await;
        window.click(button("Mark as ready")).await;
        window.finds(button("Back to draft")).await;
    }

    /// Fills in the four parts of the builder, which is open.
    pub async fn fill_in(&self, window: &Window, address: &str) {
        window.fill(field("Base address"), address).await;
        window.click(button("Continue to Security")).await;
        window.click(radio(self.pick)).await;
        for step in self.security {
            match step {
                Step::Fill(label, text) => window.fill(field(label), text).await,
                Step::Choose(label, choice) => window.choose(label, choice).await,
            }
        }
        window.click(button("Continue to Requests")).await;
        window.click(button("Continue to Verify")).await;
        window.fill(field("Path of the verify request"), self.path).await;
        if self.method != "GET" {
            window.choose("Method", self.method).await;
        }
        if let Some(pointer) = self.account {
            window.fill(field("Account"), pointer).await;
        }
    }

    /// Fills in the form of a connection, which is open, with `secret` in place of the one that the service accepts.
    pub async fn type_values(&self, window: &Window, name: &str, secret: Option<&str>) {
        window.finds(heading(&format!("Connect to {}", self.name))).await;
        window.fill(field("Connection name"), name).await;
        for (label, value) in self.values {
            window.fill(field(label), value).await;
        }
        if let Some((label, accepted)) = self.secret {
            window.fill(field(label), secret.unwrap_or(accepted)).await;
        }
    }
}

/// Sets the vault up with its key in the keyring, from the screen that asks for it.
pub async fn set_up_vault(window: &Window) {
    window.click(button("Create the vault")).await;
    window.click(button("Later")).await;
    window.click(button("Start using Patchbay")).await;
}

/// Renames the connection that is open.
pub async fn rename(window: &Window, name: &str) {
    window.click(button("Rename")).await;
    window.finds(heading("Rename the connection")).await;
    window.fill(field("Connection name"), name).await;
    window.click(button("Rename")).await;
    window.gone(heading("Rename the connection")).await;
    window.finds(heading(name)).await;
}

/// Deletes the connection that is open.
pub async fn delete(window: &Window) {
    window.click(button("More actions")).await;
    window.click(menu_item("Delete…")).await;
    window.click(button("Delete it")).await;
}
