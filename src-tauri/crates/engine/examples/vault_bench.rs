//! How long it takes to open sealed secrets: `cargo run --release -p engine --example vault_bench [SECRETS]`.
//!
//! Seals credentials of 200 bytes into a store in a temporary folder, then opens each as a call does (found in the
//! store, unsealed), and prints the median, the 99th percentile and the worst in milliseconds.
#![expect(clippy::disallowed_methods, reason = "a bench looks at the clock")]

use domain::{
    Timestamp,
    authorization::{Authorization, Expiry},
    id::AuthorizationId,
    origin::Origin,
};
use engine::vault::{Place, Vault};
use secret::{SecretBytes, seal::Sealed};
use std::{
    error::Error,
    sync::Arc,
    time::{Duration, Instant},
};
use store::{Store, sealed};
use testkit::{ManualClock, MemoryKeyStore, SeededEntropy};

const BATCH: usize = 1_000;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let secrets = std::env::args().nth(1).map_or(Ok(10_000), |count| count.parse())?;
    let dir = tempfile::tempdir()?;
    let now = Timestamp::from_second(1_700_000_000)?;
    let store = Store::open(dir.path(), now)?;
    let vault = Vault::new(
        store.clone(),
        Arc::new(MemoryKeyStore::new()),
        Arc::new(SeededEntropy::new(1)),
        Arc::new(ManualClock::at(now)),
    );
    let begun = Instant::now();
    for first in (0..secrets).step_by(BATCH) {
        seal(&vault, &store, first..secrets.min(first + BATCH)).await?;
    }
    println!("{secrets} secrets sealed in {:.1} s", begun.elapsed().as_secs_f64());

    let mut times = Vec::new();
    let begun = Instant::now();
    for number in 0..secrets {
        let authorization = authorization(number)?;
        let id = authorization.id.clone();
        let one = Instant::now();
        let found = store
            .read(move |snapshot| snapshot.authorizations().find_sealed(&id))
            .await?
            .ok_or("a credential is gone")?;
        vault.unseal(&place(&authorization), &Sealed::parse(&found.credential)?).await?;
        times.push(one.elapsed());
    }
    println!("{secrets} secrets opened in {:.2} s", begun.elapsed().as_secs_f64());
    times.sort_unstable();
    let at = |percent: usize| times.get((times.len() - 1) * percent / 100).map_or(0.0, milliseconds);
    println!("{:<44} {:>7} {:>7} {:>7} {:>8}", "milliseconds", "median", "p99", "worst", "opened");
    println!("{:<44} {:>7.3} {:>7.3} {:>7.3} {secrets:>8}", "one secret opened", at(50), at(99), at(100));
    Ok(())
}

async fn seal(vault: &Vault, store: &Store, numbers: std::ops::Range<usize>) -> Result<(), Box<dyn Error>> {
    let mut rows = Vec::new();
    for number in numbers {
        let authorization = authorization(number)?;
        let credential = SecretBytes::new(vec![b'x'; 200]);
        let sealed = vault.seal(&place(&authorization), &credential).await?;
        rows.push((authorization, sealed.to_bytes()));
    }
    let written = store.write(move |change| {
        let mut rows = rows.iter();
        rows.try_for_each(|(authorization, sealed)| change.authorizations().insert(authorization, sealed))
    });
    Ok(written.await?)
}

fn authorization(number: usize) -> Result<Authorization, Box<dyn Error>> {
    Ok(Authorization {
        id: AuthorizationId::from_stored(format!("a{number}")),
        registration: None,
        account: None,
        requested: Vec::new(),
        granted: Vec::new(),
        expiry: Expiry::Never,
        origins: Origin::of(&"https://api.example/".parse()?).into_iter().collect(),
        generation: 1,
    })
}

fn place(authorization: &Authorization) -> Place<'_> {
    Place {
        column: sealed::Place::Credential,
        owner: authorization.id.as_str(),
        generation: authorization.generation,
        origins: &authorization.origins,
    }
}

fn milliseconds(time: &Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}
