//! Errors of the engine as what a shell is told: closed code, what happened, what is safe, what to do.

use super::diagnosis::Whose;
use crate::{
    connectors::problem,
    contract::error::{ErrorCode, ErrorView},
    lab::LabTrouble,
};
use domain::{manifest::Problem, ports::TransportError};
use engine::{Error, credential::CredentialError, request::BuildError};
use protocol::placement::PlacementError;
use secret::ServerText;
use store::StoreError;

/// What stays after a refresh or a revocation that failed.
const KEPT: &str = "The connection is as it was, and its tokens are kept.";

/// An error with its sentence and the way on.
pub fn of(code: ErrorCode, message: impl Into<String>, action: impl Into<String>) -> ErrorView {
    ErrorView {
        code,
        message: printable(&message.into()),
        safe: None,
        action: Some(action.into()),
        field: None,
        problems: Vec::new(),
        names: Vec::new(),
        diagnosis: None,
    }
}

/// What somebody typed comes back in many sentences: none of it may write over a terminal, or fill it.
fn printable(text: &str) -> String {
    ServerText::quote(text).as_str().to_owned()
}

impl ErrorView {
    /// The same, about a field.
    pub(crate) fn on(self, field: impl Into<String>) -> Self {
        Self { field: Some(field.into()), ..self }
    }

    /// The same, with what is safe.
    pub(crate) fn safe(self, safe: impl Into<String>) -> Self {
        Self { safe: Some(safe.into()), ..self }
    }

    /// The same, with names.
    pub(crate) fn names(self, names: Vec<String>) -> Self {
        Self { names: names.iter().map(|name| printable(name)).collect(), ..self }
    }
}

