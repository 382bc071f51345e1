//! Kills at random moments, while several processes work on the same data directory.
//!
//! Each round starts three commands and kills one of them at any moment of its life. The others must not notice. Then what
//! was told is compared with what is there. [`KILLS`] and [`SEED`] say how long and how; the seed is printed, and the same
//! one makes the same choices again, if not the same interleaving.

use crate::machine::Machine;
use serde_json::Value;
use std::{
    collections::BTreeMap,
    env, thread,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};
use tests::{
    Peer,
    world::{Ended, Running},
};

/// How many kills: sixty, where nothing is said.
pub const KILLS: &str = "PATCHBAY_KILLS";
/// What the choices are made from: the time, where nothing is said.
const SEED: &str = "PATCHBAY_KILLS_SEED";
/// How often the service is asked whether every connection works.
const VERIFY_EVERY: u32 = 10;
/// How many connections come and go, besides those that stay.
const MOST: usize = 12;

/// SplitMix64 (Steele, Lea and Flood, 2014): small, and the same everywhere.
pub struct Choices(pub u64);

impl Choices {
    /// A number below `bound`.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % bound
    }

    fn one_of<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        let index = self.below(list.len() as u64);
        &list[usize::try_from(index).unwrap()]
    }
}

/// A command of a round.
#[derive(Clone, Debug)]
enum Work {
    Connect { name: String },
    ConnectApp { name: String },
    Verify { link_name: String },
    Refresh { link_name: String },
    Rename { link_name: String, name: String },
    Rotate,
    Delete { link_name: String },
}

impl Work {
    fn words(&self) -> Vec<&str> {
        match self {
            Self::Connect { name } => {
                vec!["connect", "key", "--name", name, "--secret", "token=@{folder}/secret-token"]
            }
            Self::ConnectApp { name } => vec![
                "connect",
                "app",
                "--name",
                name,
                "--secret",
                "client_secret=@{folder}/secret-client_secret",
            ],
            Self::Verify { link_name } => vec!["verify", link_name],
            Self::Refresh { link_name } => vec!["refresh", link_name],
            Self::Rename { link_name, name } => vec!["rename", link_name, name],
            Self::Rotate => vec!["vault", "rotate"],
            Self::Delete { link_name } => vec!["delete", link_name, "--yes"],
        }
    }

    /// The connection that it works on, which no other command of the round does.
    fn link_name(&self) -> Option<&str> {
        match self {
            Self::Verify { link_name }
            | Self::Refresh { link_name }
            | Self::Rename { link_name, .. }
            | Self::Delete { link_name } => Some(link_name),
            Self::Connect { .. } | Self::ConnectApp { .. } | Self::Rotate => None,
        }
    }
}

/// The names of the connections, by link name.
type Names = BTreeMap<String, String>;

fn names(machine: &Machine<'_>) -> Names {
    let list = machine.done(&["connections", "list"]).json();
    let text = |row: &Value, key: &str| row[key].as_str().unwrap().to_owned();
    list.as_array().unwrap().iter().map(|row| (text(row, "link_name"), text(row, "name"))).collect()
}

/// The number that a variable says.
pub fn number(name: &str) -> Option<u64> {
    env::var(name).ok().map(|text| text.parse().expect("a number"))
}

/// What the choices of this run are made from, printed.
pub fn seed() -> u64 {
    let now = || SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis();
    let seed = number(SEED).unwrap_or_else(|| u64::try_from(now()).unwrap());
    println!("{SEED}={seed} makes these choices again");
    seed
}

