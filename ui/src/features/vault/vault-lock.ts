import type { VaultView } from "../../ipc/generated";

/** Whether secrets can be used: the vault is open, or opens by itself when one is needed. */
export function canUseSecrets({ state }: VaultView): boolean {
  return state === "open" || state === "closed";
}

/** Whether there is no vault yet: it is set up before the first secret is typed. */
export function isNotSetUp({ mode }: VaultView): boolean {
  return mode === null;
}
