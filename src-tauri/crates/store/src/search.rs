//! Finding connections by what people remember of them.
//!
//! `connections.search_text` holds name, link name, account and connector name in lower case, a line each; the trigram
//! index `connections_search` finds any three letters of it wherever they stand. The text is composed here, by whatever
//! changes one of its parts; triggers carry it into the index. A search is words that must all occur.

use crate::{Change, StoreError};
use rusqlite::Connection;

/// A trigram index knows nothing of shorter words.
const TRIGRAM: usize = 3;
/// More words than this narrow nothing down.
const MOST_WORDS: usize = 8;

/// The words of a search, in lower case.
pub(crate) fn words(search: &str) -> Vec<String> {
    search
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
        .take(MOST_WORDS)
        .map(str::to_lowercase)
        .collect()
}

/// The text that a search looks at. No word holds a line break, so none is found across two parts.
pub(crate) fn text(parts: &[&str]) -> String {
    parts.join("\n").to_lowercase()
}

/// The question to the trigram index; `None` when no word is long enough for it.
pub(crate) fn trigram_query(words: &[String]) -> Option<String> {
    let long = words.iter().filter(|word| word.chars().count() >= TRIGRAM);
    let quoted: Vec<_> = long.map(|word| format!("\"{}\"", word.replace('"', "\"\""))).collect();
    (!quoted.is_empty()).then(|| quoted.join(" AND "))
}

/// The words that the trigram index cannot answer for.
pub(crate) fn short_words(words: &[String]) -> impl Iterator<Item = &String> {
    words.iter().filter(|word| word.chars().count() < TRIGRAM)
}

/// A `GLOB` pattern for texts that hold `word`; faster than `LIKE`, and the text is in lower case already.
pub(crate) fn glob(word: &str) -> String {
    let mut pattern = String::from("*");
    for c in word.chars() {
        if matches!(c, '*' | '?' | '[') {
            pattern.extend(['[', c, ']']);
        } else {
            pattern.push(c);
        }
    }
    pattern + "*"
}

/// Composes the text of those connections anew for which `condition` holds (of `connections`, with `?1`).
pub(crate) fn index_where(db: &Connection, condition: &str, value: &str) -> Result<(), StoreError> {
    let sql = format!(
        "SELECT connections.row_id, connections.name, connections.link_name, authorizations.account, connectors.name,
                connections.search_text
         FROM connections JOIN connectors ON connectors.id = connections.connector
              LEFT JOIN authorizations ON authorizations.id = connections.authorization
         WHERE {condition}"
    );
    let mut select = db.prepare_cached(&sql)?;
    let mut rows = select.query([value])?;
    let mut stale = Vec::new();
    while let Some(row) = rows.next()? {
        let (name, link_name): (String, String) = (row.get(1)?, row.get(2)?);
        let (account, connector): (Option<String>, String) = (row.get(3)?, row.get(4)?);
        let text = text(&[&name, &link_name, account.as_deref().unwrap_or(""), &connector]);
        if text != row.get::<_, String>(5)? {
            stale.push((row.get::<_, i64>(0)?, text));
        }
    }
    let mut update = db.prepare_cached("UPDATE connections SET search_text = ?2 WHERE row_id = ?1")?;
    for row in stale {
        update.execute(row)?;
    }
    Ok(())
}

impl Change<'_> {
    /// Makes anew what lists and searches are answered from, for when it is in doubt: the texts, their index, the counts.
    /// # Errors
    /// [`StoreError`].
    pub fn rebuild_lists(&self) -> Result<(), StoreError> {
        index_where(self.db(), "?1 = ?1", "")?;
        self.db().execute_batch(
            "INSERT INTO connections_search (connections_search) VALUES ('rebuild');
             DELETE FROM connection_counts;
             INSERT INTO connection_counts (connector, environment, standing, count)
             SELECT connector, ifnull(environment, ''), standing, count(*) FROM connections GROUP BY 1, 2, 3;",
        )?;
        Ok(())
    }

    /// Whether what lists and searches are answered from agrees with the rows.
    /// # Errors
    /// [`StoreError`] when it could not be told.
    pub fn lists_are_sound(&self) -> Result<bool, StoreError> {
        // The check is spelled as a write; it fails as a damaged file does.
        let check = "INSERT INTO connections_search (connections_search, rank) VALUES ('integrity-check', 1)";
        match self.db().execute(check, []).map_err(StoreError::from) {
            Ok(_) => {}
            Err(StoreError::Damaged { .. }) => return Ok(false),
            Err(error) => return Err(error),
        }
        let miscounted =
            "SELECT connector, ifnull(environment, ''), standing, count(*) FROM connections GROUP BY 1, 2, 3
                          EXCEPT SELECT connector, environment, standing, count FROM connection_counts";
        let invented = "SELECT 1 WHERE (SELECT count(*) FROM connections)
                                     <> (SELECT ifnull(sum(count), 0) FROM connection_counts)";
        Ok(!self.db().prepare(miscounted)?.exists([])? && !self.db().prepare(invented)?.exists([])?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_is_read_as_words_in_lower_case() {
        assert_eq!(words("  Sales\tJÄNE \n a\"b "), ["sales", "jäne", "a\"b"]);
        assert_eq!(words("\u{0}"), [""; 0]);
        assert_eq!(words(&"x ".repeat(100)).len(), MOST_WORDS);
    }

    #[test]
    fn short_words_are_kept_from_the_trigram_index() {
        let words = words("日本 sal a\"bc e");
        assert_eq!(trigram_query(&words).unwrap(), r#""sal" AND "a""bc""#);
        assert_eq!(short_words(&words).collect::<Vec<_>>(), ["日本", "e"]);
        assert_eq!(trigram_query(&["ab".into()]), None);
    }

    #[test]
    fn what_a_pattern_would_read_as_a_sign_is_quoted() {
        assert_eq!(glob("a*b?[c]"), "*a[*]b[?][[]c]*");
    }
}
