import { expect } from "../window";
import { dialog, heading, type Screen } from "./screen";

/** The vault: setting it up, and what keeps it shut. */
export const vault: Screen[] = [
  {
    name: "vault-locked",
    place: "/connections",
    state: "locked",
    standsWhen: heading("The vault is locked"),
  },
  {
    name: "vault-passphrase",
    place: "/connections",
    state: "passphrase",
    standsWhen: heading("The vault is locked"),
  },
  {
    name: "vault-keyring",
    place: "/connections",
    state: "keyring",
    standsWhen: heading("Your keyring is locked"),
  },
  {
    name: "vault-missing",
    place: "/connections",
    state: "missing",
    standsWhen: heading("The vault’s key is missing"),
  },
  {
    name: "vault-wrong",
    place: "/connections",
    state: "wrong",
    standsWhen: heading("The keychain holds another vault’s key"),
  },
  {
    name: "vault-setup",
    place: "/connections",
    state: "first-run",
    show: (page) => page.getByRole("button", { name: /Vault not set up/ }).click(),
    standsWhen: dialog("Keep secrets in a vault"),
  },
  {
    name: "vault-no-keychain",
    place: "/connections",
    state: "no-keychain",
    show: async (page) => {
      await page.getByRole("button", { name: /No keychain/ }).click();
      await page.getByLabel("Passphrase", { exact: true }).fill("four or five random words");
      await page.getByLabel("Once more", { exact: true }).fill("four or five random");
      await page.getByLabel("Once more", { exact: true }).blur();
    },
    standsWhen: (page) => expect(page.getByText("The two are not the same yet.")).toBeVisible(),
  },
  {
    name: "vault-recovery-key",
    place: "/connections",
    state: "first-run",
    show: async (page) => {
      await page.getByRole("button", { name: /Vault not set up/ }).click();
      await page.getByRole("button", { name: "Create the vault" }).click();
      await page.getByRole("button", { name: "Make a recovery key" }).click();
      await page.getByRole("button", { name: "Copy" }).click();
    },
    standsWhen: (page) =>
      expect(page.getByText("Copied. The clipboard is cleared after a minute.")).toBeVisible(),
  },
];
