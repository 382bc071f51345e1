import type { JsonValue } from "../ipc/generated";
import { token } from "./json";

/** One line of JSON as it is shown, and the pointer of the value that stands on it. */
export type JsonLine = { text: string; pointer: string | null };

const MOST_LINES = 200;

/** JSON line by line, so that a line can be picked; cut after 200. */
export function jsonLines(value: JsonValue): JsonLine[] {
  const lines: JsonLine[] = [];
  walk(value, "", "", "", "", lines);
  return lines.length > MOST_LINES ? [...lines.slice(0, MOST_LINES), { text: "…", pointer: null }] : lines;
}

function walk(
  value: JsonValue,
  pointer: string,
  indent: string,
  name: string,
  comma: string,
  lines: JsonLine[],
): void {
  if (lines.length > MOST_LINES) return;
  const head = `${indent}${name}`;
  if (value === null || typeof value !== "object") {
    lines.push({ text: `${head}${JSON.stringify(value)}${comma}`, pointer });
    return;
  }
  const isList = Array.isArray(value);
  const entries: [string, JsonValue][] = isList
    ? value.map((each, index) => [String(index), each])
    : Object.entries(value);
  if (entries.length === 0) {
    lines.push({ text: `${head}${isList ? "[]" : "{}"}${comma}`, pointer: null });
    return;
  }
  lines.push({ text: `${head}${isList ? "[" : "{"}`, pointer: null });
  entries.forEach(([key, each], index) => {
    const last = index === entries.length - 1;
    walk(
      each,
      `${pointer}/${token(key)}`,
      `${indent}  `,
      isList ? "" : `${JSON.stringify(key)}: `,
      last ? "" : ",",
      lines,
    );
  });
  lines.push({ text: `${indent}${isList ? "]" : "}"}${comma}`, pointer: null });
}
