import { expect, test } from "./support/window";

test("errors appear on leaving a field, never while typing for the first time", async ({ page, open }) => {
  await open("/connectors/tidewater_booking/general");
  const address = page.getByLabel("Base address");
  await address.fill("tidewater");
  await expect(page.getByText("Saved just now")).toBeVisible();
  await expect(page.getByText(/needs https/)).toHaveCount(0);
  await address.blur();
  await expect(page.getByText(/needs https/)).toBeVisible();
  await expect(address).toHaveAttribute("aria-invalid", "true");
  await address.fill("https://tidewater.example");
  await expect(page.getByText(/needs https/)).toHaveCount(0);
});

test("choosing another type and going back restores what was typed", async ({ page, open }) => {
  await open("/connectors/parcelline/security");
  await page.getByLabel("Key, row 1").fill("X-Other");
  await page.getByRole("radio", { name: /^Bearer token/ }).click({ force: true });
  await page.getByLabel("Word before the token").fill("Token");
  await page.getByRole("radio", { name: /^API key/ }).click({ force: true });
  await expect(page.getByLabel("Key, row 1")).toHaveValue("X-Other");
  await page.getByRole("radio", { name: /^Bearer token/ }).click({ force: true });
  await expect(page.getByLabel("Word before the token")).toHaveValue("Token");
});

test("what is left is listed and leads to its step", async ({ page, open }) => {
  await open("/connectors/new?name=Zylker");
  await page.getByRole("button", { name: "Create connector" }).click();
  const ready = page.getByRole("button", { name: "Mark as ready" });
  await expect(ready).toHaveAttribute("aria-disabled", "true");
  await page.getByRole("button", { name: "2 things left" }).click();
  await page.getByRole("menuitem", { name: /No authentication type/ }).click();
  await expect(page.getByRole("heading", { name: "How does Zylker check who is calling?" })).toBeVisible();
});

test("the preview follows the form, with secrets as names", async ({ page, open }) => {
  await open("/connectors/parcelline/security");
  const preview = page.getByRole("complementary", { name: "Live preview" });
  await page.getByLabel("Parameter name, row 1").fill("Access key");
  await expect(preview.getByText("Access key")).toBeVisible();
  await preview.getByRole("tab", { name: "What will be sent" }).click();
  await expect(preview.locator(".secret")).toHaveText("Access key");
  await page.getByLabel("Key, row 1").fill("X-Access");
  await expect(preview.getByText("X-Access:")).toBeVisible();
});

test("the last row of a list becomes real by typing, and a removed one comes back", async ({
  page,
  open,
}) => {
  await open("/connectors/harbour_erp/general");
  await page.getByLabel("Add a setting").pressSequentially("Time zone");
  await expect(page.getByLabel("Shown as, row 4")).toHaveValue("Time zone");
  await expect(page.getByLabel("Placeholder, row 4")).toHaveValue("time_zone");
  await page.getByRole("button", { name: "Remove Time zone" }).click();
  await expect(page.getByLabel("Shown as, row 4")).toHaveCount(0);
  await page.getByLabel("Add a setting").focus();
  await page.keyboard.press("Control+z");
  await expect(page.getByLabel("Shown as, row 4")).toHaveValue("Time zone");
});

test("the link name is fixed once a connection uses it", async ({ page, open }) => {
  await open("/connectors/harbour_erp/general");
  await expect(page.getByLabel("Link name", { exact: true })).toHaveAttribute("readonly", "");
  await open("/connectors/tidewater_booking/general");
  await expect(page.getByLabel("Link name", { exact: true })).not.toHaveAttribute("readonly", "");
});

test("a connector with connections is deleted only with its name typed", async ({ page, open }) => {
  await open("/connectors");
  await page.getByRole("button", { name: "Parcelline", exact: true }).click({ button: "right" });
  await page.getByRole("menuitem", { name: /Delete/ }).click();
  await expect(page.getByRole("menu")).toHaveCount(0);
  const confirm = page.getByRole("alertdialog").getByRole("button", { name: "Delete 2 items" });
  await expect(confirm).toBeDisabled();
  await page.getByLabel("Type the name to confirm").fill("Parcelline");
  await confirm.click();
  await expect(page.getByRole("button", { name: "Parcelline", exact: true })).toHaveCount(0);
});

test("the names of AWS are offered, and one's own are taken", async ({ page, open }) => {
  await open("/connectors/amazon_s3/security");
  const region = page.getByRole("combobox", { name: "Region" });
  await region.fill("europe");
  await page.getByRole("option", { name: "eu-west-2" }).click();
  await expect(region).toHaveValue("eu-west-2");
  await region.fill("mars-1");
  await region.blur();
  await expect(region).toHaveValue("mars-1");
});

test("a logo is chosen, refused with the reason, and removed", async ({ page, open }) => {
  await open("/connectors/harbour_erp/general");
  const field = page.getByRole("group", { name: "Logo" });
  const choose = async (button: string, name: string, mimeType: string, text: string) => {
    const chooser = page.waitForEvent("filechooser");
    await field.getByRole("button", { name: button }).click();
    await (await chooser).setFiles({ name, mimeType, buffer: Buffer.from(text) });
  };
  const drawn = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle cx="4" cy="4" r="4"/></svg>`;
  await choose("Choose…", "harbour.gif", "image/gif", "GIF89a");
  await expect(page.getByText(/“harbour.gif” was not taken.*neither a PNG/)).toBeVisible();
  await choose("Choose…", "harbour.svg", "image/svg+xml", drawn);
  await expect(field.locator("img")).toBeVisible();
  await expect(page.getByText(/was not taken/)).toHaveCount(0);
  // The face changes wherever the connector is shown.
  await expect(page.locator("header .mono-tile--logo")).toBeVisible();
  await choose(
    "Replace…",
    "hostile.svg",
    "image/svg+xml",
    drawn.replace("<circle", "<script>x</script><circle"),
  );
  await expect(page.getByText(/“hostile.svg” was not taken.*holds a script/)).toBeVisible();
  await expect(field.locator("img")).toBeVisible();
  await choose("Replace…", "large.svg", "image/svg+xml", drawn + " ".repeat(3 * 1024 * 1024));
  await expect(page.getByText(/larger than 1 MiB/)).toBeVisible();
  await page.getByRole("link", { name: "Connectors" }).first().click();
  await expect(page.getByRole("listitem").filter({ hasText: "Harbour ERP" }).locator("img")).toBeVisible();
  await page.goBack();
  await field.getByRole("button", { name: "Remove the logo" }).click();
  await expect(field.locator("img")).toHaveCount(0);
  await expect(field.getByRole("button", { name: "Choose…" })).toBeVisible();
});
