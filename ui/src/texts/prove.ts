import type { TrialGroup, TrialResult } from "../ipc/generated";
import { took } from "./http";

const groups: Record<TrialGroup, string> = {
  sign_in: "Sign-in",
  tokens: "Tokens",
  trouble: "Trouble",
};

const results: Record<TrialResult, string> = {
  waiting: "Waiting",
  running: "Running",
  passed: "Passed",
  refused: "Refused rightly",
  failed: "Failed",
};

/** Prove it: a connector runs through what the Lab can do to it. */
export const texts = {
  title: (name: string) => `Does ${name} survive?`,
  prove: "Prove it",
  proveHint: "Runs it through what a service may do to it, offline. Takes some seconds.",
  again: "Run again",
  stop: "Stop",
  progress: "Progress",
  count: (done: number, all: number) => `${done} of ${all}`,
  copyReport: "Copy report",
  table: "Behaviours",
  does: "The Lab does this",
  hasTo: (name: string) => `${name} has to`,
  result: "Result",
  time: "Time",
  groups,
  groupOf: (way: string, group: TrialGroup) => `${way}: ${groups[group]}`,
  results,
  millis: took,
  why: (does: string) => `Why: ${does}`,
  openStep: "Open the connector",
  summary: "Summary",
  onCard: "On the Connectors page",
  figures: { passed: "passed", refused: "refused rightly", failed: "failed" },
  plays: "Plays",
  person: "Pretend person",
  connector: "Connector",
  draftOf: (when: string) => `Draft of ${when}`,
  savedAt: (when: string) => `Saved ${when}`,
  left: "Left this machine",
  nothing: "Nothing",
  stampHint: "The stamp goes away when sign-in, permissions or addresses change.",
  loading: "What will be tried, loading",
  stopped: "The run was stopped",
  done: (name: string) => `${name} survives`,
  doneDetail: (count: number) => `${count} behaviours of the Lab, and nothing left this machine.`,
  failed: (name: string, count: number) =>
    count === 1 ? `${name} fails in one behaviour` : `${name} fails in ${count} behaviours`,
  stamp: {
    proving: (done: number, all: number) => `Proving, ${done} of ${all}`,
    proven: (when: string) => `Proven ${when}`,
    partly: (right: number, all: number, when: string) => `${right} of ${all} proven ${when}`,
    stale: "Changed since it was proven",
    never: "Not proven yet",
    ofReady: (when: string) => `The version that people connect to, ${when}`,
    ofDraft: (when: string) => `A draft, ${when}`,
  },
};
