//! Rotation: a new data key for everything, whatever comes between.

use super::*;

#[tokio::test]
async fn a_rotation_seals_everything_again_and_drops_the_old_key() {
    let machine = Machine::with_secrets().await;
    let process = machine.process();
    let before = (process.row().await.unwrap(), process.sealed("a").await, machine.keyring.items());
    process.vault.rotate().await.unwrap();
    let row = process.row().await.unwrap();
    assert_eq!((&row.id, row.mode), (&before.0.id, before.0.mode));
    assert_ne!(row.current_key_id, before.0.current_key_id);
    assert_eq!(process.wraps().await, [(row.current_key_id.clone(), WrapKind::Keychain)]);
    assert_eq!(machine.keyring.items(), [format!("vault/{}/{}", row.id, row.current_key_id)]);
    assert_ne!(machine.keyring.items(), before.2);
    for process in [&process, &machine.process()] {
        assert_eq!(process.both().await, BOTH);
        assert_ne!(process.sealed("a").await, before.1);
    }
}

#[tokio::test]
async fn more_values_than_one_batch_are_sealed_again() {
    let machine = Machine::new();
    let process = machine.process();
    for number in 0..250 {
        process.put(&format!("o{number}"), &format!("secret {number}")).await.unwrap();
    }
    process.vault.rotate().await.unwrap();
    let process = machine.process();
    assert_eq!(process.wraps().await.len(), 1);
    for number in 0..250 {
        assert_eq!(process.get(&format!("o{number}")).await, format!("secret {number}"));
    }
}

#[tokio::test]
async fn the_recovery_key_survives_rotations() {
    let machine = Machine::with_secrets().await;
    let process = machine.process();
    let key = process.recovery_key().await;
    process.vault.rotate().await.unwrap();
    machine.process().vault.rotate().await.unwrap();
    assert!(process.vault.status().await.unwrap().has_recovery_key);
    let away = machine.copied();
    away.process().vault.recover(&key, None).await.unwrap();
    away.process().vault.rotate().await.unwrap();
    away.process().vault.recover(&key, Some(text("correct horse"))).await.unwrap();
    let process = away.process();
    process.vault.open(Some(text("correct horse"))).await.unwrap();
    assert_eq!(process.get("a").await, "secret of a");
}

#[tokio::test]
async fn a_process_with_the_old_key_reads_on_and_writes_nothing_with_it() {
    let machine = Machine::with_secrets().await;
    let (old, new) = (machine.process(), machine.process());
    assert_eq!(old.get("a").await, "secret of a");
    let authorization = authorization("late");
    let late = old.vault.seal(&place(&authorization), &bytes("sealed before")).await.unwrap();
    let read_before = old.sealed("b").await;

    new.vault.rotate().await.unwrap();

    let written = old
        .store
        .write(move |change| {
            Vault::must_be_current(change, &late)?;
            Ok(change.authorizations().insert(&authorization, &late.to_bytes())?)
        })
        .await;
    assert_outcome!(written, Err(VaultError::KeyChanged));
    assert_eq!(old.get("a").await, "secret of a");
    old.put("c", "secret of c").await.unwrap();
    assert_eq!(new.get("c").await, "secret of c");
    // What it had read before the rotation is sealed with a key that is gone: it reads the row again.
    let gone = old.vault.unseal(&place(&self::authorization("b")), &read_before).await;
    assert_outcome!(gone, Err(VaultError::KeyChanged));
    assert_eq!(old.get("b").await, "secret of b");
}

#[tokio::test]
async fn of_two_rotations_at_once_each_value_survives_both() {
    let machine = Machine::with_secrets().await;
    let (one, other) = (machine.process(), machine.process());
    let outcomes = tokio::join!(one.vault.rotate(), other.vault.rotate());
    for outcome in [outcomes.0, outcomes.1] {
        assert!(matches!(outcome, Ok(()) | Err(VaultError::KeyChanged)), "{outcome:?}");
    }
    let process = machine.process();
    assert_eq!(process.both().await, BOTH);
    assert_eq!((process.wraps().await.len(), machine.keyring.items().len()), (1, 1));
}

#[tokio::test]
async fn a_passphrase_vault_rotates_without_being_asked_again() {
    let machine = Machine::new();
    let (process, other) = (machine.process(), machine.process());
    process.vault.set_up(Some(text("correct horse"))).await.unwrap();
    process.put("a", "secret of a").await.unwrap();
    other.vault.open(Some(text("correct horse"))).await.unwrap();
    process.vault.rotate().await.unwrap();
    for process in [&process, &other] {
        assert_eq!(process.get("a").await, "secret of a");
    }
    let fresh = machine.process();
    fresh.vault.open(Some(text("correct horse"))).await.unwrap();
    assert_eq!(fresh.get("a").await, "secret of a");
}

#[tokio::test]
async fn a_key_store_that_fails_in_a_rotation_leaves_the_old_key_in_force() {
    for mood in [Mood::Unavailable, Mood::Locked, Mood::Refuses, Mood::Forgets] {
        let machine = Machine::with_secrets().await;
        let process = machine.process();
        process.get("a").await;
        let (row, items) = (process.row().await, machine.keyring.items());
        machine.keyring.set_mood(mood);
        assert!(process.vault.rotate().await.is_err(), "{mood:?}");
        machine.keyring.set_mood(Mood::Works);
        assert_eq!((process.row().await, machine.keyring.items()), (row, items), "{mood:?}");
        assert_eq!(machine.process().get("a").await, "secret of a");
    }
}

#[tokio::test]
async fn a_value_that_does_not_open_keeps_its_key_and_stops_no_other() {
    let machine = Machine::with_secrets().await;
    let process = machine.process();
    let row = authorization("moved");
    let moved = process.sealed("a").await;
    let written = moved.to_bytes();
    process
        .store
        .write(move |change| change.authorizations().insert(&row, &written))
        .await
        .map_err(|error: StoreError| error)
        .unwrap();
    process.vault.rotate().await.unwrap();
    assert_eq!(process.both().await, BOTH);
    assert_eq!(process.wraps().await.len(), 2);
    assert_eq!(process.sealed("moved").await, moved);
    let later = machine.process();
    assert_eq!(later.get("b").await, "secret of b");
    assert_outcome!(later.try_get("moved").await, Err(VaultError::Value(SealError::DoesNotOpen)));
}

#[tokio::test]
async fn a_rotation_cut_short_anywhere_loses_nothing_and_is_finished_by_the_next_process() {
    let points = crash_everywhere(
        |_| (),
        |vault, _| async move { vault.rotate().await },
        |machine, key| async move {
            let process = machine.process();
            for process in [&process, &machine.process()] {
                assert_eq!(process.both().await, BOTH);
            }
            let row = process.row().await.unwrap();
            let current = row.current_key_id.clone();
            let wraps = [(current.clone(), WrapKind::Keychain), (current.clone(), WrapKind::Recovery)];
            assert_eq!(process.wraps().await, wraps);
            // An item that was written just before the crash may be left over, and nothing else.
            let items = machine.keyring.items();
            assert!(items.contains(&format!("vault/{}/{current}", row.id)) && items.len() <= 2, "{items:?}");
            process.vault.rotate().await.unwrap();
            machine.keyring.vanish();
            let process = machine.process();
            process.vault.recover(&key, None).await.unwrap();
            assert_eq!(process.both().await, BOTH);
        },
    )
    .await;
    assert!(points > 10, "{points}");
}
