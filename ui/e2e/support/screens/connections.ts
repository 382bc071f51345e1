import type { Page } from "@playwright/test";
import { expect } from "../window";
import { dialog, heading, type Screen } from "./screen";

const row = (page: Page, name: string) => page.getByRole("row", { name });

/** The list of connections and one of them. */
export const connections: Screen[] = [
  {
    name: "connections",
    place: "/connections",
    standsWhen: (page) => expect(row(page, "Finance postings")).toBeVisible(),
  },
  {
    name: "connections-bulk",
    place: "/connections",
    show: async (page) => {
      for (const name of ["EU depot", "Newsletter lists", "Nightly exports"])
        await page.getByRole("checkbox", { name: `Select ${name}` }).check();
      await page.getByRole("button", { name: "Verify", exact: true }).click();
    },
    standsWhen: (page) => expect(page.getByText("2 of 3 connections verified")).toBeVisible(),
  },
  {
    name: "connections-menu",
    place: "/connections",
    show: (page) => page.getByRole("button", { name: "Actions for EU depot" }).click(),
    standsWhen: (page) => expect(page.getByRole("menuitem", { name: /Rename/ })).toBeVisible(),
  },
  {
    name: "connections-loading",
    place: "/connections",
    state: "loading",
    standsWhen: (page) => expect(page.getByText("Still reading the connections.")).toBeVisible(),
  },
  {
    name: "connections-error",
    place: "/connections",
    state: "error",
    standsWhen: (page) => expect(page.getByRole("alert")).toBeVisible(),
  },
  {
    name: "connections-nothing-found",
    place: "/connections?q=zzz",
    standsWhen: heading("No connection matches"),
  },
  { name: "empty", place: "/connections", state: "empty", standsWhen: heading("Make your first connection") },
  {
    name: "first-run",
    place: "/connections",
    state: "first-run",
    standsWhen: heading("Make your first connection"),
  },
  { name: "connection-overview", place: "/connections/connection-12", standsWhen: heading("Last check") },
  {
    name: "connection-lab",
    place: "/connections/connection-13",
    standsWhen: (page) => expect(page.getByText("The Lab on this machine, nowhere else")).toBeVisible(),
  },
  { name: "connection-trouble", place: "/connections/connection-1", standsWhen: heading(/does not accept/) },
  {
    name: "connection-new-version",
    place: "/connections/connection-9",
    standsWhen: (page) => expect(page.getByText("A new version of Stripe is ready")).toBeVisible(),
  },
  {
    name: "connection-new-version-asks",
    place: "/connections/connection-11",
    standsWhen: (page) => expect(page.getByText("It asks to be allowed: Write comments.")).toBeVisible(),
  },
  {
    name: "connection-could-not-check",
    place: "/connections/connection-7",
    show: (page) => page.getByRole("button", { name: "Verify" }).click(),
    standsWhen: (page) => expect(page.getByText("Could not check", { exact: true })).toBeVisible(),
  },
  {
    name: "connection-try",
    place: "/connections/connection-12?tab=try",
    show: (page) => page.getByRole("button", { name: "Send" }).click(),
    standsWhen: (page) => expect(page.getByText("200 OK")).toBeVisible(),
  },
  {
    name: "connection-try-signed",
    place: "/connections/connection-7?tab=try",
    show: async (page) => {
      await page.getByLabel("Path").first().fill("/reports/November+2026.csv");
      await page.getByText("How it is signed").click();
      await page.getByRole("button", { name: "Send" }).click();
    },
    standsWhen: (page) => expect(page.getByText(/line 2 is the first that differs/)).toBeVisible(),
  },
  {
    name: "connection-history",
    place: "/connections/connection-1?tab=history",
    show: (page) => page.getByText("GET /calendar answered 200").click(),
    standsWhen: (page) =>
      expect(page.getByRole("group", { name: "What was sent and answered" }).first()).toBeVisible(),
  },
  {
    name: "connection-rename",
    place: "/connections/connection-12",
    show: (page) => page.getByRole("button", { name: "Rename" }).click(),
    standsWhen: dialog("Rename the connection"),
  },
  {
    name: "connection-delete",
    place: "/connections/connection-12",
    show: async (page) => {
      await page.getByRole("button", { name: "More actions" }).click();
      await page.getByRole("menuitem", { name: /Delete/ }).click();
    },
    standsWhen: (page) => expect(page.getByRole("alertdialog")).toBeVisible(),
  },
  {
    name: "connection-swapped",
    place: "/connections/connection-12",
    show: async (page) => {
      await page.getByRole("button", { name: "Reauthorize" }).click();
      await page.getByRole("button", { name: "Continue to Google Workspace" }).click();
      await page.getByRole("button", { name: "Open browser again" }).click();
      await page.getByRole("button", { name: "Swap" }).click();
      await page.getByRole("button", { name: "Open connection" }).click();
    },
    standsWhen: (page) => expect(page.getByRole("button", { name: "Undo" })).toBeVisible(),
  },
  {
    name: "connection-revoke",
    place: "/connections/connection-12",
    show: async (page) => {
      await page.getByRole("button", { name: "More actions" }).click();
      await page.getByRole("menuitem", { name: "Revoke…" }).click();
    },
    standsWhen: (page) => expect(page.getByRole("alertdialog")).toBeVisible(),
  },
];
