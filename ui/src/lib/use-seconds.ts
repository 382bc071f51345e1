import { useSyncExternalStore } from "react";

const thisSecond = () => Math.floor(Date.now() / 1000) * 1000;

function eachSecond(listener: () => void): () => void {
  const timer = setInterval(listener, 1000);
  return () => clearInterval(timer);
}

const never = () => () => {};

/** The time to the second, for what counts down; nothing ticks while nothing does. */
export function useSeconds(running: boolean): number {
  return useSyncExternalStore(running ? eachSecond : never, thisSecond);
}
