import { useState } from "react";
import { Button } from "../../../components/button";
import { TextField } from "../../../components/field";
import type { JsonObject } from "../../../ipc/generated";
import { asText } from "../../../lib/json";
import { texts } from "../../../texts/permissions";
import { parseList } from "../scope-list";

type PasteListProps = {
  known: readonly string[];
  delimiter: string;
  onAdd: (rows: JsonObject[]) => void;
  onClose: () => void;
};

/** A list from the service's documentation, taken apart into rows. */
export function PasteList({ known, delimiter, onAdd, onClose }: PasteListProps) {
  const [text, setText] = useState("");
  const found = parseList(text, delimiter);
  const fresh = found.filter((row) => !known.includes(asText(row.value)));
  return (
    <div className="card perms__paste">
      <TextField
        label={texts.pasteLabel}
        rows={4}
        mono
        autoFocus
        value={text}
        onChange={setText}
        hint={
          <span role="status">
            {found.length === 0
              ? texts.pasteHint
              : texts.pasteFound(found.length, found.length - fresh.length)}
          </span>
        }
      />
      <div className="row">
        <Button size="sm" className="push" onPress={onClose}>
          {texts.cancel}
        </Button>
        <Button size="sm" isDisabled={fresh.length === 0} onPress={() => onAdd(fresh)}>
          {fresh.length === 0 ? texts.pasteNothing : texts.pasteAdd(fresh.length)}
        </Button>
      </div>
    </div>
  );
}
