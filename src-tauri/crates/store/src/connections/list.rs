//! The list of connections: filters, orders, pages, counts.
//!
//! A page costs the same among ten connections and among a hundred thousand: counts and places come from covering
//! indexes, only the rows of the page are read. A search that finds few rows gathers them through the trigram index;
//! one that finds many would gather half the table, so it walks the index in list order instead and stops when the page
//! is full.

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
use rusqlite::{Row, params_from_iter, types::Value};
use std::collections::BTreeMap;

/// A search that finds more than this is read in list order.
const FEW: u32 = 2_000;

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
        let (standing_counts, places) = self.places(filter, order, offset, limit)?;
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
        let (_, places) = self.places(filter, ConnectionOrder::Status, 0, u64::MAX)?;
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
    fn places(
        &self,
        filter: &ConnectionFilter,
        order: ConnectionOrder,
        offset: u64,
        limit: u64,
    ) -> Result<([u64; 7], Vec<i64>), StoreError> {
        match self.gather(filter)? {
            Some(found) => Ok(found.places(filter, order, offset, limit)),
            None => self.walk(filter, order, offset, limit),
        }
    }

    /// The rows that a search finds, if they are few.
    fn gather(&self, filter: &ConnectionFilter) -> Result<Option<Gathered>, StoreError> {
        let words = search::words(&filter.search);
        let Some(query) = search::trigram_query(&words) else { return Ok(None) };
        let mut places: Vec<i64> = Vec::new();
        let mut statement = self.db.prepare_cached(
            "SELECT rowid FROM connections_search WHERE connections_search MATCH ?1 LIMIT ?2",
        )?;
        let mut rows = statement.query((&query, FEW + 1))?;
        while let Some(row) = rows.next()? {
            places.push(row.get(0)?);
        }
        if places.len() > FEW as usize {
            return Ok(None);
        }
        let mut conditions = Conditions::of(filter);
        conditions.all_of(search::short_words(&words));
        conditions.and("row_id = ?", None);
        let mut statement = self.db.prepare_cached(&format!(
            "SELECT standing, name_key, (SELECT name_key FROM connectors WHERE id = connector), connector
             FROM connections WHERE {}",
            conditions.sql
        ))?;
        let mut found = Vec::new();
        for place in places {
            let values = conditions.values.iter().cloned().chain([place.into()]);
            let mut rows = statement.query(params_from_iter(values))?;
            if let Some(row) = rows.next()? {
                let connector = (row.get(2)?, row.get(3)?);
                found.push(Found {
                    standing: row.get::<_, u8>(0)?.into(),
                    connector,
                    name_key: row.get(1)?,
                    place,
                });
            }
        }
        Ok(Some(Gathered(found)))
    }

    /// Walks an index in list order.
    fn walk(
        &self,
        filter: &ConnectionFilter,
        order: ConnectionOrder,
        offset: u64,
        limit: u64,
    ) -> Result<([u64; 7], Vec<i64>), StoreError> {
        let walk = Walk::through(filter);
        let counts = self.count_standings(&walk)?;
        let sql = walk.page_sql(order);
        if order != ConnectionOrder::Status {
            let values = walk.conditions.values.iter().cloned();
            return Ok((counts, self.row_numbers(&sql, values, limit, offset)?));
        }
        // One standing after the other; those before the page are skipped by their counts alone.
        let (mut places, mut skip, mut wanted) = (Vec::new(), offset, limit);
        for standing in filter.standings() {
            let count = counts.get(standing).copied().unwrap_or(0);
            if skip >= count {
                skip -= count;
                continue;
            }
            let values = walk.conditions.values.iter().cloned().chain([clamp(standing as u64).into()]);
            let found = self.row_numbers(&sql, values, wanted, skip)?;
            wanted = wanted.saturating_sub(found.len() as u64);
            places.extend(found);
            skip = 0;
            if wanted == 0 {
                break;
            }
        }
        Ok((counts, places))
    }

    fn count_standings(&self, walk: &Walk<'_>) -> Result<[u64; 7], StoreError> {
        let mut statement = self.db.prepare_cached(&walk.counts_sql())?;
        let mut rows = statement.query(params_from_iter(&walk.conditions.values))?;
        let mut counts = [0; 7];
        while let Some(row) = rows.next()? {
            if let Some(count) = counts.get_mut(usize::from(row.get::<_, u8>(0)?)) {
                *count = row.get::<_, Count>(1)?.0;
            }
        }
        Ok(counts)
    }

    fn row_numbers(
        &self,
        sql: &str,
        values: impl Iterator<Item = Value>,
        limit: u64,
        offset: u64,
    ) -> Result<Vec<i64>, StoreError> {
        let values = values.chain([clamp(limit).into(), clamp(offset).into()]);
        let mut statement = self.db.prepare_cached(sql)?;
        let rows = statement.query_map(params_from_iter(values), |row| row.get(0))?;
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

/// A `WHERE` clause with its values, each for one `?`.
#[derive(Clone)]
struct Conditions {
    sql: String,
    values: Vec<Value>,
}

impl Conditions {
    /// What the filter says about connector and environment.
    fn of(filter: &ConnectionFilter) -> Self {
        let mut conditions = Self { sql: "true".into(), values: Vec::new() };
        if let Some(connector) = &filter.connector {
            conditions.and("connector = ?", Some(connector.to_string().into()));
        }
        match &filter.environment {
            Some(EnvironmentFilter::Lab) => conditions.and("environment IS NULL", None),
            Some(EnvironmentFilter::Is(id)) => conditions.and("environment = ?", Some(id.to_string().into())),
            None => {}
        }
        conditions
    }

    fn and(&mut self, condition: &str, value: Option<Value>) {
        self.sql += " AND ";
        self.sql += condition;
        self.values.extend(value);
    }

    fn all_of<'w>(&mut self, words: impl Iterator<Item = &'w String>) {
        for word in words {
            self.and("search_text GLOB ?", Some(search::glob(word).into()));
        }
    }
}

