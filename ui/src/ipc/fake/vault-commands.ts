import type { VaultState, VaultView } from "../generated";
import { type Handlers, refuse, wait } from "./handlers";
import { sentences, type World } from "./world";

const RECOVERY_GROUP = "ZT5GK";

type VaultCommand =
  | "app_status"
  | "save_settings"
  | "vault_status"
  | "create_vault"
  | "open_vault"
  | "lock_vault"
  | "recover_vault"
  | "rotate_vault"
  | "start_vault_again"
  | "make_recovery_key"
  | "copy_recovery_key"
  | "save_recovery_key"
  | "confirm_recovery_key";

export function vaultCommands(world: World): Pick<Handlers, VaultCommand> {
  const become = (state: VaultState, rest: Partial<VaultView> = {}) => {
    world.vault = { ...world.vault, state, sentence: sentences[state], ...rest };
    world.changed(["vault"]);
    return world.vault;
  };
  return {
    app_status: () => ({
      version: "0.1.0",
      data_directory: "/home/jane/.local/share/patchbay",
      connections: world.connections.length,
      connectors: world.connectors.length,
      vault: world.vault,
      settings: world.settings,
    }),
    save_settings: ({ settings }) => {
      world.settings = settings;
      world.changed(["settings"]);
      return settings;
    },
    vault_status: () => world.vault,
    create_vault: async ({ passphrase }) => {
      await wait(300);
      if (passphrase === null && world.vault.state === "no_key_store")
        throw refuse("key_store", "No secret service answered.", { action: "Choose a passphrase instead." });
      return become("open", {
        mode: passphrase === null ? "keychain" : "passphrase",
        recovery_confirmed: false,
      });
    },
    open_vault: async ({ passphrase }) => {
      await wait(300);
      if (world.vault.state === "keyring_locked")
        throw refuse("vault_locked", "The system keychain is still locked.", {
          action: "Unlock it, then try again.",
        });
      if (world.vault.mode === "passphrase" && passphrase === "wrong")
        throw refuse("vault_not_opened", "That is not the passphrase.", {
          safe: "Your secrets are as they were.",
          action: "Try again.",
        });
      return become("open");
    },
    lock_vault: () => become(world.vault.mode === "passphrase" ? "passphrase_needed" : "locked_by_person"),
    recover_vault: async ({ recovery_key, passphrase }) => {
      await wait(300);
      if (!recovery_key.toUpperCase().replaceAll(/[\s-]/g, "").endsWith(RECOVERY_GROUP))
        throw refuse("vault_not_opened", "That is not this vault’s recovery key.", {
          safe: "Your secrets are as they were.",
          action: "Check each group, then try again.",
        });
      return become("open", { mode: passphrase === null ? "keychain" : "passphrase" });
    },
    rotate_vault: () => become("open"),
    start_vault_again: async () => {
      await wait(300);
      for (const { row } of world.connections)
        Object.assign(row, {
          status: { kind: "not_signed_in", sentence: "Not signed in" },
          account: null,
          expires_at: null,
        });
      const vault = become("not_set_up", { mode: null, recovery_confirmed: false });
      world.changed(["connections"]);
      return {
        kept: "/home/jane/.local/share/patchbay/backups/patchbay-20261122.db",
        connections: world.connections.length,
        vault,
      };
    },
    make_recovery_key: () => become("open", { recovery_confirmed: false }),
    copy_recovery_key: () => ({}),
    save_recovery_key: () => ({ file: "/home/jane/patchbay-recovery-key.txt" }),
    confirm_recovery_key: ({ last_group }) => {
      if (last_group.toUpperCase() !== RECOVERY_GROUP)
        throw refuse("not_confirmed", "That is not the last group.", {
          action: "Look at what you copied or saved, then type its last four characters.",
        });
      return become("open", { recovery_confirmed: true });
    },
  };
}
