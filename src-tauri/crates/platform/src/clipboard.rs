//! The clipboard, for secrets that a person takes along.
//!
//! A thread of its own holds the clipboard (on X11 the owner must stay to answer) and clears it when the time is up,
//! unless something else was copied since. When the program ends, what is still there is cleared at once.

use domain::ports::{Clipboard, ClipboardError};
use secret::SecretString;
use std::{
    sync::{Mutex, PoisonError, mpsc},
    thread::{self, JoinHandle},
    time::Duration,
};

/// The clipboard of the operating system.
pub struct OsClipboard {
    worker: Mutex<Option<Worker>>,
}

struct Worker {
    orders: mpsc::Sender<Order>,
    thread: JoinHandle<()>,
}

struct Order {
    text: SecretString,
    clear_after: Duration,
    done: mpsc::Sender<Result<(), ClipboardError>>,
}

/// What the worker needs of a clipboard.
trait Board {
    fn copy(&mut self, text: &SecretString) -> Result<(), ClipboardError>;
    fn holds(&mut self, text: &SecretString) -> bool;
    fn clear(&mut self);
}

impl OsClipboard {
    /// Opens nothing yet.
    pub fn new() -> Self {
        Self { worker: Mutex::new(None) }
    }

    /// What is still there is cleared at once: the program ends.
    pub fn end(&self) {
        let worker = self.worker.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(Worker { orders, thread }) = worker {
            drop(orders);
            let _ = thread.join();
        }
    }
}

impl Default for OsClipboard {
    fn default() -> Self {
        Self::new()
    }
}

impl Clipboard for OsClipboard {
    fn copy(&self, text: SecretString, clear_after: Duration) -> Result<(), ClipboardError> {
        let mut worker = self.worker.lock().unwrap_or_else(PoisonError::into_inner);
        let running = match worker.take() {
            Some(running) if !running.thread.is_finished() => running,
            _ => Worker::start(SystemBoard::open()?)?,
        };
        let answer = running.copy(text, clear_after);
        *worker = Some(running);
        answer
    }
}

impl Drop for OsClipboard {
    fn drop(&mut self) {
        self.end();
    }
}

impl Worker {
    fn start(board: impl Board + Send + 'static) -> Result<Self, ClipboardError> {
        let (orders, queue) = mpsc::channel();
        let thread = thread::Builder::new()
            .name("clipboard".into())
            .spawn(move || serve(board, &queue))
            .map_err(|error| ClipboardError(error.to_string()))?;
        Ok(Self { orders, thread })
    }

    fn copy(&self, text: SecretString, clear_after: Duration) -> Result<(), ClipboardError> {
        let (done, answer) = mpsc::channel();
        let ended = || ClipboardError("the clipboard's thread has ended".into());
        self.orders.send(Order { text, clear_after, done }).map_err(|_| ended())?;
        answer.recv().map_err(|_| ended())?
    }
}

/// Ends when nobody can give orders any more.
fn serve(mut board: impl Board, orders: &mpsc::Receiver<Order>) {
    let mut copied: Option<(SecretString, Duration)> = None;
    loop {
        let next = match &copied {
            None => orders.recv().map_err(|_| mpsc::RecvTimeoutError::Disconnected),
            Some((_, clear_after)) => orders.recv_timeout(*clear_after),
        };
        match next {
            Ok(Order { text, clear_after, done }) => {
                let outcome = board.copy(&text);
                if outcome.is_ok() {
                    copied = Some((text, clear_after));
                }
                // Whoever asked may have gone away.
                let _ = done.send(outcome);
            }
            Err(reason) => {
                if let Some((text, _)) = copied.take()
                    && board.holds(&text)
                {
                    board.clear();
                }
                if reason == mpsc::RecvTimeoutError::Disconnected {
                    return;
                }
            }
        }
    }
}

struct SystemBoard(arboard::Clipboard);

impl SystemBoard {
    fn open() -> Result<Self, ClipboardError> {
        arboard::Clipboard::new().map(Self).map_err(|error| ClipboardError(error.to_string()))
    }
}

impl Board for SystemBoard {
    fn copy(&mut self, text: &SecretString) -> Result<(), ClipboardError> {
        #[cfg(target_os = "macos")]
        use arboard::SetExtApple as _;
        #[cfg(all(unix, not(target_os = "macos")))]
        use arboard::SetExtLinux as _;
        #[cfg(windows)]
        use arboard::SetExtWindows as _;
        let set = self.0.set().exclude_from_history();
        // EXPOSE: the person asked for it on the clipboard.
        set.text(text.expose()).map_err(|error| ClipboardError(error.to_string()))
    }

    fn holds(&mut self, text: &SecretString) -> bool {
        self.0.get_text().is_ok_and(|now| SecretString::new(now).ct_eq(text))
    }

    fn clear(&mut self) {
        if let Err(error) = self.0.clear() {
            tracing::warn!(%error, "the clipboard could not be cleared");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    /// The text on the clipboard, and a signal for each clearing.
    #[derive(Clone)]
    struct FakeBoard(Arc<Mutex<Option<String>>>, mpsc::Sender<()>);

    impl Board for FakeBoard {
        fn copy(&mut self, text: &SecretString) -> Result<(), ClipboardError> {
            *self.0.lock().unwrap() = Some(text.expose().clone());
            Ok(())
        }
        fn holds(&mut self, text: &SecretString) -> bool {
            self.0.lock().unwrap().as_ref() == Some(text.expose())
        }
        fn clear(&mut self) {
            *self.0.lock().unwrap() = None;
            self.1.send(()).unwrap();
        }
    }

    const LONG: Duration = Duration::from_secs(3600);
    const DEADLINE: Duration = Duration::from_secs(5);

    fn start() -> (OsClipboard, FakeBoard, mpsc::Receiver<()>) {
        let (sender, cleared) = mpsc::channel();
        let board = FakeBoard(Arc::default(), sender);
        let worker = Worker::start(board.clone()).unwrap();
        (OsClipboard { worker: Mutex::new(Some(worker)) }, board, cleared)
    }

    fn text(value: &str) -> SecretString {
        SecretString::new(value.into())
    }

    fn now(board: &FakeBoard) -> Option<String> {
        board.0.lock().unwrap().clone()
    }

    #[test]
    fn a_copied_secret_is_cleared_when_its_time_is_up() {
        let (clipboard, board, cleared) = start();
        clipboard.copy(text("hunter2"), LONG).unwrap();
        assert_eq!(now(&board).as_deref(), Some("hunter2"));
        clipboard.copy(text("hunter3"), Duration::from_millis(10)).unwrap();
        cleared.recv_timeout(DEADLINE).unwrap();
        assert_eq!(now(&board), None);
    }

    #[test]
    fn what_was_copied_since_is_left_alone() {
        let (clipboard, board, cleared) = start();
        clipboard.copy(text("hunter2"), LONG).unwrap();
        *board.0.lock().unwrap() = Some("a poem".into());
        drop(clipboard);
        assert!(cleared.try_recv().is_err());
        assert_eq!(now(&board).as_deref(), Some("a poem"));
    }

    #[test]
    fn the_end_of_the_program_clears_at_once() {
        let (clipboard, board, cleared) = start();
        clipboard.copy(text("hunter2"), LONG).unwrap();
        clipboard.end();
        cleared.recv_timeout(DEADLINE).unwrap();
        assert_eq!(now(&board), None);
    }
}
