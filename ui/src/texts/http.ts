const took = (millis: number) => (millis < 1000 ? `${millis} ms` : `${(millis / 1000).toFixed(1)} s`);

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
