import { Fragment } from "react";

const tokens = /("(?:\\.|[^"\\])*")(\s*:)?|\b(true|false|null)\b|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)/g;

/** JSON in its colours, indented; any other text as it is. */
export function JsonText({ text }: { text: string }) {
  const pretty = indented(text);
  if (pretty === null) return <>{text}</>;
  const parts: { text: string; className?: string }[] = [];
  let from = 0;
  for (const match of pretty.matchAll(tokens)) {
    const [whole, string, colon, word, number] = match;
    parts.push({ text: pretty.slice(from, match.index) });
    if (string && colon) parts.push({ text: string, className: "hk" }, { text: colon });
    else parts.push({ text: whole, className: word || number ? "hn" : undefined });
    from = match.index + whole.length;
  }
  parts.push({ text: pretty.slice(from) });
  return parts.map((part, index) =>
    part.className ? (
      // oxlint-disable-next-line react/no-array-index-key -- parts of a text have no identity
      <span className={part.className} key={index}>
        {part.text}
      </span>
    ) : (
      // oxlint-disable-next-line react/no-array-index-key -- parts of a text have no identity
      <Fragment key={index}>{part.text}</Fragment>
    ),
  );
}

function indented(text: string): string | null {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return null;
  }
}
