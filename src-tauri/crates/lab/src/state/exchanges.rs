//! The last requests with what was checked: what *Live requests* shows. Kept in `lab.db`, so that a window shows what
//! arrives at the server of another process; they hold no credential.

use super::State;
use crate::{LabError, log::Exchange};

/// How many requests are kept.
pub const KEPT: u32 = 500;

impl State {
    /// Keeps an exchange under the next number, which is answered.
    pub fn keep_exchange(&self, exchange: &Exchange) -> Result<u64, LabError> {
        let text = serde_json::to_string(exchange)?;
        let db = self.db();
        db.prepare_cached("INSERT INTO exchanges (exchange) VALUES (?1)")?.execute([text])?;
        let seq = db.last_insert_rowid();
        db.prepare_cached("DELETE FROM exchanges WHERE seq <= ?1")?.execute([seq - i64::from(KEPT)])?;
        Ok(u64::try_from(seq).unwrap_or_default())
    }

    /// What came after number `seq` and holds `words`, oldest first.
    pub fn exchanges(&self, seq: u64, words: &str) -> Result<Vec<Exchange>, LabError> {
        let pattern = words.split_whitespace().map(like).collect::<Vec<_>>();
        let db = self.db();
        let mut statement =
            db.prepare_cached("SELECT seq, exchange FROM exchanges WHERE seq > ?1 ORDER BY seq")?;
        let after = i64::try_from(seq).unwrap_or(i64::MAX);
        let rows =
            statement.query_map([after], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?)))?;
        let mut found = Vec::new();
        for row in rows {
            let (seq, text) = row?;
            let low = text.to_lowercase();
            if pattern.iter().all(|word| low.contains(word)) {
                let exchange: Exchange = serde_json::from_str(&text)?;
                found.push(Exchange { seq: u64::try_from(seq).unwrap_or_default(), ..exchange });
            }
        }
        Ok(found)
    }

    /// The number of the last request.
    pub fn last_exchange(&self) -> Result<u64, LabError> {
        let db = self.db();
        let mut statement = db.prepare_cached("SELECT seq FROM sqlite_sequence WHERE name = 'exchanges'")?;
        let mut rows = statement.query([])?;
        let last = rows.next()?.map(|row| row.get::<_, i64>(0)).transpose()?;
        Ok(u64::try_from(last.unwrap_or_default()).unwrap_or_default())
    }

    pub fn clear_exchanges(&self) -> Result<(), LabError> {
        self.db().execute("DELETE FROM exchanges", [])?;
        Ok(())
    }
}

/// A word as it stands in JSON, in lower case.
fn like(word: &str) -> String {
    let text = serde_json::Value::from(word.to_lowercase()).to_string();
    text[1..text.len() - 1].to_owned()
}
