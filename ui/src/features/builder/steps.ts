import type { CheckView, ProblemView } from "../../ipc/generated";
import { asList, asObject, asText } from "../../lib/json";
import type { Draft } from "./use-draft";

const steps = ["general", "security", "permissions", "requests", "verify", "script"] as const;
export type Step = (typeof steps)[number];

/** Whether the authentication type knows permissions. */
export function knowsPermissions(draft: Draft): boolean {
  return ["oauth2", "openid_connect"].includes(asText(draft.value("/authentication/type")));
}

/** The steps of a draft: permissions only where its authentication type knows them. */
export function stepsOf(draft: Draft): readonly Step[] {
  return steps.filter((step) => step !== "permissions" || knowsPermissions(draft));
}

export function asStep(text: string): Step {
  return steps.find((step) => step === text) ?? "general";
}

/** The step that has the field a problem points to. */
export function stepOf(pointer: string): Step {
  const [, top = ""] = pointer.split("/");
  if (top === "scopes" || pointer.startsWith("/authentication/default_scopes")) return "permissions";
  if (top.startsWith("authentication")) return "security";
  if (top === "headers" || top === "query" || top === "allowed_hosts") return "requests";
  if (top === "script") return "script";
  if (top === "verify" || top === "auth_failure") return "verify";
  return "general";
}

/** What keeps the connector from being ready: each thing once. */
export function thingsLeft(check: CheckView): ProblemView[] {
  const errors = check.problems.filter((each) => each.severity === "error");
  const seen = new Set(errors.map((each) => each.pointer));
  return [...errors, ...check.missing_for_ready.filter((each) => !seen.has(each.pointer))];
}

export type StepMark = "done" | "needed" | "optional";

export function markOf(draft: Draft, step: Step): StepMark {
  if (thingsLeft(draft.check).some((each) => stepOf(each.pointer) === step)) return "needed";
  const filled = {
    general: true,
    security: draft.value("/authentication") !== undefined,
    permissions: asList(draft.value("/scopes/items")).length > 0,
    requests: ["/headers", "/query"].some(
      (pointer) => Object.keys(asObject(draft.value(pointer))).length > 0,
    ),
    verify: draft.value("/verify") !== undefined,
    script: draft.text("/script") !== "",
  };
  return filled[step] ? "done" : "optional";
}
