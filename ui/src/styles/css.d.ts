import "react";

declare module "react" {
  interface CSSProperties {
    /** The columns of an editable grid. */
    "--cols"?: string;
    /** The share of a life bar that is left. */
    "--v"?: string;
  }
}
