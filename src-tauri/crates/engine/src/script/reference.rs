//! The reference of scripts for people, made from the tables of events and globals.
//!
//! It stands in `SCRIPTS.md`; `cargo run -p engine --example scripts > src-tauri/crates/engine/SCRIPTS.md` writes it anew, and
//! a test says when that is due.

use super::{GLOBALS, LONGEST_SOURCE, Limits, ScriptEvent, There};
use std::fmt::Write;

/// The reference, in Markdown.
pub fn reference() -> String {
    let Limits { time, memory, .. } = Limits::default();
    let mut text = format!(
        "# Scripts of a connector\n\n\
         What no field of a connector covers, a few lines of JavaScript can do around its calls and token requests. They \
         stand under `script` in [the connector file](../domain/FORMAT.md). A function named after an event is called when \
         that happens and finds what it is about as globals. It returns `true` to go on with what it left there, or `false` \
         to stop; what it throws is shown to the person. Patchbay makes this page from its tables of events and globals.\n\n\
         ```js\n\
         function before_action() {{\n  method_request_headers.Authorization = 'Bearer ' + method_auth_value;\n  return true;\n}}\n\
         ```\n\n\
         Each run starts afresh and has {} ms of the processor and {} MiB; a script is {} bytes long at the most. There is no \
         network, no file, no timer and no module, and text does not become code. What a script leaves is a wish: an address \
         that the person did not agree to gets no credential. A script that came with a file runs only after a person agreed \
         to that very text.\n",
        time.as_millis(),
        memory >> 20,
        LONGEST_SOURCE,
    );
    text.push_str("\n## Events\n\n| Function | Happens | Looks at | With |\n|---|---|---|---|\n");
    for event in ScriptEvent::ALL {
        let looks_at = if event.has_reply() { "the reply" } else { "the request" };
        let with = if event.needs_oauth() { "OAuth 2, OpenID Connect" } else { "every authentication" };
        let _ = writeln!(text, "| `{}` | {} | {looks_at} | {with} |", event.name(), event.when());
    }
    text.push_str("\n## Globals\n\n| Name | There | What it is |\n|---|---|---|\n");
    for global in GLOBALS {
        let there = match global.there {
            There::Always => "always",
            There::Before => "before a request",
            There::After => "after a reply",
        };
        let _ = writeln!(text, "| `{}` | {there} | {} |", global.call.unwrap_or(global.name), global.about);
    }
    text
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_reference_is_up_to_date() {
        assert_eq!(super::reference(), include_str!("../../SCRIPTS.md"), "run the example `scripts`");
    }
}
