import type { Page } from "@playwright/test";
import { expect, test } from "./support/window";

async function begin(page: Page, service: string, name: string): Promise<void> {
  await page.getByRole("button", { name: "Add connection" }).click();
  await page.getByRole("option", { name: new RegExp(service) }).dblclick();
  await page.getByLabel("Connection name").fill(name);
  await page.getByRole("button", { name: `Continue to ${service}` }).click();
}

test("the least is asked for, and what was not given is said", async ({ page, open }) => {
  await open("/connections");
  await page.getByRole("button", { name: "Add connection" }).click();
  await page.getByRole("option", { name: /Salesforce/ }).dblclick();
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByRole("checkbox", { name: "Read deals" })).toBeChecked();
  await expect(dialog.getByRole("checkbox", { name: "Change deals" })).not.toBeChecked();
  await dialog.getByRole("checkbox", { name: "Change deals" }).check();
  await dialog.getByRole("button", { name: "Only the usual ones" }).click();
  await expect(dialog.getByRole("checkbox", { name: "Change deals" })).not.toBeChecked();
  await dialog.getByRole("checkbox", { name: "Read reports" }).check();
  await dialog.getByRole("button", { name: "Continue to Salesforce" }).click();
  await dialog.getByRole("button", { name: "Open browser again" }).click();
  await expect(dialog.getByText("Verified as jane@acme.test")).toBeVisible();
  await expect(dialog.getByText("4 permissions asked, 3 given")).toBeVisible();
  await expect(dialog.getByText("Answered 200 in 184 ms")).toBeVisible();
  await expect(dialog.getByRole("img", { name: "Not given" })).toHaveCount(1);
  await dialog.getByRole("button", { name: "Open connection" }).click();
  await expect(page.getByRole("heading", { name: "Token" })).toBeVisible();
});

test("a pasted address leaves the form as soon as it is sent", async ({ page, open }) => {
  await open("/connections");
  await begin(page, "Salesforce", "Month-end close");
  await page.getByRole("button", { name: "The browser does not come back?" }).click();
  const field = page.getByLabel("Address that you landed on");
  await field.fill("https://elsewhere.example/?nothing");
  await page.getByRole("button", { name: "Go on" }).click();
  await expect(page.getByText(/not the address of a finished sign-in/)).toBeVisible();
  await expect(field).toHaveValue("");
  await field.fill("http://127.0.0.1:49152/callback?code=c0de&state=5ta7e");
  await page.getByRole("button", { name: "Go on" }).click();
  await expect(page.getByText("Verified as jane@acme.test")).toBeVisible();
  expect(await page.content()).not.toContain("c0de");
});

test("an error page is told what it means while the sign-in goes on waiting", async ({ page, open }) => {
  await open("/connections");
  await begin(page, "Salesforce", "Month-end close");
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "The service shows an error page?" }).click();
  const field = dialog.getByLabel("Text or address of the error page");
  await field.fill("Something went wrong.");
  await dialog.getByRole("button", { name: "What does it mean?" }).click();
  await expect(dialog.getByText(/Ask Salesforce what it means/)).toBeVisible();
  await field.fill("http://127.0.0.1:49152/callback?code=c");
  await dialog.getByRole("button", { name: "What does it mean?" }).click();
  await expect(dialog.getByText("This is the address that the sign-in waits for.")).toBeVisible();
  await field.fill("Error 400: redirect_uri_mismatch");
  await dialog.getByRole("button", { name: "What does it mean?" }).click();
  await expect(
    dialog.getByText("The redirect address is not the one registered with the service"),
  ).toBeVisible();
  await expect(dialog.getByText("text=Error 400: redirect_uri_mismatch")).toBeVisible();
  await expect(field).toHaveValue("");
  await dialog.getByRole("button", { name: "Open browser again" }).click();
  await expect(page.getByText("Verified as jane@acme.test")).toBeVisible();
});

test("a sign-in that is cancelled leaves no connection", async ({ page, open }) => {
  await open("/connections");
  await begin(page, "Salesforce", "Month-end close");
  await page.getByRole("button", { name: "Cancel" }).click();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(page.getByRole("row", { name: /Month-end close/ })).toHaveCount(0);
});

test("a device code stands there until it was typed", async ({ page, open }) => {
  await open("/connections");
  await begin(page, "GitHub", "Release bot 2");
  await expect(page.getByRole("img", { name: "Code K Q T R, 7 N F X" })).toBeVisible();
  await page.getByRole("button", { name: "Open here instead" }).click();
  await expect(page.getByText("Token received")).toBeVisible();
  await expect(page.getByText("Verified as jane@acme.test")).toBeVisible();
});

test("a new code takes the place of the one that waits", async ({ page, open }) => {
  await open("/connections");
  await begin(page, "GitHub", "Release bot 3");
  await expect(page.getByRole("img", { name: "Code K Q T R, 7 N F X" })).toBeVisible();
  await page.getByRole("button", { name: "New code" }).click();
  await expect(page.getByRole("img", { name: "Code W M Z P, 3 H D J" })).toBeVisible();
  await page.getByRole("button", { name: "Open here instead" }).click();
  await expect(page.getByText("Verified as jane@acme.test")).toBeVisible();
});

