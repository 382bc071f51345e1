//! Activity: events and exchanges, redacted before they come here. Both are bounded; the oldest go first.
//!
//! They live in `activity.db`, whose commits do not wait for the disk. Watchers learn of them by that file's own
//! `data_version` ([`crate::Watch`]), so nothing is written into `changes`.

use crate::{
    StoreError,
    change::handles,
    column::{At, Json, json, optional_id},
};
use domain::{
    event::{Event, Exchange, ScriptRun},
    id::{ConnectionId, ExchangeId},
};
use rusqlite::{Connection, OptionalExtension, Row, named_params};

/// Exchanges that are kept.
pub const EXCHANGES_KEPT: u64 = 2_000;
/// Bytes of exchanges that are kept.
pub const EXCHANGE_BYTES_KEPT: u64 = 64 * 1024 * 1024;
/// Events that are kept.
pub const EVENTS_KEPT: u64 = 100_000;

/// An event with its place in time, from which the page before it is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordedEvent {
    /// Its place: a later event has a higher one.
    pub place: i64,
    /// The event.
    pub event: Event,
}

handles!(activity: Activity, ActivityMut);

impl Activity<'_> {
    /// The newest events before `before` (`None`: the newest of all), newest first, of one connection or of all.
    /// # Errors
    /// [`StoreError`].
    pub fn events(
        &self,
        connection: Option<&ConnectionId>,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<RecordedEvent>, StoreError> {
        let before = before.unwrap_or(i64::MAX);
        let rows = match connection {
            Some(connection) => self
                .db
                .prepare_cached(
                    "SELECT seq, at, connection, kind, exchange FROM activity.events
                     WHERE connection = ?1 AND seq < ?2 ORDER BY seq DESC LIMIT ?3",
                )?
                .query_map((connection.as_str(), before, limit), read_event)?
                .collect::<Result<_, _>>()?,
            None => self
                .db
                .prepare_cached(
                    "SELECT seq, at, connection, kind, exchange FROM activity.events
                     WHERE seq < ?1 ORDER BY seq DESC LIMIT ?2",
                )?
                .query_map((before, limit), read_event)?
                .collect::<Result<_, _>>()?,
        };
        Ok(rows)
    }

    /// The exchange with this identifier, if it is still kept.
    /// # Errors
    /// [`StoreError`].
    pub fn exchange(&self, id: &ExchangeId) -> Result<Option<Exchange>, StoreError> {
        let mut statement =
            self.db.prepare_cached("SELECT document FROM activity.exchanges WHERE id = ?1")?;
        Ok(statement.query_row([id.as_str()], |row| json(row, "document")).optional()?)
    }

    /// The newest exchanges, newest first, of one connection or of all.
    /// # Errors
    /// [`StoreError`].
    pub fn exchanges(
        &self,
        connection: Option<&ConnectionId>,
        limit: u32,
    ) -> Result<Vec<Exchange>, StoreError> {
        let rows = match connection {
            Some(connection) => self
                .db
                .prepare_cached(
                    "SELECT document FROM activity.exchanges WHERE connection = ?1 ORDER BY seq DESC LIMIT ?2",
                )?
                .query_map((connection.as_str(), limit), |row| json(row, "document"))?
                .collect::<Result<_, _>>()?,
            None => self
                .db
                .prepare_cached("SELECT document FROM activity.exchanges ORDER BY seq DESC LIMIT ?1")?
                .query_map([limit], |row| json(row, "document"))?
                .collect::<Result<_, _>>()?,
        };
        Ok(rows)
    }
}

