import type { Theme } from "../ipc/generated";

const theme: Record<Theme, string> = { system: "System", light: "Light", dark: "Dark" };

/** Settings: few, and each does what it says. */
export const texts = {
  title: "Settings",
  sections: { general: "General", security: "Security", about: "About" },
  sectionsLabel: "Sections",
  appearance: "Appearance",
  appearanceHint: "System follows the light or dark of your desktop",
  theme,
  vault: "Vault",
  lockNow: "Lock now",
  unlock: "Unlock…",
  setUp: "Set up…",
  notSetUp: "It is set up before the first secret is typed.",
  recovery: "Recovery key",
  recoveryHave: "Opens the vault if the keychain or passphrase is lost.",
  recoveryNone: "None is confirmed. Without one, a lost keychain or passphrase loses every secret.",
  recoveryMake: "Make a new one…",
  changeKey: "Change the vault key",
  changeKeyHint: "Seals every secret again. Takes a few seconds.",
  changeKeyDo: "Change key…",
  changeKeyTitle: "Change the vault key?",
  changeKeyMessage:
    "A new key is made and every secret is sealed again with it. Your recovery key stays as it is. Nothing is lost if this is interrupted.",
  changeKeyKeep: "Keep the key",
  changeKeyDone: "Vault key changed",
  version: "Version",
  dataDirectory: "Data directory",
  dataDirectoryHint: "Connectors, connections and sealed secrets",
  copy: "Copy",
  copyDirectory: "Copy the path of the data directory",
};
