/** How long a call took, worded as the core words it in the history. */
export const took = (millis: number) =>
  millis < 1000
    ? `${millis} ms`
    : millis < 10_000
      ? `${(Math.floor(millis / 100) / 10).toFixed(1)} s`
      : `${Math.floor(millis / 1000)} s`;

/** Requests and replies as they are shown. */
export const texts = {
  copyRequest: "Copy the request, secrets left out",
  took,
  answered: (status: number, millis: number | null) =>
    millis === null ? `Answered ${status}` : `Answered ${status} in ${took(millis)}`,
  add: "Add",
  name: "Name",
  value: "Value",
  remove: (name: string) => `Remove ${name}`,
  row: (label: string, n: number, part: string) => `${label}, row ${n}, ${part}`,
};