/// The statements that walk the list, each on an index that holds every column it needs, in the order it needs.
struct Walk<'f> {
    filter: &'f ConnectionFilter,
    conditions: Conditions,
    searches: bool,
}

impl<'f> Walk<'f> {
    fn through(filter: &'f ConnectionFilter) -> Self {
        let words = search::words(&filter.search);
        let mut conditions = Conditions::of(filter);
        conditions.all_of(words.iter());
        Self { filter, conditions, searches: !words.is_empty() }
    }

    /// How many of each standing.
    fn counts_sql(&self) -> String {
        format!(
            "SELECT standing, count(*) FROM connections INDEXED BY {} WHERE {} GROUP BY standing",
            self.index_by_standing(),
            self.conditions.sql
        )
    }

    /// Row numbers in order; of one standing (the last value but two) where that is the order.
    fn page_sql(&self, order: ConnectionOrder) -> String {
        let conditions = &self.conditions.sql;
        match order {
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
        }
    }

    fn index_by_standing(&self) -> &'static str {
        match (self.searches, &self.filter.connector, &self.filter.environment) {
            (false, Some(_), _) => "connections_by_connector",
            (false, None, Some(_)) => "connections_by_environment",
            _ => "connections_by_standing",
        }
    }

    /// The filter's statuses, which the index gives but is not ordered by: `+` says so to the planner.
    fn in_standings(&self) -> String {
        if self.filter.statuses.is_empty() {
            return String::new();
        }
        let standings: Vec<_> = self.filter.standings().map(|standing| standing.to_string()).collect();
        format!("AND +standing IN ({})", standings.join(", "))
    }
}

/// What a search found.
struct Gathered(Vec<Found>);

struct Found {
    standing: usize,
    connector: (String, String),
    name_key: String,
    place: i64,
}

impl Gathered {
    fn places(
        mut self,
        filter: &ConnectionFilter,
        order: ConnectionOrder,
        offset: u64,
        limit: u64,
    ) -> ([u64; 7], Vec<i64>) {
        let mut counts = [0; 7];
        for found in &self.0 {
            if let Some(count) = counts.get_mut(found.standing) {
                *count += 1;
            }
        }
        self.0.retain(|found| STANDINGS.get(found.standing).is_some_and(|kind| filter.wants(*kind)));
        self.0.sort_by(|a, b| {
            let first = match order {
                ConnectionOrder::Status => a.standing.cmp(&b.standing),
                ConnectionOrder::Name => std::cmp::Ordering::Equal,
                ConnectionOrder::Connector => a.connector.cmp(&b.connector),
            };
            first.then_with(|| a.name_key.cmp(&b.name_key)).then(a.place.cmp(&b.place))
        });
        let (offset, limit) = (clamp_size(offset), clamp_size(limit));
        (counts, self.0.into_iter().skip(offset).take(limit).map(|found| found.place).collect())
    }
}

