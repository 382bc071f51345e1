//! Keys that the Lab made: those that sign id_tokens, and those that it issues to apps for their assertions.

use super::State;
use crate::{LabError, key::SigningKey, ports::Entropy};

/// What a key is for, as it stands in the row.
const TOKENS: &str = "tokens";
const APPS: &str = "apps";

impl State {
    /// The key that signs id_tokens with `algorithm` now, made at its first use.
    pub fn signing_key(&self, algorithm: &str, entropy: &dyn Entropy) -> Result<SigningKey, LabError> {
        self.key_for(TOKENS, algorithm, entropy)
    }

    /// The key that the Lab issues to apps. It is the same for all of them: it guards nothing.
    pub fn client_key(&self, algorithm: &str, entropy: &dyn Entropy) -> Result<SigningKey, LabError> {
        self.key_for(APPS, algorithm, entropy)
    }

    /// Those that sign id_tokens, as they may be told.
    pub fn signing_keys(&self) -> Result<Vec<SigningKey>, LabError> {
        self.keys_for(TOKENS)
    }

    /// Retires every key that signs id_tokens; the next one is signed with a new key.
    pub fn rotate_keys(&self) -> Result<(), LabError> {
        self.db().execute("UPDATE keys SET retired = 1 WHERE purpose = ?1", [TOKENS])?;
        Ok(())
    }

    fn key_for(&self, purpose: &str, algorithm: &str, entropy: &dyn Entropy) -> Result<SigningKey, LabError> {
        loop {
            let keys = self.keys_for(purpose)?;
            if let Some(key) = keys.into_iter().rfind(|key| key.algorithm() == algorithm) {
                return Ok(key);
            }
            let made = SigningKey::make(algorithm, entropy)?;
            // Where another process was faster, its key counts.
            self.db().execute(
                "INSERT INTO keys (purpose, algorithm, private)
                 SELECT ?1, ?2, ?3 WHERE NOT EXISTS
                   (SELECT 1 FROM keys WHERE purpose = ?1 AND algorithm = ?2 AND retired = 0)",
                (purpose, algorithm, made.private()),
            )?;
        }
    }

    fn keys_for(&self, purpose: &str) -> Result<Vec<SigningKey>, LabError> {
        let db = self.db();
        let mut statement = db.prepare_cached(
            "SELECT algorithm, private FROM keys WHERE purpose = ?1 AND retired = 0 ORDER BY number",
        )?;
        let rows = statement
            .query_map([purpose], |row| Ok((row.get::<_, String>(0)?, row.get::<_, Vec<u8>>(1)?)))?;
        let mut keys = Vec::new();
        for row in rows {
            let (algorithm, private) = row?;
            keys.push(SigningKey::read(&algorithm, &private)?);
        }
        Ok(keys)
    }
}
