//! Commands on the vault, and its words.

use crate::{
    Api,
    contract::{
        Done, TypedSecret,
        connections::{ListConnections, StatusKind},
        error::{ErrorCode, ErrorView},
        vault::*,
    },
    words::error::{of, store, view},
};
use engine::vault::{VaultError, VaultState as State, VaultStatus as Status};
use std::{path::Path, time::Duration};

/// How long a copied secret stays on the clipboard.
const ON_THE_CLIPBOARD: Duration = Duration::from_secs(60);

impl Api {
    /// Where the vault stands; never opens it.
    /// # Errors
    /// The data cannot be read.
    pub async fn vault_status(&self, _: VaultStatus) -> Result<VaultView, ErrorView> {
        self.engine.vault().status().await.map(status).map_err(|failure| error(&failure))
    }

    /// Sets the vault up.
    /// # Errors
    /// It is set up already; what the key store says.
    pub async fn create_vault(&self, request: CreateVault) -> Result<VaultView, ErrorView> {
        self.then(self.engine.vault().set_up(request.passphrase.map(TypedSecret::into_secret)).await).await
    }

    /// Opens the vault.
    /// # Errors
    /// Which of the ways on it takes.
    pub async fn open_vault(&self, request: OpenVault) -> Result<VaultView, ErrorView> {
        self.then(self.engine.vault().open(request.passphrase.map(TypedSecret::into_secret)).await).await
    }

    /// Wipes the vault's key from memory.
    /// # Errors
    /// The data cannot be written.
    pub async fn lock_vault(&self, _: LockVault) -> Result<VaultView, ErrorView> {
        self.then(self.engine.vault().lock().await).await
    }

    /// Opens the vault with the recovery key.
    /// # Errors
    /// It is no recovery key, or another vault's.
    pub async fn recover_vault(&self, request: RecoverVault) -> Result<VaultView, ErrorView> {
        let (typed, passphrase) =
            (request.recovery_key.into_secret(), request.passphrase.map(TypedSecret::into_secret));
        self.then(self.engine.vault().recover(&typed, passphrase).await).await
    }

    /// Replaces the data key.
    /// # Errors
    /// Which of the ways on it takes.
    pub async fn rotate_vault(&self, _: RotateVault) -> Result<VaultView, ErrorView> {
        self.then(self.engine.vault().rotate().await).await
    }

    /// Begins with no vault, where every way to open it is lost.
    /// # Errors
    /// The vault opens, was never set up, or is locked by a person: then nothing is changed.
    pub async fn start_vault_again(&self, _: StartVaultAgain) -> Result<StartedAgain, ErrorView> {
        let vault = self.engine.vault();
        match vault.status().await.map_err(|failure| error(&failure))?.state {
            State::NotSetUp => return Err(error(&VaultError::NotSetUp)),
            State::Failed(VaultError::Locked) => return Err(error(&VaultError::Locked)),
            _ => {}
        }
        match vault.open(None).await {
            Ok(()) => {
                return Err(of(
                    ErrorCode::InUse,
                    "The vault opens, so nothing has to be given up.",
                    "To have a new key, replace it (rotate); to end a connection, delete it.",
                )
                .safe("Nothing was changed."));
            }
            Err(failure @ (VaultError::KeyringLocked | VaultError::Store(_))) => return Err(error(&failure)),
            Err(_) => {}
        }
        let kept = vault.start_again().await.map_err(|failure| error(&failure))?;
        let waiting =
            ListConnections { statuses: vec![StatusKind::NotSignedIn], limit: 1, ..Default::default() };
        Ok(StartedAgain {
            kept: kept.display().to_string(),
            connections: self.list_connections(waiting).await?.total,
            vault: self.vault_status(VaultStatus {}).await?,
        })
    }

    /// Makes a new recovery key. It is copied or saved next, and comes into force when that is proven.
    /// # Errors
    /// The vault does not open.
    pub async fn make_recovery_key(&self, _: MakeRecoveryKey) -> Result<VaultView, ErrorView> {
        self.then(self.engine.vault().make_recovery_key().await).await
    }

    /// Copies the recovery key that was just made.
    /// # Errors
    /// There is no clipboard.
    pub async fn copy_recovery_key(&self, _: CopyRecoveryKey) -> Result<Done, ErrorView> {
        let key = self.engine.vault().fresh_recovery_key().map_err(|failure| error(&failure))?;
        let copied = self.engine.ports().clipboard.copy(key, ON_THE_CLIPBOARD);
        copied.map(|()| Done {}).map_err(|failure| view(failure.into()))
    }

