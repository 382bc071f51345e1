//! Refreshes against a service that replaces each refresh token and ends the account where one is used twice: killed in the
//! middle, stopped, at the same time, and on clocks that are wrong.
//!
//! Where the service has replaced a token and the process that was to hear of it is dead, nobody has the new one. So each
//! account that ends must have an answer in the log of the service that left after the kill, or never; what is lost and has
//! none was lost by us.

use crate::{
    machine::Machine,
    random::{Choices, KILLS, number, seed},
};
use serde_json::Value;
use std::{
    sync::{
        Mutex,
        atomic::{AtomicU32, Ordering},
    },
    thread,
    time::{Duration, SystemTime, UNIX_EPOCH},
};
use tests::{
    Peer,
    fail_points::CLOCK,
    world::{Ended, Running},
};

/// How long the service keeps an answer back after its work is done.
const DELAY: Duration = Duration::from_millis(300);
/// From an answer's last byte to the commit of what it said: who dies here has read it and not yet kept it.
const READING: u64 = 150;

fn now() -> u64 {
    u64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis()).unwrap()
}

fn slow_peer(delay: Duration) -> Peer {
    Peer::start_with("oidc-provider", &[&format!("--delay={}", delay.as_millis())])
}

/// What became of an account whose refresh was killed.
struct Round {
    killed: u64,
    /// The answer that it ended with, where it did.
    lost: Option<Value>,
}

/// Refreshes Alice's tokens in two processes, kills the first at `moment`, and looks whether a third one still can.
fn kill_one(machine: &Machine<'_>, moment: Duration) -> Round {
    machine.sign_in();
    let begun = now();
    let mut running: Vec<Running> =
        (0..2).map(|_| Running::start(&mut machine.command(&["refresh", "alice"]))).collect();
    thread::sleep(moment);
    let killed = now();
    let _ = running[0].child().kill();
    let ended: Vec<Ended> = running.into_iter().map(Running::end).collect();
    machine.assert_whole();
    let told = ended.iter().any(|ended| ended.code == 0);
    let after = machine.run(&["refresh", "alice"]);
    if after.code == 0 {
        return Round { killed, lost: None };
    }
    assert!(!told, "a refresh was told as done, and its tokens are gone: {ended:?} {after:?}");
    // The last answer that gave tokens is the one that nobody kept.
    let answers = machine.peer.log();
    let id = machine.show("alice").unwrap()["id"].clone();
    let lost = answers.into_iter().rev().find(|line| {
        let gave =
            line["grant"] == "refresh_token" && line["status"] == 200 && line["at"].as_u64() >= Some(begun);
        gave && line["answered"].as_u64().is_none_or(|answered| answered + READING >= killed)
    });
    let lost = lost.unwrap_or_else(|| panic!("{id} ended, and no answer was under way: {after:?}"));
    Round { killed, lost: Some(lost) }
}

#[test]
fn refreshes_that_are_killed_at_random_lose_only_what_was_answered_to_the_dead() {
    let (kills, seed) = (number(KILLS).unwrap_or(60), seed());
    let peer = slow_peer(DELAY);
    let ready = Machine::ready(&peer);
    let (left, rounds) = (AtomicU32::new(u32::try_from(kills).unwrap()), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for worker in 0..4 {
            let (left, rounds, ready) = (&left, &rounds, &ready);
            scope.spawn(move || {
                let mut choices = Choices(seed + worker);
                while left.try_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok()
                {
                    let moment = Duration::from_millis(choices.below(1_200));
                    let round = kill_one(&ready.copy(), moment);
                    rounds.lock().unwrap().push(round);
                }
            });
        }
    });
    let rounds = rounds.into_inner().unwrap();
    assert_eq!(rounds.len() as u64, kills);
    let mut lost = 0;
    for round in &rounds {
        let Some(line) = &round.lost else { continue };
        lost += 1;
        let when = match line["answered"].as_u64() {
            None => "to nobody".to_owned(),
            Some(at) => format!("{} ms after the kill", at.cast_signed() - round.killed.cast_signed()),
        };
        println!(
            "the token {} was replaced by {}, answered {when}",
            line["refresh"], line["gave"]["refresh"]
        );
    }
    println!("{kills} kills in the middle of a refresh, {lost} accounts ended, each with such an answer");
}

/// Each refresh of Alice's must carry what the answer before it gave.
fn assert_chain(peer: &Peer, least: usize) -> usize {
    let requests = peer.token_requests(least);
    let mut last = Value::Null;
    let mut refreshes = 0;
    for request in &requests {
        match request["grant"].as_str() {
            Some("authorization_code") => last = request["gave"]["refresh"].clone(),
            Some("refresh_token") => {
                refreshes += 1;
                assert_eq!(
                    (&request["refresh"], request["status"].as_u64()),
                    (&last, Some(200)),
                    "{requests:#?}"
                );
                last = request["gave"]["refresh"].clone();
            }
            _ => {}
        }
    }
    refreshes
}

#[cfg(unix)]
mod stopped {
    use super::*;
    use rustix::process::{Pid, Signal, kill_process};

    /// Stops the process that is waiting for an answer, for so long. Answers how it ended, and how another one did that
    /// wanted the same meanwhile.
    fn stop_for(machine: &Machine<'_>, time: Duration) -> [Ended; 2] {
        let mut owner = Running::start(&mut machine.command(&["refresh", "alice"]));
        // Its request is on its way, or its answer is.
        thread::sleep(Duration::from_millis(700));
        let process = Pid::from_child(owner.child());
        kill_process(process, Signal::STOP).unwrap();
        let other = Running::start(&mut machine.command(&["refresh", "alice"]));
        thread::sleep(time);
        assert_eq!(assert_chain(machine.peer, 1), 1, "nobody takes over from a process that lives");
        kill_process(process, Signal::CONT).unwrap();
        [owner.end(), other.end()]
    }

    #[test]
    fn a_process_that_stood_still_keeps_its_refresh() {
        let peer = slow_peer(Duration::from_secs(2));
        let machine = Machine::ready(&peer);
        machine.sign_in();
        for ended in stop_for(&machine, Duration::from_secs(3)) {
            assert_eq!(ended.code, 0, "{ended:?}");
        }
        machine.done(&["refresh", "alice"]);
        assert_chain(&peer, 1);
    }

    #[test]
    #[ignore = "stands still for longer than every time-out; `cargo xtask soak` runs it"]
    fn a_process_that_stood_still_beyond_every_time_out_keeps_its_refresh() {
        let peer = slow_peer(Duration::from_secs(2));
        let machine = Machine::ready(&peer);
        machine.sign_in();
        let [owner, other] = stop_for(&machine, Duration::from_secs(75));
        assert_eq!(owner.code, 0, "{owner:?}");
        assert_eq!(other.code, 3, "it could not check: {other:?}");
        machine.done(&["refresh", "alice"]);
        assert_chain(&peer, 1);
    }
}

#[test]
fn processes_whose_clocks_are_a_day_apart_lose_nothing() {
    let peer = Peer::start("oidc-provider");
    let mut machine = Machine::ready(&peer);
    machine.sign_in();
    let day = 24 * 60 * 60;
    for _ in 0..3 {
        for wrong in [day, -day, 0] {
            machine.world.set(CLOCK, wrong.to_string());
            let reply = machine.done(&["request", "alice", "GET", "/me"]).json();
            assert_eq!(reply["status"], 200, "{wrong} s: {reply}");
        }
    }
    println!("{} refreshes by clocks that are two days apart", assert_chain(&peer, 2));
}
