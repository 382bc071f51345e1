import { useSyncExternalStore } from "react";

/** Which connections are being verified right now, whoever asked. */
const running = new Set<string>();
const listeners = new Set<() => void>();

function tell(): void {
  for (const listener of listeners) listener();
}

/** Runs `work` while the connection's jack turns. */
export async function whileVerifying<T>(connection: string, work: () => Promise<T>): Promise<T> {
  running.add(connection);
  tell();
  try {
    return await work();
  } finally {
    running.delete(connection);
    tell();
  }
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useIsVerifying(connection: string): boolean {
  return useSyncExternalStore(subscribe, () => running.has(connection));
}
