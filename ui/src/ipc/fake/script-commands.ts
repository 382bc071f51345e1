import { asText } from "../../lib/json";
import type { ScriptFailureView, ScriptReferenceView } from "../generated";
import { findConnector } from "./connector-commands";
import { exampleScript } from "./example-script";
import type { Handlers } from "./handlers";
import type { World } from "./world";

type ScriptCommand =
  | "script_reference"
  | "check_script"
  | "run_script_example"
  | "connector_script"
  | "agree_to_script"
  | "withdraw_script";

const event = (name: string, when: string, has_reply: boolean, oauth: boolean) => ({
  name,
  when,
  has_reply,
  oauth,
});

const reference: ScriptReferenceView = {
  events: [
    event("before_action", "Before each request, before it is authorized or signed", false, false),
    event("after_action", "After each reply with a status below 400", true, false),
    event("after_error", "After each reply with a status of 400 or more", true, false),
    event("before_oauth2_authorise", "Before the sign-in page opens", false, true),
    event("before_oauth2_token", "Before a token is asked for", false, true),
    event("after_oauth2_token", "When the answer with the token came", true, true),
    event("before_oauth2_refresh", "Before a token is renewed", false, true),
    event("after_oauth2_refresh", "When the answer with the renewed token came", true, true),
  ],
  globals: [
    {
      name: "method_request_headers",
      about: "The headers of the request. Write to it to set one, delete one to leave it out.",
      there: "before",
    },
    {
      name: "method_auth_value",
      about: "The credential: the first key, the token or the password.",
      there: "before",
    },
    { name: "method_response_body", about: "The body of the reply as text.", there: "after" },
    {
      name: "hmac",
      call: "hmac(algorithm, key, text, output, key_encoding)",
      about: "A keyed hash. The key is text, or hex or base64 if key_encoding says so.",
      there: "always",
    },
    { name: "uuid", call: "uuid()", about: "A random UUID, version 4.", there: "always" },
  ],
  most_millis: 50,
  most_megabytes: 16,
};

/** As far as it can be told without an interpreter: which functions there are, and whether the braces close. */
function read(source: string): { events: string[]; failure?: ScriptFailureView } {
  const open = source.split("{").length - source.split("}").length;
  if (open !== 0) {
    const line = source.trimEnd().split("\n").length;
    const sentence = `Line ${line}, column 1: SyntaxError: ${open > 0 ? "expecting '}'" : "unexpected token in expression: '}'"}.`;
    return { events: [], failure: { sentence, action: "Correct the script there.", line, column: 1 } };
  }
  const names = [...source.matchAll(/\b(?:function\s+|(?:const|let|var)\s+)(\w+)/g)].map(([, name]) => name);
  return { events: reference.events.map(({ name }) => name).filter((name) => names.includes(name)) };
}

/** With `runsCode`, scripts came with files that nobody agreed to. */
export function scriptCommands(world: World, runsCode: boolean): Pick<Handlers, ScriptCommand> {
  const agreed = new Set<string>();
  return {
    script_reference: () => reference,
    check_script: ({ source }) => {
      const found = read(source);
      const advice =
        !found.failure && found.events.length === 0 && source.trim() !== ""
          ? ["The script answers to no event, so it never runs. Write a function with the name of an event."]
          : [];
      return { ...found, advice };
    },
    run_script_example: ({ document, event: asked }) => {
      const source = asText((document as Record<string, unknown>).script as string);
      const { events, failure } = read(source);
      const before = ["GET https://api.harbour.example/v2/me", "accept: application/json"];
      if (failure) return { failure, before, after: [] };
      if (!events.includes(asked)) return { before, after: before };
      const set = [...source.matchAll(/method_request_headers(?:\.(\w+)|\["([\w-]+)"\]) =/g)];
      const made = set.map(([, one, other]) => `${(one ?? other ?? "").toLowerCase()}: made up`);
      return {
        run: { event: asked, micros: 840, log: source.includes("console.log") ? ["signed GET /v2/me"] : [] },
        before,
        after: [...before, ...made],
      };
    },
    connector_script: ({ connector }) => {
      const found = findConnector(world, connector);
      const source = asText(found.document.script) || (runsCode ? exampleScript : "");
      return {
        connector_name: asText(found.document.name),
        ...(source && { source }),
        digest: `${source.length}`,
        agreed: source === "" || !runsCode || agreed.has(connector),
      };
    },
    agree_to_script: ({ connector }) => {
      agreed.add(connector);
      world.changed(["connectors"]);
      return {};
    },
    withdraw_script: ({ connector }) => {
      agreed.delete(connector);
      world.changed(["connectors"]);
      return {};
    },
  };
}
