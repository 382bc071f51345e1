//! What the aggregates share about names.

use crate::StoreError;
use domain::link_name::LinkName;
use rusqlite::Connection;

/// What names are sorted and compared by: upper and lower case are the same.
pub(crate) fn key(name: &str) -> String {
    name.to_lowercase()
}

/// `wanted`, or the first of `wanted` with 2, 3, … behind it that `taken` (a query for one link name) does not find.
pub(crate) fn free_link_name(
    db: &Connection,
    taken: &str,
    wanted: &LinkName,
    joint: char,
) -> Result<LinkName, StoreError> {
    let mut taken = db.prepare_cached(taken)?;
    let mut candidate = wanted.clone();
    let mut number = 1;
    while taken.exists([candidate.as_str()])? {
        number += 1;
        candidate = wanted.numbered(joint, number);
    }
    Ok(candidate)
}
