/** Whether this is the Lab: computed by the core, on this machine, with credentials of its own. */
export const isLab = (environment: { link_name: string }) => environment.link_name === "lab";
