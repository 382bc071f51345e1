import type { TourStep } from "../ipc/generated";

/** *Try it offline*: the strip that says the next step of the first journey. */
export const texts = {
  label: "Try it offline",
  count: (number: number, of: number) => `Step ${number} of ${of}`,
  title: {
    connect: "Connect to a made-up service",
    expire: "Let the token run out",
    refresh: "See it renewed",
    revoke: "End it",
    done: "That was the whole life of a connection",
  } satisfies Record<TourStep, string>,
  says: {
    connect: (service: string) =>
      `${service} exists only in the Lab, on this machine. Its page opens in your browser: choose who you are, and agree.`,
    expire: () =>
      "You are connected and verified. The token holds for an hour; in the Lab that hour can pass at once.",
    refresh: () => "The token is over. Verify: the service refuses it, Patchbay renews it and asks again.",
    revoke: () => "It works again, and nobody had to sign in. Now have the service end it for good.",
    done: () =>
      "Connected, verified, run out, renewed, ended. The Lab shows each request, and what it checked.",
  } satisfies Record<TourStep, (service: string) => string>,
  act: {
    connect: "Connect",
    expire: "Let an hour pass",
    refresh: "Verify",
    revoke: "Revoke…",
    done: "See the requests",
  } satisfies Record<TourStep, string>,
  nextStep: (act: string) => `${act}, the next step`,
  showConnection: "Show the connection",
  leave: "Leave",
  finish: "Finish",
  leaveKeep: "Leave, and keep what was made",
  leaveRemove: "Leave, and remove what was made",
  removed: (service: string) => `“${service}” and its connections are removed`,
  again: "Try it offline, step by step",
};
