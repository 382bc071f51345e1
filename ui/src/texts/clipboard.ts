/** Copying what is no secret. */
export const texts = {
  copied: "Copied",
  refused: "The clipboard could not be used.",
  select: "Select the text and copy it with Ctrl C.",
};
