//! The data directory: where it is, who may read it, and where it must not be.

#[cfg(unix)]
use std::fs;
use std::{
    ffi::OsString,
    fs::DirBuilder,
    io,
    path::{Path, PathBuf},
};

/// A folder that is fit to hold the databases.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataDirectory(PathBuf);

/// Why a folder cannot hold the data.
#[derive(Debug, thiserror::Error)]
pub enum DataDirectoryError {
    /// The environment names no home folder.
    #[error("no home folder is known; name a data directory")]
    NoHome,
    /// The folder is on another machine.
    #[error("`{path}` is on a network file system ({kind}), where database locks cannot be trusted")]
    Network {
        /// The folder.
        path: PathBuf,
        /// What the system calls the file system.
        kind: String,
    },
    /// It holds other things and others may read it.
    #[error("`{path}` holds other files and is open to other users")]
    NotOurs {
        /// The folder.
        path: PathBuf,
    },
    /// The folder cannot be made or read.
    #[error("`{path}` cannot be used: {cause}")]
    Io {
        /// The folder.
        path: PathBuf,
        /// The system's own words.
        cause: io::Error,
    },
}

impl DataDirectory {
    /// The folder for this person on this platform: `$XDG_DATA_HOME/patchbay` (else `~/.local/share/patchbay`),
    /// `~/Library/Application Support/dev.patchbay.Patchbay`, or `%LOCALAPPDATA%\Patchbay`. Makes nothing.
    /// # Errors
    /// [`DataDirectoryError::NoHome`].
    pub fn default_path() -> Result<PathBuf, DataDirectoryError> {
        path_from(std::env::home_dir(), |name| std::env::var_os(name)).ok_or(DataDirectoryError::NoHome)
    }

    /// Makes the folder, or takes one that is there, readable by its owner only.
    /// # Errors
    /// [`DataDirectoryError`].
    pub fn open(path: &Path) -> Result<Self, DataDirectoryError> {
        let io = |cause| DataDirectoryError::Io { path: path.into(), cause };
        make_private_folder(path).map_err(io)?;
        let path = path.canonicalize().map_err(io)?;
        let io = |cause| DataDirectoryError::Io { path: path.clone(), cause };
        if let Some(kind) = network_file_system(&path).map_err(io)? {
            return Err(DataDirectoryError::Network { path, kind });
        }
        close_to_others(&path)?;
        // Windows spells what is canonical as `\\?\C:\…`, which neither its web view nor people take for a folder.
        #[cfg(windows)]
        let path = dunce::simplified(&path).to_path_buf();
        Ok(Self(path))
    }

