import { expect, it } from "vitest";
import type { LabRequest } from "../../ipc/generated";
import { mergeLog } from "./merge-log";

const request = (seq: number): LabRequest => ({
  seq,
  at: "2026-11-22T10:42:07Z",
  millis: 3,
  connector: "harbour_erp",
  method: "GET",
  host: "acme.harbour.example",
  path: "/v2/me",
  query: [],
  headers: [],
  body: { kind: "empty" },
  status: 200,
  outcome: "verified",
  steps: [],
  why: null,
});
const log = (last: number, ...seqs: number[]) => ({ last, requests: seqs.map(request) });
const seqs = (merged: { requests: LabRequest[] }) => merged.requests.map((each) => each.seq);

it("is what was read when nothing was read before", () => {
  expect(mergeLog(undefined, log(7, 5, 7))).toEqual(log(7, 5, 7));
});

it("appends what came after, and none of it twice", () => {
  expect(mergeLog(log(7, 5, 7), log(9, 7, 8, 9))).toEqual(log(9, 5, 7, 8, 9));
});

it("goes on counting past requests that the search does not hold", () => {
  expect(mergeLog(log(7, 5), log(12))).toEqual(log(12, 5));
});

it("begins anew with the log of another Lab, whose numbers are smaller", () => {
  expect(mergeLog(log(700, 699, 700), log(2, 1, 2))).toEqual(log(2, 1, 2));
});

it("keeps as many as the core does, the latest ones", () => {
  const many = Array.from({ length: 500 }, (_, index) => index + 1);
  const merged = seqs(mergeLog(log(500, ...many), log(502, 501, 502)));
  expect([merged.length, merged[0], merged.at(-1)]).toEqual([500, 3, 502]);
});
