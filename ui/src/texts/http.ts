/** Requests and replies as they are shown. */
export const texts = {
  copyRequest: "Copy the request, secrets left out",
  add: "Add",
  name: "Name",
  value: "Value",
  remove: (name: string) => `Remove ${name}`,
  row: (label: string, n: number, part: string) => `${label}, row ${n}, ${part}`,
};