    /// The folder, as an absolute path.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

/// Makes a folder and its parents, readable by their owner only.
pub(crate) fn make_private_folder(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

#[cfg(target_os = "macos")]
fn path_from(home: Option<PathBuf>, _: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    home.filter(|home| home.is_absolute())
        .map(|home| home.join("Library/Application Support/dev.patchbay.Patchbay"))
}

#[cfg(windows)]
fn path_from(home: Option<PathBuf>, variable: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    let local = variable("LOCALAPPDATA").map(PathBuf::from).filter(|path| path.is_absolute());
    local.or_else(|| home.map(|home| home.join(r"AppData\Local"))).map(|base| base.join("Patchbay"))
}

#[cfg(not(any(target_os = "macos", windows)))]
fn path_from(home: Option<PathBuf>, variable: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    // XDG Base Directory Specification: a relative path is to be ignored.
    let named = variable("XDG_DATA_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    let home = home.filter(|home| home.is_absolute());
    named.or_else(|| home.map(|home| home.join(".local/share"))).map(|base| base.join("patchbay"))
}

/// Takes away what others may do in a folder that was there before, unless it looks like somebody else's.
#[cfg(unix)]
fn close_to_others(path: &Path) -> Result<(), DataDirectoryError> {
    use std::os::unix::fs::PermissionsExt;
    let io = |cause| DataDirectoryError::Io { path: path.into(), cause };
    let mut permissions = fs::metadata(path).map_err(io)?.permissions();
    if permissions.mode() & 0o077 == 0 {
        return Ok(());
    }
    let is_ours = path.join("patchbay.db").try_exists().map_err(io)?;
    let is_empty = fs::read_dir(path).map_err(io)?.next().is_none();
    if !is_ours && !is_empty {
        return Err(DataDirectoryError::NotOurs { path: path.into() });
    }
    permissions.set_mode(0o700);
    fs::set_permissions(path, permissions).map_err(io)
}

/// Folders below the person's own are closed by the access list that they inherit.
#[cfg(not(unix))]
fn close_to_others(_: &Path) -> Result<(), DataDirectoryError> {
    Ok(())
}

/// What kind of network file system `path` is on; `None` for a local one.
#[cfg(target_os = "linux")]
fn network_file_system(path: &Path) -> io::Result<Option<String>> {
    use std::os::unix::fs::MetadataExt;
    const FUSE: u32 = 0x6573_5546;
    let magic = rustix::fs::statfs(path)?.f_type as u32;
    if magic == FUSE {
        // The magic number tells only that a program answers; what it is stands in the mount table.
        let device = fs::metadata(path)?.dev();
        let mounts = fs::read_to_string("/proc/self/mountinfo")?;
        let device = format!("{}:{}", rustix::fs::major(device), rustix::fs::minor(device));
        return Ok(mounted_as(&mounts, &device).filter(|kind| is_remote_fuse(kind)));
    }
    Ok(remote_magic(magic).map(Into::into))
}

/// Numbers of statfs(2) and the kernel's `magic.h`.
#[cfg(target_os = "linux")]
fn remote_magic(magic: u32) -> Option<&'static str> {
    match magic {
        0x6969 => Some("nfs"),
        0x517b => Some("smb"),
        0xfe53_4d42 => Some("smb2"),
        0xff53_4d42 => Some("cifs"),
        0x0102_1997 => Some("9p"),
        0x00c3_6400 => Some("ceph"),
        0x5346_414f | 0x6b41_4653 => Some("afs"),
        0x7375_7245 => Some("coda"),
        0x564c => Some("ncp"),
        0x0116_1970 => Some("gfs2"),
        0x7461_636f => Some("ocfs2"),
        0x0bd0_0bd0 => Some("lustre"),
        _ => None,
    }
}

/// The type of the file system that is mounted as `device`, from proc_pid_mountinfo(5).
#[cfg(target_os = "linux")]
fn mounted_as(mounts: &str, device: &str) -> Option<String> {
    mounts.lines().find_map(|line| {
        let (before, after) = line.split_once(" - ")?;
        let found = before.split(' ').nth(2)?;
        (found == device).then(|| after.split(' ').next().map(Into::into))?
    })
}

#[cfg(target_os = "linux")]
fn is_remote_fuse(kind: &str) -> bool {
    const REMOTE: [&str; 9] =
        ["sshfs", "rclone", "s3fs", "gcsfuse", "davfs", "curlftpfs", "glusterfs", "cephfs", "gvfsd-fuse"];
    kind.split_once('.').is_some_and(|(_, program)| REMOTE.contains(&program))
}

#[cfg(target_os = "macos")]
fn network_file_system(path: &Path) -> io::Result<Option<String>> {
    /// `MNT_LOCAL` of mount(2).
    const LOCAL: u32 = 0x1000;
    let stat = rustix::fs::statfs(path)?;
    if stat.f_flags & LOCAL != 0 {
        return Ok(None);
    }
    let name = stat.f_fstypename.iter().take_while(|&&byte| byte != 0).map(|&byte| char::from(byte as u8));
    Ok(Some(name.collect()))
}

/// A mapped drive of another machine is a UNC path once it is canonical.
#[cfg(windows)]
fn network_file_system(path: &Path) -> io::Result<Option<String>> {
    use std::path::{Component, Prefix};
    let remote = matches!(
        path.components().next(),
        Some(Component::Prefix(prefix)) if matches!(prefix.kind(), Prefix::UNC(..) | Prefix::VerbatimUNC(..))
    );
    Ok(remote.then(|| "network share".into()))
}

#[cfg(not(any(target_os = "linux", target_os = "macos", windows)))]
fn network_file_system(_: &Path) -> io::Result<Option<String>> {
    Ok(None)
}

#[cfg(target_os = "linux")]
#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    fn set_mode(path: &Path, mode: u32) {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn the_place_follows_the_base_directory_specification() {
        let home = || Some(PathBuf::from("/home/me"));
        let xdg = |value: &'static str| move |name: &str| (name == "XDG_DATA_HOME").then(|| value.into());
        assert_eq!(path_from(home(), |_| None), Some("/home/me/.local/share/patchbay".into()));
        assert_eq!(path_from(home(), xdg("/data")), Some("/data/patchbay".into()));
        assert_eq!(path_from(home(), xdg("relative")), Some("/home/me/.local/share/patchbay".into()));
        assert_eq!(path_from(None, xdg("/data")), Some("/data/patchbay".into()));
        assert_eq!(path_from(None, |_| None), None);
        assert_eq!(path_from(Some("".into()), |_| None), None);
    }

