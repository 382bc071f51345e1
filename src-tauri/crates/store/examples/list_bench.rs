//! How long the list of connections takes: `cargo run --release -p store --example list_bench [CONNECTIONS [DIR]]`.
//! With DIR it fills that folder, for another bench to use, and measures nothing.
//!
//! Fills a store in a temporary folder with connections of 200 connectors, then asks for pages, filters and searches,
//! each 200 times, and prints the median, the 99th percentile and the worst in milliseconds. The aim is a p99 of 20 ms
//! at 100,000 connections.
#![expect(clippy::disallowed_methods, reason = "a bench looks at the clock")]

use domain::{
    Timestamp,
    authorization::{Authorization, Expiry},
    connection::{AttentionReason, Connection, ConnectionStatus},
    id::{AuthorizationId, ConnectionId, ConnectorId, EnvironmentId, RevisionId},
    link_name::LinkName,
    origin::AgreedOrigins,
};
use std::{
    path::Path,
    time::{Duration, Instant},
};
use store::{
    Change, Store, StoreError,
    connections::{ConnectionFilter, ConnectionOrder, EnvironmentFilter, StatusKind},
    connectors::{Connector, Provenance, Summary},
};

const CONNECTORS: u64 = 200;
const ROUNDS: u32 = 200;
const WORDS: [&str; 20] = [
    "Sales",
    "Finance",
    "Payouts",
    "Ledger",
    "Harbour",
    "Nightly",
    "Export",
    "Orders",
    "Returns",
    "Customer",
    "Invoices",
    "Marketing",
    "Shop",
    "Europe",
    "Asia",
    "North",
    "South",
    "Depot",
    "Archive",
    "Pipeline",
];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let connections = std::env::args().nth(1).map_or(Ok(100_000), |count| count.parse())?;
    let own = tempfile::tempdir()?;
    let asked = std::env::args_os().nth(2);
    let now = Timestamp::from_second(1_700_000_000)?;
    let store = Store::open(asked.as_deref().map_or(own.path(), Path::new), now)?;
    let begun = Instant::now();
    store.write_blocking(move |change| {
        (0..CONNECTORS).try_for_each(|number| add_connector(change, number, now))
    })?;
    for first in (0..connections).step_by(1_000) {
        store.write_blocking(move |change| {
            (first..connections.min(first + 1_000)).try_for_each(|number| add_connection(change, number, now))
        })?;
    }
    println!("{connections} connections written in {:.1} s", begun.elapsed().as_secs_f64());
    if asked.is_some() {
        return Ok(());
    }

    let all = ConnectionFilter::default;
    let search = |words: &str| ConnectionFilter { search: words.into(), ..all() };
    let connector = Some(ConnectorId::from_stored("k7"));
    let production = Some(EnvironmentFilter::Is(EnvironmentId::from_stored("production")));
    use ConnectionOrder::{Connector, Name, Status};
    let middle = connections / 2;
    println!("{:<44} {:>7} {:>7} {:>7} {:>8}", "milliseconds", "median", "p99", "worst", "found");
    for (what, filter, order, offset) in [
        ("first page", all(), Status, 0),
        ("page in the middle", all(), Status, middle),
        ("first page by name", all(), Name, 0),
        ("page in the middle by name", all(), Name, middle),
        ("first page by connector", all(), Connector, 0),
        ("page in the middle by connector", all(), Connector, middle),
        ("attention", ConnectionFilter { statuses: vec![StatusKind::NeedsAttention], ..all() }, Status, 0),
        ("disabled, by name", ConnectionFilter { statuses: vec![StatusKind::Disabled], ..all() }, Name, 0),
        ("one connector", ConnectionFilter { connector: connector.clone(), ..all() }, Status, 0),
        ("Production", ConnectionFilter { environment: production.clone(), ..all() }, Status, 0),
        ("the Lab", ConnectionFilter { environment: Some(EnvironmentFilter::Lab), ..all() }, Status, 0),
        ("search: number, one row", search("4711"), Status, 0),
        ("search: word in the middle, some", search("ipelin"), Status, 0),
        ("search: two words, some", search("ledger asia"), Status, 0),
        ("search: two words by name", search("ledger asia"), Name, 0),
        ("search: nothing", search("zebra"), Status, 0),
        ("search: all, three letters", search("acm"), Status, 0),
        ("search: all, nine letters", search("acme.test"), Status, 0),
        ("search: all, middle page", search("acme.test"), Status, middle),
        ("search: many, by name", search("sales"), Name, 0),
        ("search: one letter", search("s"), Status, 0),
        ("search: two letters, none", search("qz"), Status, 0),
        ("search: all, one connector", ConnectionFilter { connector, ..search("acme") }, Status, 0),
    ] {
        measure(&store, what, &filter, order, offset)?;
    }
    Ok(())
}