impl ActivityMut<'_> {
    /// Records an event.
    /// # Errors
    /// [`StoreError`].
    pub fn record_event(&self, event: &Event) -> Result<(), StoreError> {
        let db = self.change.db();
        db.prepare_cached(
            "INSERT INTO activity.events (at, connection, kind, exchange)
                 VALUES (:at, :connection, :kind, :exchange)",
        )?
        .execute(named_params! {
            ":at": At(event.at),
            ":connection": event.connection.as_ref().map(ConnectionId::as_str),
            ":kind": Json(&event.kind),
            ":exchange": event.exchange.as_ref().map(ExchangeId::as_str),
        })?;
        let newest = db.last_insert_rowid();
        db.prepare_cached("DELETE FROM activity.events WHERE seq <= ?1")?
            .execute([newest - EVENTS_KEPT.cast_signed()])?;
        Ok(())
    }

    /// Records an exchange, and drops the oldest ones that are over the bounds.
    /// # Errors
    /// [`StoreError`].
    pub fn record_exchange(&self, exchange: &Exchange) -> Result<(), StoreError> {
        let db = self.change.db();
        let document = Json(exchange);
        db.prepare_cached(
            "INSERT INTO activity.exchanges (id, connection, bytes, document)
                 VALUES (:id, :connection, octet_length(:document), :document)",
        )?
        .execute(named_params! {
            ":id": exchange.id.as_str(),
            ":connection": exchange.connection.as_ref().map(ConnectionId::as_str),
            ":document": document,
        })?;
        keep_newest(db, "exchanges", EXCHANGE_BYTES_KEPT, EXCHANGES_KEPT)
    }

    /// Adds what a script did after the reply to an exchange that is still kept.
    /// # Errors
    /// [`StoreError`].
    pub fn add_script_run(&self, id: &ExchangeId, run: &ScriptRun) -> Result<(), StoreError> {
        let db = self.change.db();
        db.prepare_cached(
            "UPDATE activity.exchanges SET document = json_insert(document, '$.scripts[#]', json(:run)),
                 bytes = bytes + octet_length(:run) WHERE id = :id",
        )?
        .execute(named_params! { ":id": id.as_str(), ":run": Json(run) })?;
        Ok(())
    }

    /// Drops everything about a connection.
    pub(crate) fn forget(&self, connection: &ConnectionId) -> Result<(), StoreError> {
        let db = self.change.db();
        db.prepare_cached("DELETE FROM activity.events WHERE connection = ?1")?
            .execute([connection.as_str()])?;
        db.prepare_cached("DELETE FROM activity.exchanges WHERE connection = ?1")?
            .execute([connection.as_str()])?;
        self.change.failures().forget(connection)
    }
}

fn read_event(row: &Row<'_>) -> rusqlite::Result<RecordedEvent> {
    let event = Event {
        at: row.get::<_, At>("at")?.0,
        connection: optional_id(row, "connection")?,
        kind: json(row, "kind")?,
        exchange: optional_id(row, "exchange")?,
    };
    Ok(RecordedEvent { place: row.get("seq")?, event })
}