/// What a shell is told.
pub fn view(error: Error) -> ErrorView {
    let evidence = error.evidence();
    let diagnosis = evidence.and_then(|evidence| super::diagnosis::view(&evidence, Whose::Attempt));
    match error {
        Error::NotFound { what, name } => of(
            ErrorCode::NotFound,
            format!("There is no {what} called “{name}”."),
            "Check the spelling; the list shows every name.",
        ),
        Error::Ambiguous { what, name, candidates } => of(
            ErrorCode::Ambiguous,
            format!("Several {what}s are called “{name}”."),
            "Write the link name of the one you mean.",
        )
        .names(candidates),
        Error::Exists(link_name) => of(
            ErrorCode::Exists,
            format!("There is a connector with the link name {link_name} already. Nothing was changed."),
            "Choose another link name, or update the one that is there (--update).",
        )
        .on("/link_name"),
        Error::NotValid(problems) => problems_view(
            &problems,
            "The connector has errors. Nothing was stored.",
            "Mend what is listed and try again.",
        ),
        Error::NotComplete(problems) => problems_view(
            &problems,
            "The connector is not complete yet.",
            "Fill in what is listed, then mark it as ready.",
        ),
        Error::Values(wrong) => {
            let field = wrong.first().map(|(key, _)| key.clone());
            let names = wrong.into_iter().map(|(key, reason)| format!("{key}: {reason}")).collect();
            let view =
                of(ErrorCode::Missing, "Some values are missing or do not fit.", "Correct what is listed.");
            ErrorView { field, ..view.safe("Nothing was stored.").names(names) }
        }
        Error::Draft(name) => of(
            ErrorCode::Draft,
            format!("{name} is a draft, and only a ready connector can be connected to."),
            "Mark it as ready first.",
        ),
        Error::ChangedElsewhere => of(
            ErrorCode::ChangedElsewhere,
            "It was changed in another window or by a command in the meantime.",
            "Reload to see that version, or keep yours.",
        )
        .safe("What you typed is still here, and nothing was overwritten."),
        Error::LinkNameFixed => of(
            ErrorCode::InUse,
            "The link name is fixed, because connections use this connector.",
            "Keep the link name; the shown name can change at any time.",
        )
        .on("/link_name"),
        Error::Logo(error) => {
            let (what, remedy) = engine::logo::in_words(&error);
            of(ErrorCode::NotValid, what, remedy).safe("The logo is as it was.").on("/logo")
        }
        Error::NotConfirmed { connections } => of(
            ErrorCode::NotConfirmed,
            format!("{} connections use this connector. Nothing was deleted.", connections.len()),
            "Type the connector's name to delete it with its connections. It cannot be undone.",
        )
        .names(connections),
        Error::AlwaysThere { what, name } => of(
            ErrorCode::InUse,
            format!("The {what} {name} is always there: connectors that name no other take it."),
            "Rename it, or add another one.",
        )
        .safe("Nothing was deleted."),
        Error::EnvironmentUsed { name, used_by, more } => of(
            ErrorCode::InUse,
            format!("The environment {name} is used by {}.", named(&used_by, more)),
            "A connection stays in its environment: delete these first, or keep it.",
        )
        .safe("Nothing was deleted.")
        .names(used_by),
        Error::AppUsed { client_id, used_by } => of(
            ErrorCode::InUse,
            format!("The app {client_id} is used by {}.", used_by.join(", ")),
            "Reauthorize these with another app, or delete them. A sign-in before the last one is kept for 10 minutes.",
        )
        .safe("Nothing was deleted.")
        .names(used_by),
        Error::AppIsDefault { client_id } => of(
            ErrorCode::InUse,
            format!("New connections use the app {client_id}."),
            "Make another one the default first.",
        )
        .safe("Nothing was deleted."),
        Error::Disabled(name) => of(
            ErrorCode::Disabled,
            format!("{name} is switched off, so nothing was sent."),
            "Switch it on and try again.",
        ),
        Error::NotSignedIn(name) => of(
            ErrorCode::NotSignedIn,
            format!("{name} is not signed in yet, so nothing was sent."),
            "Reauthorize it first.",
        ),
        Error::OriginNotAgreed(origin) => of(
            ErrorCode::OriginNotAgreed,
            format!("{origin} is not an address that this connection may send to. Nothing was sent."),
            "If the connector is right about it, reauthorize the connection to agree to the new address.",
        ),
        Error::SecretNotAgreed { key, origin } => of(
            ErrorCode::OriginNotAgreed,
            format!("What is kept of your app was given for other addresses, and would go to {origin} now."),
            "If the connector is right about it, type it again.",
        )
        .safe("Nothing was sent.")
        .on(key),
        Error::InsideNotAgreed { connector, origins } => of(
            ErrorCode::InsideNotAgreed,
            format!(
                "{connector} came with a file, and it leads to this machine or its network: {}.",
                origins.join(", ")
            ),
            "Programs there may trust whoever reaches them. If you want it to send there, agree to the address and try again.",
        )
        .safe("Nothing was sent, and nothing was stored.")
        .names(origins),
        Error::Origins(error) => of(
            ErrorCode::NotValid,
            format!("The addresses of the connector cannot be told: {error}."),
            "Correct the value or the connector.",
        )
        .safe("Nothing was stored."),
        Error::Build(error) => build(&error),
        Error::Credential(error) => credential(&error),
        Error::Transport(error) => no_reply(&error),
        Error::Script { event, failure } => super::script::stopped(event, &failure),
        Error::ScriptNotAgreed { connector } => of(
            ErrorCode::ScriptNotAgreed,
            format!("{connector} runs code that came with its file, and nobody agreed to that code."),
            format!("Read it with `patchbay connectors script {connector}` or in the window, then let it run (--allow)."),
        )
        .safe("Nothing was sent, and no code ran.")
        .names(vec![connector]),
        // The only environment that is computed is the Lab.
        Error::Environment(cause) => match cause.downcast::<LabTrouble>() {
            Ok(trouble) => (*trouble).into(),
            Err(cause) => of(
                ErrorCode::Internal,
                "The environment cannot be had.",
                "Connect in another environment, or report what is listed.",
            )
            .names(vec![cause.to_string()]),
        },
        Error::NoSuchSignIn => of(
            ErrorCode::NotFound,
            "No sign-in that was started here waits for this address.",
            "Copy the whole address that the browser landed on, within ten minutes, or begin the sign-in again.",
        )
        .safe("Nothing was changed, and sign-ins that wait go on waiting."),
        Error::AttemptEnded => of(
            ErrorCode::NotFound,
            "This sign-in has ended already.",
            "Look at the connection, or begin again.",
        ),
        Error::NothingToUndo(name) => of(
            ErrorCode::NotFound,
            format!("{name} has no sign-in to go back to. The one before is kept for 10 minutes."),
            "Reauthorize it as the account you want.",
        )
        .safe("Nothing was changed."),
        Error::Vault(error) => crate::vault::error(&error),
        Error::Store(error) => store(&error),
        Error::Browser(error) => of(
            ErrorCode::CouldNotCheck,
            format!("The sign-in page could not be opened: {error}."),
            "Copy the link and open it in any browser on this machine.",
        )
        .safe("The sign-in still waits."),
        Error::SignIn(failure) => {
            let failure = super::sign_in::failure(&failure, "the service");
            let told = of(ErrorCode::CouldNotCheck, failure.happened, failure.action).safe(failure.safe);
            ErrorView { diagnosis: diagnosis.map(Box::new), ..told }
        }
        Error::NotRefreshable => of(
            ErrorCode::Refused,
            "The service gave nothing to refresh this connection with.",
            "Sign in again when its token ends; some services give a refresh token only when asked for offline access.",
        )
        .safe("The connection is as it was."),
        Error::NotRefreshed(failure) => {
            let (happened, action) = super::sign_in::not_refreshed(&failure);
            of(ErrorCode::CouldNotCheck, happened, action).safe(KEPT)
        }
        Error::NotRevoked(failure) => {
            let failure = super::sign_in::failure(&failure, "the service");
            of(ErrorCode::CouldNotCheck, failure.happened, failure.action).safe(KEPT)
        }
        Error::NotIntrospected(failure) => {
            let (happened, action) = super::sign_in::not_introspected(&failure);
            of(ErrorCode::CouldNotCheck, happened, action).safe(KEPT)
        }
        Error::NotIntrospectable => of(
            ErrorCode::Usage,
            "The service cannot be asked about this access: the connector names no introspect address, or there is no token.",
            "Verify the connection instead: one harmless call shows whether it works.",
        )
        .safe("The connection is as it was."),
        Error::RefreshElsewhere => of(
            ErrorCode::CouldNotCheck,
            "Another Patchbay process is refreshing this connection and has not finished.",
            "Try again in a moment.",
        )
        .safe("Nothing was sent."),
        Error::Ended { code } => of(
            ErrorCode::Refused,
            format!("The service ended the sign-in (`{code}`)."),
            "Sign in again with Reauthorize.",
        )
        .safe("The connection and its last token are kept."),
        Error::NotRevocable => of(
            ErrorCode::Usage,
            "The connector names no address to revoke at, so the service cannot be told from here.",
            "End it on the service's own page, or delete the connection here.",
        )
        .safe("The connection is as it was."),
        Error::Clipboard(error) => of(
            ErrorCode::Internal,
            format!("Nothing could be copied: {error}."),
            "Save it to a file instead.",
        ),
        Error::Stored(detail) => of(
            ErrorCode::Internal,
            "Stored data could not be read by this version.",
            "Update Patchbay, or report what is listed.",
        )
        .safe("Nothing was changed.")
        .names(vec![detail]),
    }
}

