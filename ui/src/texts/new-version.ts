/** Using the new version of a connector. */
export const texts = {
  title: (connector: string) => `A new version of ${connector} is ready`,
  atOnce:
    "This connection goes on with the one that it was made with until you say so. The new one needs nothing from you.",
  asks: "This connection goes on with the one that it was made with. The new one needs you to sign in first:",
  use: "Use the new version",
  signIn: "Sign in with the new version…",
  everywhere: "Use it for all connections",
  fromBuilder: "Use this version for all connections",
  used: (n: number) =>
    n === 0
      ? "No connection could use the new version at once"
      : n === 1
        ? "1 connection uses the new version"
        : `${n} connections use the new version`,
  left: (names: string) => `Waiting for you to sign in: ${names}.`,
};
