//! Processes that share a data directory.
//!
//! Each process holds an exclusive OS lock on `run/<process id>.lock` for its whole life. What it owns may be
//! taken over only when that lock can be had: the OS gives it up when the process ends, however it ends, so neither
//! sleep nor a jump of the clock makes a living owner look dead.

use domain::{
    id::ProcessId,
    ports::{Entropy, Processes},
};
use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io,
    path::{Path, PathBuf},
};

/// This process's own lock. Dropped at its end.
pub struct ProcessLock {
    id: ProcessId,
    path: PathBuf,
    _held: File,
}

impl ProcessLock {
    /// Takes a new id and its lock in `data_directory`, and clears away the files of processes that are gone.
    /// # Errors
    /// What the file system says.
    pub fn acquire(data_directory: &Path, entropy: &dyn Entropy) -> io::Result<Self> {
        let folder = data_directory.join("run");
        crate::paths::make_private_folder(&folder)?;
        clear_dead(&folder)?;
        loop {
            let id = ProcessId::make(entropy);
            let path = lock_path(data_directory, &id);
            let held = private_options().create_new(true).open(&path)?;
            match held.try_lock() {
                // Another process that clears away may have had it between the two calls.
                Ok(()) if path.try_exists()? => return Ok(Self { id, path, _held: held }),
                Ok(()) | Err(TryLockError::WouldBlock) => {}
                Err(TryLockError::Error(error)) => return Err(error),
            }
        }
    }

    /// The id under which this process owns attempts and leases.
    pub fn id(&self) -> &ProcessId {
        &self.id
    }
}

impl Drop for ProcessLock {
    fn drop(&mut self) {
        // Left behind, it is cleared away by the next process.
        let _ = fs::remove_file(&self.path);
    }
}

/// Whether the process `id` of this data directory is alive.
/// # Errors
/// What the file system says; then nobody knows, and nothing may be taken over.
pub fn is_running(data_directory: &Path, id: &ProcessId) -> io::Result<bool> {
    is_held(&lock_path(data_directory, id))
}

/// The processes of a data directory, by their locks.
pub struct RunningProcesses {
    data_directory: PathBuf,
}

impl RunningProcesses {
    /// Those that work in `data_directory`.
    pub fn in_directory(data_directory: &Path) -> Self {
        Self { data_directory: data_directory.into() }
    }
}

impl Processes for RunningProcesses {
    fn is_running(&self, id: &ProcessId) -> bool {
        is_running(&self.data_directory, id).unwrap_or(true)
    }
}

/// Keeps memory, and so keys, out of core files.
pub fn forbid_core_dumps() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, setrlimit};
        let none = Rlimit { current: Some(0), maximum: Some(0) };
        if let Err(error) = setrlimit(Resource::Core, none) {
            tracing::warn!(%error, "core dumps could not be switched off");
        }
    }
}

fn lock_path(data_directory: &Path, id: &ProcessId) -> PathBuf {
    data_directory.join("run").join(format!("{id}.lock"))
}

/// Whether someone holds the lock of a file. One that is not there is held by nobody.
fn is_held(path: &Path) -> io::Result<bool> {
    let file = match private_options().open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(error),
    };
    match file.try_lock() {
        Ok(()) => Ok(false),
        Err(TryLockError::WouldBlock) => Ok(true),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

fn clear_dead(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "lock") && !is_held(&path)? {
            match fs::remove_file(&path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
    }
    Ok(())
}

fn private_options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SystemEntropy;

    fn files(directory: &Path) -> usize {
        fs::read_dir(directory.join("run")).unwrap().count()
    }

    #[test]
    fn a_process_is_running_as_long_as_it_holds_its_lock() {
        let directory = tempfile::tempdir().unwrap();
        let lock = ProcessLock::acquire(directory.path(), &SystemEntropy).unwrap();
        let id = lock.id().clone();
        assert!(is_running(directory.path(), &id).unwrap());
        drop(lock);
        assert!(!is_running(directory.path(), &id).unwrap());
        assert!(!is_running(directory.path(), &ProcessId::from_stored("never")).unwrap());
    }

    #[test]
    fn a_lock_file_that_nobody_holds_is_dead_and_cleared_away() {
        let directory = tempfile::tempdir().unwrap();
        let alive = ProcessLock::acquire(directory.path(), &SystemEntropy).unwrap();
        let dead = ProcessId::from_stored("crashed");
        fs::write(lock_path(directory.path(), &dead), "").unwrap();
        assert!(!is_running(directory.path(), &dead).unwrap());
        let second = ProcessLock::acquire(directory.path(), &SystemEntropy).unwrap();
        assert_eq!(files(directory.path()), 2);
        assert!(is_running(directory.path(), alive.id()).unwrap());
        assert!(is_running(directory.path(), second.id()).unwrap());
    }

    #[cfg(unix)]
    #[test]
    fn the_lock_is_readable_by_its_owner_only() {
        use std::os::unix::fs::PermissionsExt;
        let directory = tempfile::tempdir().unwrap();
        let lock = ProcessLock::acquire(directory.path(), &SystemEntropy).unwrap();
        assert_eq!(fs::metadata(&lock.path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::metadata(directory.path().join("run")).unwrap().permissions().mode() & 0o777, 0o700);
    }

    #[cfg(unix)]
    #[test]
    fn no_core_file_is_written() {
        use rustix::process::{Resource, getrlimit};
        forbid_core_dumps();
        let limit = getrlimit(Resource::Core);
        assert_eq!((limit.current, limit.maximum), (Some(0), Some(0)));
    }
}
