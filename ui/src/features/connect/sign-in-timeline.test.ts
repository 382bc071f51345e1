import { expect, it } from "vitest";

import type { AttemptView, SignInView, StepKindView } from "../../ipc/generated";
import { signInLines } from "./sign-in-timeline";

const at = "2026-11-22T10:42:03Z";
const works = { outcome: "works", sentence: "", advice: null, account: null, said: null } as const;

function linesOf(
  state: AttemptView["state"],
  done: StepKindView[],
  more: Partial<SignInView> = {},
  verification: AttemptView["verification"] = state === "connected"
    ? { ...works, status: 200, millis: 184 }
    : null,
) {
  const sign_in: SignInView = {
    way: "loopback",
    redirect_uri: "http://127.0.0.1:49152/callback",
    private: false,
    device: null,
    until: null,
    seconds_left: null,
    steps: done.map((kind) => ({ kind, at })),
    requested: ["read", "write"],
    granted: done.includes("exchanged") ? ["read"] : [],
    expires_at: null,
    account: null,
    account_before: null,
    new_addresses: [],
    failure: null,
    ...more,
  };
  const view: AttemptView = {
    connector: "harbour_erp",
    attempt: "a",
    connector_name: "Harbour",
    name: "Month end",
    environment: { link_name: "production", name: "Production" },
    state,
    verification,
    connection: null,
    sign_in,
  };
  return signInLines(view, sign_in);
}

const statesOf = (...given: Parameters<typeof linesOf>) =>
  linesOf(...given).map(({ rung, state }) => `${rung} ${state}`);

const noBrowser = { way: null, redirect_uri: null };

it("waits for the person once the browser is open", () => {
  expect(statesOf("signing_in", ["browser"])).toEqual([
    "browser done",
    "waiting now",
    "redirect next",
    "exchanged next",
    "verified next",
  ]);
});

it("has waited once the redirect is there", () => {
  expect(statesOf("exchanging", ["browser", "redirect"])).toEqual([
    "browser done",
    "waiting done",
    "redirect done",
    "exchanged now",
    "verified next",
  ]);
});

it("has waited for a device code once the token is there", () => {
  expect(statesOf("signing_in", ["device"], noBrowser)).toContain("waiting now");
  expect(statesOf("verifying", ["device", "exchanged"], noBrowser)).toEqual([
    "device done",
    "waiting done",
    "exchanged done",
    "verified now",
  ]);
});

it("asks nobody where the app acts for itself", () => {
  expect(statesOf("exchanging", [], noBrowser)).toEqual(["exchanged now", "verified next"]);
});

it("shows where it stopped, and nothing behind it as done", () => {
  expect(statesOf("failed", ["browser"])).toEqual([
    "browser done",
    "waiting bad",
    "redirect next",
    "exchanged next",
    "verified next",
  ]);
  expect(statesOf("refused", ["exchanged", "verified"], noBrowser)).toEqual([
    "exchanged done",
    "verified bad",
  ]);
});

it("is green only where it is proven", () => {
  expect(statesOf("connected", ["exchanged", "verified"], noBrowser)).toEqual([
    "exchanged done",
    "verified ok",
  ]);
  expect(statesOf("connected", ["exchanged"], noBrowser)).toEqual(["exchanged done", "verified done"]);
});

it("says how long the check took, where one was made, whatever came of it", () => {
  const rungs = ["exchanged", "verified"] as const;
  expect(linesOf("connected", [...rungs], noBrowser)[1]?.detail).toBe("Answered 200 in 184 ms");
  const refused = { ...works, outcome: "refused", status: 401, millis: 1290 } as const;
  const judged = (verification: AttemptView["verification"]) =>
    linesOf("refused", [...rungs], noBrowser, verification)[1]?.detail;
  expect(judged(refused)).toBe("Answered 401 in 1.2 s");
  expect(judged({ ...refused, millis: 2_000 })).toBe("Answered 401 in 2.0 s");
  expect(judged({ ...refused, millis: 60_002 })).toBe("Answered 401 in 60 s");
  expect(judged({ ...refused, millis: null })).toBe("Answered 401");
  expect(judged(null)).toBeUndefined();
});

it("says how many permissions were given of those asked", () => {
  const waited = linesOf("verifying", ["browser", "redirect", "exchanged"])[1];
  expect(waited?.detail).toBe("2 permissions asked, 1 given");
});

it("does not say that none was given where the service told nothing", () => {
  const waited = linesOf("verifying", ["browser", "redirect", "exchanged"], { granted: [] })[1];
  expect(waited?.detail).toBeUndefined();
});

it("does not call done what is under way", () => {
  expect(linesOf("starting", [])[0]).toMatchObject({ state: "now", title: "Opening the browser" });
  expect(linesOf("verifying", ["browser", "redirect", "exchanged"])[4]).toMatchObject({
    state: "now",
    title: "Asking who this is",
  });
});
