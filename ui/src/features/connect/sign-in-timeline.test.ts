import { expect, it } from "vitest";
import type { AttemptView, SignIn, StepName } from "../../ipc/contract";
import { signInLines } from "./sign-in-timeline";

const at = "2026-11-22T10:42:03Z";

function attempt(state: AttemptView["state"], flow: SignIn["flow"], done: StepName[]) {
  const signIn: SignIn = {
    flow,
    step: null,
    steps: done.map((step) => ({ step, at, note: step === "failed" ? "Stopped by Harbour" : null })),
    expires_at: null,
    environment: { link_name: "production", name: "Production" },
    requested: [
      { name: "Read", value: "read", default: true, description: null },
      { name: "Write", value: "write", default: false, description: null },
    ],
    granted: done.includes("exchanged") ? ["read"] : null,
    token_expires_at: null,
    renews: false,
    diagnosis: null,
    accounts: null,
  };
  const view: AttemptView = {
    attempt: "a",
    connector_name: "Harbour",
    name: "Month end",
    state,
    verification: null,
    connection: null,
    sign_in: signIn,
  };
  return signInLines(view, signIn).map(({ rung, state: is }) => `${rung} ${is}`);
}

it("waits for the person once the browser is open", () => {
  expect(attempt("waiting", "browser", ["browser"])).toEqual([
    "browser done",
    "waiting now",
    "redirect next",
    "exchanged next",
    "verified next",
  ]);
});

it("has waited once the redirect is there", () => {
  expect(attempt("exchanging", "browser", ["browser", "redirect"])).toEqual([
    "browser done",
    "waiting done",
    "redirect done",
    "exchanged now",
    "verified next",
  ]);
});

it("has waited for a device code once the token is there", () => {
  expect(attempt("waiting", "device", ["device"])).toContain("waiting now");
  expect(attempt("verifying", "device", ["device", "exchanged"])).toEqual([
    "device done",
    "waiting done",
    "exchanged done",
    "verified now",
  ]);
});

it("shows where it stopped, and nothing behind it as done", () => {
  expect(attempt("failed", "browser", ["browser", "failed"])).toEqual([
    "browser done",
    "waiting bad",
    "redirect next",
    "exchanged next",
    "verified next",
  ]);
  expect(attempt("refused", "direct", ["exchanged"])).toEqual(["exchanged done", "verified bad"]);
});

it("is green where it is verified, and only there", () => {
  expect(attempt("connected", "direct", ["exchanged", "verified"])).toEqual([
    "exchanged done",
    "verified ok",
  ]);
  expect(attempt("connected", "direct", ["exchanged"])).toEqual(["exchanged done", "verified done"]);
});
