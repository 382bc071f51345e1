import { useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import { say, sayAndStay } from "../../components/toast";
import { asErrorView } from "../../ipc/errors";
import type { ConnectionRow, VerificationView } from "../../ipc/generated";
import type { Host } from "../../ipc/host";
import { useHost } from "../../ipc/host-context";
import { sayFailure } from "../../lib/say-failure";
import { texts } from "../../texts/connections";
import { whileVerifying } from "./verifying";

const AT_ONCE = 4;

type Target = Pick<ConnectionRow, "id" | "name">;

function verifyOne(host: Host, { id }: Target): Promise<VerificationView> {
  return whileVerifying(id, () => host.invoke("verify_connection", { connection: id }));
}

/** Verifies all, four at once, and says how it ended. *Stop* lets those that run come to their end. */
async function verifyMany(host: Host, targets: readonly Target[], open: (id: string) => void): Promise<void> {
  const waiting = [...targets];
  let done = 0;
  let works = 0;
  let worst: { target: Target; sentence: string; refused: boolean } | undefined;
  const stop = { name: texts.stop, run: () => void waiting.splice(0) };
  const sayProgress = () =>
    sayAndStay({ title: texts.verifyProgress(done, targets.length), jack: "busy", action: stop });
  let closeProgress = sayProgress();
  const worker = async (): Promise<void> => {
    const target = waiting.shift();
    if (!target) return;
    try {
      const result = await verifyOne(host, target);
      if (result.outcome === "works") works += 1;
      else if (!worst || result.outcome === "refused")
        worst = { target, sentence: result.sentence, refused: result.outcome === "refused" };
    } catch (cause) {
      worst ??= { target, sentence: asErrorView(cause).message, refused: false };
    }
    done += 1;
    closeProgress();
    closeProgress = sayProgress();
    return worker();
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  closeProgress();
  const title = texts.verifyDone(works, done);
  if (!worst) {
    say({ title, jack: "ok" });
    return;
  }
  const { target, sentence, refused } = worst;
  const seeWhy = { name: texts.seeWhy, run: () => open(target.id) };
  sayAndStay({ title, detail: sentence, jack: refused ? "bad" : undefined, action: seeWhy });
}

/** What can be done with connections, wherever they are shown. */
export function useConnectionActions() {
  const host = useHost();
  const navigate = useNavigate();
  return useMemo(() => {
    const open = (id: string) =>
      void navigate({ to: "/connections/$connection", params: { connection: id } });
    const attempt = async (work: () => Promise<unknown>, done: () => void) => {
      try {
        await work();
        done();
      } catch (cause) {
        sayFailure(cause);
      }
    };
    return {
      open,
      verifyMany: (targets: readonly Target[]) => void verifyMany(host, targets, open),
      verify: (target: Target) =>
        void verifyOne(host, target).then(
          ({ outcome, sentence, advice }) =>
            outcome === "works"
              ? say({ title: texts.verified(target.name), detail: sentence, jack: "ok" })
              : sayAndStay({
                  title: sentence,
                  detail: advice ?? undefined,
                  // That nothing was learned is no state of a connection.
                  jack: outcome === "refused" ? "bad" : undefined,
                  action: { name: texts.seeWhy, run: () => open(target.id) },
                }),
          sayFailure,
        ),
      disable: ({ id, name }: Target) =>
        void attempt(
          () => host.invoke("disable_connection", { connection: id }),
          () => say({ title: texts.disabledDone(name), detail: texts.disabledDetail, jack: "disabled" }),
        ),
      enable: ({ id, name }: Target) =>
        void attempt(
          () => host.invoke("enable_connection", { connection: id }),
          () => say({ title: texts.enabledDone(name), jack: "ok" }),
        ),
      duplicate: async ({ id }: Target) => {
        try {
          const made = await host.invoke("duplicate_connection", { connection: id });
          say({
            title: texts.duplicated(made.name),
            jack: "ok",
            action: { name: texts.menu.open, run: () => open(made.id) },
          });
        } catch (cause) {
          sayFailure(cause);
        }
      },
    };
  }, [host, navigate]);
}

export type ConnectionActions = ReturnType<typeof useConnectionActions>;
