import { Button } from "../../components/button";
import { ErrorNote, Note } from "../../components/notes";
import { useAct } from "../../ipc/act";
import type { ConnectionView } from "../../ipc/generated";
import { left } from "../../lib/time";
import { useNow } from "../../lib/use-now";
import { texts } from "../../texts/connection";

/** After Reauthorize: the way back to the sign-in before, while there is one. */
export function FormerAccount({ view }: { view: ConnectionView }) {
  const now = useNow();
  const undo = useAct("undo_reauthorize");
  const { former, row } = view;
  if (!former || Date.parse(former.until) <= now) return null;
  return (
    <>
      <Note
        actions={
          <Button size="sm" busy={undo.busy} onPress={() => void undo.run({ connection: row.id })}>
            {texts.former.undo}
          </Button>
        }
      >
        {texts.former.says(row.account, former.account)} {texts.former.until(left(former.until, now))}
      </Note>
      {undo.error && <ErrorNote error={undo.error} />}
    </>
  );
}
