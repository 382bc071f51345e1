import { expect, it } from "vitest";
import { jsonLines } from "./json-lines";

it("tells the pointer of each value that stands on a line", () => {
  expect(jsonLines({ user: { "e/mail": "a@b.test" }, list: [1], none: {} })).toEqual([
    { text: "{", pointer: null },
    { text: '  "user": {', pointer: null },
    { text: '    "e/mail": "a@b.test"', pointer: "/user/e~1mail" },
    { text: "  },", pointer: null },
    { text: '  "list": [', pointer: null },
    { text: "    1", pointer: "/list/0" },
    { text: "  ],", pointer: null },
    { text: '  "none": {}', pointer: null },
    { text: "}", pointer: null },
  ]);
});

it("stops after two hundred lines", () => {
  const lines = jsonLines(Array.from({ length: 1000 }, (_, index) => index));
  expect(lines).toHaveLength(201);
  expect(lines.at(-1)).toEqual({ text: "…", pointer: null });
});
