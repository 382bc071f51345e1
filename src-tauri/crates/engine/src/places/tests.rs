//! What people may do with environments and agent groups, and what is kept from them.

use super::*;
use domain::{
    id::ProcessId,
    ports::{BoxFuture, HttpSend, TransportClass, TransportError},
};
use protocol::message::{Request, Response};
use std::sync::Arc;
use store::{Store, StoreError};

struct Nobody;

impl HttpSend for Nobody {
    fn send<'a>(
        &'a self,
        _: &'a Route,
        _: Request,
        _: usize,
    ) -> BoxFuture<'a, Result<Response, TransportError>> {
        let error =
            TransportError { class: TransportClass::Connect, fault: None, detail: "nobody answers".into() };
        Box::pin(async { Err(error) })
    }
}

fn engine() -> (tempfile::TempDir, Engine) {
    let directory = tempfile::tempdir().unwrap();
    let ports = testkit::ports(Arc::new(Nobody));
    let store = Store::open(directory.path(), ports.clock.now()).unwrap();
    let process = ProcessId::make(&*ports.entropy);
    (directory, Engine::new(store, ports, process))
}

#[tokio::test(flavor = "multi_thread")]
async fn an_environment_is_added_renamed_and_deleted_by_its_link_name() {
    let (_directory, engine) = engine();
    let before = engine.environments().await.unwrap().len();
    let made = engine.add_environment(" Acceptance test ", None).await.unwrap();
    assert_eq!((made.name.as_str(), made.link_name.as_str()), ("Acceptance test", "acceptance-test"));
    let taken = engine.add_environment("Other", Some("acceptance-test")).await;
    assert!(matches!(taken, Err(Error::Store(StoreError::LinkNameTaken { .. }))), "{taken:?}");
    for (name, link_name, field) in [
        ("", None, "name"),
        ("a\nb", None, "name"),
        (&*"a".repeat(51), None, "name"),
        ("A", Some("A b"), "link_name"),
    ] {
        let refused = engine.add_environment(name, link_name).await;
        assert!(matches!(&refused, Err(Error::Values(wrong)) if wrong[0].0 == field), "{refused:?}");
    }
    engine.rename_environment("acceptance-test", "Acceptance").await.unwrap();
    let listed = engine.environments().await.unwrap();
    assert!(listed.iter().any(|(found, count)| found.name == "Acceptance" && *count == 0), "{listed:?}");
    engine.delete_environment("acceptance-test").await.unwrap();
    let again = engine.delete_environment("acceptance-test").await;
    assert!(matches!(again, Err(Error::NotFound { .. })), "{again:?}");
    let production = engine.delete_environment(PRODUCTION).await;
    assert!(matches!(production, Err(Error::AlwaysThere { .. })), "{production:?}");
    assert_eq!(engine.environments().await.unwrap().len(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_group_keeps_its_link_name_whatever_else_changes() {
    let (_directory, engine) = engine();
    let made = engine.add_agent_group("Branch office", None, Route::Direct).await.unwrap();
    let changed =
        engine.change_agent_group("branch-office", Some("Office"), Some(Route::SystemProxy)).await.unwrap();
    assert_eq!((changed.id, changed.name.as_str(), changed.route), (made.id, "Office", Route::SystemProxy));
    let same = engine.change_agent_group("branch-office", None, None).await.unwrap();
    assert_eq!((same.name.as_str(), same.link_name.as_str()), ("Office", "branch-office"));
    engine.delete_agent_group("branch-office").await.unwrap();
    let default = engine.delete_agent_group(DEFAULT_GROUP).await;
    assert!(matches!(default, Err(Error::AlwaysThere { .. })), "{default:?}");
}
