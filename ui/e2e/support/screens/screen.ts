import type { Page } from "@playwright/test";
import { expect } from "../window";

/** A screen of the window: where it is, and what has to happen to see it. */
export type Screen = {
  name: string;
  place: string;
  state?: string;
  /** Brings the screen up and waits until it stands. */
  show?: (page: Page) => Promise<void>;
  /** Something that says that it stands. */
  standsWhen: (page: Page) => Promise<void>;
};

export const heading = (name: string | RegExp) => (page: Page) =>
  expect(page.getByRole("heading", { name }).first()).toBeVisible();
export const dialog = (name: string | RegExp) => (page: Page) =>
  expect(page.getByRole("dialog").getByRole("heading", { name }).first()).toBeVisible();
