import { describe, expect, it } from "vitest";
import { valueAt, withValue } from "./json";

describe("a value by JSON pointer", () => {
  const document = { a: { "b/c": [{ d: 1 }] } };

  it("is found through objects, lists and escaped names", () => {
    expect(valueAt(document, "/a/b~1c/0/d")).toBe(1);
    expect(valueAt(document, "/a/x/0")).toBeUndefined();
  });

  it("is set without changing what was there before", () => {
    const next = withValue(document, "/a/b~1c/0/d", 2);
    expect(next).toEqual({ a: { "b/c": [{ d: 2 }] } });
    expect(document.a["b/c"][0]?.d).toBe(1);
  });

  it("makes the objects on its way", () => {
    expect(withValue({}, "/verify/path", "/me")).toEqual({ verify: { path: "/me" } });
  });

  it("is taken away by setting nothing, also out of a list", () => {
    expect(withValue({ a: 1, b: 2 }, "/a", undefined)).toEqual({ b: 2 });
    expect(withValue({ a: [1, 2, 3] }, "/a/1", undefined)).toEqual({ a: [1, 3] });
  });
});
