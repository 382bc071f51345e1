//! The recovery key, and starting again without one.

use super::*;

#[tokio::test]
async fn a_recovery_key_comes_into_force_when_it_is_proven_to_be_kept() {
    let machine = Machine::with_secrets().await;
    let process = machine.process();
    assert_outcome!(process.vault.fresh_recovery_key(), Err(VaultError::NoRecoveryKey));
    process.vault.make_recovery_key().await.unwrap();
    let key = process.vault.fresh_recovery_key().unwrap();
    assert_outcome!(
        process.vault.confirm_recovery_key(&text("00000")).await,
        Err(VaultError::WrongLastGroup)
    );
    assert!(!process.vault.status().await.unwrap().has_recovery_key);
    assert_outcome!(machine.process().vault.recover(&key, None).await, Err(VaultError::NoRecoveryKey));
    process.vault.confirm_saved_recovery_key().await.unwrap();
    assert!(process.vault.status().await.unwrap().has_recovery_key);
    assert_outcome!(process.vault.fresh_recovery_key(), Err(VaultError::NoRecoveryKey));
    machine.process().vault.recover(&key, None).await.unwrap();
}

#[tokio::test]
async fn a_new_recovery_key_replaces_the_one_before_only_once_it_is_confirmed() {
    let machine = Machine::with_secrets().await;
    let process = machine.process();
    let first = process.recovery_key().await;
    process.vault.make_recovery_key().await.unwrap();
    machine.process().vault.recover(&first, None).await.unwrap();
    let second = process.recovery_key().await;
    assert_outcome!(process.vault.recover(&first, None).await, Err(VaultError::WrongRecoveryKey));
    process.vault.recover(&second, None).await.unwrap();
}

#[tokio::test]
async fn typing_mistakes_are_told_from_another_vaults_recovery_key() {
    let machine = Machine::with_secrets().await;
    let process = machine.process();
    process.recovery_key().await;
    let mistyped = process.vault.recover(&text("not a key"), None).await;
    assert_outcome!(mistyped, Err(VaultError::RecoveryKeyTyped(_)));
    let other = Machine::with_secrets().await;
    let other = other.process().recovery_key().await;
    assert_outcome!(process.vault.recover(&other, None).await, Err(VaultError::WrongRecoveryKey));
    assert_eq!(process.get("a").await, "secret of a");
}

#[tokio::test]
async fn a_vault_copied_to_another_machine_opens_there_with_the_recovery_key() {
    let home = Machine::with_secrets().await;
    let key = home.process().recovery_key().await;
    let away = home.copied();
    let process = away.process();
    assert_outcome!(process.try_get("a").await, Err(VaultError::KeyMissing));
    process.vault.recover(&key, None).await.unwrap();
    assert_eq!(
        (process.get("a").await, away.process().get("b").await),
        ("secret of a".into(), "secret of b".into())
    );
    assert_eq!(away.keyring.items().len(), 1);
    // Nothing of it reached the other machine.
    assert_eq!(home.process().get("a").await, "secret of a");
}

#[tokio::test]
async fn recovering_a_copy_on_the_same_machine_leaves_the_other_one_open() {
    let home = Machine::with_secrets().await;
    let key = home.process().recovery_key().await;
    let mut copy = home.copied();
    copy.keyring = home.keyring.clone();
    assert_eq!(copy.process().get("a").await, "secret of a");
    copy.process().vault.recover(&key, None).await.unwrap();
    assert_eq!(
        (copy.process().get("a").await, home.process().get("a").await),
        ("secret of a".into(), "secret of a".into())
    );
}

#[tokio::test]
async fn recovering_opens_a_vault_whose_key_is_missing_wrong_or_behind_a_lock() {
    let troubles: [fn(&MemoryKeyStore); 2] = [MemoryKeyStore::vanish, |keyring| keyring.overwrite(&[7; 32])];
    for make in troubles {
        let machine = Machine::with_secrets().await;
        let key = machine.process().recovery_key().await;
        machine.process().vault.lock().await.unwrap();
        make(&machine.keyring);
        let process = machine.process();
        process.vault.recover(&key, None).await.unwrap();
        assert_eq!(
            (process.get("a").await, machine.process().get("b").await),
            ("secret of a".into(), "secret of b".into())
        );
        // It works again, and again.
        process.vault.recover(&key, None).await.unwrap();
        assert_eq!(machine.process().get("a").await, "secret of a");
    }
}