    #[test]
    fn a_new_folder_is_open_to_its_owner_only() {
        let parent = tempfile::tempdir().unwrap();
        let path = parent.path().join("deep/patchbay");
        let opened = DataDirectory::open(&path).unwrap();
        assert_eq!(opened.path(), path.canonicalize().unwrap());
        assert_eq!(mode(&path), 0o700);
        assert_eq!(mode(&parent.path().join("deep")), 0o700);
    }

    #[test]
    fn our_own_or_an_empty_folder_is_closed_to_others() {
        let folder = tempfile::tempdir().unwrap();
        set_mode(folder.path(), 0o755);
        DataDirectory::open(folder.path()).unwrap();
        assert_eq!(mode(folder.path()), 0o700);
        fs::write(folder.path().join("patchbay.db"), "").unwrap();
        set_mode(folder.path(), 0o750);
        DataDirectory::open(folder.path()).unwrap();
        assert_eq!(mode(folder.path()), 0o700);
    }

    #[test]
    fn a_folder_of_other_things_is_left_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("thesis.odt"), "").unwrap();
        set_mode(folder.path(), 0o755);
        assert!(matches!(DataDirectory::open(folder.path()), Err(DataDirectoryError::NotOurs { .. })));
        assert_eq!(mode(folder.path()), 0o755);
        set_mode(folder.path(), 0o700);
        assert!(DataDirectory::open(folder.path()).is_ok());
    }

    #[test]
    fn a_file_in_its_place_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, "").unwrap();
        let error = DataDirectory::open(&file).unwrap_err();
        assert!(matches!(&error, DataDirectoryError::Io { path, .. } if *path == file), "{error}");
    }

    #[test]
    fn network_file_systems_are_known_by_number_and_by_mount() {
        const EXT4: u32 = 0xef53;
        const TMPFS: u32 = 0x0102_1994;
        assert_eq!(remote_magic(0x6969), Some("nfs"));
        assert_eq!(remote_magic(EXT4), None);
        assert_eq!(remote_magic(TMPFS), None);
        let mounts = "29 1 8:1 / / rw - ext4 /dev/sda1 rw\n\
                      41 29 0:52 / /home/me/far rw,nosuid shared:7 - fuse.sshfs me@host: rw\n\
                      42 29 0:53 / /home/me/near rw,nosuid - fuse.gocryptfs /home/me/x rw\n";
        let remote = |device| mounted_as(mounts, device).filter(|kind| is_remote_fuse(kind));
        assert_eq!(remote("0:52"), Some("fuse.sshfs".into()));
        assert_eq!(remote("0:53"), None);
        assert_eq!(remote("0:54"), None);
    }

    #[test]
    fn the_temporary_folder_of_this_machine_is_local() {
        assert_eq!(network_file_system(&std::env::temp_dir()).unwrap(), None);
    }
}

#[cfg(all(test, windows))]
mod tests {
    use super::*;

    #[test]
    fn the_folder_is_spelled_as_people_spell_it() {
        let folder = tempfile::tempdir().unwrap();
        let opened = DataDirectory::open(folder.path()).unwrap();
        let path = opened.path().to_str().unwrap();
        assert!(path.as_bytes()[1..].starts_with(br":\"), "{path}");
    }
}
