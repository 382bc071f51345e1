//! The list of connections: filters, orders, pages, counts.
//!
//! A page costs the same among ten connections and among a hundred thousand. Counts are kept up to date by the schema;
//! pages walk an index in list order, and only their rows are read. A search that finds few rows gathers and sorts
//! them; one that finds many would sort half the table, so it walks in list order too and stops when the page is full.

mod statements;
#[cfg(test)]
mod tests;

use super::{COLUMNS, Connections, read_connection};
use crate::{
    StoreError,
    authorizations::read_expiry,
    column::{Count, id, link_name},
    search,
};
use domain::{
    authorization::Expiry,
    connection::{Connection, ConnectionStatus},
    environment::Environment,
    id::{ConnectionId, ConnectorId, EnvironmentId},
    link_name::LinkName,
};
use rusqlite::{Row, params_from_iter};
use statements::{Reach, Statement, Statements};
use std::collections::BTreeMap;

/// A search that finds no more than this is gathered and sorted; more are counted faster in an index that holds all.
const FEW: usize = 2_000;

/// Which connections to list; all of them by default.
#[derive(Clone, Debug, Default)]
pub struct ConnectionFilter {
    /// Only these; empty for all.
    pub statuses: Vec<StatusKind>,
    /// Only connections of this connector.
    pub connector: Option<ConnectorId>,
    /// Only connections in this environment.
    pub environment: Option<EnvironmentFilter>,
    /// Words that must each occur in name, link name, account or connector name.
    pub search: String,
}

/// An environment, the computed one included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EnvironmentFilter {
    /// The Lab.
    Lab,
    /// A stored one.
    Is(EnvironmentId),
}

/// The kinds of [`ConnectionStatus`], in the order of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StatusKind {
    /// Something only a person can mend.
    NeedsAttention,
    /// It ends soon and will not renew by itself.
    Expiring,
    /// The credential is there.
    Connected,
    /// A sign-in is under way.
    Waiting,
    /// No account yet.
    NotSignedIn,
    /// Switched off by a person.
    Disabled,
}

/// What the column `standing` counts: the kinds, with *connected in the Lab* apart.
const STANDINGS: [StatusKind; 7] = [
    StatusKind::NeedsAttention,
    StatusKind::Expiring,
    StatusKind::Connected,
    StatusKind::Connected,
    StatusKind::Waiting,
    StatusKind::NotSignedIn,
    StatusKind::Disabled,
];

impl StatusKind {
    /// The kind of a status.
    pub fn of(status: &ConnectionStatus) -> Self {
        match status {
            ConnectionStatus::NeedsAttention { .. } => Self::NeedsAttention,
            ConnectionStatus::Expiring { .. } => Self::Expiring,
            ConnectionStatus::Connected { .. } => Self::Connected,
            ConnectionStatus::Waiting => Self::Waiting,
            ConnectionStatus::NotSignedIn => Self::NotSignedIn,
            ConnectionStatus::Disabled { .. } => Self::Disabled,
        }
    }
}

/// The value of the column `standing`; the schema checks it.
pub(super) fn standing(status: &ConnectionStatus, in_lab: bool) -> u8 {
    match StatusKind::of(status) {
        StatusKind::NeedsAttention => 0,
        StatusKind::Expiring => 1,
        StatusKind::Connected if in_lab => 3,
        StatusKind::Connected => 2,
        StatusKind::Waiting => 4,
        StatusKind::NotSignedIn => 5,
        StatusKind::Disabled => 6,
    }
}

/// The order of the list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ConnectionOrder {
    /// Attention, expiring, connected, connected in the Lab, waiting, not signed in, disabled; then by name.
    #[default]
    Status,
    /// By name.
    Name,
    /// By connector, then by name.
    Connector,
}

/// One page of the list.
#[derive(Clone, Debug, PartialEq)]
pub struct ConnectionPage {
    /// The rows.
    pub rows: Vec<ConnectionRow>,
    /// How many the filter lets through.
    pub total: u64,
    /// How many of each kind the filter lets through, its statuses left aside. Kinds without any are missing.
    pub counts: BTreeMap<StatusKind, u64>,
}

