import type { CheckView, ProblemView } from "../../ipc/generated";
import { asObject } from "../../lib/json";
import type { Draft } from "./use-draft";

export const steps = ["general", "security", "requests", "verify"] as const;
export type Step = (typeof steps)[number];

export function asStep(text: string): Step {
  return steps.find((step) => step === text) ?? "general";
}

/** The step that has the field a problem points to. */
export function stepOf(pointer: string): Step {
  const [, top = ""] = pointer.split("/");
  if (top.startsWith("authentication")) return "security";
  if (top === "headers" || top === "query" || top === "allowed_hosts") return "requests";
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
    requests: ["/headers", "/query"].some(
      (pointer) => Object.keys(asObject(draft.value(pointer))).length > 0,
    ),
    verify: draft.value("/verify") !== undefined,
  };
  return filled[step] ? "done" : "optional";
}
