//! The statements that the list is read with.
//!
//! Each names the index it runs on: SQLite would have to guess, and a wrong guess reads the whole table. The tests hold
//! every one of them against its plan.

use super::{ConnectionFilter, ConnectionOrder, EnvironmentFilter};
use crate::search;
use rusqlite::types::Value;

/// How far a search reaches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// There is none.
    All,
    /// Rows that can be sorted.
    Few(Vec<i64>),
    /// A large part of the list; or words that the trigram index does not know.
    Broad,
}

/// A statement with a value for each of its first `?`.
#[derive(Clone, Debug)]
pub(super) struct Statement {
    pub(super) sql: String,
    pub(super) values: Vec<Value>,
}

impl Statement {
    pub(super) fn with(mut self, value: impl Into<Value>) -> Self {
        self.values.push(value.into());
        self
    }
}

/// The statements for one filter.
pub(super) struct Statements<'f> {
    filter: &'f ConnectionFilter,
    reach: Reach,
    words: Vec<String>,
}

impl<'f> Statements<'f> {
    pub(super) fn of(filter: &'f ConnectionFilter, reach: Reach) -> Self {
        Self { filter, reach, words: search::words(&filter.search) }
    }

    /// The same filter without its search.
    pub(super) fn unsearched(filter: &'f ConnectionFilter) -> Self {
        Self { filter, reach: Reach::All, words: Vec::new() }
    }

    /// Whether pages are found by looking into one text after the other.
    pub(super) fn looks_into_texts(&self) -> bool {
        self.reach == Reach::Broad
    }

    pub(super) fn filter(&self) -> &ConnectionFilter {
        self.filter
    }

    /// How many of each standing the filter lets through, its statuses left aside.
    pub(super) fn counts(&self) -> Statement {
        match &self.reach {
            Reach::All => {
                let mut conditions = Conditions::default();
                if let Some(connector) = &self.filter.connector {
                    conditions.and("connector = ?", connector.to_string());
                }
                match &self.filter.environment {
                    Some(EnvironmentFilter::Lab) => conditions.and("environment = ?", String::new()),
                    Some(EnvironmentFilter::Is(id)) => conditions.and("environment = ?", id.to_string()),
                    None => {}
                }
                conditions.statement(|conditions| {
                    format!(
                        "SELECT standing, sum(count) FROM connection_counts WHERE {conditions} GROUP BY standing"
                    )
                })
            }
            Reach::Few(found) => self.among(found).statement(|conditions| {
                format!("SELECT standing, count(*) FROM {FOUND} WHERE {conditions} GROUP BY standing")
            }),
            Reach::Broad => self.walked().statement(|conditions| {
                format!(
                    "SELECT standing, count(*) FROM connections INDEXED BY {} WHERE {conditions} GROUP BY standing",
                    self.index_of_texts()
                )
            }),
        }
    }

    /// Row numbers in order, from `LIMIT ? OFFSET ?`; before these two comes a standing where
    /// [`Statements::page_is_of_one_standing`].
    pub(super) fn page(&self, order: ConnectionOrder) -> Statement {
        if let Reach::Few(found) = &self.reach {
            let order = match order {
                ConnectionOrder::Status => "standing, connections.name_key, row_id",
                ConnectionOrder::Name => "connections.name_key, row_id",
                ConnectionOrder::Connector => {
                    "(SELECT name_key FROM connectors WHERE id = connector), connector, connections.name_key, row_id"
                }
            };
            return self.among(found).statement(|conditions| {
                format!(
                    "SELECT row_id FROM {FOUND} WHERE {conditions} {}
                     ORDER BY {order} LIMIT ? OFFSET ?",
                    self.in_standings()
                )
            });
        }
        self.walked().statement(|conditions| match order {
            ConnectionOrder::Status => format!(
                "SELECT row_id FROM connections INDEXED BY {} WHERE {conditions} AND standing = ?
                 ORDER BY name_key, row_id LIMIT ? OFFSET ?",
                self.index_by_standing()
            ),
            ConnectionOrder::Connector if self.filter.connector.is_none() => format!(
                "SELECT row_id
                 FROM connectors INDEXED BY connectors_by_name
                      CROSS JOIN connections INDEXED BY connections_by_connector ON connector = connectors.id
                 WHERE {conditions} {}
                 ORDER BY connectors.name_key, connectors.id, connections.name_key, row_id LIMIT ? OFFSET ?",
                self.in_standings()
            ),
            // One connector's connections are in its order when they are by name.
            ConnectionOrder::Name | ConnectionOrder::Connector => format!(
                "SELECT row_id FROM connections INDEXED BY {} WHERE {conditions} {}
                 ORDER BY name_key, row_id LIMIT ? OFFSET ?",
                if self.filter.connector.is_some() {
                    "connections_by_connector"
                } else {
                    "connections_by_name"
                },
                self.in_standings()
            ),
        })
    }

