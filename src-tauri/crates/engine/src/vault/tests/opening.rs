//! The first use, opening, locking, and what stands in the way of each.

use super::*;

// First use

#[tokio::test]
async fn the_first_secret_makes_a_vault_and_nothing_before_it_does() {
    let machine = Machine::new();
    let process = machine.process();
    assert_outcome!(process.state().await, VaultState::NotSetUp);
    assert_eq!((machine.keyring.items().len(), machine.keyring.loads()), (0, 0));
    process.put("a", "secret of a").await.unwrap();
    let row = process.row().await.unwrap();
    assert_eq!(row.mode, VaultMode::Keychain);
    assert_eq!(machine.keyring.items(), [format!("vault/{}/{}", row.id, row.current_key_id)]);
    assert_outcome!(process.state().await, VaultState::Open);
    assert_eq!(machine.process().get("a").await, "secret of a");
}

#[tokio::test]
async fn without_a_working_key_store_nothing_is_made_and_a_passphrase_helps() {
    for (mood, is_right) in [
        (
            Mood::Unavailable,
            (|error| matches!(error, VaultError::NoKeyStore { .. })) as fn(&VaultError) -> bool,
        ),
        (Mood::Refuses, |error| matches!(error, VaultError::KeyStore { .. })),
        (Mood::Forgets, |error| matches!(error, VaultError::KeyStore { .. })),
        (Mood::Locked, |error| matches!(error, VaultError::KeyringLocked)),
    ] {
        let machine = Machine::new();
        machine.keyring.set_mood(mood);
        let process = machine.process();
        let error = process.put("a", "x").await.unwrap_err();
        assert!(is_right(&error), "{mood:?}: {error:?}");
        assert_eq!(process.row().await, None, "{mood:?}");
        assert!(matches!(process.state().await, VaultState::Failed(error) if is_right(&error)), "{mood:?}");

        process.vault.set_up(Some(text("correct horse"))).await.unwrap();
        process.put("a", "secret of a").await.unwrap();
        assert_eq!(process.row().await.unwrap().mode, VaultMode::Passphrase);
    }
}

#[tokio::test]
async fn a_key_store_that_comes_up_later_is_used() {
    let machine = Machine::new();
    machine.keyring.set_mood(Mood::Unavailable);
    let process = machine.process();
    process.put("a", "x").await.unwrap_err();
    machine.keyring.set_mood(Mood::Works);
    process.put("a", "secret of a").await.unwrap();
    assert_eq!(process.get("a").await, "secret of a");
}

#[tokio::test]
async fn two_first_uses_at_once_make_one_vault_and_leave_one_item() {
    let machine = Machine::new();
    let (one, other) = (machine.process(), machine.process());
    let (a, b) = tokio::join!(one.put("a", "secret of a"), other.put("b", "secret of b"));
    a.and(b).unwrap();
    assert_eq!(machine.keyring.items().len(), 1);
    for process in [&one, &other, &machine.process()] {
        assert_eq!(process.both().await, BOTH);
    }
}

#[tokio::test]
async fn no_vault_is_made_where_there_is_one() {
    let machine = Machine::with_secrets().await;
    let items = machine.keyring.items();
    for passphrase in [None, Some(text("correct horse"))] {
        assert_outcome!(machine.process().vault.set_up(passphrase).await, Err(VaultError::Exists));
    }
    assert_eq!(machine.keyring.items(), items);
    assert_eq!(machine.process().get("a").await, "secret of a");
}

#[tokio::test]
async fn an_empty_passphrase_is_none() {
    let machine = Machine::new();
    let process = machine.process();
    assert_outcome!(process.vault.set_up(Some(text(""))).await, Err(VaultError::PassphraseNeeded));
    assert_eq!(process.row().await, None);
    assert_outcome!(process.state().await, VaultState::NotSetUp);
}

// Locked, missing, wrong

