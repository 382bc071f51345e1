import { Fragment } from "react";

/** An address that breaks after a slash, and before a dot or another sign, not within a word. */
export function Breakable({ text }: { text: string }) {
  const parts = text.split(/(?<=\/)(?!\/)|(?<=[^/])(?=[.?&])/);
  return parts.map((part, index) => (
    // oxlint-disable-next-line react/no-array-index-key -- parts of a text have no identity
    <Fragment key={index}>
      {index > 0 && <wbr />}
      {part}
    </Fragment>
  ));
}
