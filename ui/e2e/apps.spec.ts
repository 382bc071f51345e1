import type { Page } from "@playwright/test";
import { expect, test } from "./support/window";

const more = async (page: Page, entry: string) => {
  await page.getByRole("button", { name: "More for your app" }).click();
  await page.getByRole("menuitem", { name: entry }).click();
};

async function choose(page: Page, environment: string): Promise<void> {
  await page.getByRole("button", { name: /^Environment|Environment$/ }).click();
  await page.getByRole("option", { name: environment }).click();
}

test("with Production alone there is nothing to choose, and an environment can be added", async ({
  page,
  open,
}) => {
  await open("/connectors/salesforce/security", { state: "one-environment" });
  await expect(page.getByLabel("Client ID", { exact: true })).toHaveValue("pb-9f31c7a2");
  await expect(page.getByRole("button", { name: /Environment/ })).toHaveCount(0);
  await expect(page.getByRole("list", { name: /^Apps in/ })).toHaveCount(0);
  await more(page, "Add an environment");
  await page.getByRole("dialog").getByLabel("Name").fill("Production");
  await page.getByRole("button", { name: "Add environment" }).click();
  await expect(page.getByText("The link name production is taken. Choose another one.")).toBeVisible();
  await page.getByRole("dialog").getByLabel("Name").fill("Acceptance");
  await page.getByRole("button", { name: "Add environment" }).click();
  await expect(page.getByRole("button", { name: "Acceptance Environment" })).toBeVisible();
  await expect(page.getByLabel("Client ID", { exact: true })).toHaveValue("");
  await page.getByLabel("Client ID", { exact: true }).fill("pb-acceptance");
  await page.getByLabel("Client secret", { exact: true }).fill("s3cret");
  await page.getByRole("button", { name: "Save your app" }).click();
  await expect(page.getByRole("button", { name: "Replace" })).toBeVisible();
  await choose(page, "Production");
  await expect(page.getByLabel("Client ID", { exact: true })).toHaveValue("pb-9f31c7a2");
});

const act = async (page: Page, environment: string, entry: string) => {
  await page.getByRole("button", { name: `Actions for ${environment}`, exact: true }).click();
  await page.getByRole("menuitem", { name: entry }).click();
};

test("an environment gets another name and keeps its link name and its apps", async ({ page, open }) => {
  await open("/connectors/salesforce/security");
  await choose(page, "Staging");
  await act(page, "Staging", "Rename…");
  const asks = page.getByRole("dialog");
  await expect(asks).toContainText("Files and scripts go on calling it staging.");
  await asks.getByLabel("Name").fill("  ");
  await asks.getByRole("button", { name: "Rename" }).click();
  await expect(asks).toContainText("The name is empty. Type one.");
  await asks.getByLabel("Name").fill("Rehearsal");
  await asks.getByRole("button", { name: "Rename" }).click();
  await expect(asks).toHaveCount(0);
  await expect(page.getByRole("list", { name: "Apps in Rehearsal" }).getByRole("listitem")).toHaveCount(2);
});

test("an environment with connections is not deleted, and says who is in it", async ({ page, open }) => {
  await open("/connectors/salesforce/security", { rows: 60 });
  await page.getByRole("button", { name: "Actions for Production", exact: true }).click();
  await expect(page.getByRole("menuitem")).toHaveText(["Rename…"]);
  await page.keyboard.press("Escape");
  await choose(page, "Staging");
  await act(page, "Staging", "Delete…");
  const asks = page.getByRole("alertdialog");
  await expect(asks).toContainText(/while connections are in it: .+ and \d+ more\./);
  await expect(asks.getByRole("button", { name: "Delete environment" })).toBeDisabled();
  await asks.getByRole("button", { name: "Keep it" }).click();
  await expect(page.getByRole("button", { name: "Staging Environment" })).toBeVisible();
});

test("an environment that nobody is in is deleted with its apps", async ({ page, open }) => {
  await open("/connectors/salesforce/security", { state: "one-environment" });
  const add = async () => {
    await more(page, "Add an environment");
    await page.getByRole("dialog").getByLabel("Name").fill("Acceptance");
    await page.getByRole("button", { name: "Add environment" }).click();
    await expect(page.getByRole("button", { name: "Actions for Acceptance" })).toBeVisible();
  };
  await add();
  await page.getByLabel("Client ID", { exact: true }).fill("pb-acceptance");
  await page.getByRole("button", { name: "Save your app" }).click();
  await act(page, "Acceptance", "Delete…");
  const asks = page.getByRole("alertdialog");
  await expect(asks).toContainText("No connection is in it.");
  await asks.getByRole("button", { name: "Delete environment" }).click();
  await expect(asks).toHaveCount(0);
  await expect(page.getByRole("button", { name: /^Environment|Environment$/ })).toHaveCount(0);
  await expect(page.getByLabel("Client ID", { exact: true })).toHaveValue("pb-9f31c7a2");
  await add();
  await expect(page.getByLabel("Client ID", { exact: true })).toHaveValue("");
});

