import type { Page } from "@playwright/test";
import { expect } from "./window";

/** Every screen of the window: where it is, and what has to happen to see it. */
export type Screen = {
  name: string;
  place: string;
  state?: string;
  /** Brings the screen up and waits until it stands. */
  show?: (page: Page) => Promise<void>;
  /** Something that says that it stands. */
  standsWhen: (page: Page) => Promise<void>;
};

const heading = (name: string | RegExp) => (page: Page) =>
  expect(page.getByRole("heading", { name }).first()).toBeVisible();
const dialog = (name: string | RegExp) => (page: Page) =>
  expect(page.getByRole("dialog").getByRole("heading", { name }).first()).toBeVisible();

async function addConnection(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Add connection" }).click();
}

async function typeKey(page: Page, key: string): Promise<void> {
  await addConnection(page);
  await page.getByRole("option", { name: /Parcelline/ }).dblclick();
  await page.getByLabel("API key", { exact: true }).fill(key);
  await page.getByLabel("Account number").fill("4711");
  await page.getByRole("button", { name: "Save and verify" }).click();
}

/** Begins to sign in to a service in the browser. */
async function signIn(page: Page, service: string, name?: string): Promise<void> {
  await addConnection(page);
  await page.getByRole("option", { name: new RegExp(service) }).dblclick();
  if (name) await page.getByLabel("Connection name").fill(name);
  await page.getByRole("button", { name: `Continue to ${service}` }).click();
}

async function chooseLab(page: Page): Promise<void> {
  await addConnection(page);
  await page.getByRole("option", { name: /Parcelline/ }).dblclick();
  await page
    .getByRole("dialog")
    .getByRole("button", { name: /Environment/ })
    .click();
  await page.getByRole("option", { name: "Lab" }).click();
}

const row = (page: Page, name: string) => page.getByRole("row", { name });

