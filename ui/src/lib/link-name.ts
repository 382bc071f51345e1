/** A connection's link name as the core makes it from the shown name, so that it can be told while typing. */
export function linkNameOf(name: string): string {
  const text = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replace(/^[^a-z]+/, "")
    .slice(0, 50)
    .replace(/-+$/, "");
  return text || "connection";
}
