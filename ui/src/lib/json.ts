import type { JsonObject, JsonValue } from "../ipc/generated";

/** Reading and changing JSON by JSON pointer (RFC 6901), without changing what was there before. */

export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function asObject(value: JsonValue | undefined): JsonObject {
  return isObject(value) ? value : {};
}

export function asList(value: JsonValue | undefined): JsonValue[] {
  return Array.isArray(value) ? value : [];
}

export function asText(value: JsonValue | undefined): string {
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : "";
}

function tokens(pointer: string): string[] {
  return pointer
    .split("/")
    .slice(1)
    .map((name) => name.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** One token of a pointer, escaped. */
export function token(name: string): string {
  return name.replaceAll("~", "~0").replaceAll("/", "~1");
}

export function valueAt(document: JsonValue | undefined, pointer: string): JsonValue | undefined {
  let value = document;
  for (const name of tokens(pointer)) {
    if (Array.isArray(value)) value = value[Number(name)];
    else if (isObject(value)) value = value[name];
    else return undefined;
  }
  return value;
}

/** The document with `value` at `pointer`; `undefined` takes the member away. Objects on the way are made. */
export function withValue(document: JsonObject, pointer: string, value: JsonValue | undefined): JsonObject {
  return asObject(replaced(document, tokens(pointer), value));
}

function replaced(at: JsonValue | undefined, path: string[], value: JsonValue | undefined): JsonValue {
  const [name, ...rest] = path;
  if (name === undefined) return value ?? null;
  if (Array.isArray(at)) {
    const list = [...at];
    const index = Number(name);
    if (rest.length === 0 && value === undefined) list.splice(index, 1);
    else list[index] = replaced(list[index], rest, value);
    return list;
  }
  const object = { ...asObject(at) };
  if (rest.length === 0 && value === undefined) delete object[name];
  else object[name] = replaced(object[name], rest, value);
  return object;
}