export const screens: Screen[] = [
  {
    name: "connections",
    place: "/connections",
    standsWhen: (page) => expect(row(page, "Finance postings")).toBeVisible(),
  },
  {
    name: "connections-bulk",
    place: "/connections",
    show: async (page) => {
      for (const name of ["EU depot", "Newsletter lists", "Nightly exports"])
        await page.getByRole("checkbox", { name: `Select ${name}` }).check();
      await page.getByRole("button", { name: "Verify", exact: true }).click();
    },
    standsWhen: (page) => expect(page.getByText("2 of 3 connections verified")).toBeVisible(),
  },
  {
    name: "connections-menu",
    place: "/connections",
    show: (page) => page.getByRole("button", { name: "Actions for EU depot" }).click(),
    standsWhen: (page) => expect(page.getByRole("menuitem", { name: /Rename/ })).toBeVisible(),
  },
  {
    name: "connections-loading",
    place: "/connections",
    state: "loading",
    standsWhen: (page) => expect(page.getByText("Still reading the connections.")).toBeVisible(),
  },
  {
    name: "connections-error",
    place: "/connections",
    state: "error",
    standsWhen: (page) => expect(page.getByRole("alert")).toBeVisible(),
  },
  {
    name: "connections-nothing-found",
    place: "/connections?q=zzz",
    standsWhen: heading("No connection matches"),
  },
  { name: "empty", place: "/connections", state: "empty", standsWhen: heading("Make your first connection") },
  {
    name: "first-run",
    place: "/connections",
    state: "first-run",
    standsWhen: heading("Make your first connection"),
  },
  { name: "connection-overview", place: "/connections/connection-12", standsWhen: heading("Last check") },
  {
    name: "connection-lab",
    place: "/connections/connection-13",
    standsWhen: (page) => expect(page.getByText("The Lab on this machine, nowhere else")).toBeVisible(),
  },
  { name: "connection-trouble", place: "/connections/connection-1", standsWhen: heading(/does not accept/) },
  {
    name: "connection-could-not-check",
    place: "/connections/connection-7",
    show: (page) => page.getByRole("button", { name: "Verify" }).click(),
    standsWhen: (page) => expect(page.getByText("Could not check", { exact: true })).toBeVisible(),
  },
  {
    name: "connection-try",
    place: "/connections/connection-12?tab=try",
    show: (page) => page.getByRole("button", { name: "Send" }).click(),
    standsWhen: (page) => expect(page.getByText("200 OK")).toBeVisible(),
  },
  {
    name: "connection-try-signed",
    place: "/connections/connection-7?tab=try",
    show: async (page) => {
      await page.getByLabel("Path").first().fill("/reports/November+2026.csv");
      await page.getByText("How it is signed").click();
      await page.getByRole("button", { name: "Send" }).click();
    },
    standsWhen: (page) => expect(page.getByText(/line 2 is the first that differs/)).toBeVisible(),
  },
  {
    name: "connect-pin",
    place: "/connections",
    show: (page) => signIn(page, "Boards"),
    standsWhen: (page) => expect(page.getByLabel("PIN")).toBeVisible(),
  },
  {
    name: "builder-oauth1",
    place: "/connectors/boards/security",
    show: async (page) => {
      await page.getByRole("tab", { name: "What will be sent" }).click();
      await page.getByText("How it is signed").click();
    },
    standsWhen: (page) => expect(page.getByText("Signature base string")).toBeVisible(),
  },
  {
    name: "builder-aws",
    place: "/connectors/amazon_s3/security",
    show: async (page) => {
      await page.getByRole("tab", { name: "What will be sent" }).click();
      await page.getByText("How it is signed").click();
    },
    standsWhen: (page) => expect(page.getByText("String to sign")).toBeVisible(),
  },
  {
    name: "connection-history",
    place: "/connections/connection-12?tab=history",
    show: (page) => page.getByText("Called GET /calendar").click(),
    standsWhen: (page) =>
      expect(page.getByRole("group", { name: "What was sent and answered" }).first()).toBeVisible(),
  },
  {
    name: "connection-rename",
    place: "/connections/connection-12",
    show: (page) => page.getByRole("button", { name: "Rename" }).click(),
    standsWhen: dialog("Rename the connection"),
  },
  {
    name: "connection-delete",
    place: "/connections/connection-12",
    show: async (page) => {
      await page.getByRole("button", { name: "More actions" }).click();
      await page.getByRole("menuitem", { name: /Delete/ }).click();
    },
    standsWhen: (page) => expect(page.getByRole("alertdialog")).toBeVisible(),
  },
  {
    name: "connectors",
    place: "/connectors",
    standsWhen: (page) => expect(page.getByRole("button", { name: "Parcelline", exact: true })).toBeVisible(),
  },
  {
    name: "connectors-none",
    place: "/connectors",
    state: "first-run",
    standsWhen: heading("No connector yet"),
  },
  {
    name: "connectors-nothing-found",
    place: "/connectors?q=zylker",
    standsWhen: heading("No connector called “zylker”"),
  },
  {
    name: "connector-delete",
    place: "/connectors",
    show: async (page) => {
      await page.getByRole("button", { name: "Actions for Harbour ERP" }).click();
      await page.getByRole("menuitem", { name: /Delete/ }).click();
    },
    standsWhen: (page) => expect(page.getByLabel("Type the name to confirm")).toBeVisible(),
  },
  { name: "connector-new", place: "/connectors/new?name=Zylker", standsWhen: heading("What is it called?") },
  {
    name: "builder-general",
    place: "/connectors/harbour_erp/general",
    standsWhen: heading("What people see"),
  },
  {
    name: "builder-general-errors",
    place: "/connectors/harbour_erp/general",
    show: async (page) => {
      await page.getByLabel("Connector name").fill("Harbour #ERP");
      await page.getByLabel("Base address").fill("{tenant}.harbour.example");
      await page.getByLabel("Documentation address").focus();
    },
    standsWhen: (page) => expect(page.getByText(/needs https/)).toBeVisible(),
  },
  {
    name: "builder-none",
    place: "/connectors/harbour_erp/security",
    show: (page) => page.getByText("Public service").click(),
    standsWhen: heading("Nothing to ask"),
  },
  {
    name: "builder-basic",
    place: "/connectors/lumen_ledger/security",
    standsWhen: heading("User and password"),
  },
  { name: "builder-api-key", place: "/connectors/parcelline/security", standsWhen: heading("Parameters") },
  { name: "builder-bearer", place: "/connectors/brightwell_crm/security", standsWhen: heading("Token") },
  { name: "builder-auth-fields", place: "/connectors/orchard_pos/security", standsWhen: heading("Fields") },
  {
    name: "builder-oauth2",
    place: "/connectors/salesforce/security",
    standsWhen: heading("Your app at Salesforce"),
  },
  {
    name: "builder-oauth2-redirect",
    place: "/connectors/salesforce/security",
    show: async (page) => {
      await page.getByLabel("Compare").fill("http://localhost/callback");
      await page.getByLabel("Compare").scrollIntoViewIfNeeded();
    },
    standsWhen: (page) => expect(page.getByText(/Character 8 differs/)).toBeVisible(),
  },
  {
    name: "builder-oauth2-advanced",
    place: "/connectors/salesforce/security",
    show: async (page) => {
      await page.getByText("Advanced").click();
      await page.getByText("Advanced").scrollIntoViewIfNeeded();
    },
    standsWhen: heading("Token reply"),
  },
  {
    name: "builder-oauth2-machine",
    place: "/connectors/salesforce/security",
    show: async (page) => {
      await page.getByRole("button", { name: /^Authorization code/ }).click();
      await page.getByRole("option", { name: /^Client credentials/ }).click();
    },
    standsWhen: (page) => expect(page.getByLabel("Authorize address")).toHaveCount(0),
  },
  {
    name: "builder-openid",
    place: "/connectors/google_workspace/security",
    standsWhen: (page) => expect(page.getByLabel("Issuer")).toBeVisible(),
  },
  {
    name: "builder-permissions",
    place: "/connectors/salesforce/permissions",
    show: async (page) => {
      await page.getByRole("checkbox", { name: "Select Change accounts" }).check();
      await page.getByRole("checkbox", { name: "Select Change deals" }).check();
    },
    standsWhen: (page) => expect(page.getByText("2 of 6 selected")).toBeVisible(),
  },
  {
    name: "builder-permissions-edit",
    place: "/connectors/salesforce/permissions",
    show: async (page) => {
      await page.getByRole("button", { name: "Add permission" }).click();
      await page.getByLabel("Value", { exact: true }).fill("deals.read");
    },
    standsWhen: (page) => expect(page.getByText("Already used by “Read deals”.")).toBeVisible(),
  },
  {
    name: "builder-permissions-paste",
    place: "/connectors/salesforce/permissions",
    show: async (page) => {
      await page.getByRole("button", { name: "Paste a list" }).click();
      await page.getByRole("textbox", { name: "Permissions" }).fill("deals.read tasks.read, tasks.write");
    },
    standsWhen: (page) => expect(page.getByText("3 permissions found, 1 already here.")).toBeVisible(),
  },
  {
    name: "builder-requests",
    place: "/connectors/harbour_erp/requests",
    standsWhen: heading("Headers of every request"),
  },
  {
    name: "builder-verify",
    place: "/connectors/google_workspace/verify",
    show: (page) => page.getByRole("button", { name: "Run it" }).click(),
    standsWhen: (page) => expect(page.getByText("Select the line that names the account.")).toBeVisible(),
  },
  {
    name: "builder-script",
    place: "/connectors/harbour_erp/script",
    show: async (page) => {
      await expect(page.locator(".cm-content")).toBeVisible();
      await page.getByRole("button", { name: "Run", exact: true }).click();
    },
    standsWhen: (page) => expect(page.getByText("2 lines changed")).toBeVisible(),
  },
  {
    name: "builder-script-error",
    place: "/connectors/harbour_erp/script",
    show: async (page) => {
      await page.locator(".cm-content").press("Control+End");
      await page.keyboard.insertText("\nfunction after_action() { if (x {");
      await page.getByRole("button", { name: "Run", exact: true }).click();
    },
    standsWhen: (page) => expect(page.getByText(/^Stopped at line/)).toBeVisible(),
  },
  {
    name: "connect-runs-code",
    place: "/connections",
    state: "runs-code",
    show: async (page) => {
      await addConnection(page);
      await page.getByRole("option", { name: /Parcelline/ }).dblclick();
    },
    standsWhen: dialog(/runs code/),
  },
  {
    name: "add-connection-choose",
    place: "/connections",
    show: addConnection,
    standsWhen: dialog("Add connection"),
  },
  {
    name: "add-connection-none",
    place: "/connections",
    show: async (page) => {
      await addConnection(page);
      await page.getByRole("searchbox", { name: "Search connectors" }).fill("zylker");
    },
    standsWhen: dialog("No connector called “zylker”"),
  },
  {
    name: "add-connection-details",
    place: "/connections",
    show: async (page) => {
      await addConnection(page);
      await page.getByRole("option", { name: /Parcelline/ }).dblclick();
      await page.getByText("Show advanced").click();
    },
    standsWhen: dialog("Connect to Parcelline"),
  },
  {
    name: "add-connection-verifying",
    place: "/connections",
    show: (page) => typeKey(page, "pl_live_1"),
    standsWhen: (page) => expect(page.getByText("Asking Parcelline")).toBeVisible(),
  },
  {
    name: "add-connection-done",
    place: "/connections",
    show: (page) => typeKey(page, "pl_live_1"),
    standsWhen: (page) => expect(page.getByText("Verified as jane@acme.test")).toBeVisible(),
  },
  {
    name: "add-connection-refused",
    place: "/connections",
    show: (page) => typeKey(page, "wrong"),
    standsWhen: (page) => expect(page.getByRole("button", { name: "Keep anyway" })).toBeVisible(),
  },
  {
    name: "add-connection-could-not-check",
    place: "/connections",
    show: (page) => typeKey(page, "offline"),
    standsWhen: (page) => expect(page.getByText("Could not be checked")).toBeVisible(),
  },
  {
    name: "sign-in-details",
    place: "/connections",
    show: async (page) => {
      await addConnection(page);
      await page.getByRole("option", { name: /Salesforce/ }).dblclick();
      await page.getByRole("checkbox", { name: "Read reports" }).check();
      await page.getByText("Back from the browser").click();
    },
    standsWhen: (page) => expect(page.getByRole("dialog").getByText("4 of 6")).toBeVisible(),
  },
  {
    name: "sign-in-waiting",
    place: "/connections",
    show: (page) => signIn(page, "Salesforce", "Month-end close"),
    standsWhen: (page) => expect(page.getByText("Waiting for you to agree")).toBeVisible(),
  },
  {
    name: "sign-in-paste",
    place: "/connections",
    show: async (page) => {
      await signIn(page, "Salesforce", "Month-end close");
      await page.getByRole("button", { name: "The browser does not come back?" }).click();
      await page.getByLabel("Address that you landed on").fill("https://elsewhere.example/");
      await page.getByRole("button", { name: "Go on" }).click();
    },
    standsWhen: (page) => expect(page.getByText(/not the address of a finished sign-in/)).toBeVisible(),
  },
  {
    name: "sign-in-device",
    place: "/connections",
    show: (page) => signIn(page, "GitHub", "Release bot 2"),
    standsWhen: (page) => expect(page.getByRole("img", { name: /^Code K Q T R/ })).toBeVisible(),
  },
  {
    name: "sign-in-done",
    place: "/connections",
    show: async (page) => {
      await addConnection(page);
      await page.getByRole("option", { name: /Salesforce/ }).dblclick();
      await page.getByLabel("Connection name").fill("Month-end close");
      await page.getByRole("checkbox", { name: "Read reports" }).check();
      await page.getByRole("button", { name: "Continue to Salesforce" }).click();
      await page.getByRole("button", { name: "Open browser again" }).click();
    },
    standsWhen: (page) => expect(page.getByText("1 permission was not given.")).toBeVisible(),
  },
  {
    name: "sign-in-failed",
    place: "/connections",
    show: (page) => signIn(page, "Salesforce", "Blocked"),
    standsWhen: (page) =>
      expect(page.getByRole("button", { name: "Use the loopback redirect on 127.0.0.1" })).toBeVisible(),
  },
  {
    name: "sign-in-other-account",
    place: "/connections/connection-12",
    show: async (page) => {
      await page.getByRole("button", { name: "Reauthorize" }).click();
      await page.getByRole("button", { name: "Continue to Google Workspace" }).click();
      await page.getByRole("button", { name: "Open browser again" }).click();
    },
    standsWhen: (page) => expect(page.getByRole("button", { name: "Swap" })).toBeVisible(),
  },
  {
    name: "connection-swapped",
    place: "/connections/connection-12",
    show: async (page) => {
      await page.getByRole("button", { name: "Reauthorize" }).click();
      await page.getByRole("button", { name: "Continue to Google Workspace" }).click();
      await page.getByRole("button", { name: "Open browser again" }).click();
      await page.getByRole("button", { name: "Swap" }).click();
      await page.getByRole("button", { name: "Open connection" }).click();
    },
    standsWhen: (page) => expect(page.getByRole("button", { name: "Undo" })).toBeVisible(),
  },
  {
    name: "connection-revoke",
    place: "/connections/connection-12",
    show: async (page) => {
      await page.getByRole("button", { name: "More actions" }).click();
      await page.getByRole("menuitem", { name: "Revoke…" }).click();
    },
    standsWhen: (page) => expect(page.getByRole("alertdialog")).toBeVisible(),
  },
  {
    name: "add-connection-lab",
    place: "/connections",
    show: chooseLab,
    standsWhen: (page) => expect(page.getByText(/A pretend service on this machine/)).toBeVisible(),
  },
  {
    name: "add-connection-lab-done",
    place: "/connections",
    show: async (page) => {
      await chooseLab(page);
      await page.getByRole("button", { name: "Save and verify" }).click();
    },
    standsWhen: (page) => expect(page.getByText("Verified as ada@lab.test")).toBeVisible(),
  },
  {
    name: "palette",
    place: "/connections",
    show: async (page) => {
      await page.keyboard.press("Control+k");
      await page.getByRole("searchbox", { name: "Search or run a command" }).fill("har");
    },
    standsWhen: (page) =>
      expect(page.getByRole("option", { name: /Create a connector called “har”/ })).toBeVisible(),
  },
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
  {
    name: "lab",
    place: "/lab",
    standsWhen: (page) => expect(page.getByText("12 requests since")).toBeVisible(),
  },
  {
    name: "lab-scrolled",
    place: "/lab?connector=stripe",
    show: (page) => page.getByRole("slider", { name: "Slow answers" }).scrollIntoViewIfNeeded(),
    standsWhen: (page) => expect(page.getByRole("heading", { name: "Trouble on purpose" })).toBeVisible(),
  },
  {
    name: "lab-request",
    place: "/lab",
    show: (page) =>
      page
        .getByRole("option", { name: /\/oauth\/token/ })
        .first()
        .click(),
    standsWhen: (page) => expect(page.getByText("Verifier: matches the challenge")).toBeVisible(),
  },
  {
    name: "lab-refused",
    place: "/lab",
    show: (page) => page.getByRole("option", { name: /403/ }).click(),
    standsWhen: (page) => expect(page.getByRole("region", { name: "The request" })).toBeVisible(),
  },
  {
    name: "lab-search-nothing",
    place: "/lab",
    show: (page) => page.getByRole("searchbox", { name: "Search requests" }).fill("zzz"),
    standsWhen: heading("No request matches"),
  },
  {
    name: "lab-off",
    place: "/lab",
    state: "lab-off",
    standsWhen: (page) => expect(page.getByText("The Lab is off")).toBeVisible(),
  },
  { name: "lab-empty", place: "/lab", state: "lab-empty", standsWhen: heading("No request yet") },
  {
    name: "lab-elsewhere",
    place: "/lab",
    state: "lab-elsewhere",
    standsWhen: (page) => expect(page.getByText(/Another Patchbay on this machine/)).toBeVisible(),
  },
  {
    name: "lab-busy-port",
    place: "/lab",
    state: "lab-busy",
    show: (page) => page.getByRole("switch", { name: "Lab" }).click(),
    standsWhen: (page) => expect(page.getByText(/Another program uses port 4390/)).toBeVisible(),
  },
  {
    name: "lab-loading",
    place: "/lab",
    state: "lab-loading",
    standsWhen: (page) => expect(page.locator(".lab-skel--card").first()).toBeVisible(),
  },
  {
    name: "lab-error",
    place: "/lab",
    state: "lab-error",
    standsWhen: (page) => expect(page.getByRole("alert")).toBeVisible(),
  },
  {
    name: "lab-play",
    place: "/lab",
    show: (page) => page.getByRole("button", { name: "Add a connector for the Lab to play" }).click(),
    standsWhen: dialog("What else shall the Lab play?"),
  },
  {
    name: "lab-person",
    place: "/lab",
    show: (page) => page.getByRole("button", { name: "Edit otto@lab.test" }).click(),
    standsWhen: dialog("Edit a pretend person"),
  },
  {
    name: "lab-person-new",
    place: "/lab",
    show: async (page) => {
      await page.getByRole("button", { name: "Add a pretend person" }).click();
      await page.getByRole("button", { name: "Save" }).click();
    },
    standsWhen: (page) => expect(page.getByText("The name is empty.", { exact: false })).toBeVisible(),
  },
  {
    name: "connector-menu",
    place: "/connectors",
    show: (page) => page.getByRole("button", { name: "Actions for Stripe" }).click(),
    standsWhen: (page) => expect(page.getByRole("menuitem", { name: "Play in the Lab" })).toBeVisible(),
  },
  { name: "settings-general", place: "/settings", standsWhen: heading("General") },
  { name: "settings-security", place: "/settings?section=security", standsWhen: heading("Security") },
  {
    name: "settings-redirects",
    place: "/settings?section=redirects",
    show: (page) => page.getByRole("button", { name: "Test all three" }).click(),
    standsWhen: (page) => expect(page.getByText("Works best here")).toBeVisible(),
  },
  { name: "settings-about", place: "/settings?section=about", standsWhen: heading("About") },
];