fn clamp(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn clamp_size(count: u64) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Store, StoreError, fixture};
    use domain::connection::AttentionReason;

    /// Two connectors; of each status one connection or two, some in the Lab.
    fn filled() -> (tempfile::TempDir, Store) {
        let (dir, store) = fixture::store();
        store.change(|change| {
            fixture::ready_connector(change, "crm", "Zylker CRM");
            fixture::ready_connector(change, "erp", "Harbour ERP");
            let attention = ConnectionStatus::NeedsAttention { reason: AttentionReason::SecretUnreadable };
            let connected = ConnectionStatus::Connected { verified: None };
            for (name, connector, lab, status) in [
                ("Delta", "crm", false, connected.clone()),
                ("alpha", "crm", false, connected.clone()),
                ("Beta", "erp", true, connected.clone()),
                ("Gamma", "erp", false, attention.clone()),
                ("Epsilon", "crm", true, attention),
                ("Zeta", "erp", false, ConnectionStatus::NotSignedIn),
                ("Eta", "crm", false, ConnectionStatus::Expiring { at: fixture::at(9) }),
                ("Theta", "crm", false, ConnectionStatus::Disabled { before: connected.into() }),
                ("Iota", "erp", false, ConnectionStatus::Waiting),
            ] {
                let mut connection = Connection { status, ..fixture::connection(name, connector, name) };
                if lab {
                    connection.environment = None;
                }
                let authorization =
                    fixture::authorization(&format!("a-{name}"), &format!("{name}@acme.test"));
                change.authorizations().insert(&authorization, b"sealed")?;
                connection.authorization = Some(authorization.id);
                change.connections().insert(&connection)?;
            }
            Ok(())
        });
        (dir, store)
    }

    fn page(store: &Store, filter: ConnectionFilter, order: ConnectionOrder) -> ConnectionPage {
        store.read_blocking(move |s| s.connections().page(&filter, order, 0, 100)).unwrap()
    }

    fn names(page: &ConnectionPage) -> Vec<&str> {
        page.rows.iter().map(|row| row.connection.name.as_str()).collect()
    }

    fn search(text: &str) -> ConnectionFilter {
        ConnectionFilter { search: text.into(), ..ConnectionFilter::default() }
    }

    #[test]
    fn what_needs_a_person_comes_first() {
        let (_dir, store) = filled();
        let page = page(&store, ConnectionFilter::default(), ConnectionOrder::Status);
        assert_eq!(
            names(&page),
            ["Epsilon", "Gamma", "Eta", "alpha", "Delta", "Beta", "Iota", "Zeta", "Theta"]
        );
        assert_eq!(page.total, 9);
        let counts: Vec<_> = page.counts.into_iter().collect();
        use StatusKind::*;
        let expected = [
            (NeedsAttention, 2),
            (Expiring, 1),
            (Connected, 3),
            (Waiting, 1),
            (NotSignedIn, 1),
            (Disabled, 1),
        ];
        assert_eq!(counts, expected);
        let gamma = &page.rows[1];
        assert_eq!(gamma.connector_name, "Harbour ERP");
        assert_eq!(gamma.environment.as_ref().unwrap().name, "Production");
        let authorized = gamma.authorized.as_ref().unwrap();
        assert_eq!(authorized.account.as_deref(), Some("Gamma@acme.test"));
        assert_eq!((authorized.requested, authorized.granted), (2, 1));
        assert_eq!(authorized.expiry, Expiry::Told(fixture::at(3600)));
        assert_eq!(page.rows[0].environment, None);
    }

    #[test]
    fn orders_and_filters_hold_together() {
        let (_dir, store) = filled();
        let all = ConnectionFilter::default;
        let of = |connector: &str| Some(ConnectorId::from_stored(connector));
        let lab = Some(EnvironmentFilter::Lab);
        let production = Some(EnvironmentFilter::Is(EnvironmentId::from_stored("production")));
        let connected = vec![StatusKind::Connected];
        use ConnectionOrder::*;
        for (filter, order, expected) in [
            (all(), Name, "alpha Beta Delta Epsilon Eta Gamma Iota Theta Zeta"),
            (all(), Connector, "Beta Gamma Iota Zeta alpha Delta Epsilon Eta Theta"),
            (ConnectionFilter { connector: of("crm"), ..all() }, Status, "Epsilon Eta alpha Delta Theta"),
            (ConnectionFilter { connector: of("erp"), ..all() }, Name, "Beta Gamma Iota Zeta"),
            (ConnectionFilter { environment: lab.clone(), ..all() }, Status, "Epsilon Beta"),
            (ConnectionFilter { statuses: connected.clone(), ..all() }, Status, "alpha Delta Beta"),
            (ConnectionFilter { statuses: connected.clone(), ..all() }, Name, "alpha Beta Delta"),
            (ConnectionFilter { statuses: connected.clone(), ..all() }, Connector, "Beta alpha Delta"),
            (
                ConnectionFilter { statuses: connected.clone(), environment: production, ..all() },
                Status,
                "alpha Delta",
            ),
            (ConnectionFilter { connector: of("crm"), environment: lab, ..all() }, Connector, "Epsilon"),
            (search("eta"), Status, "Eta Beta Zeta Theta"),
            (search("ETA acme"), Name, "Beta Eta Theta Zeta"),
            (search("eta zylk"), Status, "Eta Theta"),
            (search("ta@ac"), Connector, "Beta Iota Zeta Delta Eta Theta"),
            (search("et"), Status, "Eta Beta Zeta Theta"),
            (search("et our"), Name, "Beta Zeta"),
            (
                ConnectionFilter { statuses: connected, connector: of("erp"), ..search("acme") },
                Status,
                "Beta",
            ),
            (search("\"*?["), Status, ""),
            (search("nothing like it"), Name, ""),
        ] {
            let page = page(&store, filter.clone(), order);
            assert_eq!(names(&page).join(" "), expected, "{filter:?} {order:?}");
            assert_eq!(page.total as usize, page.rows.len(), "{filter:?}");
            if order == Status {
                let ids = store.read_blocking(move |s| s.connections().ids(&filter)).unwrap();
                assert_eq!(ids, page.rows.iter().map(|row| row.connection.id.clone()).collect::<Vec<_>>());
            }
        }
    }

    #[test]
    fn counts_leave_the_statuses_aside_and_totals_do_not() {
        let (_dir, store) = filled();
        for text in ["", "acme", "a"] {
            let filter = ConnectionFilter { statuses: vec![StatusKind::Disabled], ..search(text) };
            let page = page(&store, filter, ConnectionOrder::Status);
            assert_eq!((page.total, page.counts.len()), (1, 6), "`{text}`");
        }
    }

    #[test]
    fn pages_put_together_are_the_list() {
        let (_dir, store) = filled();
        for text in ["", "a", "acme"] {
            for order in [ConnectionOrder::Status, ConnectionOrder::Name, ConnectionOrder::Connector] {
                let whole = page(&store, search(text), order);
                let mut paged = Vec::new();
                for offset in (0..12).step_by(2) {
                    let filter = search(text);
                    let page = store
                        .read_blocking(move |s| s.connections().page(&filter, order, offset, 2))
                        .unwrap();
                    assert_eq!(page.total, whole.total);
                    paged.extend(page.rows);
                }
                assert_eq!(paged, whole.rows, "`{text}` {order:?}");
            }
        }
    }

    #[test]
    fn a_search_that_finds_many_answers_like_one_that_finds_few() {
        let (_dir, store) = fixture::store();
        store.change(|change| {
            fixture::ready_connector(change, "crm", "Zylker CRM");
            for number in 0..=FEW {
                let id = format!("{number:05}");
                let name = if number % 7 == 0 { format!("Seven {id}") } else { format!("Other {id}") };
                change.connections().insert(&fixture::connection(&id, "crm", &name))?;
            }
            Ok(())
        });
        let many = page(&store, search("zylker"), ConnectionOrder::Status);
        assert_eq!((many.total, many.rows.len()), (u64::from(FEW) + 1, 100));
        assert_eq!(many.rows[0].connection.name, "Other 00001");
        let few = page(&store, search("zylker sev"), ConnectionOrder::Status);
        assert_eq!((few.total, few.rows[1].connection.name.as_str()), (286, "Seven 00007"));
        // Each word by itself finds too many, both together few.
        let both = page(&store, search("oth zyl 01"), ConnectionOrder::Name);
        assert!(both.rows.iter().all(|row| row.connection.name.contains("01")), "{:?}", names(&both));
    }

    #[test]
    fn a_search_follows_what_it_looks_at() {
        let (_dir, store) = filled();
        let found = |text: &str| page(&store, search(text), ConnectionOrder::Name).total;
        assert_eq!((found("alpha"), found("renamed"), found("jane@"), found("orbit")), (1, 0, 0, 0));
        store.change(|change| {
            change.connections().rename(&ConnectionId::from_stored("Delta"), "Renamed")?;
            let account = domain::id::AuthorizationId::from_stored("a-Beta");
            change.authorizations().set_account(&account, Some("jane@acme.test"))?;
            let summary = crate::connectors::Summary { name: "Orbit".into(), ..Default::default() };
            let id = ConnectorId::from_stored("crm");
            let saved =
                change.connectors().save_draft(&id, 1, &serde_json::Value::Null, &summary, fixture::at(5))?;
            assert_eq!(saved, crate::connectors::DraftSaved::Saved { version: 2 });
            change.connections().delete(&ConnectionId::from_stored("alpha"))
        });
        assert_eq!((found("alpha"), found("renamed"), found("jane@"), found("orbit")), (0, 1, 1, 4));
        assert_eq!((found("beta@"), found("zylker"), found("delta")), (0, 0, 1), "the link name stays");
        assert!(store.write_blocking(|change| change.search_is_sound()).unwrap());
    }

    #[test]
    fn a_search_index_in_doubt_is_made_anew() {
        let (_dir, store) = filled();
        store.change(|change| {
            change
                .db()
                .execute("INSERT INTO connections_search (connections_search) VALUES ('delete-all')", [])?;
            Ok::<_, StoreError>(())
        });
        let found = || page(&store, search("alpha"), ConnectionOrder::Name).total;
        assert_eq!(found(), 0);
        assert!(!store.change(|change| change.search_is_sound()));
        store.change(|change| change.rebuild_search());
        assert_eq!(found(), 1);
        assert!(store.change(|change| change.search_is_sound()));
    }

    /// The plans of every shape of the list: no row is read that is not shown, nothing is sorted that has an order.
    #[test]
    fn the_list_walks_covering_indexes_without_sorting() {
        let (_dir, store) = filled();
        let plan = |sql: String| {
            store.change(move |change| {
                let mut statement = change.db().prepare(&format!("EXPLAIN QUERY PLAN {sql}"))?;
                let nulls = vec![Value::Null; statement.parameter_count()];
                let steps = statement.query_map(params_from_iter(nulls), |row| row.get(3))?;
                Ok((steps.collect::<Result<Vec<String>, _>>()?, sql))
            })
        };
        let (crm, lab) = (Some(ConnectorId::from_stored("crm")), Some(EnvironmentFilter::Lab));
        for (connector, environment) in
            [(None, None), (crm.clone(), None), (None, lab.clone()), (crm.clone(), lab.clone())]
        {
            for statuses in [vec![], vec![StatusKind::Connected, StatusKind::Waiting]] {
                let filter = ConnectionFilter {
                    statuses,
                    connector: connector.clone(),
                    environment: environment.clone(),
                    search: String::new(),
                };
                let walk = Walk::through(&filter);
                let orders = [ConnectionOrder::Status, ConnectionOrder::Name, ConnectionOrder::Connector];
                let pages = orders.map(|order| plan(walk.page_sql(order)));
                for (steps, sql) in &pages {
                    assert!(!steps.iter().any(|step| step.contains("TEMP B-TREE")), "{sql}\n{steps:#?}");
                }
                for (steps, sql) in pages.into_iter().chain([plan(walk.counts_sql())]) {
                    let mut reads = steps.iter().filter(|step| step.contains(" connections "));
                    assert!(reads.all(|step| step.contains("USING COVERING INDEX")), "{sql}\n{steps:#?}");
                }
            }
        }
        // A search too broad for the trigram index reads no row either.
        let filter = ConnectionFilter { connector: crm, environment: lab, ..search("acme") };
        let walk = Walk::through(&filter);
        for (steps, sql) in [plan(walk.counts_sql()), plan(walk.page_sql(ConnectionOrder::Status))] {
            assert_eq!(steps.len(), 1, "{sql}\n{steps:#?}");
            assert!(steps[0].contains("USING COVERING INDEX"), "{sql}\n{steps:#?}");
        }
    }
}
