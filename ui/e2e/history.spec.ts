import { expect, test } from "./support/window";

test("each line of the history says what it brought and how long its call took", async ({ page, open }) => {
  await open("/connections/connection-12?tab=history");
  const line = (says: string) => page.getByRole("listitem").filter({ hasText: says });
  await expect(line("Connected as jane@acme.test")).toContainText("3 of 4 permissions, 184 ms");
  await expect(line("Token refreshed")).toContainText("Lasts 60 min");
  await expect(line("GET /calendar answered 200")).toContainText("184 ms");
  await page.getByRole("button", { name: "Verify" }).click();
  await expect(page.getByRole("listitem").first()).toContainText(/Verified.*184 ms/);
});