/// Drops the oldest rows of a table of `activity.db` that are over `bytes` together, or over `count`.
pub(crate) fn keep_newest(db: &Connection, table: &str, bytes: u64, count: u64) -> Result<(), StoreError> {
    db.prepare_cached(&format!(
        "DELETE FROM activity.{table} WHERE seq IN (
           SELECT seq FROM (
             SELECT seq, sum(bytes) OVER newest_first AS bytes, row_number() OVER newest_first AS place
             FROM activity.{table} INDEXED BY {table}_by_size
             WINDOW newest_first AS (ORDER BY seq DESC)
           ) WHERE bytes > ?1 OR place > ?2
         )"
    ))?
    .execute([bytes.cast_signed(), count.cast_signed()])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;
    use domain::event::{EventKind, ExchangeOutcome};

    #[test]
    fn events_are_paged_from_the_newest_back() {
        let (_dir, store) = fixture::store();
        store.change(|change| {
            for number in 0..10 {
                let connection = if number % 2 == 0 { "even" } else { "odd" };
                let mut event = fixture::event(Some(connection));
                event.kind = EventKind::Renamed { name: number.to_string() };
                change.activity().record_event(&event)?;
            }
            change.activity().record_event(&fixture::event(None))
        });
        let page = |connection: Option<&str>, before, limit| {
            let connection = connection.map(ConnectionId::from_stored);
            let events =
                store.change(move |change| change.activity().events(connection.as_ref(), before, limit));
            let names = events.iter().map(|recorded| match &recorded.event.kind {
                EventKind::Renamed { name } => name.clone(),
                EventKind::Connected { .. } => "Connected".into(),
                other => format!("{other:?}"),
            });
            (names.collect::<Vec<_>>().join(" "), events.last().map(|recorded| recorded.place))
        };
        let (names, last) = page(Some("odd"), None, 3);
        assert_eq!(names, "9 7 5");
        assert_eq!(page(Some("odd"), last, 3).0, "3 1");
        let (names, last) = page(None, None, 4);
        assert_eq!(names, "Connected 9 8 7");
        assert_eq!(page(None, last, 99).0, "6 5 4 3 2 1 0");
    }

    #[test]
    fn exchanges_are_bounded_in_number() {
        let (_dir, store) = fixture::store();
        let kept = store.change(|change| {
            for number in 0..EXCHANGES_KEPT + 3 {
                change.activity().record_exchange(&fixture::exchange(&number.to_string(), None))?;
            }
            let find = |number: &str| change.activity().exchange(&ExchangeId::from_stored(number));
            assert_eq!((find("2")?, find("3")?.is_some()), (None, true));
            change.activity().exchanges(None, u32::MAX)
        });
        assert_eq!(kept.len() as u64, EXCHANGES_KEPT);
        assert_eq!(kept[0], fixture::exchange("2002", None));
    }

    #[test]
    fn what_a_script_did_after_the_reply_joins_its_exchange() {
        let (_dir, store) = fixture::store();
        let found = store.change(|change| {
            change.activity().record_exchange(&fixture::exchange("1", None))?;
            let id = ExchangeId::from_stored("1");
            for event in ["before_action", "after_action"] {
                let run = ScriptRun { event: event.into(), micros: 7, log: vec!["a".into()], failure: None };
                change.activity().add_script_run(&id, &run)?;
            }
            change.activity().exchange(&id)
        });
        let events: Vec<_> = found.unwrap().scripts.into_iter().map(|run| run.event).collect();
        assert_eq!(events, ["before_action", "before_action", "after_action"]);
    }

    #[test]
    fn exchanges_are_bounded_in_size() {
        let (_dir, store) = fixture::store();
        let big = |id: &str| {
            let mut exchange = fixture::exchange(id, None);
            // Two bytes a letter in UTF-8.
            let body = Some("é".repeat(EXCHANGE_BYTES_KEPT as usize / 8));
            exchange.outcome = ExchangeOutcome::Reply { status: 200, headers: vec![], bytes: 0, body };
            exchange
        };
        let exchanges = ["1", "2", "3", "4"].map(big);
        let kept = store.change(move |change| {
            exchanges.iter().try_for_each(|exchange| change.activity().record_exchange(exchange))?;
            change.activity().exchanges(None, 9)
        });
        let kept: Vec<_> = kept.iter().map(|exchange| exchange.id.as_str()).collect();
        assert_eq!(kept, ["4", "3", "2"], "four times a quarter and a little more");
    }

    #[test]
    fn events_are_bounded() {
        let (_dir, store) = fixture::store();
        let places = store.change(|change| {
            change.activity().record_event(&fixture::event(None))?;
            // As if as many had been recorded as are kept.
            change
                .db()
                .execute("UPDATE activity.sqlite_sequence SET seq = ?1", [EVENTS_KEPT.cast_signed() - 1])?;
            change.activity().record_event(&fixture::event(None))?;
            let before = change.activity().events(None, None, 9)?.len();
            change.activity().record_event(&fixture::event(None))?;
            let after = change.activity().events(None, None, 9)?;
            Ok((before, after.iter().map(|recorded| recorded.place).collect::<Vec<_>>()))
        });
        assert_eq!(places, (2, vec![EVENTS_KEPT.cast_signed() + 1, EVENTS_KEPT.cast_signed()]));
    }
}
