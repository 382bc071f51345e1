import { describe, expect, it } from "vitest";
import type { ProofView, TrialView } from "../../ipc/generated";
import { groupsOf, reportOf } from "./report";

const trial = (rest: Partial<TrialView>): TrialView => ({
  id: "right",
  authentication: null,
  group: "sign_in",
  does: "Says no",
  has_to: "Stops and says so",
  result: "refused",
  millis: 12,
  found: null,
  diagnosis: null,
  ...rest,
});

const proof = (trials: TrialView[]): ProofView => ({
  connector: { id: "1", name: "Harbour ERP", link_name: "harbour_erp" },
  stage: "done",
  person: "ada@lab.test",
  saved_at: "2026-11-22T10:42:00Z",
  began_at: "2026-11-22T10:43:00Z",
  passed: 0,
  refused: 1,
  failed: 1,
  trials,
});

describe("a run", () => {
  it("is grouped by way and kind, in order", () => {
    const groups = groupsOf([
      trial({}),
      trial({ group: "trouble" }),
      trial({ authentication: "oauth" }),
      trial({ authentication: "oauth" }),
    ]);
    expect(groups.map(({ name, trials }) => [name, trials.length])).toEqual([
      ["Sign-in", 1],
      ["Trouble", 1],
      ["oauth: Sign-in", 2],
    ]);
  });

  it("is told as text, with what was found where it failed", () => {
    const found = "It took this for right, although the service refused.";
    expect(reportOf(proof([trial({}), trial({ result: "failed", found })]))).toBe(
      [
        "Does Harbour ERP survive? 0 passed, 1 refused rightly, 1 failed",
        "",
        "Refused rightly: Says no – Stops and says so",
        "Failed: Says no – Stops and says so",
        `  ${found}`,
      ].join("\n"),
    );
  });
});