/// A reply did not come.
pub fn no_reply(error: &TransportError) -> ErrorView {
    let (sentence, action) = super::unreachable(error.class, "the service");
    of(ErrorCode::CouldNotCheck, capital(&sentence), action).names(vec![error.detail.clone()])
}

/// The data cannot be read or written.
pub fn store(error: &StoreError) -> ErrorView {
    let safe = "Nothing was changed.";
    match error {
        StoreError::NewerDatabase { .. } => of(
            ErrorCode::NewerData,
            "A newer version of Patchbay has written this data.",
            "Restart Patchbay, or update it to the newest version.",
        )
        .safe("Nothing was changed, so that nothing is lost."),
        StoreError::InUse { .. } => of(
            ErrorCode::DataDirectory,
            "The data needs an upgrade, and another Patchbay is using it.",
            "Close every Patchbay window and command, then try again.",
        )
        .safe(safe),
        StoreError::Busy => of(
            ErrorCode::DataDirectory,
            "Another process has kept the data locked for too long.",
            "Try again. If it stays so, close other Patchbay windows and commands.",
        )
        .safe(safe),
        StoreError::DiskFull => {
            of(ErrorCode::DataDirectory, "The disk is full.", "Make some room and try again.").safe(safe)
        }
        StoreError::Damaged { detail } => of(
            ErrorCode::DataDirectory,
            "The data file is damaged.",
            "Restore the newest file from the folder `backups` beside it.",
        )
        .safe("Nothing was changed.")
        .names(vec![detail.clone()]),
        StoreError::File { path, cause } => of(
            ErrorCode::DataDirectory,
            format!("`{}` cannot be used: {cause}.", path.display()),
            "Check that the folder is yours and can be written to.",
        ),
        StoreError::LinkNameTaken { link_name } => {
            of(ErrorCode::Exists, format!("The link name {link_name} is taken."), "Choose another one.")
                .on("/link_name")
        }
        StoreError::StillUsed { what, connections, .. } => of(
            ErrorCode::InUse,
            format!("{connections} connections use this {what}. Nothing was deleted."),
            "Delete them first, or keep it.",
        ),
        StoreError::NoSuchRow { what, .. } => {
            of(ErrorCode::NotFound, format!("This {what} is not there any more."), "Look at the list again.")
        }
        other => of(
            ErrorCode::Internal,
            "The data could not be read or written.",
            "Try again. If it stays so, report what is listed.",
        )
        .safe(safe)
        .names(vec![other.to_string()]),
    }
}

