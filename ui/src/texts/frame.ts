import type { VaultState } from "../ipc/generated";

const vault: Record<VaultState, { short: string; press: string }> = {
  not_set_up: { short: "Vault not set up", press: "Set up the vault" },
  open: { short: "Vault unlocked", press: "Vault is unlocked. Lock it now" },
  closed: { short: "Vault ready", press: "Vault opens when it is needed. Lock it now" },
  locked_by_person: { short: "Vault locked", press: "Vault is locked. Unlock it" },
  keyring_locked: { short: "Vault locked", press: "Vault is locked. Unlock it" },
  passphrase_needed: { short: "Vault locked", press: "Vault is locked. Unlock it" },
  key_missing: { short: "Vault key missing", press: "The vault’s key is missing. See what to do" },
  wrong_key: {
    short: "Another vault’s key",
    press: "The keychain holds another vault’s key. See what to do",
  },
  no_key_store: { short: "No keychain", press: "This machine runs no keychain. See what to do" },
};

/** The frame of the window: sidebar and vault. */
export const texts = {
  product: "Patchbay",
  search: "Search or run",
  searchLabel: "Search or run a command",
  navigation: "Main",
  sections: { connections: "Connections", connectors: "Connectors", settings: "Settings" },
  vault,
  vaultLocked: "Vault locked",
  vaultLockedDetail: "Calls wait until it is unlocked.",
};
