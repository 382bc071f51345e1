import { expect, test } from "./support/window";

test("the Lab is turned off and on again, and the sidebar tells", async ({ page, open }) => {
  await open("/lab");
  const sidebar = page.getByRole("link", { name: "Lab On" });
  await expect(sidebar).toBeVisible();
  await page.getByRole("switch", { name: "Lab" }).click();
  await expect(page.getByText("The Lab is off")).toBeVisible();
  await expect(page.getByRole("link", { name: "Lab Off" })).toBeVisible();
  await expect(page.getByText("http://127.0.0.1:4390", { exact: true })).toHaveCount(0);
  await page.getByRole("switch", { name: "Lab" }).click();
  await expect(page.getByText("http://127.0.0.1:4390", { exact: true })).toBeVisible();
  await expect(sidebar).toBeVisible();
});

test("a port that another program has is said, and so is the one in its place", async ({ page, open }) => {
  await open("/lab", { state: "lab-busy" });
  await page.getByRole("switch", { name: "Lab" }).click();
  await expect(page.getByText(/uses port 4390. The Lab is at port 4391 instead/)).toBeVisible();
  await expect(page.getByText("http://127.0.0.1:4391", { exact: true })).toBeVisible();
});

test("a Lab that another process runs cannot be ended here", async ({ page, open }) => {
  await open("/lab", { state: "lab-elsewhere" });
  await expect(page.getByRole("switch", { name: "Lab" })).toBeChecked();
  await expect(page.getByRole("switch", { name: "Lab" })).toBeDisabled();
});

test("a connector is played, opened, and removed with a way back", async ({ page, open }) => {
  await open("/lab");
  const plays = page.getByRole("region", { name: "Plays the part of" });
  await plays.getByRole("button", { name: /^Add/ }).click();
  await page.getByRole("searchbox", { name: "Search connectors" }).fill("orch");
  // The dialog has shrunk to what was found before anything in it is pressed.
  const found = page.getByRole("dialog").getByRole("option");
  await expect(found).toHaveCount(1);
  await found.dblclick();
  await expect(page.getByText("The Lab plays Orchard POS")).toBeVisible();
  await expect(plays.getByText("Orchard POS")).toBeVisible();
  await plays.getByRole("button", { name: "Remove Stripe" }).click();
  await expect(plays.getByText("Stripe")).toHaveCount(0);
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(plays.getByText("Stripe")).toBeVisible();
  await plays.getByRole("link", { name: "Open the connector Orchard POS" }).click();
  await expect(page).toHaveURL(/connectors\/orchard_pos\/general/);
});

test("a pretend person is added, changed, and deleted with a way back", async ({ page, open }) => {
  await open("/lab");
  const people = page.getByRole("region", { name: "Pretend people" });
  await people.getByRole("button", { name: /^Add/ }).click();
  await page.getByLabel("E-mail address").fill("maria");
  await page.getByLabel("Name").fill("Maria");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText(/has an e-mail address, such as/)).toBeVisible();
  await page.getByLabel("E-mail address").fill("maria@lab.test");
  await page.getByRole("button", { name: /What they do/ }).click();
  await page.getByRole("option", { name: /Takes a while/ }).click();
  await page.getByRole("button", { name: "Save" }).click();
  await expect(people.getByText("maria@lab.test")).toBeVisible();
  await expect(people.getByRole("listitem").filter({ hasText: "maria" })).toContainText("Takes a while");
  await people.getByRole("button", { name: "Edit maria@lab.test" }).click();
  await page.getByRole("button", { name: "Delete" }).click();
  await expect(people.getByText("maria@lab.test")).toHaveCount(0);
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(people.getByText("maria@lab.test")).toBeVisible();
});

