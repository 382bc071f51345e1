//! The passphrase of a vault on machines without a key store: from the file that PATCHBAY_VAULT_PASSPHRASE_FILE names.

use crate::output::{Stop, usage};
use api::SecretString;

/// The variable that names the file.
pub const VARIABLE: &str = "PATCHBAY_VAULT_PASSPHRASE_FILE";

/// The passphrase, where a file is named; one trailing newline is dropped.
/// # Errors
/// The file cannot be read, or is empty.
pub fn from_file() -> Result<Option<SecretString>, Stop> {
    let Some(file) = std::env::var_os(VARIABLE) else { return Ok(None) };
    let shown = file.to_string_lossy().into_owned();
    let text = std::fs::read_to_string(&file).map_err(|error| {
        usage(
            format!("The passphrase file `{shown}` could not be read: {error}."),
            format!("Correct {VARIABLE}, or unset it."),
        )
    })?;
    let bare = text.strip_suffix('\n').map(|text| text.strip_suffix('\r').unwrap_or(text)).unwrap_or(&text);
    if bare.is_empty() {
        return Err(usage(
            format!("The passphrase file `{shown}` is empty."),
            "Write the passphrase into it.",
        ));
    }
    Ok(Some(SecretString::new(bare.to_owned())))
}