    /// Saves the recovery key that was just made to a file that the person chooses.
    /// # Errors
    /// The file cannot be written.
    pub async fn save_recovery_key(&self, _: SaveRecoveryKey) -> Result<SavedRecoveryKey, ErrorView> {
        let Some(choose) = &self.choose_file else {
            return Err(of(
                ErrorCode::Usage,
                "There is no window to choose a file in.",
                "Name the file on the command line.",
            ));
        };
        let Some(file) = choose("patchbay-recovery-key.txt".into()).await else {
            return Ok(SavedRecoveryKey { file: None });
        };
        self.write_fresh_recovery_key(&file)?;
        Ok(SavedRecoveryKey { file: Some(file.display().to_string()) })
    }

    /// Proves that the recovery key was kept.
    /// # Errors
    /// The last group is another one.
    pub async fn confirm_recovery_key(&self, request: ConfirmRecoveryKey) -> Result<VaultView, ErrorView> {
        self.then(self.engine.vault().confirm_recovery_key(&request.last_group.into_secret()).await).await
    }

    /// Makes a recovery key and writes it to a file that must not exist; for shells without a window. It comes into
    /// force once the file is written.
    /// # Errors
    /// The file exists or cannot be written; the former recovery key works on then.
    pub async fn write_recovery_key(&self, file: &Path) -> Result<VaultView, ErrorView> {
        self.make_recovery_key(MakeRecoveryKey {}).await?;
        self.write_fresh_recovery_key(file)?;
        self.then(self.engine.vault().confirm_saved_recovery_key().await).await
    }

    fn write_fresh_recovery_key(&self, file: &Path) -> Result<(), ErrorView> {
        let key = self.engine.vault().fresh_recovery_key().map_err(|failure| error(&failure))?;
        write_new_private_file(file, &key).map_err(|failure| {
            of(
                ErrorCode::Usage,
                format!("The recovery key was not written to `{}`: {failure}.", file.display()),
                "Choose a file that does not exist yet, in a folder that is yours.",
            )
            .safe("The former recovery key works on.")
        })
    }

    async fn then(&self, outcome: Result<(), VaultError>) -> Result<VaultView, ErrorView> {
        outcome.map_err(|failure| error(&failure))?;
        self.vault_status(VaultStatus {}).await
    }
}

/// Writes a file that nobody else may read and that did not exist.
fn write_new_private_file(file: &Path, text: &secret::SecretString) -> std::io::Result<()> {
    use std::io::Write;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(file)?;
    // EXPOSE: the person asked for the recovery key in a file of their choice
    file.write_all(text.expose().as_bytes())?;
    file.write_all(b"\n")?;
    file.sync_all()
}

fn status(status: Status) -> VaultView {
    use store::vault::VaultMode as Stored;
    let mode = status.mode.map(|mode| match mode {
        Stored::Keychain => VaultMode::Keychain,
        Stored::Passphrase => VaultMode::Passphrase,
    });
    let (state, sentence) = match &status.state {
        State::NotSetUp => {
            (VaultState::NotSetUp, "The vault is made when the first secret is sealed.".to_owned())
        }
        State::Open => (VaultState::Open, "The vault is open.".to_owned()),
        State::Closed => {
            (VaultState::Closed, "The vault opens by itself when a secret is first needed.".to_owned())
        }
        State::Failed(VaultError::Locked) => (
            VaultState::LockedByPerson,
            "You locked it. Connections that hold a secret wait until you unlock it.".to_owned(),
        ),
        State::Failed(failure) => {
            let view = error(failure);
            let sentence = [Some(view.message), view.safe, view.action].into_iter().flatten();
            (failed(failure), sentence.collect::<Vec<_>>().join(" "))
        }
    };
    VaultView {
        state,
        mode,
        key_store: status.key_store,
        recovery_confirmed: status.has_recovery_key,
        sentence,
    }
}

fn failed(failure: &VaultError) -> VaultState {
    match failure {
        VaultError::Locked => VaultState::LockedByPerson,
        VaultError::KeyringLocked => VaultState::KeyringLocked,
        VaultError::PassphraseNeeded | VaultError::WrongPassphrase => VaultState::PassphraseNeeded,
        VaultError::KeyMissing => VaultState::KeyMissing,
        VaultError::WrongKey => VaultState::WrongKey,
        VaultError::NoKeyStore { .. } | VaultError::KeyStore { .. } => VaultState::NoKeyStore,
        VaultError::NotSetUp => VaultState::NotSetUp,
        _ => VaultState::Closed,
    }
}

