import { expect, it } from "vitest";
import { compare } from "./compare";

it("finds the first character that differs", () => {
  expect(compare("http://127.0.0.1:4915/callback", "http://localhost:4915/callback")).toEqual({
    same: false,
    at: 8,
    before: "http://",
    ours: "127.0.0.1:4915/callback",
    theirs: "localhost:4915/callback",
    hint: "host",
  });
});

it("says when both are the same", () => {
  expect(compare("dev.patchbay:/oauth/callback", "dev.patchbay:/oauth/callback")).toEqual({ same: true });
});

it("counts a character outside the basic plane once", () => {
  expect(compare("https://a.example/🔌x", "https://a.example/🔌y")).toMatchObject({ at: 20, ours: "x" });
});

it.each([
  ["https://a.example/cb", "https://a.example/cb ", "blank"],
  ["https://a.example/cb", "https://a.example/cb/", "slash"],
  ["https://a.example/cb", "https://a.example/CB", "case"],
  ["http://127.0.0.1/callback", "https://127.0.0.1/callback", "scheme"],
  ["http://127.0.0.1/callback", "http://127.0.0.1:8080/callback", "port"],
  ["http://[::1]/callback", "http://localhost/callback", "host"],
  ["https://a.example/cb", "https://a.example/other", null],
  ["dev.patchbay:/oauth/callback", "dev.patchbay://oauth/callback", null],
])("%s beside %s: %s", (ours, theirs, hint) => {
  expect(compare(ours, theirs)).toMatchObject({ same: false, hint });
});
