import type {
  AttemptView,
  EnvironmentRef,
  RegistrationView,
  SettingsView,
  Tag,
  VaultState,
  VaultView,
} from "../generated";
import { fakeApps } from "./app-commands";
import { type FakeConnection, environments, fakeConnections } from "./connections-data";
import { type FakeConnector, fakeConnectors } from "./connectors-data";

export type FakeAttempt = {
  view: AttemptView;
  make: () => FakeConnection;
  secrets: string[];
  existing: string | null;
  newVersion: boolean;
  /** The permissions that the pretend service gives. */
  usual: ReadonlySet<string>;
};

export type World = {
  connectors: FakeConnector[];
  connections: FakeConnection[];
  attempts: Map<string, FakeAttempt>;
  /** The registered apps, by connector. */
  registrations: Map<string, RegistrationView[]>;
  environments: EnvironmentRef[];
  /** Connectors from a file that may send to this machine or its network. */
  agreedInside: Set<string>;
  vault: VaultView;
  settings: SettingsView;
  /** How far the Lab let time pass, in seconds. */
  ahead: number;
  /** Where *Try it offline* began; nobody takes it before. */
  tour: { ahead: number } | null;
  /** How often states `error` and `lab-error` still fail: before the first screen and on it, so that *Try again* helps. */
  failures: number;
  changed: (tags: Tag[]) => void;
};

const vaultStates: Record<string, VaultState> = {
  locked: "locked_by_person",
  keyring: "keyring_locked",
  passphrase: "passphrase_needed",
  missing: "key_missing",
  wrong: "wrong_key",
  "first-run": "not_set_up",
  "no-keychain": "no_key_store",
};

export const sentences: Record<VaultState, string> = {
  not_set_up: "The vault is made when the first secret is typed.",
  open: "Its key is in the system keychain of this machine.",
  closed: "It opens by itself when a secret is first needed.",
  locked_by_person: "You locked it. Connections that hold a secret wait until you unlock it.",
  keyring_locked: "The system keychain is locked. Unlock it, then try again.",
  passphrase_needed: "It opens with your passphrase.",
  key_missing:
    "The key is no longer in the system keychain. The recovery key opens the vault and puts it back.",
  wrong_key: "The keychain holds the key of another vault. The recovery key opens this one.",
  no_key_store:
    "This machine runs no keyring that could keep the key of the vault. Start one, or choose a passphrase for the vault.",
};

export function makeWorld(parameters: URLSearchParams, changed: (tags: Tag[]) => void): World {
  const state = parameters.get("state") ?? "";
  const vaultState = vaultStates[state] ?? "open";
  const fresh = state === "first-run" || state === "no-keychain";
  const rows = Number(parameters.get("rows")) || undefined;
  return {
    connectors: fresh ? [] : fakeConnectors(),
    connections: fresh || state === "empty" ? [] : fakeConnections(rows),
    attempts: new Map(),
    registrations: new Map([["salesforce", fakeApps()]]),
    environments:
      fresh || state === "one-environment"
        ? [environments.production]
        : [environments.production, environments.staging],
    agreedInside: new Set(),
    vault: {
      state: vaultState,
      mode: fresh ? null : state === "passphrase" ? "passphrase" : "keychain",
      key_store: "Secret Service (gnome-keyring)",
      recovery_confirmed: !fresh,
      sentence: sentences[vaultState],
    },
    ahead: 0,
    tour: null,
    settings: { theme: (parameters.get("theme") as SettingsView["theme"] | null) ?? "system" },
    failures: 2,
    changed,
  };
}
