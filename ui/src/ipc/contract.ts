/** The contract as the window uses it. */
export type * from "./generated";