#[tokio::test]
async fn locked_missing_wrong_and_gone_are_told_apart_and_no_key_is_made() {
    type Trouble = (fn(&MemoryKeyStore), fn(&VaultError) -> bool);
    let troubles: [Trouble; 5] = [
        (|keyring| keyring.set_mood(Mood::Locked), |error| matches!(error, VaultError::KeyringLocked)),
        (MemoryKeyStore::vanish, |error| matches!(error, VaultError::KeyMissing)),
        (|keyring| keyring.overwrite(&[7; 32]), |error| matches!(error, VaultError::WrongKey)),
        (|keyring| keyring.overwrite(b"no key"), |error| matches!(error, VaultError::WrongKey)),
        (
            |keyring| keyring.set_mood(Mood::Unavailable),
            |error| matches!(error, VaultError::NoKeyStore { .. }),
        ),
    ];
    for (number, (make, is_right)) in troubles.into_iter().enumerate() {
        let machine = Machine::with_secrets().await;
        make(&machine.keyring);
        let (process, items) = (machine.process(), machine.keyring.items());
        let row = process.row().await;
        assert_outcome!(process.state().await, VaultState::Closed);
        let error = process.try_get("a").await.unwrap_err();
        assert!(is_right(&error), "{number}: {error:?}");
        let error = process.put("c", "x").await.unwrap_err();
        assert!(is_right(&error), "{number}: {error:?}");
        assert!(matches!(process.state().await, VaultState::Failed(error) if is_right(&error)), "{number}");
        assert_eq!((process.row().await, machine.keyring.items()), (row, items), "{number}");
    }
}

#[tokio::test]
async fn a_keyring_that_was_unlocked_opens_at_the_next_try() {
    let machine = Machine::with_secrets().await;
    machine.keyring.set_mood(Mood::Locked);
    let process = machine.process();
    process.try_get("a").await.unwrap_err();
    machine.keyring.set_mood(Mood::Works);
    assert_eq!(process.get("a").await, "secret of a");
    assert_outcome!(process.state().await, VaultState::Open);
}

#[tokio::test]
async fn a_key_that_opens_its_wrap_but_not_the_check_value_is_another_vaults() {
    let machine = Machine::with_secrets().await;
    let process = machine.process();
    let row = process.row().await.unwrap();
    let other = DataKey::make(|key| key.fill(1));
    let key_id = KeyId::parse(&row.current_key_id).unwrap();
    let check = create::seal_check(&row.id, key_id, &other, Nonce::make(|_| ())).unwrap();
    process
        .store
        .write(move |c| c.vault().set_current_key(&row.current_key_id, &check))
        .await
        .map_err(|e: StoreError| e)
        .unwrap();
    assert_outcome!(machine.process().try_get("a").await, Err(VaultError::WrongKey));
}

#[tokio::test]
async fn an_open_vault_asks_the_key_store_no_more() {
    let machine = Machine::with_secrets().await;
    let process = machine.process();
    process.get("a").await;
    let loads = machine.keyring.loads();
    for _ in 0..3 {
        process.get("b").await;
    }
    assert_eq!(machine.keyring.loads(), loads);
}

#[tokio::test]
async fn many_at_once_open_it_once() {
    let machine = Machine::with_secrets().await;
    let loads = machine.keyring.loads();
    let process = machine.process();
    let (a, b, c) = tokio::join!(process.get("a"), process.get("b"), process.get("a"));
    assert_eq!([a, b, c], ["secret of a", "secret of b", "secret of a"]);
    assert_eq!(machine.keyring.loads(), loads + 1);

    machine.keyring.vanish();
    let (process, loads) = (machine.process(), machine.keyring.loads());
    let (sealed, row) = (process.sealed("a").await, authorization("a"));
    let place = place(&row);
    let open = || process.vault.unseal(&place, &sealed);
    assert_outcome!(
        tokio::join!(open(), open(), open()),
        (Err(VaultError::KeyMissing), Err(VaultError::KeyMissing), Err(VaultError::KeyMissing))
    );
    assert_eq!(machine.keyring.loads(), loads + 1);
}

// Values

