import { asText } from "../../lib/json";
import type { ProofView, TrialView } from "../generated";
import { findConnector } from "./connector-commands";
import type { Handlers } from "./handlers";
import { fakeTrials } from "./prove-data";
import type { World } from "./world";

type ProveCommand = "prove_connector" | "show_proof" | "stop_proof";

/** How long a trial takes here. */
const EVERY_MS = 120;
/** In state `proving` a run stands still here, as on the design's picture. */
const STANDS_AT = 13;

type Run = { proof: ProofView; timer: ReturnType<typeof setInterval> | undefined };

/** Runs of *Prove it*. States: `proving` stands in the middle of a run, `proved` behind one that failed in one trial,
 *  `proven` behind one in which nothing failed. */
export function proveCommands(world: World, state: string | null): Pick<Handlers, ProveCommand> {
  const runs = new Map<string, Run>();
  const fails = state !== "proven";
  const blank = (name: string): ProofView => {
    const { id, document, savedAt } = findConnector(world, name);
    return {
      connector: { id, name: asText(document.name), link_name: id },
      stage: "not_run",
      person: "ada@lab.test",
      saved_at: savedAt,
      began_at: null,
      passed: 0,
      refused: 0,
      failed: 0,
      trials: fakeTrials.map(({ id: trial, group, does, has_to }) => ({
        id: trial,
        authentication: null,
        group,
        does,
        has_to,
        result: "waiting",
        millis: null,
        found: null,
        diagnosis: null,
      })),
    };
  };
  const step = ({ proof }: Run): boolean => {
    const at = proof.trials.findIndex((each) => each.result === "running" || each.result === "waiting");
    const known = fakeTrials[at];
    if (known === undefined) return false;
    const { result, millis, found, diagnosis } = fails ? known : { ...known, ...known.right };
    const made: Pick<TrialView, "result" | "millis" | "found" | "diagnosis"> = {
      result,
      millis,
      found: found ?? null,
      diagnosis: diagnosis ?? null,
    };
    proof.trials = proof.trials.map((each, index) => {
      if (index === at) return { ...each, ...made };
      return index === at + 1 ? { ...each, result: "running" } : each;
    });
    if (result === "passed" || result === "refused" || result === "failed") proof[result] += 1;
    if (at + 1 === proof.trials.length) end(proof);
    return at + 1 < proof.trials.length;
  };
  const end = (proof: ProofView) => {
    const { passed, refused, failed } = proof;
    proof.stage = "done";
    const connector = findConnector(world, proof.connector.link_name);
    connector.stamp = {
      proved_at: new Date().toISOString(),
      passed,
      refused,
      failed,
      holds: true,
      is_ready: connector.stage === "ready",
    };
  };
  const begin = (name: string): Run => {
    const proof: ProofView = { ...blank(name), stage: "running", began_at: new Date().toISOString() };
    proof.trials = proof.trials.map((each, index) => (index === 0 ? { ...each, result: "running" } : each));
    const run: Run = { proof, timer: undefined };
    runs.set(proof.connector.link_name, run);
    return run;
  };
  const shown = (name: string): ProofView => {
    const { id } = findConnector(world, name);
    let run = runs.get(id);
    if (!run && (state === "proving" || state === "proved" || state === "proven")) {
      run = begin(name);
      const until = state === "proving" ? STANDS_AT : fakeTrials.length;
      for (let made = 0; made < until; made += 1) step(run);
      world.changed(["connectors"]);
    }
    return run?.proof ?? blank(name);
  };
  return {
    prove_connector: ({ connector }) => {
      const run = begin(connector);
      run.timer = setInterval(() => {
        if (!step(run)) clearInterval(run.timer);
        world.changed(["proofs", "connectors"]);
      }, EVERY_MS);
      return run.proof;
    },
    show_proof: ({ connector }) => shown(connector),
    stop_proof: ({ connector }) => {
      const proof = shown(connector);
      clearInterval(runs.get(proof.connector.link_name)?.timer);
      if (proof.stage === "running") {
        proof.stage = "stopped";
        proof.trials = proof.trials.map((each) =>
          each.result === "running" ? { ...each, result: "waiting" } : each,
        );
      }
      world.changed(["proofs"]);
      return proof;
    },
  };
}
