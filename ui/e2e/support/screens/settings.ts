import { expect } from "../window";
import { heading, type Screen } from "./screen";

/** Settings, and what stands above every page. */
export const settings: Screen[] = [
  {
    name: "palette",
    place: "/connections",
    show: async (page) => {
      await page.keyboard.press("Control+k");
      await page.getByRole("searchbox", { name: "Search or run a command" }).fill("har");
    },
    standsWhen: (page) =>
      expect(page.getByRole("option", { name: /Create a connector called “har”/ })).toBeVisible(),
  },
  { name: "settings-general", place: "/settings", standsWhen: heading("General") },
  { name: "settings-security", place: "/settings?section=security", standsWhen: heading("Security") },
  {
    name: "settings-redirects",
    place: "/settings?section=redirects",
    show: (page) => page.getByRole("button", { name: "Test all three" }).click(),
    standsWhen: (page) => expect(page.getByText("Works best here")).toBeVisible(),
  },
  { name: "settings-about", place: "/settings?section=about", standsWhen: heading("About") },
];
