//! The vault: where secrets are sealed, and what to do when it does not open.

use super::TypedSecret;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Asks where the vault stands. Never opens it.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct VaultStatus {}

/// Where the vault stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct VaultView {
    /// Where it stands.
    pub state: VaultState,
    /// How it is opened; none before it is set up.
    pub mode: Option<VaultMode>,
    /// What the OS key store is called where people look for it.
    pub key_store: String,
    /// Whether a recovery key was made and its last group typed back.
    pub recovery_confirmed: bool,
    /// One sentence for people: what this state means and what to do.
    pub sentence: String,
}

/// Where the vault stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum VaultState {
    /// First use: nothing was sealed yet.
    NotSetUp,
    /// Its key is in memory.
    Open,
    /// Its key was not asked for yet; it opens by itself when a secret is first needed.
    Closed,
    /// A person locked it.
    LockedByPerson,
    /// The OS keyring is locked.
    KeyringLocked,
    /// It opens with a passphrase.
    PassphraseNeeded,
    /// The OS keyring is open and holds no key for it.
    KeyMissing,
    /// The key in the OS keyring belongs to another vault.
    WrongKey,
    /// This machine runs no key store.
    NoKeyStore,
}

/// How the vault is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum VaultMode {
    /// By a key in the OS key store.
    Keychain,
    /// By a passphrase.
    Passphrase,
}

/// Sets the vault up. Without a passphrase its key goes to the OS key store.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct CreateVault {
    /// The passphrase to open it with, on machines without a key store or by choice.
    #[serde(default)]
    pub passphrase: Option<TypedSecret>,
}

/// Opens the vault: by the OS key store, or with the passphrase.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct OpenVault {
    /// The passphrase, for a passphrase vault.
    #[serde(default)]
    pub passphrase: Option<TypedSecret>,
}

/// Wipes the key from memory.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct LockVault {}

/// Opens the vault with the recovery key and puts a new key into the OS key store.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct RecoverVault {
    /// The recovery key, in groups or not.
    pub recovery_key: TypedSecret,
    /// A new passphrase to open it with; without one, a new key goes to the OS key store.
    #[serde(default)]
    pub passphrase: Option<TypedSecret>,
}

/// Replaces the data key and seals everything again.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct RotateVault {}

/// Begins with no vault, where every way to open it is lost. The whole data is kept aside as a file first; connectors and
/// connections stay, and wait to be signed in.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct StartVaultAgain {}

/// What is left of the vault before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct StartedAgain {
    /// The file that the data was kept aside in; with the recovery key it can be opened again.
    pub kept: String,
    /// How many connections wait to be signed in.
    pub connections: u32,
    /// Where the vault stands now.
    pub vault: VaultView,
}

/// Makes a new recovery key; the former one stops working. It is copied or saved next, by Rust.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct MakeRecoveryKey {}

/// Copies the recovery key that was just made; the clipboard is cleared after a minute.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct CopyRecoveryKey {}

/// Saves the recovery key that was just made to a file that the person chooses.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct SaveRecoveryKey {}

/// Where the recovery key was saved.
#[derive(Clone, Debug, Serialize, TS)]
pub struct SavedRecoveryKey {
    /// The file; none when the person closed the dialog.
    pub file: Option<String>,
}

/// Proves that the recovery key was kept.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct ConfirmRecoveryKey {
    /// Its last group.
    pub last_group: TypedSecret,
}
