//! The keeper: when it renews, and how it behaves as a guest.

use super::*;
use domain::id::AuthorizationId;

impl Machine {
    /// So many more connections, each with an authorization of its own that ends when that of `id` does.
    async fn multiply(&self, id: &ConnectionId, times: usize) {
        let loaded = self.engine.load(id).await.unwrap();
        let opened = self.engine.open_credential(&loaded).await.unwrap().to_bytes();
        for number in 0..times {
            let (mut connection, mut authorization) =
                (loaded.connection.clone(), loaded.authorization.clone());
            authorization.id = AuthorizationId::make(&*self.engine.ports().entropy);
            connection.id = ConnectionId::make(&*self.engine.ports().entropy);
            connection.authorization = Some(authorization.id.clone());
            connection.link_name = domain::link_name::LinkName::parse(&format!("more_{number}")).unwrap();
            let sealed = self.engine.vault().seal(&credential_place(&authorization), &opened).await.unwrap();
            let written = self.engine.store().write(move |change| {
                change.authorizations().insert(&authorization, &sealed.to_bytes())?;
                change.connections().insert(&connection)
            });
            written.await.unwrap();
        }
    }

    fn refreshes(&self) -> usize {
        self.service.asked("refresh_token").len()
    }

    /// Gives whatever could go on the time to do so.
    async fn settle(&self) {
        for _ in 0..40 {
            // Behind whatever is being written.
            self.engine.store().write(|_| Ok::<_, Error>(())).await.unwrap();
            for _ in 0..20 {
                tokio::task::yield_now().await;
            }
        }
    }
}

#[tokio::test]
async fn the_keeper_renews_before_the_end_and_only_then() {
    let machine = Machine::new().await;
    let id = machine.connected().await;
    machine.engine.keep_once().await.unwrap();
    assert!(machine.service.asked("refresh_token").is_empty());
    machine.clock.advance(HOUR - Duration::from_secs(299));
    machine.engine.keep_once().await.unwrap();
    machine.engine.keep_once().await.unwrap();
    assert_eq!(machine.service.asked("refresh_token").len(), 1);
    assert_eq!(machine.call(&id).await.unwrap(), 200);
}

#[tokio::test]
async fn no_more_than_four_refreshes_are_under_way_to_one_service() {
    let machine = Machine::new().await;
    let id = machine.connected().await;
    machine.multiply(&id, 11).await;
    machine.clock.advance(HOUR);
    let gate = machine.service.hold();
    let engine = machine.engine.clone();
    let round = tokio::spawn(async move { engine.keep_once().await });
    machine.service.is_asked("refresh_token", 4).await;
    machine.settle().await;
    assert_eq!(machine.refreshes(), 4);
    gate.add_permits(1);
    machine.service.is_asked("refresh_token", 5).await;
    gate.add_permits(99);
    round.await.unwrap().unwrap();
    assert_eq!(machine.refreshes(), 12);
}

#[tokio::test]
async fn a_service_that_asks_to_be_left_alone_is() {
    let machine = Machine::new().await;
    let id = machine.connected().await;
    // 10:55:10; the token ends at eleven.
    machine.clock.advance(HOUR - Duration::from_secs(290));
    for (asked, seconds) in [("100", 100), ("Sun, 22 Nov 2026 10:58:20 GMT", 90)] {
        *machine.service.retry_after.lock().unwrap() = Some(asked.to_owned());
        machine.service.answers(429, "{}");
        let before = machine.refreshes();
        machine.engine.keep_once().await.unwrap();
        assert_eq!(machine.refreshes(), before + 1);
        // A call goes on with the token that it has.
        assert_eq!(machine.call(&id).await.unwrap(), 200);
        machine.clock.advance(Duration::from_secs(seconds - 1));
        machine.engine.keep_once().await.unwrap();
        assert_eq!(machine.refreshes(), before + 1, "{asked}");
        machine.clock.advance(Duration::from_secs(1));
    }
    machine.engine.keep_once().await.unwrap();
    assert_eq!(machine.refreshes(), 3);
}

#[tokio::test]
async fn what_failed_is_tried_again_later_and_later() {
    let machine = Machine::new().await;
    machine.connected().await;
    machine.clock.advance(HOUR);
    let mut tries = Vec::new();
    for second in 0..600 {
        machine.service.answers.lock().unwrap().clear();
        machine.service.answers(503, "");
        let before = machine.refreshes();
        machine.engine.keep_once().await.unwrap();
        if machine.refreshes() > before {
            tries.push(second);
        }
        machine.clock.advance(Duration::from_secs(1));
    }
    let pauses: Vec<_> = tries.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert!(pauses.len() == 4 && pauses[0] >= 30, "{tries:?}");
    assert!(pauses.windows(2).all(|pair| pair[1] >= 2 * pair[0] - 2), "{tries:?}");
}

#[tokio::test]
async fn tokens_that_end_together_are_renewed_apart_and_before_their_margin() {
    let machine = Machine::new().await;
    let id = machine.connected().await;
    machine.multiply(&id, 39).await;
    machine.clock.advance(HOUR - Duration::from_secs(460));
    let mut steps = Vec::new();
    while steps.len() < 17 {
        let before = machine.refreshes();
        machine.engine.keep_once().await.unwrap();
        steps.push(machine.refreshes() - before);
        machine.clock.advance(Duration::from_secs(10));
    }
    // The last step is where the margin begins: until then each was renewed, and few at the same moment.
    assert_eq!(steps.iter().sum::<usize>(), 40, "{steps:?}");
    assert!(steps.iter().all(|step| *step <= 10), "{steps:?}");
    assert!(steps.iter().filter(|step| **step > 0).count() >= 8, "{steps:?}");
}

#[tokio::test]
async fn after_the_machine_slept_the_keeper_takes_its_time() {
    let machine = Machine::new().await;
    let id = machine.connected().await;
    machine.multiply(&id, 19).await;
    let engine = machine.engine.clone();
    let keeper = tokio::spawn(async move { engine.keep().await });
    machine.settle().await;
    assert_eq!(machine.refreshes(), 0);
    // The wall clock went on while nothing ran.
    machine.clock.jump_to("2026-11-22T18:00:00Z".parse().unwrap());
    machine.clock.advance(Duration::from_secs(30));
    let mut seen = Vec::new();
    for _ in 0..12 {
        machine.settle().await;
        seen.push(machine.refreshes());
        machine.clock.advance(Duration::from_secs(5));
    }
    machine.service.is_asked("refresh_token", 20).await;
    assert!(seen[0] <= 6 && seen[5] <= 16, "{seen:?}");
    keeper.abort();
}
