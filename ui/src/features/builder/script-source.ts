/** A function for an event, as a start. */
export function stubOf(event: string, hasReply: boolean): string {
  const about = hasReply ? "method_response_body" : "method_request_headers";
  return `function ${event}() {\n  // Look at or change ${about} here. Return false to stop.\n  return true;\n}\n`;
}

/** The source with a function for `event`, and the line that it begins in. */
export function withEvent(
  source: string,
  event: string,
  hasReply: boolean,
): { source: string; line: number } {
  const before = source.trimEnd();
  const joint = before === "" ? "" : `${before}\n\n`;
  return { source: joint + stubOf(event, hasReply), line: joint.split("\n").length };
}

/** The line that the function of an event begins in, from one. */
export function lineOf(source: string, event: string): number | null {
  const found = new RegExp(`^.*\\b(?:function\\s+|(?:const|let|var)\\s+)${event}\\b`, "m").exec(source);
  return found ? source.slice(0, found.index).split("\n").length : null;
}

/** Which lines of `after` were not there before; of equal lines, as many count as there were. */
export function changedLines(before: readonly string[], after: readonly string[]): boolean[] {
  const left = new Map<string, number>();
  for (const line of before) left.set(line, (left.get(line) ?? 0) + 1);
  return after.map((line) => {
    const count = left.get(line) ?? 0;
    left.set(line, count - 1);
    return count <= 0;
  });
}
