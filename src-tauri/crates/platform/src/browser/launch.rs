//! Starting a program and hearing whether it took the order.
//!
//! Openers and browsers end at once when they hand the page to a browser that runs, and stay when they are that browser.
//! So a failure is awaited for a short while, and who still runs after it has taken the page.

use domain::ports::{BrowserError, Clock};
use std::{
    io,
    process::{Command, ExitStatus, Stdio},
    thread,
    time::Duration,
};
use tokio::sync::oneshot;

/// How long a failure is awaited.
const PATIENCE: Duration = Duration::from_secs(2);

/// Starts `command` apart from us: it outlives this process and hears none of its signals.
/// # Errors
/// [`BrowserError::NoBrowser`] where there is no such program; [`BrowserError::Failed`] where it ends with a failure.
pub(super) async fn start(mut command: Command, clock: &dyn Clock) -> Result<(), BrowserError> {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    set_apart(&mut command);
    let mut child = command.spawn().map_err(|error| failed(&error))?;
    let (sender, ended) = oneshot::channel();
    // Ends with the child, however long that stays, so that it leaves no zombie behind.
    let waiting =
        thread::Builder::new().name("browser".into()).spawn(move || drop(sender.send(child.wait())));
    if let Err(error) = waiting {
        tracing::warn!(%error, "nobody can wait for the browser's end");
        return Ok(());
    }
    tokio::select! {
        ended = ended => match ended {
            Ok(Ok(status)) => judge(status),
            // It was started, and its end cannot be told.
            Ok(Err(_)) | Err(_) => Ok(()),
        },
        () = clock.sleep_until(clock.monotonic() + PATIENCE) => Ok(()),
    }
}

/// What the system said to the start of a program.
pub(super) fn failed(error: &io::Error) -> BrowserError {
    match error.kind() {
        io::ErrorKind::NotFound => BrowserError::NoBrowser,
        _ => BrowserError::Failed { detail: error.to_string() },
    }
}

fn judge(status: ExitStatus) -> Result<(), BrowserError> {
    if status.success() { Ok(()) } else { Err(BrowserError::Failed { detail: status.to_string() }) }
}

#[cfg(unix)]
fn set_apart(command: &mut Command) {
    std::os::unix::process::CommandExt::process_group(command, 0);
}

#[cfg(windows)]
fn set_apart(command: &mut Command) {
    const DETACHED_PROCESS: u32 = 0x8;
    const CREATE_NEW_PROCESS_GROUP: u32 = 0x200;
    std::os::windows::process::CommandExt::creation_flags(
        command,
        DETACHED_PROCESS | CREATE_NEW_PROCESS_GROUP,
    );
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use domain::Timestamp;
    use std::{sync::Arc, task};
    use testkit::ManualClock;

    fn clock() -> ManualClock {
        ManualClock::at(Timestamp::UNIX_EPOCH)
    }

    fn shell(line: &str) -> Command {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", line]);
        command
    }

    #[tokio::test]
    async fn a_program_that_fails_at_once_has_opened_nothing() {
        assert_eq!(start(shell("exit 0"), &clock()).await, Ok(()));
        let outcome = start(shell("exit 3"), &clock()).await;
        assert!(
            matches!(&outcome, Err(BrowserError::Failed { detail }) if detail.contains('3')),
            "{outcome:?}"
        );
        let missing = start(Command::new("/nowhere/firefox"), &clock()).await;
        assert_eq!(missing, Err(BrowserError::NoBrowser));
    }

    #[tokio::test]
    async fn a_program_that_stays_has_taken_the_page() {
        let clock = Arc::new(clock());
        let folder = tempfile::tempdir().unwrap();
        let fifo = folder.path().join("end");
        assert!(Command::new("mkfifo").arg(&fifo).status().unwrap().success());
        // Stays until somebody writes.
        let command = shell(&format!("read line < '{}'", fifo.display()));
        let mut starting = Box::pin(start(command, clock.as_ref()));
        let mut context = task::Context::from_waker(task::Waker::noop());
        assert!(starting.as_mut().poll(&mut context).is_pending());
        clock.advance(PATIENCE);
        assert_eq!(starting.await, Ok(()));
        std::fs::write(&fifo, "\n").unwrap();
    }

    #[tokio::test]
    async fn a_failure_tells_nothing_of_the_address() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("browser");
        std::fs::write(&file, "").unwrap();
        for mut command in [Command::new(file), shell("exit 1")] {
            command.arg("https://login.example/?state=hunter2");
            let error = start(command, &clock()).await.unwrap_err();
            assert!(!format!("{error} {error:?}").contains("hunter2"), "{error}");
        }
    }
}
