import { describe, expect, it } from "vitest";
import type { LabRequest } from "../../ipc/generated";
import { bodyOf, pathOf, sentText } from "./request-lines";

const request: LabRequest = {
  seq: 1,
  at: "2026-11-22T10:42:07Z",
  millis: 3,
  connector: "harbour_erp",
  method: "POST",
  host: "login.harbour.example",
  path: "/oauth/token",
  query: [
    { name: "tenant", value: "acme" },
    { name: "flat", value: "" },
  ],
  headers: [{ name: "authorization", value: "Basic ••••••" }],
  body: { kind: "form", keys: ["grant_type", "code"] },
  status: 200,
  outcome: "granted",
  steps: [],
  why: null,
};

it("says the path with its query as it was sent", () => {
  expect(pathOf(request)).toBe("/oauth/token?tenant=acme&flat");
  expect(pathOf({ ...request, query: [] })).toBe("/oauth/token");
});

it("copies what was sent as it is shown", () => {
  expect(sentText(request)).toBe(
    "POST /oauth/token?tenant=acme&flat\nauthorization: Basic ••••••\n\ngrant_type=…\ncode=…",
  );
});

describe("a body is shown without its values", () => {
  it("as the names of a form", () => {
    expect(bodyOf(request.body)?.text).toBe("grant_type=…\ncode=…");
  });
  it("as the shape of JSON", () => {
    expect(bodyOf({ kind: "json", shape: { name: "text", tags: ["text"] } })?.text).toBe(
      '{\n  "name": "text",\n  "tags": [\n    "text"\n  ]\n}',
    );
  });
  it("as type and length where it is neither", () => {
    expect(bodyOf({ kind: "other", content_type: "text/csv", bytes: 12 })?.title).toBe("text/csv, 12 bytes");
    expect(bodyOf({ kind: "other", content_type: "", bytes: 3 })?.title).toBe("No content type, 3 bytes");
  });
  it("and not at all where there is none", () => {
    expect(bodyOf({ kind: "empty" })).toBeNull();
  });
});
