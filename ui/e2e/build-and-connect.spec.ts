import type { Page } from "@playwright/test";
import { expect, test } from "./support/window";

/** The whole way, once for each authentication type: what is picked, and what a connection is asked then. */
const types: {
  pick: string;
  security?: (page: Page) => Promise<void>;
  type?: (page: Page) => Promise<void>;
}[] = [
  { pick: "None" },
  {
    pick: "Basic",
    security: (page) => page.getByLabel("First field", { exact: true }).fill("Account number"),
    type: async (page) => {
      await page.getByRole("dialog").getByLabel("Account number").fill("jane");
      await page.getByRole("dialog").getByLabel("Password", { exact: true }).fill("s3cret-Basic");
    },
  },
  {
    pick: "API key",
    type: (page) => page.getByRole("dialog").getByLabel("API key", { exact: true }).fill("s3cret-Key"),
  },
  {
    pick: "Bearer token",
    type: (page) =>
      page.getByRole("dialog").getByLabel("Bearer Token", { exact: true }).fill("s3cret-Bearer"),
  },
  {
    pick: "Auth fields",
    security: async (page) => {
      await page.getByLabel("Add a field").pressSequentially("Store ID");
    },
    type: (page) => page.getByRole("dialog").getByLabel("Store ID").fill("12"),
  },
];

for (const { pick, security, type } of types) {
  test(`a connector with ${pick} is built, made ready, connected, renamed and deleted`, async ({
    page,
    open,
  }) => {
    await open("/connectors");
    await page.getByRole("searchbox", { name: "Search connectors" }).fill("Zylker CRM");
    await page.getByRole("button", { name: "Create “Zylker CRM”" }).click();
    await expect(page.getByLabel("Connector name")).toHaveValue("Zylker CRM");
    await page.getByRole("button", { name: "Create connector" }).click();

    await page.getByLabel("Base address").fill("https://api.zylker.example/v1");
    await page.getByRole("button", { name: "Continue to Security" }).click();
    await page.getByRole("radio", { name: new RegExp(`^${pick}`) }).click({ force: true });
    await security?.(page);
    await page.getByRole("button", { name: "Continue to Requests" }).click();
    await page.getByRole("button", { name: "Continue to Verify" }).click();
    await page.getByLabel("Path of the verify request").fill("/me");
    await expect(page.getByText("Saved just now")).toBeVisible();
    await page.getByRole("button", { name: "Mark as ready" }).click();
    await page.getByRole("button", { name: "Back to draft" }).waitFor();

    await page.getByRole("main").getByRole("button", { name: "Add connection" }).click();
    const dialog = page.getByRole("dialog");
    await expect(dialog.getByRole("heading", { name: "Connect to Zylker CRM" })).toBeVisible();
    await dialog.getByLabel("Connection name").fill("Month-end close");
    await expect(dialog.getByText("month-end-close")).toBeVisible();
    await type?.(page);
    await dialog.getByRole("button", { name: "Save and verify" }).click();
    await dialog.getByRole("button", { name: "Open connection" }).click();

    await expect(page.getByRole("heading", { level: 1, name: "Month-end close" })).toBeVisible();
    await page.getByRole("button", { name: "Rename" }).click();
    await page.getByRole("dialog").getByLabel("Connection name").fill("Year-end close");
    await page.getByRole("dialog").getByRole("button", { name: "Rename" }).click();
    await expect(page.getByRole("heading", { level: 1, name: "Year-end close" })).toBeVisible();
    await page.getByRole("button", { name: "More actions" }).click();
    await page.getByRole("menuitem", { name: /Delete/ }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Delete it" }).click();
    await expect(page.getByRole("row", { name: "Finance postings" })).toBeVisible();
    await expect(page.getByRole("row", { name: "Year-end close" })).toHaveCount(0);
  });
}

async function beginParcelline(page: Page, key: string): Promise<void> {
  await page.getByRole("button", { name: "Add connection" }).click();
  await page.getByRole("option", { name: /Parcelline/ }).dblclick();
  await page.getByLabel("API key", { exact: true }).fill(key);
  await page.getByLabel("Account number").fill("4711");
  await page.getByRole("button", { name: "Save and verify" }).click();
}

test("a typed secret is gone from the window once it was sent", async ({ page, open }) => {
  await open("/connections");
  await beginParcelline(page, "wrong");
  await page.getByRole("button", { name: "Type it again" }).click();
  await expect(page.getByLabel("API key", { exact: true })).toHaveValue("");
  const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));
  expect(kept).toBe("[{},{}]");
});