/// A list of names, and how many more there are.
fn named(names: &[String], more: u64) -> String {
    match more {
        0 => names.join(", "),
        more => format!("{} and {more} more", names.join(", ")),
    }
}

fn problems_view(problems: &[Problem], message: &str, action: &str) -> ErrorView {
    let field = problems.first().map(|problem| problem.pointer.clone());
    ErrorView {
        field,
        problems: problems.iter().map(problem).collect(),
        ..of(ErrorCode::NotValid, message, action)
    }
}

fn build(error: &BuildError) -> ErrorView {
    match error {
        BuildError::Credential(error) => credential(error),
        BuildError::Placement(error) => placement(error),
        BuildError::Authorize(error) => of(
            ErrorCode::NotValid,
            format!("The sign-in page cannot be opened: {error}."),
            "Correct the authorize address and the extra parameters of the connector.",
        ),
        BuildError::Token(error) => of(
            ErrorCode::NotValid,
            format!("The token request cannot be written: {error}."),
            "Correct the client authentication and the extra parameters of the connector.",
        ),
        BuildError::Address(error) => {
            of(ErrorCode::Usage, format!("The address cannot be used: {error}."), "Correct the path.")
                .on("path")
        }
        BuildError::Fill(error) => {
            of(ErrorCode::Missing, format!("The address cannot be filled: {error}."), "Correct the value.")
                .on("path")
        }
    }
    .safe("Nothing was sent.")
}

fn credential(error: &CredentialError) -> ErrorView {
    match error {
        CredentialError::Placement(error) => placement(error),
        CredentialError::Unreadable => of(
            ErrorCode::Internal,
            "The sealed values cannot be read by this version.",
            "Reauthorize the connection to type them again.",
        ),
        CredentialError::Fill(_) | CredentialError::OAuth1(_) | CredentialError::AwsSigV4(_) => of(
            ErrorCode::NotValid,
            format!("The request cannot be signed: {error}."),
            "Correct the values under Security in the connector, or reauthorize the connection.",
        ),
    }
}

pub(crate) fn placement(error: &PlacementError) -> ErrorView {
    of(ErrorCode::Usage, format!("{}.", capital(&error.to_string())), "Correct the value and try again.")
        .safe("Nothing was sent.")
}

/// The same, beginning as a sentence does.
fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