/// A connection in the list, with what it shows of its neighbours.
#[derive(Clone, Debug, PartialEq)]
pub struct ConnectionRow {
    /// The connection.
    pub connection: Connection,
    /// Its connector's shown name.
    pub connector_name: String,
    /// Its connector's machine name.
    pub connector_link_name: LinkName,
    /// Its environment; `None` for the Lab.
    pub environment: Option<Environment>,
    /// What it shows of its authorization; `None` while it is not signed in.
    pub authorized: Option<Authorized>,
}

/// What the list shows of an authorization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authorized {
    /// Who the connection acts as.
    pub account: Option<String>,
    /// How many permissions were asked for.
    pub requested: u64,
    /// How many were granted.
    pub granted: u64,
    /// When it ends.
    pub expiry: Expiry,
}

impl Connections<'_> {
    /// `limit` rows from `offset` on, with the counts of the whole list.
    /// # Errors
    /// [`StoreError`].
    pub fn page(
        &self,
        filter: &ConnectionFilter,
        order: ConnectionOrder,
        offset: u64,
        limit: u64,
    ) -> Result<ConnectionPage, StoreError> {
        let (standing_counts, places) = self.places_of(filter, order, offset, limit)?;
        let mut counts = BTreeMap::new();
        for (kind, count) in STANDINGS.into_iter().zip(standing_counts).filter(|(_, count)| *count > 0) {
            *counts.entry(kind).or_default() += count;
        }
        let total = counts.iter().filter(|(kind, _)| filter.wants(**kind)).map(|(_, count)| count).sum();
        let rows = places.into_iter().map(|place| self.row_at(place)).collect::<Result<_, _>>()?;
        Ok(ConnectionPage { rows, total, counts })
    }

    /// The identifiers of all that the filter lets through, in the order of the list.
    /// # Errors
    /// [`StoreError`].
    pub fn ids(&self, filter: &ConnectionFilter) -> Result<Vec<ConnectionId>, StoreError> {
        let (_, places) = self.places_of(filter, ConnectionOrder::Status, 0, u64::MAX)?;
        let mut statement = self.db.prepare_cached("SELECT id FROM connections WHERE row_id = ?1")?;
        places.iter().map(|place| Ok(statement.query_row([place], |row| id(row, "id"))?)).collect()
    }

    /// One connection as the list shows it.
    /// # Errors
    /// [`StoreError`].
    pub fn row(&self, id: &ConnectionId) -> Result<Option<ConnectionRow>, StoreError> {
        let mut statement = self.db.prepare_cached("SELECT row_id FROM connections WHERE id = ?1")?;
        let place = statement.query_row([id.as_str()], |row| row.get(0));
        match place {
            Ok(place) => self.row_at(place).map(Some),
            Err(rusqlite::Error::QueryReturnedNoRows) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// How many of each standing there are, and the row numbers of the page.
    fn places_of(
        &self,
        filter: &ConnectionFilter,
        order: ConnectionOrder,
        offset: u64,
        limit: u64,
    ) -> Result<([u64; 7], Vec<i64>), StoreError> {
        self.places(&Statements::of(filter, self.reach(filter)?), order, offset, limit)
    }

    fn places(
        &self,
        statements: &Statements<'_>,
        order: ConnectionOrder,
        offset: u64,
        limit: u64,
    ) -> Result<([u64; 7], Vec<i64>), StoreError> {
        let counts = self.count_standings(statements)?;
        let everything = Statements::unsearched(statements.filter());
        // A search that lets everything through need not be made again for each row before the page.
        let finds_all = statements.looks_into_texts() && counts == self.count_standings(&everything)?;
        let statements = if finds_all { &everything } else { statements };
        let page = statements.page(order);
        if !statements.page_is_of_one_standing(order) {
            return Ok((counts, self.row_numbers(&page, offset, limit)?));
        }
        // One standing after the other; those before the page are skipped by their counts alone.
        let (mut places, mut skip, mut wanted) = (Vec::new(), offset, limit);
        for standing in statements.filter().standings() {
            let count = counts.get(standing).copied().unwrap_or(0);
            if skip >= count {
                skip -= count;
                continue;
            }
            let found = self.row_numbers(&page.clone().with(clamp(standing as u64)), skip, wanted)?;
            wanted = wanted.saturating_sub(found.len() as u64);
            places.extend(found);
            skip = 0;
            if wanted == 0 {
                break;
            }
        }
        Ok((counts, places))
    }

    /// What a search finds, as far as it decides what to do about it.
    fn reach(&self, filter: &ConnectionFilter) -> Result<Reach, StoreError> {
        let words = search::words(&filter.search);
        if words.is_empty() {
            return Ok(Reach::All);
        }
        let Some(query) = search::trigram_query(&words) else { return Ok(Reach::Broad) };
        let mut statement = self.db.prepare_cached(
            "SELECT rowid FROM connections_search WHERE connections_search MATCH ?1 LIMIT ?2",
        )?;
        let found = statement.query_map((query, clamp(FEW as u64 + 1)), |row| row.get(0))?;
        let found: Vec<i64> = found.collect::<Result<_, _>>()?;
        Ok(match found.len() {
            count if count <= FEW => Reach::Few(found),
            _ => Reach::Broad,
        })
    }

    fn count_standings(&self, statements: &Statements<'_>) -> Result<[u64; 7], StoreError> {
        let statement = statements.counts();
        let mut query = self.db.prepare_cached(&statement.sql)?;
        let mut rows = query.query(params_from_iter(&statement.values))?;
        let mut counts = [0; 7];
        while let Some(row) = rows.next()? {
            if let Some(count) = counts.get_mut(usize::from(row.get::<_, u8>(0)?)) {
                *count = row.get::<_, Count>(1)?.0;
            }
        }
        Ok(counts)
    }

    fn row_numbers(&self, statement: &Statement, offset: u64, limit: u64) -> Result<Vec<i64>, StoreError> {
        let values = statement.values.iter().cloned().chain([clamp(limit).into(), clamp(offset).into()]);
        let mut query = self.db.prepare_cached(&statement.sql)?;
        let rows = query.query_map(params_from_iter(values), |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn row_at(&self, place: i64) -> Result<ConnectionRow, StoreError> {
        let mut statement = self.db.prepare_cached(&format!(
            "SELECT {COLUMNS}, connectors.name AS connector_name, connectors.link_name AS connector_link_name,
                    environments.link_name AS environment_link_name, environments.name AS environment_name,
                    account, expiry, expires_at, json_array_length(requested) AS requested,
                    json_array_length(granted) AS granted
             FROM connections
                  JOIN connectors ON connectors.id = connections.connector
                  LEFT JOIN environments ON environments.id = connections.environment
                  LEFT JOIN authorizations ON authorizations.id = connections.authorization
             WHERE connections.row_id = ?1"
        ))?;
        Ok(statement.query_row([place], read_row)?)
    }
}

impl ConnectionFilter {
    fn wants(&self, kind: StatusKind) -> bool {
        self.statuses.is_empty() || self.statuses.contains(&kind)
    }

    fn standings(&self) -> impl Iterator<Item = usize> {
        STANDINGS.into_iter().enumerate().filter(|(_, kind)| self.wants(*kind)).map(|(standing, _)| standing)
    }
}

fn clamp(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn read_row(row: &Row<'_>) -> rusqlite::Result<ConnectionRow> {
    let connection = read_connection(row)?;
    let environment = match &connection.environment {
        Some(id) => Some(Environment {
            id: id.clone(),
            link_name: link_name(row, "environment_link_name")?,
            name: row.get("environment_name")?,
        }),
        None => None,
    };
    let authorized = match read_expiry(row)? {
        Some(expiry) => Some(Authorized {
            account: row.get("account")?,
            requested: row.get::<_, Count>("requested")?.0,
            granted: row.get::<_, Count>("granted")?.0,
            expiry,
        }),
        None => None,
    };
    Ok(ConnectionRow {
        connection,
        connector_name: row.get("connector_name")?,
        connector_link_name: link_name(row, "connector_link_name")?,
        environment,
        authorized,
    })
}
