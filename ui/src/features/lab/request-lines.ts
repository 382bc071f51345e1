import type { JsonValue, LabRequest } from "../../ipc/generated";
import { asList, asObject, asText } from "../../lib/json";
import { jsonLines } from "../../lib/json-lines";
import { texts } from "../../texts/lab";

/** A body as it may be shown: what it is, and its names without values. */
export type BodyText = { title: string; text: string };

/** Path and query, as in the first line of a request. */
export function pathOf({ path, query }: LabRequest): string {
  if (query.length === 0) return path;
  return `${path}?${query.map(({ name, value }) => (value === "" ? name : `${name}=${value}`)).join("&")}`;
}

export function bodyOf(body: JsonValue): BodyText | null {
  const { kind, keys, shape = null, content_type, bytes } = asObject(body);
  const { form, json, other } = texts.log.body;
  switch (kind) {
    case "form":
      return {
        title: form,
        text: asList(keys)
          .map((key) => `${asText(key)}=…`)
          .join("\n"),
      };
    case "json":
      return {
        title: json,
        text: jsonLines(shape)
          .map((line) => line.text)
          .join("\n"),
      };
    case "other":
      return { title: other(asText(content_type), Number(bytes)), text: "" };
    default:
      return null;
  }
}

/** What was sent, to be copied. Its secrets were masked before it came here. */
export function sentText(request: LabRequest): string {
  const body = bodyOf(request.body);
  return [
    `${request.method} ${pathOf(request)}`,
    ...request.headers.map(({ name, value }) => `${name}: ${value}`),
    ...(body ? ["", body.text || body.title] : []),
  ].join("\n");
}
