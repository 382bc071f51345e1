import { expect, it } from "vitest";
import { linkNameOf } from "./link-name";

// The same cases as the core's own test.
it.each([
  ["Zylker CRM", "zylker-crm"],
  ["  Month-end   close! ", "month-end-close"],
  ["42 things", "things"],
  ["Ärger", "rger"],
  ["日本", "connection"],
])("%s becomes %s", (name, linkName) => {
  expect(linkNameOf(name)).toBe(linkName);
});
