import type { Piece, SentView } from "../ipc/generated";

export type SentLine = {
  kind: "start" | "parameter" | "header" | "gap" | "body";
  name?: string;
  pieces: Piece[];
};

/** A request as lines: one query parameter per line, headers, then the body. */
export function sentLines(sent: SentView): SentLine[] {
  const lines: SentLine[] = [{ kind: "start", name: sent.method, pieces: [] }];
  const push = (piece: Piece) => lines.at(-1)?.pieces.push(piece);
  let inQuery = false;
  for (const piece of sent.url) {
    if (piece.kind !== "text") {
      push(piece);
      continue;
    }
    let rest = piece.text;
    while (rest) {
      const at = rest.slice(1).search(inQuery ? /&/ : /[?]/) + 1;
      const opens = inQuery ? rest.startsWith("&") : rest.startsWith("?");
      if (opens) {
        inQuery = true;
        lines.push({ kind: "parameter", pieces: [] });
      }
      // After an opening sign the next stop is the next parameter.
      const end = opens ? rest.slice(1).indexOf("&") + 1 : at;
      const part = end > 0 ? rest.slice(0, end) : rest;
      push({ ...piece, text: part });
      rest = rest.slice(part.length);
    }
  }
  for (const { name, value } of sent.headers) lines.push({ kind: "header", name, pieces: value });
  if (sent.body) lines.push({ kind: "gap", pieces: [] }, { kind: "body", pieces: sent.body });
  return lines;
}

/** The same request as text to copy; secrets stay names in brackets. */
export function sentText(sent: SentView): string {
  const join = (pieces: Piece[]) => pieces.map(pieceText).join("");
  const head = [
    `${sent.method} ${join(sent.url)}`,
    ...sent.headers.map(({ name, value }) => `${name}: ${join(value)}`),
  ];
  return sent.body ? `${head.join("\n")}\n\n${join(sent.body)}` : head.join("\n");
}

/** One piece as text; a secret stays a name in brackets. */
export function pieceText(piece: Piece): string {
  return piece.kind === "text" ? piece.text : piece.kind === "secret" ? `[${piece.label}]` : `{${piece.key}}`;
}
