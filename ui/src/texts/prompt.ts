/** What a connection is asked. */
export const texts = {
  looksLike: (name: string, start: string) =>
    `${name} usually begins with ${start}. This may be a wrong paste.`,
  yesNo: [
    { id: "true", name: "Yes" },
    { id: "false", name: "No" },
  ],
};
