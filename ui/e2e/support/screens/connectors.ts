import { expect } from "../window";
import { heading, type Screen } from "./screen";

/** The list of connectors, and the builder. */
export const connectors: Screen[] = [
  {
    name: "builder-oauth1",
    place: "/connectors/boards/security",
    show: async (page) => {
      await page.getByRole("tab", { name: "What will be sent" }).click();
      await page.getByText("How it is signed").click();
    },
    standsWhen: (page) => expect(page.getByText("Signature base string")).toBeVisible(),
  },
  {
    name: "builder-aws",
    place: "/connectors/amazon_s3/security",
    show: async (page) => {
      await page.getByRole("tab", { name: "What will be sent" }).click();
      await page.getByText("How it is signed").click();
    },
    standsWhen: (page) => expect(page.getByText("String to sign")).toBeVisible(),
  },
  {
    name: "connectors",
    place: "/connectors",
    standsWhen: (page) => expect(page.getByRole("button", { name: "Parcelline", exact: true })).toBeVisible(),
  },
  {
    name: "connectors-none",
    place: "/connectors",
    state: "first-run",
    standsWhen: heading("No connector yet"),
  },
  {
    name: "connectors-nothing-found",
    place: "/connectors?q=zylker",
    standsWhen: heading("No connector called “zylker”"),
  },
  {
    name: "connector-delete",
    place: "/connectors",
    show: async (page) => {
      await page.getByRole("button", { name: "Actions for Harbour ERP" }).click();
      await page.getByRole("menuitem", { name: /Delete/ }).click();
    },
    standsWhen: (page) => expect(page.getByLabel("Type the name to confirm")).toBeVisible(),
  },
  { name: "connector-new", place: "/connectors/new?name=Zylker", standsWhen: heading("What is it called?") },
  {
    name: "builder-general",
    place: "/connectors/harbour_erp/general",
    standsWhen: heading("What people see"),
  },
  {
    name: "builder-general-logo",
    place: "/connectors/parcelline/general",
    standsWhen: heading("What people see"),
  },
  {
    name: "builder-general-errors",
    place: "/connectors/harbour_erp/general",
    show: async (page) => {
      await page.getByLabel("Connector name").fill("Harbour #ERP");
      await page.getByLabel("Base address").fill("{tenant}.harbour.example");
      await page.getByLabel("Documentation address").focus();
    },
    standsWhen: (page) => expect(page.getByText(/needs https/)).toBeVisible(),
  },
  {
    name: "builder-none",
    place: "/connectors/harbour_erp/security",
    show: (page) => page.getByText("Public service").click(),
    standsWhen: heading("Nothing to ask"),
  },
  {
    name: "builder-basic",
    place: "/connectors/lumen_ledger/security",
    standsWhen: heading("User and password"),
  },
  { name: "builder-api-key", place: "/connectors/parcelline/security", standsWhen: heading("Parameters") },
  { name: "builder-bearer", place: "/connectors/brightwell_crm/security", standsWhen: heading("Token") },
  { name: "builder-auth-fields", place: "/connectors/orchard_pos/security", standsWhen: heading("Fields") },
  {
    name: "builder-oauth2",
    place: "/connectors/salesforce/security",
    standsWhen: heading("Your app at Salesforce"),
  },
  {
    name: "builder-apps",
    place: "/connectors/salesforce/security",
    show: async (page) => {
      await page.getByRole("button", { name: /Environment$/ }).click();
      await page.getByRole("option", { name: "Staging" }).click();
      await page.getByRole("list", { name: "Apps in Staging" }).scrollIntoViewIfNeeded();
    },
    standsWhen: (page) => expect(page.getByText("Load tests")).toBeVisible(),
  },
  {
    name: "builder-apps-change",
    place: "/connectors/salesforce/security",
    show: async (page) => {
      await page.getByLabel("Client ID", { exact: true }).fill("pb-other");
      await page.getByRole("button", { name: "Save your app" }).click();
    },
    standsWhen: (page) => expect(page.getByRole("alertdialog")).toBeVisible(),
  },
  {
    name: "builder-oauth2-redirect",
    place: "/connectors/salesforce/security",
    show: async (page) => {
      await page.getByLabel("Compare").fill("http://localhost/callback");
      await page.getByLabel("Compare").scrollIntoViewIfNeeded();
    },
    standsWhen: (page) => expect(page.getByText(/Character 8 differs/)).toBeVisible(),
  },
  {
    name: "builder-oauth2-advanced",
    place: "/connectors/salesforce/security",
    show: async (page) => {
      await page.getByText("Advanced").click();
      await page.getByText("Advanced").scrollIntoViewIfNeeded();
    },
    standsWhen: heading("Token reply"),
  },
  {
    name: "builder-oauth2-sent",
    place: "/connectors/salesforce/security",
    show: (page) => page.getByRole("tab", { name: "What will be sent" }).click(),
    standsWhen: heading("To sign in"),
  },
  {
    name: "builder-oauth2-machine",
    place: "/connectors/salesforce/security",
    show: async (page) => {
      await page.getByRole("button", { name: /^Authorization code/ }).click();
      await page.getByRole("option", { name: /^Client credentials/ }).click();
    },
    standsWhen: (page) => expect(page.getByLabel("Authorize address")).toHaveCount(0),
  },
  {
    name: "builder-openid",
    place: "/connectors/google_workspace/security",
    standsWhen: (page) => expect(page.getByLabel("Issuer")).toBeVisible(),
  },
  {
    name: "builder-permissions",
    place: "/connectors/salesforce/permissions",
    show: async (page) => {
      await page.getByRole("checkbox", { name: "Select Change accounts" }).check();
      await page.getByRole("checkbox", { name: "Select Change deals" }).check();
    },
    standsWhen: (page) => expect(page.getByText("2 of 6 selected")).toBeVisible(),
  },
  {
    name: "builder-permissions-edit",
    place: "/connectors/salesforce/permissions",
    show: async (page) => {
      await page.getByRole("button", { name: "Add permission" }).click();
      await page.getByLabel("Value", { exact: true }).fill("deals.read");
    },
    standsWhen: (page) => expect(page.getByText("Already used by “Read deals”.")).toBeVisible(),
  },
  {
    name: "builder-permissions-paste",
    place: "/connectors/salesforce/permissions",
    show: async (page) => {
      await page.getByRole("button", { name: "Paste a list" }).click();
      await page.getByRole("textbox", { name: "Permissions" }).fill("deals.read tasks.read, tasks.write");
    },
    standsWhen: (page) => expect(page.getByText("3 permissions found, 1 already here.")).toBeVisible(),
  },
  {
    name: "builder-requests",
    place: "/connectors/harbour_erp/requests",
    standsWhen: heading("Headers of every request"),
  },
  {
    name: "builder-verify",
    place: "/connectors/google_workspace/verify",
    show: (page) => page.getByRole("button", { name: "Run it" }).click(),
    standsWhen: (page) => expect(page.getByText("Select the line that names the account.")).toBeVisible(),
  },
  {
    name: "builder-script",
    place: "/connectors/harbour_erp/script",
    show: async (page) => {
      await expect(page.locator(".cm-content")).toBeVisible();
      await page.getByRole("button", { name: "Run", exact: true }).click();
    },
    standsWhen: (page) => expect(page.getByText("2 lines changed")).toBeVisible(),
  },
  {
    name: "builder-script-error",
    place: "/connectors/harbour_erp/script",
    show: async (page) => {
      await page.locator(".cm-content").press("Control+End");
      await page.keyboard.insertText("\nfunction after_action() { if (x {");
      await page.getByRole("button", { name: "Run", exact: true }).click();
    },
    standsWhen: (page) => expect(page.getByText(/^Stopped at line/)).toBeVisible(),
  },
  {
    name: "connector-menu",
    place: "/connectors",
    show: (page) => page.getByRole("button", { name: "Actions for Stripe" }).click(),
    standsWhen: (page) => expect(page.getByRole("menuitem", { name: "Play in the Lab" })).toBeVisible(),
  },
];
