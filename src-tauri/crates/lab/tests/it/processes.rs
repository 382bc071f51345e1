//! One Lab per data directory, found by every process; ports that are taken.

use crate::{
    client,
    world::{ManualClock, World, bearer, open, play},
};
use lab::{LabError, play::Authentication};
use std::{net::TcpListener, sync::Arc};

#[tokio::test(flavor = "multi_thread")]
async fn another_process_finds_the_lab_and_has_it_play() {
    let world = World::start().await;
    let other = open(&world.directory, &world.clock);
    assert_eq!(other.find().unwrap().as_ref(), Some(world.running.base()));
    let refused = other.start(0).await.err().unwrap();
    assert!(
        matches!(&refused, LabError::AlreadyRunning { base } if base == world.running.base()),
        "{refused}"
    );
    // What the other says is so at once, without a request that would tell the server.
    let me = "GET /crm/api.zylker.example/v1/me HTTP/1.1\nHost: HOST";
    assert_eq!(world.send(me).status, 404);
    other.play(&play("crm", Authentication::None)).unwrap();
    assert_eq!(world.send(me).status, 200);
    other.play(&play("crm", bearer())).unwrap();
    assert_eq!(world.send(me).status, 401);
    other.forget("crm").unwrap();
    assert_eq!(world.send(me).status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_credential_that_one_process_issued_is_right_at_the_server_of_another() {
    let world = World::playing(&[play("crm", bearer())]).await;
    let issued = open(&world.directory, &world.clock).issue(&play("crm", bearer()), None).unwrap();
    // EXPOSE: a value that a test had issued
    let token = issued[0].value.expose();
    let reply = world.send(&format!(
        "GET /crm/api.zylker.example/v1/me HTTP/1.1\nHost: HOST\nAuthorization: Bearer {token}"
    ));
    assert_eq!((reply.status, &reply.json()["email"]), (200, &lab::PERSON.into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lab_that_was_stopped_is_found_no_more_and_starts_again_at_its_port() {
    let World { lab, running, directory, clock } = World::start().await;
    let port = running.base().port();
    let mut stream = client::open(port);
    running.stop().await;
    assert!(client::is_ended(&mut stream));
    assert_eq!(open(&directory, &clock).find().unwrap(), None);
    let running = lab.start(port).await.unwrap();
    assert_eq!((running.base().port(), running.notice()), (port, None));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_port_that_another_program_has_is_a_plain_word_and_another_port() {
    let taken = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = taken.local_addr().unwrap().port();
    let (directory, clock) = (tempfile::tempdir().unwrap(), Arc::new(ManualClock::default()));
    let running = open(&directory, &clock).start(port).await.unwrap();
    assert_ne!(running.base().port(), port);
    let notice = running.notice().unwrap();
    assert!(
        notice.starts_with(&format!(
            "Port {port} is used by another program, so the Lab is at http://127.0.0.1:"
        ))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn two_data_directories_have_a_lab_each() {
    let (one, other) = (World::playing(&[play("crm", bearer())]).await, World::start().await);
    assert_ne!(one.port(), other.port());
    assert_eq!(one.send("GET /crm/api.zylker.example/v1/me HTTP/1.1\nHost: HOST").status, 401);
    assert_eq!(other.send("GET /crm/api.zylker.example/v1/me HTTP/1.1\nHost: HOST").status, 404);
}
