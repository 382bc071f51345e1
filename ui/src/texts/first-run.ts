/** The first screen of a new Patchbay. */
export const texts = {
  title: "Make your first connection",
  lead: "Sign in to a service once. Patchbay checks that it works and lends it to your tools. Secrets stay on this machine.",
  build: "Create a connector",
  buildHint: "For any service with an API. Fill in a form and see what will be sent while you type.",
  tryOffline: "Try it offline",
  tryOfflineHint:
    "The Lab plays the service on this machine. Connect, let tokens run out and see what happens, without an account.",
  lab: "Lab",
  add: "Add a connection",
  addHint: (n: number) =>
    n === 1
      ? "One connector is ready. Type what the service gave you."
      : `${n} connectors are ready. Choose one and type what the service gave you.`,
  addHintNone: "First make a connector ready. Then type what the service gave you.",
  kinds: ["Basic", "API key", "Bearer token", "Auth fields"],
};