test("a dial acts at once, for all or for one connector, and goes back", async ({ page, open }) => {
  await open("/lab");
  await expect(page.getByText("5 min")).toBeVisible();
  await page.getByRole("slider", { name: "Token lifetime" }).focus();
  await page.keyboard.press("ArrowLeft");
  await expect(page.getByRole("slider", { name: "Token lifetime" })).toHaveAttribute(
    "aria-valuetext",
    "2 min",
  );
  await page.getByRole("switch", { name: "Deny access" }).click();
  await expect(page.getByRole("button", { name: "Deny access: back to off" })).toBeVisible();

  await page.getByRole("button", { name: /Towards/ }).click();
  await page.getByRole("option", { name: "Stripe" }).click();
  await expect(page.getByRole("switch", { name: "Deny access" })).toBeChecked();
  await page.getByRole("switch", { name: "Deny access" }).click();
  await page.getByRole("button", { name: "Deny access: as towards every connector" }).press("Enter");
  await expect(page.getByRole("switch", { name: "Deny access" })).toBeFocused();
  await expect(page.getByRole("switch", { name: "Deny access" })).toBeChecked();
  await expect(page.getByRole("button", { name: "Reset behaviour" })).toHaveAttribute(
    "aria-disabled",
    "true",
  );
});

test("reset forgets what was set, and can be undone", async ({ page, open }) => {
  await open("/lab");
  await expect(page.getByRole("slider", { name: "Slow answers" })).toHaveAttribute(
    "aria-valuetext",
    "400 ms",
  );
  await page.getByRole("button", { name: "Reset behaviour" }).click();
  await expect(page.getByRole("slider", { name: "Slow answers" })).toHaveAttribute("aria-valuetext", "None");
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(page.getByRole("slider", { name: "Slow answers" })).toHaveAttribute(
    "aria-valuetext",
    "400 ms",
  );
  await expect(page.getByRole("slider", { name: "Clock difference" })).toHaveAttribute(
    "aria-valuetext",
    "+90 s",
  );
});

test("the clock moves, tokens are revoked, keys are rotated", async ({ page, open }) => {
  await open("/lab");
  await page.getByRole("button", { name: "An hour later" }).click();
  await expect(page.getByText(/^1 h ahead/)).toBeVisible();
  await page.getByRole("button", { name: "Another time" }).click();
  await page.getByRole("menuitem", { name: "A minute later" }).click();
  await expect(page.getByText(/^61 min ahead/)).toBeVisible();
  await page.getByRole("button", { name: "Revoke", exact: true }).click();
  await expect(page.getByText("2 codes and tokens revoked")).toBeVisible();
  await page.getByRole("button", { name: "Rotate", exact: true }).click();
  await expect(page.getByText("Signing keys rotated")).toBeVisible();
});

