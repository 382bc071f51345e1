/** What went wrong in the window itself; errors of the core bring their own words. */
export const texts = {
  coreUnreachable: "The window lost touch with Patchbay’s core.",
  nothingChanged: "Nothing has been changed.",
  restart: "Close Patchbay and open it again.",
  screenBroke: "This screen could not be shown.",
  screenBrokeSafe: "Your connections and secrets are not harmed.",
  reload: "Load it again",
  notInApp: "This page is Patchbay’s window. Open the Patchbay app to use it.",
};
