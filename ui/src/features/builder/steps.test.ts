import { expect, it } from "vitest";
import type { ProblemView } from "../../ipc/generated";
import { stepOf, thingsLeft } from "./steps";

const problem = (pointer: string, severity: ProblemView["severity"] = "error"): ProblemView => ({
  pointer,
  code: "missing",
  message: "",
  remedy: "",
  severity,
});

it.each([
  ["/name", "general"],
  ["/settings/0/key", "general"],
  ["/authentication/parameters/0/key", "security"],
  ["/authentication/default_scopes/0", "permissions"],
  ["/scopes/items/0/value", "permissions"],
  ["/headers/Accept", "requests"],
  ["/verify/path", "verify"],
  ["/auth_failure", "verify"],
])("%s is mended in %s", (pointer, step) => {
  expect(stepOf(pointer)).toBe(step);
});

it("lists what is left once, and no advice", () => {
  const left = thingsLeft({
    problems: [problem("/name"), problem("/verify", "advice")],
    missing_for_ready: [problem("/name"), problem("/base_url")],
    prompts: [],
    settings: [],
  });
  expect(left.map((each) => each.pointer)).toEqual(["/name", "/base_url"]);
});
