import type { AttemptView, SignInView, StepKindView } from "../../ipc/generated";
import { clockTime } from "../../lib/time";
import { texts as http } from "../../texts/http";
import { texts } from "../../texts/sign-in";

/** The rungs of a sign-in. `waiting` is no event of its own: it ends when the reply is there. */
type Rung = StepKindView | "waiting";

type Flow = "browser" | "pin" | "device" | "direct";

const rungs: Record<Flow, readonly Rung[]> = {
  browser: ["browser", "waiting", "redirect", "exchanged", "verified"],
  pin: ["browser", "waiting", "redirect", "exchanged", "verified"],
  device: ["device", "waiting", "exchanged", "verified"],
  direct: ["exchanged", "verified"],
};

/** How the credential is come by: through the browser, with a code to type, or without a person. */
export function flowOf(signIn: SignInView): Flow {
  if (signIn.way !== null) return signIn.way === "pin" ? "pin" : "browser";
  return signIn.device !== null || signIn.steps.some(({ kind }) => kind === "device") ? "device" : "direct";
}

export type Line = {
  rung: Rung;
  state: "done" | "ok" | "now" | "next" | "bad";
  title: string;
  detail?: string;
  time?: string;
};

/** A sign-in as the timeline shows it: what is done with its time, what is under way, what is to come. */
export function signInLines(view: AttemptView, signIn: SignInView): Line[] {
  const flow = flowOf(signIn);
  const happened = new Map(signIn.steps.map((each) => [each.kind, each.at]));
  const isOver = view.state === "connected" || view.state === "another_account";
  const hasEnded = ["failed", "refused", "could_not_check"].includes(view.state);
  const isJudged = view.state === "refused" || view.state === "could_not_check";
  const when = (rung: Rung): string | undefined => {
    if (rung === "waiting") return happened.get(flow === "device" ? "exchanged" : "redirect");
    // Tried and turned down is not verified.
    return rung === "verified" && isJudged ? undefined : happened.get(rung);
  };
  const all = rungs[flow];
  const current = isOver ? undefined : all.find((rung) => when(rung) === undefined);
  return all.map((rung): Line => {
    const at = when(rung);
    const line = { rung, title: titleOf(rung, view, flow, at !== undefined) };
    const detail = detailOf(rung, view, signIn);
    if (rung === current) {
      return hasEnded
        ? { ...line, state: "bad", title: badTitle(view), ...(isJudged && detail && { detail }) }
        : { ...line, state: "now", title: doingTitle(rung, flow) };
    }
    if (at !== undefined) {
      const isProven = rung === "verified" && view.verification?.outcome === "works";
      return { ...line, state: isProven ? "ok" : "done", time: clockTime(at), ...(detail && { detail }) };
    }
    return isOver ? { ...line, state: "done", title: texts.notVerified } : { ...line, state: "next" };
  });
}

function titleOf(rung: Rung, view: AttemptView, flow: Flow, isDone: boolean): string {
  const titles = texts.rungs;
  switch (rung) {
    case "waiting":
      return isDone ? titles.agreed : flow === "device" ? titles.typeCode : titles.waiting;
    case "exchanged":
      return flow === "browser" || flow === "pin" ? titles.swapped : titles.tokenReceived;
    case "verified": {
      const account = view.verification?.account;
      if (isDone && view.verification && view.verification.outcome !== "works") return texts.notVerified;
      return isDone && account ? titles.verifiedAs(account) : titles.verified;
    }
    case "browser":
      return titles.browser;
    case "device":
      return titles.codeReceived;
    case "redirect":
      return flow === "pin" ? titles.pin : titles.redirect;
  }
}

/** What is under way, in words that do not claim that it is done. */
function doingTitle(rung: Rung, flow: Flow): string {
  const { doing } = texts;
  switch (rung) {
    case "waiting":
      return flow === "device" ? texts.rungs.typeCode : texts.rungs.waiting;
    case "exchanged":
      return flow === "browser" || flow === "pin" ? doing.swapped : doing.tokenReceived;
    case "browser":
    case "device":
    case "redirect":
    case "verified":
      return doing[rung];
  }
}

function detailOf(rung: Rung, { verification }: AttemptView, signIn: SignInView): string | undefined {
  switch (rung) {
    case "browser":
      return signIn.private ? texts.inPrivate : undefined;
    case "waiting": {
      const { requested, granted } = signIn;
      if (requested.length === 0 || granted.length === 0) return undefined;
      return texts.askedAndGiven(requested.length, requested.filter((each) => granted.includes(each)).length);
    }
    case "redirect":
      return signIn.way === "pin" ? undefined : (signIn.redirect_uri ?? undefined);
    case "exchanged":
      return signIn.expires_at ? texts.goodUntil(clockTime(signIn.expires_at)) : undefined;
    case "verified":
      return verification?.status ? http.answered(verification.status, verification.millis) : undefined;
    case "device":
      return undefined;
  }
}

function badTitle(view: AttemptView): string {
  if (view.state === "refused") return texts.rungs.refused(view.connector_name);
  return view.state === "could_not_check" ? texts.rungs.couldNotCheck : texts.rungs.stopped;
}
