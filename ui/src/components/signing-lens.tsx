import { Check, Copy } from "lucide-react";
import type { ComparedView, Piece, SigningStep } from "../ipc/generated";
import { copyText } from "../lib/clipboard";
import { pieceText } from "../lib/sent-lines";
import { texts } from "../texts/signing";
import { IconButton } from "./button";
import { PieceText } from "./http-preview";
import { Icon } from "./icon";
import { ProblemLine } from "./field";

const t = texts.lens;

/** How a signature came about, step by step; secrets are gaps. */
export function SigningLens({ steps }: { steps: readonly SigningStep[] }) {
  if (steps.length === 0) return null;
  return (
    <details className="card lens">
      <summary>{t.title}</summary>
      <ol className="lens__steps">
        {steps.map(({ text, pieces }) => (
          <li key={text}>
            <div className="row">
              <span className="med grow">{t.texts[text]}</span>
              {text !== "signature" && (
                <IconButton
                  size="sm"
                  icon={Copy}
                  label={t.copy(t.texts[text])}
                  onPress={() => void copyText(pieces.map(pieceText).join(""))}
                />
              )}
            </div>
            <p className="hint">{t.hints[text]}</p>
            <pre className="lens__text">
              <Pieces of={pieces} />
            </pre>
          </li>
        ))}
      </ol>
    </details>
  );
}

const c = texts.compared;

/** What was signed here beside what the service says that it would have signed, the first difference marked. */
export function Compared({ view }: { view: ComparedView }) {
  const name = t.texts[view.text];
  if (view.ours.length === 0 && view.theirs.length === 0) {
    return (
      <p className="hint hint--ok compared" role="status">
        <Icon of={Check} size={14} />
        {c.same(name)}
      </p>
    );
  }
  const before = view.same.map(pieceText).join("");
  const line = before.split("\n").length;
  return (
    <section className="lens__compared" aria-label={c.title}>
      <ProblemLine>{c.differs(name, line)}</ProblemLine>
      <div className="lens__sides">
        {(
          [
            [c.here, view.ours],
            [c.there, view.theirs],
          ] as const
        ).map(([side, rest]) => (
          <div key={side}>
            <p className="hint">{side}</p>
            <pre className="lens__text">
              <Pieces of={view.same} />
              <Differing pieces={rest} />
            </pre>
          </div>
        ))}
      </div>
    </section>
  );
}

/** From the first difference on: its line stands out. */
function Differing({ pieces }: { pieces: readonly Piece[] }) {
  const [first, ...rest] = pieces;
  if (first === undefined) return <b className="lens__mark">{c.ends}</b>;
  if (first.kind !== "text") {
    return (
      <>
        <b className="lens__mark">
          <PieceText piece={first} />
        </b>
        <Pieces of={rest} />
      </>
    );
  }
  const end = first.text.indexOf("\n", 1);
  const marked = end > 0 ? first.text.slice(0, end) : first.text;
  return (
    <>
      <b className="lens__mark">{marked}</b>
      {first.text.slice(marked.length)}
      <Pieces of={rest} />
    </>
  );
}

function Pieces({ of }: { of: readonly Piece[] }) {
  return of.map((piece, at) => {
    const plain = piece.kind === "text" ? { ...piece, authentication: false } : piece;
    // oxlint-disable-next-line react/no-array-index-key -- pieces of a text have no identity
    return <PieceText key={at} piece={plain} />;
  });
}
