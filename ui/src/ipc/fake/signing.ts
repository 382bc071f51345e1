import { asObject, asText } from "../../lib/json";
import type { ComparedView, HeaderLine, JsonObject, Piece, SigningStep } from "../generated";

/** What signing types put into a request, as the core shows it. The signatures themselves are made in Rust. */

const text = (value: string, authentication = false): Piece => ({
  kind: "text",
  text: value,
  authentication,
});
const secret = (label: string): Piece => ({ kind: "secret", label });
const STAMP = "20261122T100000Z";

/** Neighbouring texts of one kind as one. */
function joined(pieces: Piece[]): Piece[] {
  return pieces.reduce<Piece[]>((all, piece) => {
    const last = all.at(-1);
    if (last?.kind !== "text" || piece.kind !== "text" || last.authentication !== piece.authentication)
      return [...all, piece];
    return [...all.slice(0, -1), { ...last, text: last.text + piece.text }];
  }, []);
}

type Signed = { method: string; url: Piece[]; headers: HeaderLine[] };

/** Adds what the type adds to the request, and tells the steps. */
export function signedAs(it: JsonObject, request: Signed): SigningStep[] {
  if (it.type === "oauth1") return oauth1(it, request);
  return it.type === "aws_sigv4" ? aws(it, request) : [];
}

/** A service that tells what it would have signed: it takes a plus in a path for a blank, and nothing else amiss. */
export function comparedAs(document: JsonObject, path: string): ComparedView | null {
  const [before, after] = path.split("+", 2);
  if (asObject(document.authentication).type !== "aws_sigv4" || after === undefined) return null;
  const { host } = plainUrl([text(asText(document.base_url))]);
  const rest = `${after}\n\nhost:${host}\nx-amz-content-sha256:UNSIGNED-PAYLOAD\nx-amz-date:${STAMP}\n\nhost;x-amz-content-sha256;x-amz-date\nUNSIGNED-PAYLOAD`;
  return {
    text: "canonical_request",
    same: [text(`GET\n${before}%2`)],
    ours: [text(`B${rest}`)],
    theirs: [text(`0${rest}`)],
  };
}

function plainUrl(pieces: readonly Piece[]): { origin: string; host: string; path: string; query: string } {
  const whole = pieces.map((piece) => (piece.kind === "text" ? piece.text : "value")).join("");
  const url = URL.canParse(whole) ? new URL(whole) : new URL("https://service.example/");
  return { origin: url.origin, host: url.host, path: url.pathname, query: url.search.slice(1) };
}

function oauth1(it: JsonObject, { method, url, headers }: Signed): SigningStep[] {
  const signs = asText(it.signature_method) || "HMAC-SHA1";
  const parameters: [string, Piece][] = [
    ["oauth_consumer_key", text(asText(it.client_id) || "consumer_key")],
    ...(it.legs === 2 ? [] : [["oauth_token", secret("Token")] as [string, Piece]]),
    ["oauth_signature_method", text(signs)],
    ["oauth_timestamp", text("1795341600")],
    ["oauth_nonce", secret("New each time")],
    ["oauth_version", text("1.0")],
  ];
  const { origin, path } = plainUrl(url);
  const base = [...parameters]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([name, value], index) => [text(`${index ? "%26" : ""}${name}%3D`), value]);
  const all: [string, Piece][] = [...parameters, ["oauth_signature", secret("Signature")]];
  if (!it.placement || it.placement === "header")
    headers.push({
      name: "authorization",
      value: joined([
        text("OAuth ", true),
        ...all.flatMap(([name, value], index) => [
          text(`${index ? ", " : ""}${name}="`, true),
          value.kind === "text" ? { ...value, authentication: true } : value,
          text('"', true),
        ]),
      ]),
    });
  const signature: SigningStep = { text: "signature", pieces: [secret("Signature")] };
  if (signs === "PLAINTEXT") return [signature];
  const head = text(`${method}&${encodeURIComponent(origin + path)}&`);
  return [{ text: "base_string", pieces: joined([head, ...base]) }, signature];
}

function aws(it: JsonObject, { method, url, headers }: Signed): SigningStep[] {
  const { host, path, query } = plainUrl(url);
  const scope = `20261122/${asText(it.region) || "us-east-1"}/${asText(it.service) || "service"}/aws4_request`;
  const names = "host;x-amz-date;x-amz-security-token";
  headers.push(
    { name: "x-amz-date", value: [text(STAMP, true)] },
    { name: "x-amz-security-token", value: [secret("Session token")] },
    {
      name: "authorization",
      value: [
        text(`AWS4-HMAC-SHA256 Credential=access_key_id/${scope}, SignedHeaders=${names}, Signature=`, true),
        secret("Signature"),
      ],
    },
  );
  const digest = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
  return [
    {
      text: "canonical_request",
      pieces: [
        text(`${method}\n${path}\n${query}\nhost:${host}\nx-amz-date:${STAMP}\nx-amz-security-token:`),
        secret("Session token"),
        text(`\n\n${names}\n${digest}`),
      ],
    },
    {
      text: "string_to_sign",
      pieces: [
        text(
          `AWS4-HMAC-SHA256\n${STAMP}\n${scope}\n8f2d5c0c5ce9c4f6f3b8bd4e2d7fd1b7b9ac1b6e8a52a6d2d94b3a6f9fd00c61`,
        ),
      ],
    },
    { text: "signature", pieces: [secret("Signature")] },
  ];
}
