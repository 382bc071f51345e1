import type { JsonObject } from "../../ipc/generated";
import { asText } from "../../lib/json";

/** Permissions as rows, and as the one text that a service is sent. */

export const delimiters = ["comma", "space", "plus"] as const;

const signs: Record<string, string> = { comma: ",", space: " ", plus: "+" };

/** What stands between two permissions, from how the document writes it. */
export function signOf(delimiter: string): string {
  return signs[delimiter] ?? delimiter;
}

export function joined(values: readonly string[], delimiter: string): string {
  return values.join(signOf(delimiter));
}

/** The name that people see; the value where there is none. */
export function shownName(row: JsonObject): string {
  return asText(row.name) || asText(row.value);
}

/** Reads a list as people paste it: separated by blanks, commas, semicolons or lines, as JSON, or as the `scope=` of
 *  an address. A table from a documentation page keeps what stands behind the tab or dash as the description. Each
 *  value comes once. */
export function parseList(text: string, delimiter: string): JsonObject[] {
  const found = new Map<string, JsonObject>();
  const add = (value: string, description = "") => {
    if (value !== "" && !found.has(value)) found.set(value, { value, ...(description && { description }) });
  };
  const lines = fromAddress(text)
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter(Boolean);
  for (const line of lines) {
    const described = line.match(/^([^\s,;]+)(?:\t+|\s+[-–—]\s+|\s{2,})(\S.*\s.*)$/);
    if (described) add(bare(described[1] ?? ""), described[2]?.trim());
    else for (const part of line.split(separator(delimiter))) add(bare(part));
  }
  return [...found.values()];
}

/** The values behind `scope=`, where a whole sign-in address or its query was pasted. */
function fromAddress(text: string): string {
  const query = text.trim().match(/(?:^|[?&])scope=([^&#\s]+)/);
  if (!query?.[1]) return text;
  try {
    return decodeURIComponent(query[1].replaceAll("+", " "));
  } catch {
    return query[1];
  }
}

function separator(delimiter: string): RegExp {
  const own = signOf(delimiter).trim();
  const escaped = own.replaceAll(/[.*+?^${}()|[\]\\/-]/g, String.raw`\$&`);
  return own === "" || own === "," ? /[\s,;]+/ : new RegExp(`[\\s,;]+|${escaped}`);
}

/** Without the quotes and brackets of a JSON list, or the bullet of a list. */
function bare(part: string): string {
  return part.replaceAll(/^[["'`•*]+|["'`\]]+$/g, "");
}
