import type { AttemptView, Flow, SignIn, StepDone, StepName } from "../../ipc/contract";
import { clockTime } from "../../lib/time";
import { texts } from "../../texts/sign-in";

/** The rungs of a sign-in. `waiting` is no event of its own: it ends when the reply is there. */
type Rung = StepName | "waiting";

const rungs: Record<Flow, readonly Rung[]> = {
  browser: ["browser", "waiting", "redirect", "exchanged", "verified"],
  device: ["device", "waiting", "exchanged", "verified"],
  direct: ["exchanged", "verified"],
};

const endsWaiting: Record<Flow, StepName> = { browser: "redirect", device: "exchanged", direct: "exchanged" };

export type Line = {
  rung: Rung;
  state: "done" | "ok" | "now" | "next" | "bad";
  title: string;
  detail?: string;
  time?: string;
};

/** A sign-in as the timeline shows it: what is done with its time, what is under way, what is to come. */
export function signInLines(view: AttemptView, signIn: SignIn): Line[] {
  const done = new Map(signIn.steps.map((each) => [each.step, each]));
  const told = (rung: Rung): StepDone | undefined =>
    done.get(rung === "waiting" ? endsWaiting[signIn.flow] : rung);
  const all = rungs[signIn.flow];
  const ended = ["failed", "refused", "could_not_check"].includes(view.state);
  const over = view.state === "connected" || view.state === "other_account";
  const current = all.find((rung) => !told(rung) && !over);
  return all.map((rung): Line => {
    const step = told(rung);
    const line = { rung, title: titleOf(rung, view, signIn, step !== undefined) };
    const time = step && clockTime(step.at);
    if (rung === current) {
      return ended
        ? { ...line, state: "bad", ...badOf(view, done.get("failed")) }
        : { ...line, state: "now" };
    }
    if (step)
      return {
        ...line,
        state: rung === "verified" ? "ok" : "done",
        time,
        detail: detailOf(rung, view, signIn, step),
      };
    return over ? { ...line, state: "done", title: texts.notVerified } : { ...line, state: "next" };
  });
}

function titleOf(rung: Rung, view: AttemptView, { flow }: SignIn, isDone: boolean): string {
  const titles = texts.rungs;
  switch (rung) {
    case "waiting":
      if (flow === "device") return isDone ? titles.agreed : titles.typeCode;
      return isDone ? titles.agreed : titles.waiting;
    case "exchanged":
      return flow === "browser" ? titles.swapped : titles.tokenReceived;
    case "verified": {
      const account = view.verification?.account;
      return isDone && account ? titles.verifiedAs(account) : titles.verified;
    }
    case "browser":
      return titles.browser;
    case "device":
      return titles.codeReceived;
    case "redirect":
      return titles.redirect;
    case "failed":
      return titles.stopped(view.connector_name);
  }
}

function detailOf(rung: Rung, view: AttemptView, signIn: SignIn, step: StepDone): string | undefined {
  if (rung === "waiting") {
    const { requested, granted } = signIn;
    if (granted === null || requested.length === 0) return undefined;
    const given = requested.filter((each) => granted.includes(each.value)).length;
    return texts.askedAndGiven(requested.length, given);
  }
  const { verification } = view;
  if (rung === "verified" && verification?.status)
    return texts.answered(verification.status, verification.millis ?? 0);
  return step.note ?? undefined;
}

/** Where it stopped, and when. */
function badOf(view: AttemptView, failed: StepDone | undefined): Partial<Line> {
  const time = failed && clockTime(failed.at);
  if (view.state === "refused") return { title: texts.rungs.refused(view.connector_name), time };
  if (view.state === "could_not_check") return { title: texts.rungs.couldNotCheck, time };
  return { title: failed?.note ?? texts.rungs.stopped(view.connector_name), time };
}
