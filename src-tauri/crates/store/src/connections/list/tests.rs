//! The list held against small and large stores, and its statements against their plans.

use super::*;
use crate::{Store, StoreError, fixture};
use domain::connection::AttentionReason;
use rusqlite::types::Value;

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
            let authorization = fixture::authorization(&format!("a-{name}"), &format!("{name}@acme.test"));
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
    assert_eq!(names(&page), ["Epsilon", "Gamma", "Eta", "alpha", "Delta", "Beta", "Iota", "Zeta", "Theta"]);
    assert_eq!(page.total, 9);
    let counts: Vec<_> = page.counts.into_iter().collect();
    use StatusKind::*;
    let expected =
        [(NeedsAttention, 2), (Expiring, 1), (Connected, 3), (Waiting, 1), (NotSignedIn, 1), (Disabled, 1)];
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
        (ConnectionFilter { statuses: connected, connector: of("erp"), ..search("acme") }, Status, "Beta"),
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
                let page =
                    store.read_blocking(move |s| s.connections().page(&filter, order, offset, 2)).unwrap();
                assert_eq!(page.total, whole.total);
                paged.extend(page.rows);
            }
            assert_eq!(paged, whole.rows, "`{text}` {order:?}");
        }
    }
}

/// The ways to answer a search differ; their answers do not.
#[test]
fn every_reach_gives_the_same_answer() {
    let (_dir, store) = filled();
    let (crm, lab) = (Some(ConnectorId::from_stored("crm")), Some(EnvironmentFilter::Lab));
    let connected = vec![StatusKind::Connected, StatusKind::Expiring];
    for filter in [
        search("acme"),
        search("eta acm"),
        search("acme a zy"),
        ConnectionFilter { connector: crm, ..search("acme") },
        ConnectionFilter { environment: lab, ..search("acme") },
        ConnectionFilter { statuses: connected, ..search("ta@") },
    ] {
        for order in [ConnectionOrder::Status, ConnectionOrder::Name, ConnectionOrder::Connector] {
            for (offset, limit) in [(0, 100), (1, 2), (3, 1)] {
                let filter = filter.clone();
                store.change(move |change| {
                    let list = change.connections();
                    let Reach::Few(found) = list.reach(&filter)? else { panic!("{filter:?}") };
                    let [few, broad] = [Reach::Few(found), Reach::Broad].map(|reach| {
                        list.places(&Statements::of(&filter, reach), order, offset, limit).unwrap()
                    });
                    assert_eq!(few, broad, "{filter:?} {order:?}");
                    assert_eq!(few, list.places_of(&filter, order, offset, limit)?);
                    Ok(())
                });
            }
        }
    }
}

#[test]
fn a_search_knows_how_far_it_reaches() {
    let (_dir, store) = fixture::store();
    store.change(|change| {
        fixture::ready_connector(change, "crm", "Zylker CRM");
        for number in 0..=FEW {
            let id = format!("{number:05}");
            change.connections().insert(&fixture::connection(&id, "crm", &format!("Sales {id}")))?;
        }
        let reach = |text: &str| match change.connections().reach(&search(text)) {
            Ok(Reach::Few(found)) => format!("few: {}", found.len()),
            other => format!("{:?}", other.unwrap()),
        };
        assert_eq!(reach(" "), "All");
        assert_eq!(reach("nothing"), "few: 0");
        assert_eq!(reach("00042"), "few: 1");
        assert_eq!(reach("zylker"), "Broad");
        assert_eq!(reach("zylker 00042"), "few: 1");
        assert_eq!(reach("zy 00042"), "few: 1");
        assert_eq!(reach("zy"), "Broad");
        let page = change.connections().page(&search("zylker"), ConnectionOrder::Status, 1_999, 9)?;
        let names: Vec<_> = page.rows.iter().map(|row| row.connection.name.as_str()).collect();
        assert_eq!((page.total, names), (2_001, vec!["Sales 01999", "Sales 02000"]));
        Ok(())
    });
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
    assert!(store.write_blocking(|change| change.lists_are_sound()).unwrap());
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
    assert!(!store.change(|change| change.lists_are_sound()));
    store.change(|change| change.rebuild_lists());
    assert_eq!(found(), 1);
    assert!(store.change(|change| change.lists_are_sound()));
}

/// The plans of every shape of the list: no row is read that is not shown, nothing is sorted that has an order.
#[test]
fn the_list_walks_covering_indexes_without_sorting() {
    let (_dir, store) = filled();
    let plan = |statement: Statement| {
        store.change(move |change| {
            let mut query = change.db().prepare(&format!("EXPLAIN QUERY PLAN {}", statement.sql))?;
            let nulls = vec![Value::Null; query.parameter_count()];
            let steps = query.query_map(params_from_iter(nulls), |row| row.get(3))?;
            Ok((steps.collect::<Result<Vec<String>, _>>()?, statement.sql))
        })
    };
    let orders = [ConnectionOrder::Status, ConnectionOrder::Name, ConnectionOrder::Connector];
    let (crm, lab) = (Some(ConnectorId::from_stored("crm")), Some(EnvironmentFilter::Lab));
    for (connector, environment) in
        [(None, None), (crm.clone(), None), (None, lab.clone()), (crm.clone(), lab.clone())]
    {
        for statuses in [vec![], vec![StatusKind::Connected, StatusKind::Waiting]] {
            let (connector, environment) = (connector.clone(), environment.clone());
            let filter = ConnectionFilter { statuses, connector, environment, search: String::new() };
            let list = Statements::of(&filter, Reach::All);
            for (steps, sql) in orders.map(|order| plan(list.page(order))) {
                assert!(!steps.iter().any(|step| step.contains("TEMP B-TREE")), "{sql}\n{steps:#?}");
                let mut reads = steps.iter().filter(|step| step.contains(" connections "));
                assert!(reads.all(|step| step.contains("USING COVERING INDEX")), "{sql}\n{steps:#?}");
            }
            let (steps, sql) = plan(list.counts());
            assert!(steps.iter().all(|step| !step.contains(" connections ")), "{sql}\n{steps:#?}");
        }
    }
    let filter = ConnectionFilter { connector: crm, environment: lab, ..search("acme a") };
    // A search too broad for the trigram index reads no row either.
    for filter in [&search("acme a"), &filter] {
        let broad = Statements::of(filter, Reach::Broad);
        for (steps, sql) in [plan(broad.counts()), plan(broad.page(ConnectionOrder::Status))] {
            assert_eq!(steps.len(), 1, "{sql}\n{steps:#?}");
            assert!(steps[0].contains("USING COVERING INDEX"), "{sql}\n{steps:#?}");
        }
    }
    // One that the trigram index answers reads the rows that it finds, and no others.
    let few = Statements::of(&filter, Reach::Few(vec![1, 2]));
    for (steps, sql) in orders.map(|order| plan(few.page(order))).into_iter().chain([plan(few.counts())]) {
        assert!(steps[0].starts_with("SCAN found VIRTUAL TABLE INDEX"), "{sql}\n{steps:#?}");
        assert_eq!(steps[1], "SEARCH connections USING INTEGER PRIMARY KEY (rowid=?)", "{sql}");
    }
}
