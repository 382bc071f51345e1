/** What became of sign-ins at the services, once their connections are deleted. */
export const texts = {
  revoked: (names: string) => `The service ended the sign-in of ${names}.`,
  notRevoked: (names: string, why: string) =>
    `The sign-in of ${names} could not be ended: ${why} End it at the service.`,
};
