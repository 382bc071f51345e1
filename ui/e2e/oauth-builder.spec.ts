import { expect, test } from "./support/window";

test("the fields follow the grant, and going back restores what was typed", async ({ page, open }) => {
  await open("/connectors/salesforce/security");
  const grant = page.getByRole("button", { name: /Grant type/ });
  await page.getByLabel("Authorize address").fill("https://login.sales.example/other");
  await grant.click();
  await page.getByRole("option", { name: /^Client credentials/ }).click();
  await expect(page.getByLabel("Authorize address")).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Copy the redirect address" })).toHaveCount(0);
  await expect(page.getByLabel("Token address")).toHaveValue("https://login.sales.example/oauth/token");
  await grant.click();
  await page.getByRole("option", { name: /^Device code/ }).click();
  await expect(page.getByLabel("Device address")).toBeVisible();
  await grant.click();
  await page.getByRole("option", { name: /^Authorization code/ }).click();
  await expect(page.getByLabel("Authorize address")).toHaveValue("https://login.sales.example/other");
  await expect(page.getByRole("textbox", { name: "Redirect address" })).toHaveValue(
    "http://127.0.0.1/callback",
  );
});

test("the address to register follows the form and is compared character by character", async ({
  page,
  open,
}) => {
  await open("/connectors/salesforce/security");
  await page.getByRole("textbox", { name: "Port" }).fill("8321");
  const address = page.getByRole("textbox", { name: "Redirect address" });
  await expect(address).toHaveValue("http://127.0.0.1:8321/callback");
  const compare = page.getByLabel("Compare");
  await compare.fill("http://127.0.0.1:8321/callback/");
  await expect(page.getByText("The service’s address goes on from character 31.")).toBeVisible();
  await compare.fill("http://127.0.0.1:8321/callback");
  await expect(page.getByText("The same, character by character.")).toBeVisible();
});

test("a sign-in with an ID token alone needs no token address", async ({ page, open }) => {
  await open("/connectors/google_workspace/security");
  await page.getByLabel("Issuer").fill("");
  await page.getByLabel("Authorize address").fill("https://accounts.workspace.example/authorize");
  await page.getByLabel("Client ID", { exact: true }).fill("pb-1");
  await expect(page.getByRole("button", { name: /PKCE/ })).toHaveCount(0);
  await expect(page.getByRole("button", { name: /Client authentication/ })).toHaveCount(0);
});

test("a pasted list becomes rows, and several are deleted at once", async ({ page, open }) => {
  await open("/connectors/salesforce/permissions");
  await page.getByRole("button", { name: "Paste a list" }).click();
  await page.getByRole("textbox", { name: "Permissions" }).fill("deals.read, tasks.read\ntasks.write");
  await page.getByRole("button", { name: "Add 2 permissions" }).click();
  await expect(page.getByRole("row")).toHaveCount(9);
  await page.getByRole("searchbox", { name: "Search permissions" }).fill("tasks");
  await page.getByRole("checkbox", { name: "Select all permissions" }).check();
  await page.getByRole("button", { name: "Delete 2 permissions…" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Delete 2 permissions" }).click();
  await page.getByRole("searchbox", { name: "Search permissions" }).fill("");
  await expect(page.getByRole("row")).toHaveCount(7);
});

test("a permission is edited in place, and the joined text follows the delimiter", async ({ page, open }) => {
  await open("/connectors/salesforce/permissions");
  await page.getByRole("button", { name: "Actions for Read deals" }).click();
  await page.getByRole("menuitem", { name: "Edit" }).click();
  await page.getByLabel("Value", { exact: true }).fill("deals.see");
  await page.getByRole("button", { name: "Save permission" }).click();
  await expect(page.getByText("accounts.read deals.see offline_access")).toBeVisible();
  await page.getByRole("button", { name: /Between permissions/ }).click();
  await page.getByRole("option", { name: "Own" }).click();
  await page.getByLabel("Own delimiter").fill("|");
  await expect(page.getByText("accounts.read|deals.see|offline_access")).toBeVisible();
});

test("the preview shows each request of the sign-in, in order, without a secret", async ({ page, open }) => {
  await open("/connectors/salesforce/security");
  await page.getByRole("tab", { name: "What will be sent" }).click();
  const steps = page.getByRole("region", { name: "To sign in" }).getByRole("listitem");
  await expect(steps).toHaveCount(3);
  await expect(steps.nth(0)).toContainText("1. Opens the sign-in page in the browser");
  await expect(steps.nth(1)).toContainText("2. Asks for the token");
  await expect(steps.nth(2)).toContainText("grant_type=refresh_token");
});
