import { say, sayAndStay } from "../components/toast";
import type { Deleted } from "../ipc/generated";
import { texts } from "../texts/deleted";

/** Says that something is deleted, and which sign-ins the services did not end: that stays until it is read. */
export function sayDeleted(title: string, each: readonly Deleted[]): void {
  const revoked = each.flatMap((one) => one.revoked);
  const failed = each.flatMap((one) => one.not_revoked);
  if (failed.length === 0) {
    say({ title, detail: revoked.length > 0 ? texts.revoked(revoked.join(", ")) : undefined });
    return;
  }
  const detail = failed
    .map(({ connections, why }) => texts.notRevoked(connections.join(", "), why))
    .join(" ");
  sayAndStay({ title, detail });
}
