import { expect, test, token } from "./support/window";

test("the frame has the measures of the design", async ({ page, open }) => {
  await open("/connections");
  const sidebar = page.getByRole("complementary");
  expect((await sidebar.boundingBox())?.width).toBe(220);
  const head = page.getByRole("row").first();
  expect((await head.boundingBox())?.height).toBe(32);
  const row = page.getByRole("row", { name: "Finance postings" });
  expect((await row.boundingBox())?.height).toBe(40);
  expect((await page.locator(".top").boundingBox())?.height).toBe(52);
  expect((await page.locator(".bar").boundingBox())?.height).toBe(44);
  await page.setViewportSize({ width: 960, height: 640 });
  expect((await sidebar.boundingBox())?.width).toBe(56);
});

test("the builder has its three columns, narrower below 1100", async ({ page, open }) => {
  await open("/connectors/parcelline/security");
  const width = async (part: string) => (await page.locator(part).boundingBox())?.width;
  await expect(page.getByRole("heading", { name: "Parameters" })).toBeVisible();
  expect([await width(".build__steps"), await width(".build__view")]).toEqual([176, 352]);
  await page.setViewportSize({ width: 960, height: 640 });
  expect([await width(".build__steps"), await width(".build__view")]).toEqual([152, 316]);
});

for (const theme of ["light", "dark"] as const) {
  test(`colours, sizes and fonts come from the tokens, ${theme}`, async ({ page, open }) => {
    await open("/connections", { theme });
    const primary = page.getByRole("button", { name: "Add connection" });
    const sidebar = page.getByRole("complementary");
    const row = page.getByRole("row", { name: "Finance postings" });
    await expect(row).toBeVisible();
    await expect(sidebar).toHaveCSS("background-color", await token(page, "--c-canvas"));
    await expect(page.getByRole("main")).toHaveCSS("background-color", await token(page, "--c-surface"));
    await expect(primary).toHaveCSS("background-color", await token(page, "--c-accent"));
    await expect(primary).toHaveCSS("color", await token(page, "--c-on-accent"));
    await expect(primary).toHaveCSS("height", await token(page, "--h-md", "width"));
    await expect(row).toHaveCSS("border-bottom-color", await token(page, "--c-line"));
    await expect(row.locator(".jack")).toHaveCSS("color", await token(page, "--c-bad"));
    await expect(page.getByRole("heading", { name: "Connections" })).toHaveCSS("font-size", "15px");
    await expect(row.getByRole("link")).toHaveCSS("font-weight", "520");
    expect(await page.evaluate(() => getComputedStyle(document.body).fontFamily)).toContain("Inter Variable");
  });
}

test("the theme is chosen in Settings and holds everywhere", async ({ page, open }) => {
  await open("/settings");
  await page.getByRole("radio", { name: "Dark" }).click();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await page.getByRole("link", { name: "Connections" }).click();
  await expect(page.getByRole("main")).toHaveCSS("background-color", "rgb(27, 26, 24)");
});

test("with the system's theme, the window follows the system", async ({ page, open }) => {
  await open("/settings");
  await page.getByRole("radio", { name: "System" }).click();
  await page.emulateMedia({ colorScheme: "dark" });
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await page.emulateMedia({ colorScheme: "light" });
  await expect(page.locator("html")).toHaveAttribute("data-theme", "light");
});

test("nothing in the window is a dead end: each section opens and says what it is", async ({
  page,
  open,
}) => {
  await open("/connections");
  for (const section of ["Connectors", "Lab", "Settings", "Connections"]) {
    await page.getByRole("link", { name: section }).click();
    await expect(page.getByRole("heading", { level: 1, name: section })).toBeVisible();
    await expect(page.getByRole("link", { name: section })).toHaveAttribute("aria-current", "page");
  }
});
