/** A count as people read it: `1,000`. */
export const counted = (count: number): string => count.toLocaleString("en-GB");
