import { expect, it } from "vitest";
import type { Piece, SentView } from "../ipc/generated";
import { sentLines, sentText } from "./sent-lines";

const text = (value: string, authentication = false): Piece => ({
  kind: "text",
  text: value,
  authentication,
});
const key: Piece = { kind: "secret", label: "API key" };

const sent: SentView = {
  method: "POST",
  url: [
    text("https://"),
    { kind: "placeholder", key: "shop" },
    text(".example/v1/items?limit=3&sort=name"),
    text("&key=", true),
    key,
  ],
  headers: [{ name: "Accept", value: [text("application/json")] }],
  body: [text("a=1")],
  notes: [],
  signing: [],
};

it("gives each query parameter a line of its own", () => {
  const lines = sentLines(sent).map(({ kind, name, pieces }) => [
    kind,
    name ?? "",
    pieces.map((piece) => (piece.kind === "text" ? piece.text : `<${piece.kind}>`)).join(""),
  ]);
  expect(lines).toEqual([
    ["start", "POST", "https://<placeholder>.example/v1/items"],
    ["parameter", "", "?limit=3"],
    ["parameter", "", "&sort=name"],
    ["parameter", "", "&key=<secret>"],
    ["header", "Accept", "application/json"],
    ["gap", "", ""],
    ["body", "", "a=1"],
  ]);
});

it("copies a request with names in the place of secrets", () => {
  expect(sentText(sent)).toBe(
    "POST https://{shop}.example/v1/items?limit=3&sort=name&key=[API key]\nAccept: application/json\n\na=1",
  );
});
