//! `patchbay vault …`

use super::{Outcome, connectors::confirm};
use crate::{
    args::Vault,
    output::{Exit, Output, Stop, usage},
    passphrase, render,
};
use api::{
    Api, SecretString,
    contract::{
        TypedSecret,
        vault::{
            CreateVault, LockVault, OpenVault, RecoverVault, RotateVault, StartVaultAgain, VaultMode,
            VaultState, VaultStatus, VaultView,
        },
    },
};
use std::{io::IsTerminal, path::Path};

pub async fn run(command: Vault, api: &Api, output: &Output) -> Outcome {
    let locks = matches!(command, Vault::Lock);
    let view = match command {
        Vault::Status => api.vault_status(VaultStatus {}).await?,
        Vault::Create { passphrase, recovery_key_to } => {
            create(passphrase, recovery_key_to.as_deref(), api).await?
        }
        Vault::Unlock => {
            let passphrase = match passphrase::from_file()? {
                Some(passphrase) => Some(passphrase),
                None if api.vault_status(VaultStatus {}).await?.mode == Some(VaultMode::Passphrase) => {
                    Some(ask("Passphrase: ")?)
                }
                None => None,
            };
            api.open_vault(OpenVault { passphrase: passphrase.map(TypedSecret::new) }).await?
        }
        Vault::Lock => api.lock_vault(LockVault {}).await?,
        Vault::Recover { file } => {
            let key = match file {
                Some(file) => read(&file)?,
                None => ask("Recovery key: ")?,
            };
            api.recover_vault(RecoverVault {
                recovery_key: TypedSecret::new(key),
                passphrase: passphrase::from_file()?.map(TypedSecret::new),
            })
            .await?
        }
        Vault::StartAgain { yes } => return start_again(yes, api, output).await,
        Vault::Rotate => api.rotate_vault(RotateVault {}).await?,
        Vault::RecoveryKey { file } => api.write_recovery_key(&file).await?,
    };
    output.result(&view, render::vault);
    let usable = matches!(view.state, VaultState::Open | VaultState::Closed | VaultState::NotSetUp);
    Ok(if usable || locks { Exit::Done } else { Exit::Vault })
}

async fn start_again(yes: bool, api: &Api, output: &Output) -> Outcome {
    confirm(
        yes,
        "Start again with no vault? Every sealed secret is given up here, and every connection has to be signed in again. \
         The data as it is now is kept aside as a file, which the recovery key still opens.",
    )?;
    let again = api.start_vault_again(StartVaultAgain {}).await?;
    output.result(&again, |again| {
        format!(
            "The vault is gone, and {} connections wait to be signed in. The data before is kept in {}.",
            again.connections, again.kept
        )
    });
    Ok(Exit::Done)
}

async fn create(passphrase: bool, recovery_key_to: Option<&Path>, api: &Api) -> Result<VaultView, Stop> {
    let passphrase = match (passphrase, passphrase::from_file()?) {
        (false, _) => None,
        (true, Some(passphrase)) => Some(passphrase),
        (true, None) => {
            let first = ask("Passphrase: ")?;
            let again = ask("Once more: ")?;
            if !first.ct_eq(&again) {
                return Err(usage(
                    "The two passphrases differ. Nothing was set up.",
                    "Type the same one twice.",
                ));
            }
            Some(first)
        }
    };
    let view = api.create_vault(CreateVault { passphrase: passphrase.map(TypedSecret::new) }).await?;
    match recovery_key_to {
        None => Ok(view),
        Some(file) => Ok(api.write_recovery_key(file).await?),
    }
}

fn ask(label: &str) -> Result<SecretString, Stop> {
    if !std::io::stdin().is_terminal() {
        return Err(usage(
            "There is no terminal to type it on.",
            "Name a file that holds it: PATCHBAY_VAULT_PASSPHRASE_FILE for a passphrase, an argument for a recovery key.",
        ));
    }
    rpassword::prompt_password(label)
        .map(SecretString::new)
        .map_err(|error| usage(format!("It could not be read: {error}."), "Try again."))
}

fn read(file: &Path) -> Result<SecretString, Stop> {
    std::fs::read_to_string(file).map(|text| SecretString::new(text.trim_end().to_owned())).map_err(|error| {
        usage(format!("`{}` could not be read: {error}.", file.display()), "Check the name.")
    })
}