test("what was typed of an app waits while another environment is looked at", async ({ page, open }) => {
  await open("/connectors/salesforce/security");
  await page.getByLabel("Client ID", { exact: true }).fill("half-typed");
  await choose(page, "Staging");
  await expect(page.getByLabel("Client ID", { exact: true })).toHaveValue("pb-stage-41");
  await choose(page, "Production");
  await expect(page.getByLabel("Client ID", { exact: true })).toHaveValue("half-typed");
});

test("changing an app says first which connections it concerns and what they need", async ({
  page,
  open,
}) => {
  await open("/connectors/salesforce/security");
  await expect(page.getByText("Used by Sales pipeline.")).toBeVisible();
  await page.getByLabel("Client ID", { exact: true }).fill("pb-other");
  await page.getByRole("button", { name: "Save your app" }).click();
  const asks = page.getByRole("alertdialog");
  await expect(asks).toContainText("Used by Sales pipeline.");
  await expect(asks).toContainText("reauthorize each of them afterwards");
  await asks.getByRole("button", { name: "Leave it" }).click();
  await page.getByLabel("Client ID", { exact: true }).fill("pb-9f31c7a2");
  await page.getByRole("button", { name: "Replace" }).click();
  await page.getByLabel("Client secret", { exact: true }).fill("next");
  await page.getByRole("button", { name: "Save your app" }).click();
  await expect(asks).toContainText("keep working");
  await asks.getByRole("button", { name: "Change it" }).click();
  await expect(page.getByRole("button", { name: "Replace" })).toBeVisible();
});

test("several apps are listed, one is made the default, and only an unused one goes", async ({
  page,
  open,
}) => {
  await open("/connectors/salesforce/security");
  await choose(page, "Staging");
  const list = page.getByRole("list", { name: "Apps in Staging" });
  await expect(list.getByRole("listitem")).toHaveCount(2);
  await expect(list.getByRole("listitem").nth(0)).toContainText(/pb-stage-41.*Not used.*Default/);
  await expect(list.getByRole("listitem").nth(1)).toContainText(
    /Load tests.*pb-load-07.*Used by 2 connections/,
  );
  await list.getByRole("button", { name: "Actions for Load tests" }).click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  const asks = page.getByRole("alertdialog");
  await expect(asks).toContainText("used by Sales staging, Sales load");
  await expect(asks.getByRole("button", { name: "Delete app" })).toBeDisabled();
  await asks.getByRole("button", { name: "Keep it" }).click();
  await list.getByRole("button", { name: "Actions for Load tests" }).click();
  await page.getByRole("menuitem", { name: "Make default" }).click();
  await expect(list.getByRole("listitem").nth(0)).toContainText(/Load tests.*Default/);
  await list.getByRole("button", { name: "Actions for pb-stage-41" }).click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  await asks.getByRole("button", { name: "Delete app" }).click();
  await expect(list).toHaveCount(0);
  await expect(page.getByLabel("Client ID", { exact: true })).toHaveValue("pb-load-07");
});

test("another app is added beside the first, not under the same client ID", async ({ page, open }) => {
  await open("/connectors/salesforce/security");
  await more(page, "Add another app");
  await page.getByLabel("Client ID", { exact: true }).fill("pb-9f31c7a2");
  await page.getByRole("button", { name: "Add this app" }).click();
  await expect(page.getByText("An app with the client ID pb-9f31c7a2 is kept here already.")).toBeVisible();
  await page.getByLabel("Client ID", { exact: true }).fill("pb-second");
  await page.getByLabel("Client secret", { exact: true }).fill("s3cret");
  await page.getByRole("button", { name: "Add this app" }).click();
  await expect(page.getByRole("list", { name: "Apps in Production" }).getByRole("listitem")).toHaveCount(2);
});

test("a connection is added with one of several apps, or with another one", async ({ page, open }) => {
  await open("/connectors");
  await page
    .getByRole("button", { name: "Connect Salesforce" })
    .or(page.getByRole("button", { name: "Salesforce" }))
    .first()
    .click();
  const asks = page.getByRole("dialog");
  await asks.getByRole("button", { name: /Environment/ }).click();
  await page.getByRole("option", { name: "Staging" }).click();
  await asks.getByRole("button", { name: /Your app/ }).click();
  await page.getByRole("option", { name: /Load tests/ }).click();
  await expect(asks.getByLabel("Client ID", { exact: true })).toHaveCount(0);
  await asks.getByText("Show advanced").click();
  await expect(asks.getByText(/replaces it, also for Sales staging/)).toBeVisible();
  await asks.getByRole("button", { name: /Your app/ }).click();
  await page.getByRole("option", { name: "Another app" }).click();
  await asks.getByRole("button", { name: "Continue to Salesforce" }).click();
  await expect(asks.getByText("Client ID is empty.")).toBeVisible();
  await asks.getByLabel("Client ID", { exact: true }).fill("pb-third");
  await asks.getByLabel("Client secret", { exact: true }).fill("s3cret");
  await asks.getByRole("button", { name: "Continue to Salesforce" }).click();
  await expect(asks.getByText("Waiting for you to agree")).toBeVisible();
});
