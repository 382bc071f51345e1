import type { ProofView, TrialView } from "../../ipc/generated";
import { texts } from "../../texts/prove";

/** How many trials have ended. */
export function ended({ passed, refused, failed }: ProofView): number {
  return passed + refused + failed;
}

/** Trials beside each other that stand under one head: of one way to authenticate, and of one kind. */
export function groupsOf(trials: readonly TrialView[]): { name: string; trials: TrialView[] }[] {
  const groups: { name: string; trials: TrialView[] }[] = [];
  for (const trial of trials) {
    const kind = texts.groups[trial.group];
    const name = trial.authentication ? texts.groupOf(trial.authentication, trial.group) : kind;
    const last = groups.at(-1);
    if (last?.name === name) last.trials.push(trial);
    else groups.push({ name, trials: [trial] });
  }
  return groups;
}

/** A run as text to pass on. The core has taken the secrets out of what it tells. */
export function reportOf(proof: ProofView): string {
  const { passed, refused, failed } = texts.figures;
  const head = `${texts.title(proof.connector.name)} ${proof.passed} ${passed}, ${proof.refused} ${refused}, ${proof.failed} ${failed}`;
  const lines = proof.trials.map(({ result, authentication, does, has_to, found, diagnosis }) => {
    const way = authentication ? `[${authentication}] ` : "";
    const cause = result === "failed" ? diagnosis?.causes[0] : undefined;
    const why = [found ?? "", cause ? `${cause.title}. ${cause.action.label}.` : ""].filter(Boolean);
    return [`${texts.results[result]}: ${way}${does} – ${has_to}`, ...why.map((line) => `  ${line}`)].join(
      "\n",
    );
  });
  return [head, "", ...lines].join("\n");
}