test("requests come live, stop while paused, are searched, read by keys, and cleared", async ({
  page,
  open,
}) => {
  await open("/lab", { state: "lab-live" });
  const log = page.getByRole("complementary", { name: "Live requests" });
  await expect(log.getByText(/^13 requests since/)).toBeVisible();
  await log.getByRole("button", { name: "Pause" }).click();
  await expect(log.getByText(/Paused/)).toBeVisible();
  const rows = await log.getByRole("option").count();
  await page.waitForTimeout(3500);
  expect(await log.getByRole("option").count()).toBe(rows);
  await log.getByRole("button", { name: "Go on" }).click();
  await expect.poll(() => log.getByRole("option").count()).toBeGreaterThan(rows);

  await log.getByRole("option", { name: /oauth\/consent/ }).click();
  await page.keyboard.press("ArrowDown");
  const detail = page.getByRole("region", { name: "The request" });
  await expect(detail.getByText("Client secret: right")).toBeVisible();
  await expect(detail.getByText("Basic ••••••")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(detail).toHaveCount(0);

  await log.getByRole("searchbox").fill("not given");
  await expect(log.getByRole("option")).toHaveCount(1);
  await log.getByRole("option").click();
  await expect(detail.getByText("Permission: `contacts.read` was not given")).toBeVisible();
  await log.getByRole("searchbox").fill("");
  await expect.poll(() => log.getByRole("option").count()).toBeGreaterThan(10);
  await log.getByRole("button", { name: "Clear" }).click();
  await expect(log.getByRole("option", { name: /oauth/ })).toHaveCount(0);
});

test("the palette ends the Lab, starts it, and moves its clock", async ({ page, open }) => {
  await open("/connections");
  const run = async (words: string) => {
    await page.keyboard.press("Control+k");
    await page.getByRole("searchbox", { name: "Search or run a command" }).fill(`>${words}`);
    await page.keyboard.press("Enter");
  };
  await run("stop the lab");
  await expect(page.getByRole("link", { name: "Lab Off" })).toBeVisible();
  await run("start the lab");
  await expect(page.getByRole("link", { name: "Lab On" })).toBeVisible();
  await run("hour later");
  await expect(page.getByText("It is 1 h later in the Lab")).toBeVisible();
  await page.keyboard.press("Control+3");
  await expect(page.getByText(/^1 h ahead/)).toBeVisible();
});

test("a connection in the Lab leads there, and a connector is tried offline", async ({ page, open }) => {
  await open("/connections/connection-13");
  await page.getByRole("link", { name: "Open the Lab" }).click();
  await expect(page.getByRole("button", { name: /Towards/ })).toHaveText(/Harbour ERP/);
  await page.getByRole("link", { name: "Connectors" }).click();
  await page.getByRole("button", { name: "Actions for Parcelline" }).click();
  await page.getByRole("menuitem", { name: "Play in the Lab" }).click();
  await expect(page.getByRole("button", { name: /Towards/ })).toHaveText(/Parcelline/);
  await page.getByRole("link", { name: "Connectors" }).click();
  await page.getByRole("button", { name: "Actions for Parcelline" }).click();
  await page.getByRole("menuitem", { name: "Try it offline…" }).click();
  await expect(page.getByText(/A pretend service on this machine/)).toBeVisible();
  await page.getByRole("button", { name: "Save and verify" }).click();
  await expect(page.getByText("Verified as ada@lab.test")).toBeVisible();
});

test("the first journey leads step by step from nothing to a connection that was ended", async ({
  page,
  open,
}) => {
  await open("/connections", { state: "empty" });
  await page.getByRole("button", { name: /Try it offline/ }).click();
  await expect(page.getByText(/A pretend service on this machine/)).toBeVisible();
  await page.getByRole("button", { name: "Continue to Harbour ERP" }).click();
  await page.getByRole("button", { name: "Open browser again" }).click();
  await page.getByRole("button", { name: "Open connection" }).click();
  await expect(page.getByText("Connected as ada@lab.test").first()).toBeVisible();
  const strip = page.getByRole("region", { name: "Try it offline" });
  await expect(strip).toContainText("Step 2 of 4");
  await strip.getByRole("button", { name: "Let an hour pass" }).click();
  await expect(strip).toContainText("Step 3 of 4");
  await strip.getByRole("button", { name: "Verify" }).click();
  await expect(strip).toContainText("Step 4 of 4");
  await strip.getByRole("button", { name: "Revoke…" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Revoke" }).click();
  await expect(strip).toContainText("That was the whole life of a connection");
  await strip.getByRole("button", { name: "Finish" }).click();
  await page.getByRole("menuitem", { name: "Leave, and remove what was made" }).click();
  await expect(strip).toHaveCount(0);
  await expect(page.getByRole("heading", { name: "Make your first connection" })).toBeVisible();
});

test("the first journey can be left, and goes on where it was left", async ({ page, open }) => {
  await open("/connections", { state: "empty" });
  await page.getByRole("button", { name: /Try it offline/ }).click();
  await expect(page.getByRole("dialog")).toBeVisible();
  await page.keyboard.press("Escape");
  const strip = page.getByRole("region", { name: "Try it offline" });
  await expect(strip).toContainText("Step 1 of 4");
  await strip.getByRole("button", { name: "Leave" }).click();
  await page.getByRole("menuitem", { name: "Leave, and keep what was made" }).click();
  await expect(strip).toHaveCount(0);
  await page.getByRole("button", { name: /Try it offline/ }).click();
  await expect(page.getByRole("dialog")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(strip).toContainText("Step 1 of 4");
});

test("of a long log only the rows on the screen exist, and the newest are on it", async ({ page, open }) => {
  await open("/lab", { state: "lab-full" });
  const log = page.getByRole("complementary", { name: "Live requests" });
  await expect(log.getByText(/^500 requests since/)).toBeVisible();
  await expect(log.getByRole("option", { name: /items\/499/ })).toBeInViewport();
  expect(await log.getByRole("option").count()).toBeLessThan(60);
  await log.getByRole("option", { name: /items\/499/ }).click();
  await page.keyboard.press("Home");
  const first = log.getByRole("option", { name: /oauth\/authorize/ });
  await expect(first).toBeFocused();
  await expect(first).toHaveAttribute("aria-posinset", "1");
});
