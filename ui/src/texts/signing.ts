import type { SignedText } from "../ipc/generated";

/** OAuth 1.0a and AWS Signature v4: their forms, and how a signature came about. */
export const texts = {
  oauth1: {
    consumerKey: "Consumer key",
    consumerSecret: "Consumer secret",
    appLead: "Register an app with the service first. It gives you these values.",
    method: "Signature",
    placement: "Signature in",
    placements: { header: "Header", query: "Query string", form: "Form body" },
    plaintextHint: "PLAINTEXT signs nothing. Use it over https:// only.",
    realm: "Realm",
    realmHint: "Only where the service’s documentation names one.",
    legs: "Legs",
    legsLead: "Whether a person has to agree.",
    three: { name: "Three", hint: "A person agrees on the service’s page" },
    two: { name: "Two", hint: "The app acts for itself. Nobody signs in" },
    addresses: "Addresses",
    addressesLead: "The three steps of OAuth 1.0a.",
    request: "Request token address",
    authorize: "Authorize address",
    access: "Access token address",
    revoke: "Revoke address",
    revokeMethod: "Revoke method",
    pin: { name: "PIN", hint: "You type what the service’s page shows" },
    pinRegister: "The service shows a PIN in place of going back. There is no address to register.",
  },
  aws: {
    title: "Signing",
    lead: "Each request is signed with the access key pair. The secret is never sent.",
    service: "Service",
    serviceHint: "The exact name that AWS signs with, such as s3 or execute-api.",
    region: "Region",
    regionHint: "Such as eu-west-2. A {setting} lets each connection choose.",
    placement: "Signature in",
    placements: { header: "Header", query: "Address (presigned)" },
    payload: "Body",
    payloads: { signed: "Signed", unsigned: "Not signed", streaming: "Signed in chunks (S3)" },
    expires: "Works for, in seconds",
    expiresHint: "How long a presigned address can be opened.",
    keys: "Keys",
    keysLead:
      "Each connection asks for an access key ID, its secret, and a session token for keys that last only hours.",
  },
  lens: {
    title: "How it is signed",
    texts: {
      base_string: "Signature base string",
      canonical_request: "Canonical request",
      string_to_sign: "String to sign",
      signature: "Signature",
    } satisfies Record<SignedText, string>,
    hints: {
      base_string: "Method, address and every parameter, in one spelling and one order.",
      canonical_request: "The request in one spelling.",
      string_to_sign: "Time, scope and the digest of the canonical request.",
      signature: "Computed from the text above with the secret, which stays in the vault.",
    } satisfies Record<SignedText, string>,
    copy: (name: string) => `Copy: ${name}`,
  },
  compared: {
    title: "Signed here, and by the service",
    differs: (name: string, line: number) =>
      `${name}: line ${line} is the first that differs. All before it is the same.`,
    same: (name: string) =>
      `${name}: the service computed exactly the same. So it is the secret that differs: check it, and reauthorize.`,
    here: "Patchbay",
    there: "Service",
    ends: "ends here",
  },
};