test("what is refused can be discarded, and nothing is added", async ({ page, open }) => {
  await open("/connections");
  await beginParcelline(page, "wrong");
  await expect(page.getByText("Answered 401 in 212 ms")).toBeVisible();
  await page.getByRole("button", { name: "Discard" }).click();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(page.getByText("14 connections")).toBeVisible();
});

test("what could not be checked can be kept anyway", async ({ page, open }) => {
  await open("/connections");
  await beginParcelline(page, "offline");
  await page.getByRole("button", { name: "Keep anyway" }).click();
  await page.getByRole("button", { name: "Open connection" }).click();
  await expect(page.getByText("Connected, not verified")).toBeVisible();
});

test("an empty prompt says so on leaving it, and not before", async ({ page, open }) => {
  await open("/connections");
  await page.getByRole("button", { name: "Add connection" }).click();
  await page.getByRole("option", { name: /Parcelline/ }).dblclick();
  await expect(page.getByText(/API key is empty/)).toHaveCount(0);
  await page.getByLabel("API key", { exact: true }).focus();
  await page.getByLabel("Account number").focus();
  await expect(page.getByText(/API key is empty/)).toBeVisible();
});

test("the Lab asks for nothing, and refuses what it did not issue", async ({ page, open }) => {
  await open("/connections");
  await page.getByRole("button", { name: "Add connection" }).click();
  await page.getByRole("option", { name: /Parcelline/ }).dblclick();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Save and verify" }).click();
  await expect(dialog.getByText(/API key is empty/)).toBeVisible();
  await dialog.getByRole("button", { name: /Environment/ }).click();
  await page.getByRole("option", { name: "Lab" }).click();
  await expect(dialog.getByText(/API key is empty/)).toHaveCount(0);
  await expect(dialog.getByLabel("API key", { exact: true })).toHaveValue("");
  await expect(dialog.getByLabel("API key", { exact: true })).toHaveAttribute(
    "placeholder",
    "Issued by the Lab",
  );
  await dialog.getByLabel("API key", { exact: true }).fill("a key of my own");
  await dialog.getByRole("button", { name: "Save and verify" }).click();
  await dialog.getByRole("button", { name: "Type it again" }).click();
  await dialog.getByRole("button", { name: /Environment/ }).click();
  await page.getByRole("option", { name: "Lab" }).click();
  await dialog.getByRole("button", { name: "Save and verify" }).click();
  await dialog.getByRole("button", { name: "Open connection" }).click();
  await expect(page.getByText(/This connection is in the Lab/)).toBeVisible();
});

