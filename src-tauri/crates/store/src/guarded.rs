//! Changes that are made only if nobody was faster.

use crate::StoreError;

/// Whether a guarded change was made. To lose is no failure: the caller reads the row again and decides anew.
#[must_use]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guarded {
    /// It was made.
    Won,
    /// The row is not any more what the caller thought; nothing was changed.
    Lost,
}

impl Guarded {
    /// Whether it was made.
    pub fn won(self) -> bool {
        self == Self::Won
    }

    /// From the number of rows that a statement with the guard in its `WHERE` changed.
    pub(crate) fn by_rows(changed: usize) -> Self {
        if changed == 0 { Self::Lost } else { Self::Won }
    }
}

/// For statements that name their row by its identifier: a row that is not there is an error.
pub(crate) fn expect_row(what: &'static str, id: &str, changed: usize) -> Result<(), StoreError> {
    if changed == 0 { Err(StoreError::NoSuchRow { what, id: id.into() }) } else { Ok(()) }
}
