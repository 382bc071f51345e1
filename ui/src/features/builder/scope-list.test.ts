import { expect, it } from "vitest";
import { joined, parseList, shownName } from "./scope-list";

const values = (text: string, delimiter = "comma") => parseList(text, delimiter).map((row) => row.value);

it.each([
  ["a.read, a.write,offline_access", "comma"],
  ["a.read a.write  offline_access", "space"],
  ["a.read\n- a.write\n• offline_access".replaceAll("- ", ""), "space"],
  ["a.read+a.write+offline_access", "plus"],
  ["a.read|a.write|offline_access", "|"],
  ['["a.read", "a.write", "offline_access"]', "comma"],
  ["a.read a.write a.read offline_access", "space"],
  ["https://login.example/authorize?client_id=x&scope=a.read+a.write%20offline_access&state=1", "comma"],
])("reads %s", (text, delimiter) => {
  expect(values(text, delimiter)).toEqual(["a.read", "a.write", "offline_access"]);
});

it("keeps whole addresses as values", () => {
  expect(values("https://api.example/auth/mail.readonly https://api.example/auth/drive")).toEqual([
    "https://api.example/auth/mail.readonly",
    "https://api.example/auth/drive",
  ]);
});

it("keeps a plus inside a value where the delimiter is another", () => {
  expect(values("read+write admin")).toEqual(["read+write", "admin"]);
});

it("takes descriptions from a pasted table", () => {
  expect(
    parseList("contacts.read\tRead your contacts\ncontacts.write – Change your contacts", "space"),
  ).toEqual([
    { value: "contacts.read", description: "Read your contacts" },
    { value: "contacts.write", description: "Change your contacts" },
  ]);
});

it("joins as the service wants it", () => {
  expect(joined(["a", "b"], "comma")).toBe("a,b");
  expect(joined(["a", "b"], "space")).toBe("a b");
  expect(joined(["a", "b"], "plus")).toBe("a+b");
  expect(joined(["a", "b"], " | ")).toBe("a | b");
});

it("shows the value where there is no name", () => {
  expect(shownName({ value: "a.read" })).toBe("a.read");
  expect(shownName({ value: "a.read", name: "Read a" })).toBe("Read a");
});
