import { expect, test } from "vitest";
import { changedLines, lineOf, stubOf, withEvent } from "./script-source";

test("an event is written behind what is there, and its line is told", () => {
  expect(withEvent("", "before_action", false)).toEqual({ source: stubOf("before_action", false), line: 1 });
  const second = withEvent("function before_action() {}\n\n\n", "after_action", true);
  expect(second.line).toBe(3);
  expect(second.source.split("\n")[2]).toBe("function after_action() {");
});

test("an event is found however it is declared", () => {
  const source =
    "// before_action\nconst a = 1;\nfunction  before_action() {}\nconst after_action = () => true;\n";
  expect(lineOf(source, "before_action")).toBe(3);
  expect(lineOf(source, "after_action")).toBe(4);
  expect(lineOf(source, "after_error")).toBeNull();
});

test("lines are changed that were not there before, each as often as it was", () => {
  expect(changedLines(["a", "b", "b"], ["a", "b", "c", "b", "b"])).toEqual([false, false, true, false, true]);
});
