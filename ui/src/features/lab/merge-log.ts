import type { LabLog } from "../../ipc/generated";

/** As many as the core keeps. */
const MOST = 500;

/** What was read before with what came after it. */
export function mergeLog(before: LabLog | undefined, reply: LabLog): LabLog {
  // Numbers that go back are those of another log.
  if (!before || reply.last < before.last) return reply;
  const later = reply.requests.filter((each) => each.seq > before.last);
  return { last: reply.last, requests: [...before.requests, ...later].slice(-MOST) };
}
