import "react";

declare module "react" {
  interface CSSProperties {
    /** The columns of an editable grid. */
    "--cols"?: string;
  }
}