    /// Whether a page has to be put together from one statement per standing.
    pub(super) fn page_is_of_one_standing(&self, order: ConnectionOrder) -> bool {
        order == ConnectionOrder::Status && !matches!(self.reach, Reach::Few(_))
    }

    /// For walks: what is not searched by the trigram index is looked for in each text.
    fn walked(&self) -> Conditions {
        let mut conditions = self.placed();
        for word in &self.words {
            conditions.and("search_text GLOB ?", search::glob(word));
        }
        conditions
    }

    /// For the rows that the trigram index found.
    fn among(&self, found: &[i64]) -> Conditions {
        // The row numbers, as JSON, are the value of the first `?`: the one in `FOUND`.
        let mut conditions = Conditions { sql: vec![], values: vec![Value::Text(format!("{found:?}"))] };
        conditions.join(self.placed());
        for word in search::short_words(&self.words) {
            conditions.and("search_text GLOB ?", search::glob(word));
        }
        conditions
    }

    /// What the filter says about connector and environment.
    fn placed(&self) -> Conditions {
        let mut conditions = Conditions::default();
        if let Some(connector) = &self.filter.connector {
            conditions.and("connector = ?", connector.to_string());
        }
        match &self.filter.environment {
            Some(EnvironmentFilter::Lab) => conditions.and("environment IS ?", Value::Null),
            Some(EnvironmentFilter::Is(id)) => conditions.and("environment = ?", id.to_string()),
            None => {}
        }
        conditions
    }

    fn index_by_standing(&self) -> &'static str {
        match (&self.reach, &self.filter.connector, &self.filter.environment) {
            (Reach::All, Some(_), _) => "connections_by_connector",
            (Reach::All, None, Some(_)) => "connections_by_environment",
            _ => "connections_by_standing",
        }
    }

    /// The index with the least to read that holds each text, and what else the filter asks for.
    fn index_of_texts(&self) -> &'static str {
        match (&self.filter.connector, &self.filter.environment) {
            (None, None) => "connections_by_text",
            _ => "connections_by_standing",
        }
    }

    /// The filter's statuses. `+` keeps the planner from looking for an index that begins with them.
    fn in_standings(&self) -> String {
        if self.filter.statuses.is_empty() {
            return String::new();
        }
        let standings: Vec<_> = self.filter.standings().map(|standing| standing.to_string()).collect();
        format!("AND +standing IN ({})", standings.join(", "))
    }
}

/// Rows by their numbers.
const FOUND: &str = "json_each(?) AS found CROSS JOIN connections ON row_id = found.value";

/// A `WHERE` clause with a value for each `?`.
#[derive(Default)]
struct Conditions {
    sql: Vec<&'static str>,
    values: Vec<Value>,
}

impl Conditions {
    fn and(&mut self, condition: &'static str, value: impl Into<Value>) {
        self.sql.push(condition);
        self.values.push(value.into());
    }

    fn join(&mut self, other: Self) {
        self.sql.extend(other.sql);
        self.values.extend(other.values);
    }

    fn statement(self, sql: impl FnOnce(&str) -> String) -> Statement {
        let conditions = if self.sql.is_empty() { "true".into() } else { self.sql.join(" AND ") };
        Statement { sql: sql(&conditions), values: self.values }
    }
}
