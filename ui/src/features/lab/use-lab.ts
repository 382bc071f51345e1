import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { type Toast, say, sayAndStay } from "../../components/toast";
import type { DialValue, DialView, LabLog, LabPlay, PersonView } from "../../ipc/generated";
import type { Commands } from "../../ipc/generated";
import type { Host } from "../../ipc/host";
import { useHost } from "../../ipc/host-context";
import type { Question } from "../../ipc/tags";
import { sayFailure } from "../../lib/say-failure";
import { texts } from "../../texts/lab";
import { spanWords } from "./dial-words";

/** Shows an answer at once, before the change is told. */
function keep<K extends Question>(
  client: QueryClient,
  command: K,
  request: Commands[K]["request"],
  reply: Commands[K]["reply"],
): void {
  client.setQueryData([command, request], reply);
}

/** What it played before, as far as it still can; whatever is ready where that is nothing. */
async function playedBefore(host: Host): Promise<string[]> {
  const { plays } = await host.invoke("lab_status", {});
  const known = await host.invoke("list_connectors", { search: "", stage: null });
  const names = new Set(known.map((each) => each.link_name));
  return plays.map((each) => each.link_name).filter((name) => names.has(name));
}

/** What can be done with the Lab, wherever it is done. What fails is said. */
export function useLab() {
  const host = useHost();
  const client = useQueryClient();
  return useMemo(() => {
    /** Tells whether it was done. */
    const attempt = async <T>(work: () => Promise<T>, done: (reply: T) => void): Promise<boolean> => {
      try {
        done(await work());
        return true;
      } catch (cause) {
        sayFailure(cause);
        return false;
      }
    };
    const status = (reply: Commands["lab_status"]["reply"]) => keep(client, "lab_status", {}, reply);
    const people = (reply: PersonView[]) => keep(client, "lab_people", {}, reply);
    const setDial = (connector: string | null, id: string, value: DialValue | null) =>
      attempt(
        () => host.invoke("set_lab_dial", { connector, id, value }),
        (reply) => keep(client, "lab_dials", { connector }, reply),
      );
    const play = (connector: string) => attempt(() => host.invoke("play_in_lab", { connector }), status);
    return {
      people,
      setDial,
      start: (tell: boolean) =>
        attempt(
          async () => {
            const started = await host.invoke("start_lab", {
              port: null,
              connectors: await playedBefore(host),
            });
            status(await host.invoke("lab_status", {}));
            return started;
          },
          ({ notice }) => {
            if (notice) sayAndStay({ title: texts.power.started, detail: notice, jack: "lab" });
            else if (tell) say({ title: texts.power.started, detail: texts.power.onHint, jack: "lab" });
          },
        ),
      stop: (tell: boolean) =>
        attempt(
          () => host.invoke("stop_lab", {}),
          (reply) => {
            status(reply);
            if (tell) say({ title: texts.power.stopped, detail: texts.power.offHint });
          },
        ),
      play,
      forget: ({ link_name, name }: LabPlay) =>
        attempt(
          () => host.invoke("forget_in_lab", { link_name }),
          (reply) => {
            status(reply);
            say({
              title: texts.plays.removed(name),
              detail: texts.plays.removedDetail,
              action: { name: texts.undo, run: () => void play(link_name) },
            });
          },
        ),
      /** Forgets what was set, and offers to set it again. */
      reset: (connector: string | null, set: readonly DialView[], title: string) =>
        attempt(
          () => host.invoke("reset_lab_dials", { connector }),
          (reply) => {
            keep(client, "lab_dials", { connector }, reply);
            const again = async () => {
              for (const { id, value } of set) await setDial(connector, id, value);
            };
            say({ title, action: { name: texts.undo, run: () => void again() } });
          },
        ),
      /** `next` is offered once it is done. */
      advance: (seconds: number, next?: Toast["action"]) =>
        attempt(
          () => host.invoke("advance_lab", { seconds }),
          (reply) => {
            status(reply);
            say({
              title: texts.clock.moved(spanWords(seconds)),
              detail: texts.clock.movedDetail,
              jack: "lab",
              action: next,
            });
          },
        ),
      revoke: (connector: string | null, next?: Toast["action"]) =>
        attempt(
          () => host.invoke("revoke_in_lab", { connector }),
          ({ ended }) =>
            say({
              title: texts.revoke.done(ended),
              detail: ended > 0 ? texts.revoke.doneDetail : undefined,
              jack: "lab",
              action: next,
            }),
        ),
      rotate: () =>
        attempt(
          () => host.invoke("rotate_lab_keys", {}),
          () => say({ title: texts.rotate.done, detail: texts.rotate.doneDetail, jack: "lab" }),
        ),
      deletePerson: (person: PersonView) =>
        attempt(
          () => host.invoke("delete_lab_person", { email: person.email }),
          (reply) => {
            people(reply);
            const again = () => void attempt(() => host.invoke("save_lab_person", person), people);
            say({ title: texts.people.deleted(person.email), action: { name: texts.undo, run: again } });
          },
        ),
      clearLog: () =>
        attempt(
          async () => {
            await host.invoke("clear_lab_log", {});
            // What is on its way was asked for before.
            await client.cancelQueries({ queryKey: ["lab_log"] });
          },
          () =>
            client.setQueriesData<LabLog>(
              { queryKey: ["lab_log"] },
              (log) => log && { ...log, requests: [] },
            ),
        ),
    };
  }, [host, client]);
}
