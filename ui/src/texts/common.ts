/** Words that every part of the window uses. The catalogue is this folder, one file per area, keyed by meaning. */
export const texts = {
  optional: "optional",
  choose: "Choose",
  close: "Close",
  cancel: "Cancel",
  dismiss: "Dismiss",
  retry: "Try again",
  delete: "Delete",
  messages: "Messages",
  progress: "Progress",
  showTyped: (field: string) => `Show what is typed in ${field}`,
  hideTyped: (field: string) => `Hide what is typed in ${field}`,
  stage: { draft: "Draft", ready: "Ready" },
  copied: "Copied",
};