test("an address that the service tells is agreed to before anything goes there", async ({ page, open }) => {
  await open("/connections");
  await begin(page, "Salesforce", "Elsewhere");
  await page.getByRole("button", { name: "Open browser again" }).click();
  await expect(page.getByText("A new address to agree to.")).toBeVisible();
  await expect(page.getByText("https://acme.eu.harbour.example:443")).toBeVisible();
  await page.keyboard.press("Escape");
  await page.getByRole("alertdialog").getByRole("button", { name: "Stay" }).click();
  await page.getByRole("button", { name: "Agree and go on" }).click();
  await expect(page.getByText("Verified as jane@acme.test")).toBeVisible();
});

test("the service says whether the access still works", async ({ page, open }) => {
  await open("/connections/connection-12");
  await page.getByRole("button", { name: "Ask the service if it still works" }).click();
  await expect(page.getByText(/says that the access works\./)).toBeVisible();
});

test("the likeliest cause leads to its remedy", async ({ page, open }) => {
  await open("/connections");
  await begin(page, "Salesforce", "Blocked");
  await expect(page.getByRole("alert")).toContainText("The redirect address is not registered");
  await page.getByRole("button", { name: "Use the loopback redirect on 127.0.0.1" }).click();
  await expect(page.getByLabel("Connection name")).toHaveValue("Blocked");
  await expect(page.getByRole("button", { name: /Loopback/ })).toBeVisible();
  await page.getByLabel("Connection name").fill("Month-end close");
  await page.getByRole("button", { name: "Continue to Salesforce" }).click();
  await expect(page.getByText("Waiting for you to agree")).toBeVisible();
  await expect(page.getByText(/Listening on 127\.0\.0\.1/)).toBeVisible();
});

test("another account takes the place of the old one only when told to, and that can be undone", async ({
  page,
  open,
}) => {
  await open("/connections/connection-12");
  const reauthorize = async () => {
    await page.getByRole("button", { name: "Reauthorize" }).click();
    await page.getByRole("button", { name: "Continue to Google Workspace" }).click();
    await page.getByRole("button", { name: "Open browser again" }).click();
  };
  await reauthorize();
  await page.getByRole("button", { name: "Keep the old one" }).click();
  await expect(page.getByText("Connected as jane@acme.test")).toBeVisible();
  await reauthorize();
  await page.getByRole("button", { name: "Swap" }).click();
  await page.getByRole("button", { name: "Open connection" }).click();
  await expect(page.getByText("Connected as j.okafor@acme.test")).toBeVisible();
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(page.getByText("Connected as jane@acme.test")).toBeVisible();
  await expect(page.getByText(/now acts as jane@acme.test instead of j.okafor@acme.test/)).toBeVisible();
});

test("revoking asks first", async ({ page, open }) => {
  await open("/connections/connection-12");
  await page.getByRole("button", { name: "More actions" }).click();
  await page.getByRole("menuitem", { name: "Revoke…" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Revoke" }).click();
  await expect(page.getByText("Not signed in")).toBeVisible();
});

test("a saved client secret is replaced, never shown", async ({ page, open }) => {
  await open("/connectors/salesforce/security");
  await expect(page.getByText("Used by Sales pipeline.")).toBeVisible();
  await expect(page.getByLabel("Client secret", { exact: true })).toHaveCount(0);
  await page.getByRole("button", { name: "Replace" }).click();
  await page.getByLabel("Client secret", { exact: true }).fill("n3w-secret");
  await page.getByRole("button", { name: "Save your app" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Change it" }).click();
  await expect(page.getByRole("button", { name: "Replace" })).toBeVisible();
  expect(await page.content()).not.toContain("n3w-secret");
});

test("a new version that asks nothing is used at once", async ({ page, open }) => {
  await open("/connections/connection-9");
  await page.getByRole("button", { name: "Use the new version" }).click();
  await expect(page.getByText("1 connection uses the new version")).toBeVisible();
  await expect(page.getByText("A new version of Stripe is ready")).toHaveCount(0);
});

test("a new version that asks for something is used once the person has signed in with it", async ({
  page,
  open,
}) => {
  await open("/connections/connection-11");
  await page.getByRole("button", { name: "Use it for all connections" }).click();
  await expect(page.getByText("Waiting for you to sign in: Support board.")).toBeVisible();
  await page.getByRole("button", { name: "Sign in with the new version…" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByRole("heading", { name: "Reauthorize Support board" })).toBeVisible();
  for (const asked of ["Site", "E-mail", "API token"]) {
    await dialog.getByRole("textbox", { name: asked }).fill("jane");
  }
  await page.getByRole("button", { name: "Save and verify" }).click();
  await page.getByRole("button", { name: "Open connection" }).click();
  await expect(page.getByText("A new version of Jira Cloud is ready")).toHaveCount(0);
});

test("deleting a connector says first that sign-ins are ended, and then which were", async ({
  page,
  open,
}) => {
  await open("/connectors");
  await page.getByRole("button", { name: "Actions for GitHub" }).click();
  await page.getByRole("menuitem", { name: "Delete…" }).click();
  const dialog = page.getByRole("alertdialog");
  await expect(dialog).toContainText("The service is told to end 1 sign-in first.");
  await dialog.getByRole("textbox").fill("GitHub");
  await dialog.getByRole("button", { name: "Delete 2 items" }).click();
  await expect(page.getByText("The service ended the sign-in of Release bot.")).toBeVisible();
});
