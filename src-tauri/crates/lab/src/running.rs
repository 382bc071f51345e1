//! The lock that says which process runs the Lab.
//!
//! Each run has a lock file of its own in `run`, held for as long as the run lasts; the OS gives it up however the
//! process ends. Its name stands in `lab.db`, so the row of a process that died is told from one that lives without
//! looking at a clock. Files that nobody holds are cleared away with those of dead processes.

use crate::{error::LabError, ports::Entropy, state::private_file};
use std::{
    fs::{self, File, TryLockError},
    io,
    path::{Path, PathBuf},
};

/// A lock file that this process holds.
#[derive(Debug)]
pub(crate) struct LockFile {
    path: PathBuf,
    _held: File,
}

impl LockFile {
    /// Makes a lock file of a new name in `folder` and holds it.
    pub fn acquire(folder: &Path, entropy: &dyn Entropy) -> Result<Self, LabError> {
        loop {
            let path = folder.join(format!("lab-{}.lock", make_name(entropy)));
            let held = private_file().create_new(true).open(&path).map_err(LabError::file(&path))?;
            match held.try_lock() {
                // A process that clears dead files away may have had it between the two calls.
                Ok(()) if path.exists() => return Ok(Self { path, _held: held }),
                Ok(()) | Err(TryLockError::WouldBlock) => {}
                Err(TryLockError::Error(cause)) => return Err(LabError::file(&path)(cause)),
            }
        }
    }

    /// The name of the file in its folder.
    pub fn name(&self) -> String {
        self.path.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }
}

impl Drop for LockFile {
    fn drop(&mut self) {
        // Left behind, it is cleared away with the files of dead processes.
        let _ = fs::remove_file(&self.path);
    }
}

/// Whether someone holds the lock of a file. One that is not there is held by nobody.
pub(crate) fn is_held(path: &Path) -> Result<bool, LabError> {
    let file = match private_file().open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(cause) => return Err(LabError::file(path)(cause)),
    };
    match file.try_lock() {
        Ok(()) => Ok(false),
        Err(TryLockError::WouldBlock) => Ok(true),
        Err(TryLockError::Error(cause)) => Err(LabError::file(path)(cause)),
    }
}

fn make_name(entropy: &dyn Entropy) -> String {
    let mut bytes = [0; 8];
    entropy.fill(&mut bytes);
    format!("{:016x}", u64::from_be_bytes(bytes))
}
