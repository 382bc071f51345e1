import { expect, test } from "./support/window";

test("a connector is proved, and its card carries the stamp until it changes", async ({ page, open }) => {
  await open("/connectors");
  await page.getByRole("button", { name: "Actions for Salesforce" }).click();
  await page.getByRole("menuitem", { name: "Prove it" }).click();
  await expect(page.getByRole("heading", { name: "Does Salesforce survive?" })).toBeVisible();
  await page.getByRole("button", { name: "Prove it" }).click();
  await expect(page.getByRole("progressbar", { name: "Progress" })).toBeVisible();
  await expect(page.getByText(/17 of 18 proven/)).toBeVisible();
  // What failed opens by itself, and what helps leads into the connector.
  await expect(page.getByRole("button", { name: "Why: Gives tokens for 2 minutes" })).toHaveAttribute(
    "aria-expanded",
    "true",
  );
  await page.getByRole("button", { name: "Say where the refresh token stands" }).click();
  await expect(page).toHaveURL(/connectors\/salesforce\/security/);
  await page.getByRole("link", { name: "Connectors", exact: true }).first().click();
  await expect(page.getByText(/17 of 18 proven/)).toBeVisible();
});

test("a run is stopped, and begun again", async ({ page, open }) => {
  await open("/lab/prove/salesforce");
  await page.getByRole("button", { name: "Prove it" }).click();
  await page.getByRole("button", { name: "Stop" }).click();
  await expect(page.getByText("The run was stopped")).toBeVisible();
  await expect(page.getByText("Not proven yet")).toBeVisible();
  await page.getByRole("button", { name: "Run again" }).click();
  await expect(page.getByRole("button", { name: "Copy report" })).toBeVisible();
});

test("who marks a connector as ready is offered to prove it first", async ({ page, open }) => {
  await open("/connectors/harbour_erp/general", { state: "proven" });
  await page.getByRole("button", { name: "Prove it" }).click();
  await expect(page.getByRole("heading", { name: /Does Harbour ERP survive/ })).toBeVisible();
  await expect(page.getByText(/^Proven/)).toBeVisible();
  await page.goBack();
  await expect(page.getByText(/^Proven/)).toBeVisible();
  await expect(page.getByRole("button", { name: "Mark as ready" })).toBeVisible();
  await expect(page.getByRole("button", { name: "Prove it" })).toHaveCount(0);
});
