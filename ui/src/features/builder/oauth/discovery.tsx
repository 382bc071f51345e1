import { Download } from "lucide-react";
import { useState } from "react";
import { Button } from "../../../components/button";
import { ErrorNote, Note } from "../../../components/notes";
import { useAct } from "../../../ipc/act";
import { texts } from "../../../texts/oauth";
import { DraftText } from "../draft-fields";
import type { Draft } from "../use-draft";

const at = "/authentication";
const t = texts.discovery;
type Key = keyof typeof t.names;

type Read = { filled: Key[]; kept: Key[] };

/** The issuer, and what its own document says: empty addresses are filled in, typed ones stay. */
export function Discovery({ draft }: { draft: Draft }) {
  const read = useAct("read_discovery");
  const [done, setDone] = useState<Read | null>(null);
  const issuer = draft.text(`${at}/issuer`).trim();
  const fill = async () => {
    setDone(null);
    const said = await read.run({ issuer });
    if (!said) return;
    const result: Read = { filled: [], kept: [] };
    for (const [key, address] of Object.entries(said.addresses)) {
      if (!isKnown(key) || address === undefined) continue;
      const pointer = `${at}/${key}`;
      const own = draft.text(pointer);
      if (own === "") {
        draft.set(pointer, address);
        result.filled.push(key);
      } else if (own !== address) result.kept.push(key);
    }
    setDone(result);
  };
  return (
    <div className="wide col">
      <DraftText
        draft={draft}
        pointer={`${at}/issuer`}
        label={texts.issuer}
        optional
        mono
        placeholder="https://"
        hint={texts.issuerHint}
      />
      <div className="row">
        <Button
          size="sm"
          icon={Download}
          busy={read.busy}
          isDisabled={issuer === ""}
          onPress={() => void fill()}
        >
          {t.read}
        </Button>
      </div>
      {read.error && <ErrorNote error={read.error} />}
      {done && (
        <div role="status">
          <Note kind={done.kept.length > 0 ? "warn" : undefined}>
            {done.filled.length > 0 ? t.filled(named(done.filled)) : t.nothing}
            {done.kept.length > 0 && ` ${t.kept(named(done.kept))}`}
          </Note>
        </div>
      )}
    </div>
  );
}

function isKnown(key: string): key is Key {
  return key in t.names;
}

function named(keys: readonly Key[]): string {
  return keys.map((key) => t.names[key]).join(", ");
}
