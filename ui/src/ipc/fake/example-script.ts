import { stubOf } from "../../features/builder/script-source";

/** A script as a connector of the made-up world has it. */
export const exampleScript = `// Harbour wants a signature over method and time.
function before_action() {
  const stamp = unix_time();
  const text = method_request_method + "\\n" + stamp;
  if (!script_execution_context.settings.company) {
    throw "Fill in the company code first.";
  }
  method_request_headers["X-Sign"] = hmac("sha256", method_auth_value, text);
  method_request_headers["X-Stamp"] = stamp;
  console.log("signed", method_request_method);
  return true;
}

${stubOf("after_error", true)}`;