#[tokio::test]
async fn a_value_opens_in_its_place_only() {
    let machine = Machine::with_secrets().await;
    let process = machine.process();
    let sealed = process.sealed("a").await;
    let row = authorization("a");
    let (none, other) = (AgreedOrigins::default(), authorization("b"));
    let right = place(&row);
    for wrong in [
        place(&other),
        Place { column: Column::Former, ..right },
        Place { generation: 2, ..right },
        Place { origins: &none, ..right },
    ] {
        assert_outcome!(
            process.vault.unseal(&wrong, &sealed).await,
            Err(VaultError::Value(SealError::DoesNotOpen))
        );
    }
    assert!(process.vault.unseal(&right, &sealed).await.is_ok());
}

// The passphrase

#[tokio::test]
async fn a_passphrase_vault_opens_with_its_passphrase_only_and_never_asks_the_key_store() {
    let machine = Machine::new();
    let process = machine.process();
    process.vault.set_up(Some(text("correct horse"))).await.unwrap();
    process.put("a", "secret of a").await.unwrap();

    let process = machine.process();
    assert_outcome!(process.state().await, VaultState::Failed(VaultError::PassphraseNeeded));
    assert_outcome!(process.try_get("a").await, Err(VaultError::PassphraseNeeded));
    assert_outcome!(process.vault.open(Some(text("Correct horse"))).await, Err(VaultError::WrongPassphrase));
    assert_outcome!(process.state().await, VaultState::Failed(VaultError::WrongPassphrase));
    assert_outcome!(process.vault.open(None).await, Err(VaultError::PassphraseNeeded));
    process.vault.open(Some(text("correct horse"))).await.unwrap();
    assert_eq!(process.get("a").await, "secret of a");
    // A wrong one is told, and shuts nothing.
    assert_outcome!(process.vault.open(Some(text("wrong"))).await, Err(VaultError::WrongPassphrase));
    assert_eq!(process.get("a").await, "secret of a");
    assert_eq!((machine.keyring.items().len(), machine.keyring.loads()), (0, 0));
}

#[tokio::test]
async fn a_passphrase_from_a_file_makes_and_opens_the_vault_when_it_is_needed() {
    let machine = Machine::new();
    machine.keyring.set_mood(Mood::Unavailable);
    let process = machine.process();
    process.vault.remember_passphrase(text("correct horse"));
    process.put("a", "secret of a").await.unwrap();
    assert_eq!(process.row().await.unwrap().mode, VaultMode::Passphrase);

    let process = machine.process();
    process.vault.remember_passphrase(text("correct horse"));
    assert_outcome!(process.state().await, VaultState::Closed);
    assert_eq!(process.get("a").await, "secret of a");
}

// Locking

#[tokio::test]
async fn a_lock_wipes_keys_everywhere_until_a_person_opens_the_vault() {
    let machine = Machine::with_secrets().await;
    let (one, other) = (machine.process(), machine.process());
    one.get("a").await;
    other.get("a").await;
    one.vault.lock().await.unwrap();
    assert!(one.vault.session().keys.is_none());
    assert_outcome!(other.state().await, VaultState::Failed(VaultError::Locked));
    assert!(other.vault.session().keys.is_none());
    for process in [&one, &other, &machine.process()] {
        assert_outcome!(process.try_get("a").await, Err(VaultError::Locked));
        assert_outcome!(process.put("c", "x").await, Err(VaultError::Locked));
    }
    other.vault.open(None).await.unwrap();
    assert_eq!((one.get("a").await, other.get("a").await), ("secret of a".into(), "secret of a".into()));
}

#[tokio::test]
async fn a_lock_stays_when_the_vault_does_not_open() {
    let machine = Machine::with_secrets().await;
    let process = machine.process();
    process.vault.lock().await.unwrap();
    machine.keyring.set_mood(Mood::Locked);
    assert_outcome!(process.vault.open(None).await, Err(VaultError::KeyringLocked));
    machine.keyring.set_mood(Mood::Works);
    assert_outcome!(process.try_get("a").await, Err(VaultError::Locked));
}

#[tokio::test]
async fn locking_before_the_first_use_stands_in_nobodys_way() {
    let machine = Machine::new();
    let process = machine.process();
    process.vault.lock().await.unwrap();
    process.put("a", "secret of a").await.unwrap();
    assert_eq!(process.get("a").await, "secret of a");
}
