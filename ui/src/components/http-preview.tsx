import { Copy, Lock, TriangleAlert } from "lucide-react";
import { Fragment } from "react";
import type { Piece, SentView } from "../ipc/generated";
import { copyText } from "../lib/clipboard";
import { sentLines, sentText } from "../lib/sent-lines";
import { texts } from "../texts/http";
import { Breakable } from "./breakable";
import { IconButton } from "./button";
import { Icon } from "./icon";

/** A request as it will be sent, or was: secrets are chips that say where the value comes from. */
export function HttpPreview({ sent, title }: { sent: SentView; title?: string }) {
  return (
    <div className="http">
      <div className="http__bar">
        <span className="grow">{title}</span>
        <IconButton
          size="sm"
          icon={Copy}
          label={texts.copyRequest}
          onPress={() => void copyText(sentText(sent))}
        />
      </div>
      <pre>
        {sentLines(sent).map((line, index) => (
          // oxlint-disable-next-line react/no-array-index-key -- lines of a text have no identity
          <Fragment key={index}>
            {line.kind === "gap" ? (
              <span className="gap" />
            ) : (
              <span className={line.kind === "parameter" ? "l l--parameter" : "l"}>
                {line.kind === "start" && <span className="hm">{line.name} </span>}
                {line.kind === "header" && <span className="hk">{line.name}: </span>}
                {line.pieces.map((piece, at) => (
                  // oxlint-disable-next-line react/no-array-index-key -- pieces of a text have no identity
                  <PieceText key={at} piece={piece} />
                ))}
              </span>
            )}
          </Fragment>
        ))}
      </pre>
      {sent.notes.map((note) => (
        <p className="http__note hint hint--warn" key={note}>
          <Icon of={TriangleAlert} size={14} />
          <span>{note}</span>
        </p>
      ))}
    </div>
  );
}

/** A run of text, or a chip in place of what is not shown. */
export function PieceText({ piece }: { piece: Piece }) {
  switch (piece.kind) {
    case "secret":
      return (
        <span className="secret">
          <Icon of={Lock} size={10} />
          {piece.label}
        </span>
      );
    case "placeholder":
      return <code className="ph">{`{${piece.key}}`}</code>;
    case "text": {
      const text = <Breakable text={piece.text} />;
      return piece.authentication ? <span className="au">{text}</span> : text;
    }
  }
}
