import { useOverlays } from "../../app/overlays";
import { Button } from "../../components/button";
import { ErrorNote, Note } from "../../components/notes";
import { say, sayAndStay } from "../../components/toast";
import { useAct } from "../../ipc/act";
import type { ConnectionView, UsedNewVersion } from "../../ipc/generated";
import { texts } from "../../texts/new-version";

/** A newer version of the connector is ready: what it asks, and the ways to use it. */
export function NewVersion({ view }: { view: ConnectionView }) {
  const overlays = useOverlays();
  const one = useAct("use_new_version");
  const everywhere = useAct("use_new_version_everywhere");
  const { new_version: newer, row } = view;
  if (!newer) return null;
  const atOnce = newer.asks.length === 0;
  const error = one.error ?? everywhere.error;
  const moveOne = async () => {
    const used = await one.run({ connection: row.id });
    if (used) sayUsed(used);
  };
  const moveAll = async () => {
    const used = await everywhere.run({ connector: row.connector.id });
    if (used) sayUsed(used);
  };
  return (
    <>
      <Note>
        <p className="med">{texts.title(row.connector.name)}</p>
        <p>{atOnce ? texts.atOnce : texts.asks}</p>
        {!atOnce && (
          <ul className="note__list">
            {newer.asks.map((each) => (
              <li key={each}>{each}</li>
            ))}
          </ul>
        )}
        <span className="row row-2 note__acts">
          {atOnce ? (
            <Button size="sm" busy={one.busy} onPress={() => void moveOne()}>
              {texts.use}
            </Button>
          ) : (
            <Button
              size="sm"
              onPress={() => overlays.open({ kind: "reauthorize", connection: row.id, newVersion: true })}
            >
              {texts.signIn}
            </Button>
          )}
          <Button size="sm" kind="ghost" busy={everywhere.busy} onPress={() => void moveAll()}>
            {texts.everywhere}
          </Button>
        </span>
      </Note>
      {error && <ErrorNote error={error} />}
    </>
  );
}

/** Says how many use it, and names those that wait for the person. */
export function sayUsed({ moved, left }: UsedNewVersion): void {
  const title = texts.used(moved.length);
  if (left.length === 0) say({ title, jack: "ok" });
  else sayAndStay({ title, detail: texts.left(left.map((each) => each.connection.name).join(", ")) });
}
