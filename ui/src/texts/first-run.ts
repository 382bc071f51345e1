/** The first screen of a new Patchbay. */
export const texts = {
  title: "Make your first connection",
  lead: "Sign in to a service once. Patchbay keeps the sign-in fresh, checks that it works, and lends it to your tools. Secrets stay on this machine.",
  build: "Create a connector",
  buildHint: "For any service with an API. Fill in a form and see what will be sent while you type.",
  tryOffline: "Try it offline",
  tryOfflineHint:
    "A made-up service on this machine, step by step: connect, let the token run out, see it renewed, end it. No account needed.",
  lab: "Lab",
  add: "Add a connection",
  addHint: (n: number) =>
    n === 1
      ? "One connector is ready. Type what the service gave you."
      : `${n} connectors are ready. Choose one and type what the service gave you.`,
  addHintNone: "First make a connector ready. Then type what the service gave you.",
  kinds: ["OAuth 2", "OpenID Connect", "API key", "Signed requests"],
};
