import type { Theme } from "../ipc/generated";

const theme: Record<Theme, string> = { system: "System", light: "Light", dark: "Dark" };

/** Settings: few, and each does what it says. */
export const texts = {
  title: "Settings",
  sections: { general: "General", security: "Security", redirects: "Redirects", about: "About" },
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
  redirects: {
    lead: "How a service hands you back to Patchbay after you sign in.",
    tested: (when: string) => `Tested ${when}`,
    test: "Test all three",
    copy: (address: string) => `Copy ${address}`,
    best: "Works best here",
    works: "Works",
    always: "Always works",
    fails: "Does not come back",
    untested: "Not tested yet",
    register: "Register the app link",
    registerHint: "For this copy of Patchbay. A copy that is not installed gives it back when it closes.",
    ways: {
      loopback: {
        name: "Loopback",
        hint: "Your browser comes back to a port on this machine. Most services accept it.",
      },
      app: {
        name: "App link",
        hint: "Your browser opens Patchbay itself. Nicest to use where the system allows it.",
      },
      manual: {
        name: "By hand",
        hint: "You copy the address from the browser. For machines without one, or when both others are blocked.",
      },
      pin: { name: "PIN", hint: "You type what the service’s page shows." },
    },
  },
  version: "Version",
  dataDirectory: "Data directory",
  dataDirectoryHint: "Connectors, connections and sealed secrets",
  copy: "Copy",
  copyDirectory: "Copy the path of the data directory",
};