fn measure(
    store: &Store,
    what: &str,
    filter: &ConnectionFilter,
    order: ConnectionOrder,
    offset: u64,
) -> Result<(), StoreError> {
    let mut times = Vec::new();
    let mut found = 0;
    for _ in 0..ROUNDS {
        let filter = filter.clone();
        let begun = Instant::now();
        found = store.read_blocking(move |s| s.connections().page(&filter, order, offset, 100))?.total;
        times.push(begun.elapsed());
    }
    times.sort_unstable();
    let at = |percent: usize| times.get((times.len() - 1) * percent / 100).map_or(0.0, milliseconds);
    println!("{what:<44} {:>7.2} {:>7.2} {:>7.2} {found:>8}", at(50), at(99), at(100));
    Ok(())
}

fn milliseconds(time: &Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

fn add_connector(change: &Change<'_>, number: u64, now: Timestamp) -> Result<(), StoreError> {
    let name = format!("{} service {number}", word(number));
    let id = ConnectorId::from_stored(format!("k{number}"));
    let revision = RevisionId::from_stored(format!("k{number}-r1"));
    change.connectors().insert(&Connector {
        id: id.clone(),
        link_name: LinkName::derive_for_connector(&name),
        provenance: Provenance::Custom,
        ready: None,
        summary: Summary { name, ..Summary::default() },
        draft: serde_json::Value::Null,
        draft_version: 1,
        created_at: now,
        changed_at: now,
    })?;
    change.revisions().add(&revision, &id, &serde_json::Value::Null, now)?;
    change.connectors().mark_ready(&id, &revision, now)
}

fn add_connection(change: &Change<'_>, number: u64, now: Timestamp) -> Result<(), StoreError> {
    // Any sequence that does not repeat soon does.
    let dice = number.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 20;
    let name = format!("{} {} {number}", word(dice), word(dice / 20));
    let authorization = AuthorizationId::from_stored(format!("a{number}"));
    change.authorizations().insert(
        &Authorization {
            id: authorization.clone(),
            registration: None,
            account: Some(format!("user{number}@acme.test")),
            requested: vec!["read".into(), "write".into()],
            granted: vec!["read".into()],
            expiry: Expiry::Never,
            origins: AgreedOrigins::default(),
            generation: 1,
        },
        &[7; 200],
    )?;
    let connected = ConnectionStatus::Connected { verified: Some(now) };
    let status = match dice % 50 {
        0 => ConnectionStatus::NeedsAttention { reason: AttentionReason::SecretUnreadable },
        1 => ConnectionStatus::Expiring { at: now },
        2 => ConnectionStatus::NotSignedIn,
        3 => ConnectionStatus::Disabled { before: Box::new(connected) },
        _ => connected,
    };
    change.connections().insert(&Connection {
        id: ConnectionId::from_stored(format!("c{number}")),
        link_name: LinkName::derive_for_connection(&name),
        name,
        connector: ConnectorId::from_stored(format!("k{}", dice % CONNECTORS)),
        revision: RevisionId::from_stored(format!("k{}-r1", dice % CONNECTORS)),
        environment: (dice % 10 != 9).then(|| EnvironmentId::from_stored("production")),
        authorization: Some(authorization),
        authentication: None,
        settings: [].into(),
        agent_group: None,
        status,
        created_at: now,
    })
}

fn word(number: u64) -> &'static str {
    WORDS[usize::try_from(number % 20).unwrap_or(0)]
}
