import type { VaultState } from "../ipc/generated";

const vault: Record<VaultState, { short: string; press: string }> = {
  not_set_up: { short: "Vault not set up", press: "Vault not set up. Set it up" },
  open: { short: "Vault unlocked", press: "Vault unlocked. Lock it now" },
  closed: { short: "Vault ready", press: "Vault ready. It opens when it is needed. Lock it now" },
  locked_by_person: { short: "Vault locked", press: "Vault locked. Unlock it" },
  keyring_locked: { short: "Vault locked", press: "Vault locked. Unlock it" },
  passphrase_needed: { short: "Vault locked", press: "Vault locked. Unlock it" },
  key_missing: { short: "Vault key missing", press: "Vault key missing. See what to do" },
  wrong_key: {
    short: "Another vault’s key",
    press: "Another vault’s key is in the keychain. See what to do",
  },
  no_key_store: { short: "No keychain", press: "No keychain runs on this machine. See what to do" },
};

/** The frame of the window: sidebar and vault. */
export const texts = {
  product: "Patchbay",
  search: "Search or run",
  searchLabel: "Search or run a command",
  frame: "Sidebar",
  navigation: "Main",
  sections: { connections: "Connections", connectors: "Connectors", lab: "Lab", settings: "Settings" },
  labOn: "On",
  labOff: "Off",
  vault,
  vaultLocked: "Vault locked",
  vaultLockedDetail: "Calls wait until it is unlocked.",
};
