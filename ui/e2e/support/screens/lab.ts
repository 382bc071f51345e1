import { expect } from "../window";
import { dialog, heading, type Screen } from "./screen";

/** The Lab. */
export const lab: Screen[] = [
  {
    name: "prove-new",
    place: "/lab/prove/salesforce",
    standsWhen: (page) => expect(page.getByRole("button", { name: "Prove it" })).toBeVisible(),
  },
  {
    name: "prove-running",
    place: "/lab/prove/salesforce",
    state: "proving",
    standsWhen: (page) => expect(page.getByRole("progressbar", { name: "Progress" })).toBeVisible(),
  },
  {
    name: "prove-done",
    place: "/lab/prove/salesforce",
    state: "proved",
    standsWhen: (page) => expect(page.getByText(/17 of 18 proven/)).toBeVisible(),
  },
  {
    name: "prove-proven",
    place: "/lab/prove/salesforce",
    state: "proven",
    standsWhen: (page) => expect(page.getByText(/^Proven/)).toBeVisible(),
  },
  {
    name: "lab",
    place: "/lab",
    standsWhen: (page) => expect(page.getByText("12 requests since")).toBeVisible(),
  },
  {
    name: "lab-scrolled",
    place: "/lab?connector=stripe",
    show: (page) => page.getByRole("slider", { name: "Slow answers" }).scrollIntoViewIfNeeded(),
    standsWhen: (page) => expect(page.getByRole("heading", { name: "Trouble on purpose" })).toBeVisible(),
  },
  {
    name: "lab-request",
    place: "/lab",
    show: (page) =>
      page
        .getByRole("option", { name: /\/oauth\/token/ })
        .first()
        .click(),
    standsWhen: (page) => expect(page.getByText("Verifier: matches the challenge")).toBeVisible(),
  },
  {
    name: "lab-refused",
    place: "/lab",
    show: (page) => page.getByRole("option", { name: /403/ }).click(),
    standsWhen: (page) => expect(page.getByRole("region", { name: "The request" })).toBeVisible(),
  },
  {
    name: "lab-search-nothing",
    place: "/lab",
    show: (page) => page.getByRole("searchbox", { name: "Search requests" }).fill("zzz"),
    standsWhen: heading("No request matches"),
  },
  {
    name: "lab-off",
    place: "/lab",
    state: "lab-off",
    standsWhen: (page) => expect(page.getByText("The Lab is off")).toBeVisible(),
  },
  { name: "lab-empty", place: "/lab", state: "lab-empty", standsWhen: heading("No request yet") },
  {
    name: "lab-elsewhere",
    place: "/lab",
    state: "lab-elsewhere",
    standsWhen: (page) => expect(page.getByText(/Another Patchbay on this machine/)).toBeVisible(),
  },
  {
    name: "lab-busy-port",
    place: "/lab",
    state: "lab-busy",
    show: (page) => page.getByRole("switch", { name: "Lab" }).click(),
    standsWhen: (page) => expect(page.getByText(/Another program uses port 4390/)).toBeVisible(),
  },
  {
    name: "lab-loading",
    place: "/lab",
    state: "lab-loading",
    standsWhen: (page) => expect(page.locator(".lab-skel--card").first()).toBeVisible(),
  },
  {
    name: "lab-error",
    place: "/lab",
    state: "lab-error",
    standsWhen: (page) => expect(page.getByRole("alert")).toBeVisible(),
  },
  {
    name: "lab-play",
    place: "/lab",
    show: (page) => page.getByRole("button", { name: "Add a connector for the Lab to play" }).click(),
    standsWhen: dialog("What else shall the Lab play?"),
  },
  {
    name: "lab-person",
    place: "/lab",
    show: (page) => page.getByRole("button", { name: "Edit otto@lab.test" }).click(),
    standsWhen: dialog("Edit a pretend person"),
  },
  {
    name: "lab-person-new",
    place: "/lab",
    show: async (page) => {
      await page.getByRole("button", { name: "Add a pretend person" }).click();
      await page.getByRole("button", { name: "Save" }).click();
    },
    standsWhen: (page) => expect(page.getByText("The name is empty.", { exact: false })).toBeVisible(),
  },
  {
    name: "tour-connect",
    place: "/connections",
    state: "empty",
    show: async (page) => {
      await page.getByRole("button", { name: /Try it offline/ }).click();
      await page.keyboard.press("Escape");
    },
    standsWhen: (page) => expect(page.getByText("Step 1 of 4")).toBeVisible(),
  },
  {
    name: "tour-connected",
    place: "/connections",
    state: "empty",
    show: async (page) => {
      await page.getByRole("button", { name: /Try it offline/ }).click();
      await page.getByRole("button", { name: "Continue to Harbour ERP" }).click();
      await page.getByRole("button", { name: "Open browser again" }).click();
      await page.getByRole("button", { name: "Open connection" }).click();
    },
    standsWhen: (page) => expect(page.getByText("Step 2 of 4")).toBeVisible(),
  },
];
