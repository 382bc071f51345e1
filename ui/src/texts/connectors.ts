/** The list of connectors, the entry page, and deleting one. */
export const texts = {
  title: "Connectors",
  search: "Search connectors",
  create: "New connector",
  provenance: { built_in: "Built-in", custom: "Custom" },
  provenanceLabel: "Whose connectors",
  changed: (when: string) => `Changed ${when}`,
  connections: (n: number) => (n === 1 ? "1 connection" : `${n} connections`),
  actionsFor: (name: string) => `Actions for ${name}`,
  menu: {
    connect: "Add connection…",
    tryOffline: "Try it offline…",
    edit: "Edit",
    play: "Play in the Lab",
    prove: "Prove it",
    delete: "Delete…",
  },
  loading: "Connectors, loading",
  noneTitle: "No connector yet",
  noneHint:
    "A connector says how a service is called and how it knows who is calling. Make one, then add connections to it.",
  notFound: (words: string) => `No connector called “${words}”`,
  notFoundHint: "Create it yourself in a few minutes. Its address and the kind of key are enough to start.",
  createCalled: (words: string) => `Create “${words}”`,
  entry: {
    title: "New connector",
    heading: "What is it called?",
    lead: "Both can be changed later.",
    name: "Connector name",
    description: "Description",
    descriptionHint: "Shown in the list of connectors.",
    nameEmpty: "The name is empty. Type what the service is called.",
    submit: "Create connector",
  },
  delete: {
    title: (name: string) => `Delete the connector “${name}”?`,
    unused: "This cannot be undone. No connection uses it.",
    used: (n: number) =>
      n === 1
        ? "This cannot be undone. 1 connection uses it and will be deleted too, with its sealed credential."
        : `This cannot be undone. ${n} connections use it and will be deleted too, with their sealed credentials.`,
    signIns: (n: number) =>
      n === 1
        ? "The service is told to end 1 sign-in first. Should it not answer within 5 seconds, you are told so."
        : `The service is told to end ${n} sign-ins first. Those that it does not end within 5 seconds are named afterwards.`,
    uses: "What will be deleted",
    confirmName: "Type the name to confirm",
    keep: "Keep it",
    confirm: (items: number) => (items === 1 ? "Delete it" : `Delete ${items} items`),
    done: (name: string) => `“${name}” deleted`,
  },
};
