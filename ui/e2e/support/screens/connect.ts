import type { Page } from "@playwright/test";
import { expect } from "../window";
import { dialog, type Screen } from "./screen";

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

/** Adding a connection: keys, sign-in, the Lab. */
export const connect: Screen[] = [
  {
    name: "connect-pin",
    place: "/connections",
    show: (page) => signIn(page, "Boards"),
    standsWhen: (page) => expect(page.getByLabel("PIN")).toBeVisible(),
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
    name: "sign-in-apps",
    place: "/connections",
    show: async (page) => {
      await addConnection(page);
      await page.getByRole("option", { name: /Salesforce/ }).dblclick();
      await page
        .getByRole("dialog")
        .getByRole("button", { name: /Environment/ })
        .click();
      await page.getByRole("option", { name: "Staging" }).click();
    },
    standsWhen: (page) => expect(page.getByRole("button", { name: /Your app/ })).toBeVisible(),
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
    name: "sign-in-error-page",
    place: "/connections",
    show: async (page) => {
      await signIn(page, "Salesforce", "Month-end close");
      await page.getByRole("button", { name: "The service shows an error page?" }).click();
      await page.getByLabel("Text or address of the error page").fill("Error 400: redirect_uri_mismatch");
      await page.getByRole("button", { name: "What does it mean?" }).click();
    },
    standsWhen: (page) => expect(page.getByText("text=Error 400: redirect_uri_mismatch")).toBeVisible(),
  },
  {
    name: "sign-in-device",
    place: "/connections",
    show: (page) => signIn(page, "GitHub", "Release bot 2"),
    standsWhen: (page) => expect(page.getByRole("img", { name: /^Code K Q T R/ })).toBeVisible(),
  },
  {
    name: "sign-in-new-address",
    place: "/connections",
    show: async (page) => {
      await signIn(page, "Salesforce", "Elsewhere");
      await page.getByRole("button", { name: "Open browser again" }).click();
    },
    standsWhen: (page) => expect(page.getByText("A new address to agree to.")).toBeVisible(),
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
];