#[tokio::test]
async fn recovering_without_a_key_store_changes_nothing_and_a_passphrase_helps() {
    let machine = Machine::with_secrets().await;
    let key = machine.process().recovery_key().await;
    machine.keyring.set_mood(Mood::Unavailable);
    let process = machine.process();
    let row = process.row().await;
    assert_outcome!(process.vault.recover(&key, None).await, Err(VaultError::NoKeyStore { .. }));
    assert_eq!(process.row().await, row);
    process.vault.recover(&key, Some(text("correct horse"))).await.unwrap();
    assert_eq!(process.row().await.unwrap().mode, VaultMode::Passphrase);
    assert_eq!(process.get("a").await, "secret of a");
    // The keyring does not open it any more, and the passphrase does.
    machine.keyring.set_mood(Mood::Works);
    let process = machine.process();
    assert!(!process.wraps().await.iter().any(|(_, kind)| *kind == WrapKind::Keychain));
    assert_outcome!(process.try_get("a").await, Err(VaultError::PassphraseNeeded));
    process.vault.open(Some(text("correct horse"))).await.unwrap();
    assert_eq!(process.get("b").await, "secret of b");
}

#[tokio::test]
async fn another_public_half_in_the_file_gets_no_key() {
    let machine = Machine::with_secrets().await;
    let process = machine.process();
    process.recovery_key().await;
    let foreign = RecoveryKey::make(|bytes| bytes.fill(1));
    let row = process.row().await.unwrap();
    let key_id = KeyId::parse(&row.current_key_id).unwrap();
    let key = DataKey::make(|bytes| bytes.fill(2));
    let planted = process.vault.wrap_for_recovery(&row.id, key_id, &key, &foreign.public()).unwrap();
    process.store.write(move |c| c.vault().put_wrap(&planted)).await.map_err(|e: StoreError| e).unwrap();
    process.vault.rotate().await.unwrap();
    assert_outcome!(
        machine.process().vault.recover(&foreign.to_text(), None).await,
        Err(VaultError::NoRecoveryKey)
    );
}

#[tokio::test]
async fn a_recovery_cut_short_anywhere_loses_nothing() {
    let points = crash_everywhere(
        |machine| machine.keyring.vanish(),
        |vault, key| async move { vault.recover(&key, None).await },
        |machine, key| async move {
            // Before the switch the key is still missing, after it the vault is whole.
            match machine.process().try_get("a").await {
                Ok(_) => assert_eq!(machine.process().both().await, BOTH),
                Err(error) => assert!(matches!(error, VaultError::KeyMissing), "{error:?}"),
            }
            machine.process().vault.recover(&key, None).await.unwrap();
            assert_eq!(machine.process().both().await, BOTH);
        },
    )
    .await;
    assert!(points > 10, "{points}");
}

#[tokio::test]
async fn starting_again_keeps_the_old_vault_aside() {
    let machine = Machine::with_secrets().await;
    let key = machine.process().recovery_key().await;
    machine.keyring.vanish();
    let process = machine.process();
    assert_outcome!(process.try_get("a").await, Err(VaultError::KeyMissing));
    let kept = process.vault.start_again().await.unwrap();
    assert_outcome!(process.state().await, VaultState::NotSetUp);
    process.put("new", "secret of new").await.unwrap();
    assert_eq!(process.get("new").await, "secret of new");

    // The old file, put back, opens with its recovery key.
    let old = Machine::new();
    std::fs::copy(&kept, old.directory.path().join("patchbay.db")).unwrap();
    let process = old.process();
    process.vault.recover(&key, None).await.unwrap();
    assert_eq!(process.get("a").await, "secret of a");
}