#[test]
fn processes_that_are_killed_at_random_lose_nothing_that_they_told() {
    let kills = number(KILLS).map_or(60, |kills| u32::try_from(kills).unwrap());
    let seed = seed();
    let peer = Peer::start("oidc-provider");
    let machine = Machine::ready(&peer);
    let mut choices = Choices(seed);
    let mut known = names(&machine);
    let mut usual = BTreeMap::<&'static str, Duration>::new();
    let (mut died, mut told) = (0, 0);
    for round in 0..kills {
        let works = choose(&mut choices, &known, round);
        let begun = Instant::now();
        let mut running: Vec<Running> =
            works.iter().map(|work| Running::start(&mut machine.command(&work.words()))).collect();
        let longest = usual.get(kind(&works[0])).copied().unwrap_or(Duration::from_millis(400));
        let moment = longest.mul_f64(choices.below(1_000) as f64 / 1_200.0);
        thread::sleep(moment.saturating_sub(begun.elapsed()));
        let _ = running[0].child().kill();
        let ended: Vec<Ended> = running.into_iter().map(Running::end).collect();
        if ended[0].code == -1 {
            died += 1;
        } else {
            usual.insert(kind(&works[0]), begun.elapsed());
        }
        for (work, ended) in works.iter().zip(&ended).skip(1) {
            assert_eq!(
                ended.code, 0,
                "round {round}: {:?} was killed, and {work:?} failed: {ended:?}",
                works[0]
            );
        }
        machine.assert_whole();
        let found = names(&machine);
        for (work, ended) in works.iter().zip(&ended) {
            told += u32::from(compare(work, ended, &known, &found));
        }
        known = found;
        if round % VERIFY_EVERY == 0 || round + 1 == kills {
            let (working, bad) = machine.working();
            assert_eq!((working.len(), bad.len()), (known.len(), 0), "round {round}: {bad:#?}");
        }
    }
    println!("{kills} kills, {died} of them before the end; {told} told results, each of them so");
}

fn kind(work: &Work) -> &'static str {
    match work {
        Work::Connect { .. } => "connect",
        Work::ConnectApp { .. } => "connect app",
        Work::Verify { .. } => "verify",
        Work::Refresh { .. } => "refresh",
        Work::Rename { .. } => "rename",
        Work::Rotate => "rotate",
        Work::Delete { .. } => "delete",
    }
}

/// Three commands that do not get in each other's way: the first is to die.
fn choose(choices: &mut Choices, known: &Names, round: u32) -> Vec<Work> {
    let mut works: Vec<Work> = Vec::new();
    while works.len() < 3 {
        let free: Vec<&String> =
            known.keys().filter(|name| works.iter().all(|work| work.link_name() != Some(name))).collect();
        let pass: Vec<&String> = free.iter().copied().filter(|name| name.starts_with("n_")).collect();
        let name = format!("N {round} {}", works.len());
        let work = match choices.below(8) {
            0 => Work::Connect { name },
            1 => Work::ConnectApp { name },
            2 if !free.is_empty() => Work::Verify { link_name: (*choices.one_of(&free)).clone() },
            3 if !free.is_empty() => Work::Rename { link_name: (*choices.one_of(&free)).clone(), name },
            4 if works.iter().all(|work| !matches!(work, Work::Rotate)) => Work::Rotate,
            5 if !pass.is_empty() => Work::Delete { link_name: (*choices.one_of(&pass)).clone() },
            6 if works.iter().all(|work| work.link_name() != Some("app")) => {
                Work::Refresh { link_name: "app".into() }
            }
            _ => continue,
        };
        let adds = matches!(work, Work::Connect { .. } | Work::ConnectApp { .. });
        if !(adds && known.len() >= MOST) {
            works.push(work);
        }
    }
    works
}

/// Whether `work` told its result; then it must be so.
fn compare(work: &Work, ended: &Ended, before: &Names, found: &Names) -> bool {
    let is_told = match work {
        Work::Connect { .. } | Work::ConnectApp { .. } => ended.out.contains("{\"step\":\"connected\""),
        _ => ended.out.ends_with('\n') && !ended.out.contains("\"error\""),
    };
    let is_so = match work {
        Work::Connect { name } | Work::ConnectApp { name } => found.values().any(|found| found == name),
        Work::Rename { link_name, name } => found.get(link_name) == Some(name),
        Work::Delete { link_name } => !found.contains_key(link_name),
        Work::Verify { link_name } | Work::Refresh { link_name } => found.contains_key(link_name),
        Work::Rotate => true,
    };
    assert!(is_so || !is_told, "{work:?} was told as done: {ended:?}");
    // Half of it is nothing: the name is the old one or the new one.
    if let Work::Rename { link_name, name } = work {
        assert!(found.get(link_name) == Some(name) || found.get(link_name) == before.get(link_name));
    }
    is_told
}
