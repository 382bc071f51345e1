/** The contract as the window uses it. */
export type {
  Commands,
  ConnectionView,
  RedirectCheck,
  RedirectWayView,
  RedirectWaysView,
} from "./generated";
