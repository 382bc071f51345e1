/** Times as people say them. */
export const texts = {
  justNow: "Just now",
  minutesAgo: (n: number) => `${n} min ago`,
  hoursAgo: (n: number) => `${n} h ago`,
  minutesLeft: (n: number) => `${n} min left`,
  hoursLeft: (n: number) => `${n} h left`,
  daysLeft: (n: number) => `${n} days left`,
  ended: "Ended",
  yesterday: (clock: string) => `Yesterday, ${clock}`,
};