test("closing asks only when something was typed", async ({ page, open }) => {
  await open("/connections");
  await page.getByRole("button", { name: "Add connection" }).click();
  await expect(page.getByRole("dialog")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await page.getByRole("button", { name: "Add connection" }).click();
  await page.getByRole("option", { name: /Parcelline/ }).dblclick();
  await page.getByLabel("Account number").fill("1");
  await page.keyboard.press("Escape");
  await page.getByRole("alertdialog").getByRole("button", { name: "Stay" }).click();
  await expect(page.getByLabel("Account number")).toHaveValue("1");
});

test("the vault is set up before the first secret is typed", async ({ page, open }) => {
  await open("/connectors/new?name=Zylker", { state: "first-run" });
  await page.getByRole("button", { name: "Create connector" }).click();
  await page.getByLabel("Base address").fill("https://api.zylker.example");
  await page.getByRole("link", { name: /Security/ }).click();
  await page.getByRole("radio", { name: /^Bearer token/ }).click({ force: true });
  await page.getByRole("button", { name: "Mark as ready" }).click();
  await page.getByRole("main").getByRole("button", { name: "Add connection" }).click();
  await page.getByRole("button", { name: "Create the vault" }).click();
  await page.getByRole("button", { name: "Make a recovery key" }).click();
  await page.getByRole("button", { name: "Copy" }).click();
  await page.getByLabel("Last group").fill("AAAAA");
  await page.getByRole("button", { name: "I have it" }).click();
  await expect(page.getByText(/not the last group/)).toBeVisible();
  await page.getByLabel("Last group").fill("ZT5GK");
  await page.getByRole("button", { name: "I have it" }).click();
  await page.getByRole("button", { name: "Start using Patchbay" }).click();
  await expect(page.getByRole("dialog").getByRole("heading", { name: "Connect to Zylker" })).toBeVisible();
});

test("a connector is chosen before anything asks for the vault", async ({ page, open }) => {
  await open("/connectors/new?name=Open Data", { state: "first-run" });
  const make = async (type: string) => {
    await page.getByRole("button", { name: "Create connector" }).click();
    await page.getByLabel("Base address").fill("https://api.open.example");
    await page.getByRole("link", { name: /Security/ }).click();
    await page.getByRole("radio", { name: new RegExp(`^${type}`) }).click({ force: true });
    await page.getByRole("button", { name: "Mark as ready" }).click();
    await expect(page.getByRole("button", { name: "Back to draft" })).toBeVisible();
  };
  await make("None");
  await page.getByRole("link", { name: "Connectors" }).first().click();
  await page.getByRole("button", { name: "New connector" }).first().click();
  await page.getByLabel("Connector name").fill("Zylker");
  await make("Bearer token");
  await page.keyboard.press("Control+n");
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByRole("option")).toHaveCount(2);
  // What keeps no secret never meets the vault.
  await dialog.getByRole("option", { name: /Open Data/ }).dblclick();
  await expect(dialog.getByRole("heading", { name: "Connect to Open Data" })).toBeVisible();
  await dialog.getByRole("button", { name: "Back" }).click();
  await dialog.getByRole("option", { name: /Zylker/ }).dblclick();
  await expect(page.getByRole("heading", { name: "Keep secrets in a vault" })).toBeVisible();
  // Giving up leads back to the choice.
  await page.getByRole("button", { name: "Not now" }).click();
  await expect(dialog.getByRole("option")).toHaveCount(2);
  await dialog.getByRole("option", { name: /Zylker/ }).dblclick();
  await page.getByRole("button", { name: "Create the vault" }).click();
  await page.getByRole("button", { name: "Later" }).click();
  await page.getByRole("button", { name: "Start using Patchbay" }).click();
  await expect(dialog.getByRole("heading", { name: "Connect to Zylker" })).toBeVisible();
  await expect(dialog.getByRole("textbox", { name: "Bearer Token" })).toBeEditable();
});

test("a passphrase vault opens with its passphrase only", async ({ page, open }) => {
  await open("/connections", { state: "passphrase" });
  await page.getByLabel("Passphrase", { exact: true }).fill("wrong");
  await page.getByRole("button", { name: "Unlock", exact: true }).click();
  await expect(page.getByText(/That is not the passphrase/)).toBeVisible();
  await expect(page.getByLabel("Passphrase", { exact: true })).toHaveValue("");
  await page.getByLabel("Passphrase", { exact: true }).fill("right");
  await page.getByRole("button", { name: "Unlock", exact: true }).click();
  await expect(page.getByRole("row", { name: "Finance postings" })).toBeVisible();
});

test("a connector from a file leads to this machine only when that was agreed to", async ({ page, open }) => {
  await open("/connections");
  await page.getByRole("button", { name: "Add connection" }).first().click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("option").first().dblclick();
  await dialog.getByLabel("Connection name").fill("Inside");
  await dialog.getByRole("textbox", { name: "API key" }).fill("abc123");
  await dialog.getByRole("textbox", { name: "Account number" }).fill("abc123");
  await dialog.getByRole("button", { name: "Save and verify" }).click();
  await expect(dialog.getByRole("alert")).toContainText("http://192.168.1.20:8080");
  await dialog.getByRole("button", { name: "Agree and connect" }).click();
  await expect(dialog.getByRole("alert")).toHaveCount(0);
});
