import { expect, test } from "./support/window";

test("the list is worked by keys alone", async ({ page, open }) => {
  await open("/connections");
  const row = (name: string) => page.getByRole("row", { name });
  await row("Finance postings").focus();
  await page.keyboard.press("ArrowDown");
  await expect(row("Returns store")).toBeFocused();
  await page.keyboard.press("Space");
  await page.keyboard.press("Shift+ArrowDown");
  await expect(page.getByText("2 selected")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByText("2 selected")).toHaveCount(0);
  await page.keyboard.press("Control+a");
  await expect(page.getByText("14 selected")).toBeVisible();
  await page.keyboard.press("Escape");
  await page.keyboard.press("F2");
  await expect(page.getByRole("heading", { name: "Rename the connection" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(row("Ledger sync")).toBeFocused();
  await page.keyboard.press("End");
  await expect(row("Pilot accounts")).toBeFocused();
  await page.keyboard.press("Home");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "Finance postings" })).toBeVisible();
  await page.keyboard.press("Control+[");
  await expect(row("Finance postings")).toBeVisible();
});

test("the list has one tab stop", async ({ page, open }) => {
  await open("/connections");
  await expect(page.getByRole("row", { name: "Finance postings" })).toBeVisible();
  await expect(page.locator('[role="row"][tabindex="0"]')).toHaveCount(1);
  await expect(page.locator('.grid__row :is(a, button, input):not([tabindex="-1"])')).toHaveCount(0);
});

test("status, connector, environment and words narrow the list, and going back keeps it", async ({
  page,
  open,
}) => {
  await open("/connections");
  const rows = page.locator(".grid__body [role=row]");
  await page.getByRole("radio", { name: /Attention/ }).click();
  await expect(rows).toHaveCount(2);
  await page.getByRole("button", { name: /^Connector:/ }).click();
  await page.getByRole("menuitemradio", { name: "Shopify" }).click();
  await expect(rows).toHaveCount(1);
  await page.getByRole("row", { name: "Returns store" }).getByRole("link").click();
  await page.keyboard.press("Control+[");
  await expect(rows).toHaveCount(1);
  await page.getByRole("radio", { name: /^All/ }).click();
  await page.keyboard.press("/");
  await page.keyboard.type("zzz");
  await page.getByRole("button", { name: "Show all connections" }).click();
  await expect(rows).toHaveCount(14);
});

test("a hundred thousand connections are scrolled, and only what is on the screen exists", async ({
  page,
  open,
}) => {
  await open("/connections", { rows: 100_000 });
  const grid = page.getByRole("grid", { name: "Connections" });
  await expect(grid).toHaveAttribute("aria-rowcount", "100001");
  await expect(page.getByRole("radio", { name: "All 100,000" })).toBeVisible();
  await page.locator('[data-row="0"]').focus();
  await page.keyboard.press("End");
  await expect(page.locator('[data-row="99999"]')).toBeFocused();
  expect(await page.locator(".grid__row").count()).toBeLessThan(60);
});

test("after a failure the list is read again on request", async ({ page, open }) => {
  await open("/connections", { state: "error" });
  await expect(page.getByRole("alert")).toContainText("Your secrets are not harmed.");
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(page.getByRole("row", { name: "Finance postings" })).toBeVisible();
});

test("the palette finds, runs and creates", async ({ page, open }) => {
  await open("/connections");
  const field = page.getByRole("searchbox", { name: "Search or run a command" });
  await page.keyboard.press("Control+k");
  await expect(field).toBeFocused();
  // Enter follows at once, before any result is there.
  await page.keyboard.type("team");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "Team calendar" })).toBeVisible();
  await page.keyboard.press("Control+k");
  await expect(field).toBeFocused();
  await page.keyboard.type("qqq");
  await page.getByRole("option", { name: "Create a connector called “qqq”" }).click();
  await expect(page.getByLabel("Connector name")).toHaveValue("qqq");
});