/// What a shell is told when the vault does not do it.
pub(crate) fn error(failure: &VaultError) -> ErrorView {
    let kept = "Everything sealed is kept as it is.";
    match failure {
        VaultError::NotSetUp => {
            of(ErrorCode::VaultNotSetUp, "The vault is not set up yet.", "Set it up first.")
        }
        VaultError::Exists => {
            of(ErrorCode::Exists, "The vault is set up already. Nothing was changed.", "Open it instead.")
        }
        VaultError::Locked => of(
            ErrorCode::VaultLocked,
            "The vault is locked, so nothing was sent.",
            "Unlock it and try again.",
        ),
        VaultError::KeyringLocked => of(
            ErrorCode::VaultLocked,
            "The keyring of this machine is locked.",
            "Unlock your keyring and try again.",
        )
        .safe(kept),
        VaultError::PassphraseNeeded => of(
            ErrorCode::VaultLocked,
            "The vault opens with its passphrase.",
            "Type the passphrase, or name a file that holds it in PATCHBAY_VAULT_PASSPHRASE_FILE.",
        )
        .safe(kept),
        VaultError::WrongPassphrase => of(
            ErrorCode::VaultNotOpened,
            "That is not the passphrase of this vault.",
            "Try again, or use the recovery key.",
        )
        .safe(kept),
        VaultError::KeyMissing => of(
            ErrorCode::VaultKeyMissing,
            "The key of the vault is not in the keyring of this machine any more.",
            "Use the recovery key, or restore a backup of the keyring.",
        )
        .safe(format!("{kept} No new key was made.")),
        VaultError::WrongKey => of(
            ErrorCode::VaultWrongKey,
            "The key in the keyring belongs to another vault.",
            "Use the recovery key, or restore the keyring that belongs to this data.",
        )
        .safe(format!("{kept} No new key was made.")),
        VaultError::NoKeyStore { detail } => of(
            ErrorCode::VaultNotSetUp,
            "This machine runs no keyring that could keep the key of the vault.",
            "Start one, or choose a passphrase for the vault.",
        )
        .safe("Nothing was stored.")
        .names(vec![detail.clone()]),
        VaultError::KeyStore { detail } => of(
            ErrorCode::KeyStore,
            "The keyring of this machine refused.",
            "Try again, or choose a passphrase for the vault.",
        )
        .safe(kept)
        .names(vec![detail.clone()]),
        VaultError::KeyChanged => {
            of(ErrorCode::ChangedElsewhere, "The key of the vault was replaced a moment ago.", "Try again.")
                .safe("Nothing was changed.")
        }
        VaultError::Value(failure) => of(
            ErrorCode::Internal,
            "A sealed secret does not open: it was damaged, or moved from its place.",
            "Reauthorize the connection to type its values again.",
        )
        .names(vec![failure.to_string()]),
        VaultError::Wrap(failure) => of(
            ErrorCode::VaultNotOpened,
            "The stored key of the vault cannot be used.",
            "Use the recovery key, or restore a backup.",
        )
        .safe(kept)
        .names(vec![failure.to_string()]),
        VaultError::RecoveryKeyTyped(failure) => of(
            ErrorCode::VaultNotOpened,
            format!("That is no recovery key: {failure}."),
            "Compare it with what you kept and type it again.",
        )
        .on("recovery_key"),
        VaultError::WrongRecoveryKey => of(
            ErrorCode::VaultNotOpened,
            "That recovery key does not open this vault.",
            "Look for the newest one; making a new recovery key ends the one before.",
        )
        .safe(kept)
        .on("recovery_key"),
        VaultError::NoRecoveryKey => of(
            ErrorCode::VaultNotOpened,
            "No recovery key was made for this vault.",
            "Make one while the vault opens.",
        ),
        VaultError::WrongLastGroup => of(
            ErrorCode::NotConfirmed,
            "That is not the last group of the recovery key.",
            "Look at what you copied or saved, and type its last group.",
        )
        .safe("The former recovery key works on.")
        .on("last_group"),
        VaultError::Store(failure) => store(failure),
    }
}
