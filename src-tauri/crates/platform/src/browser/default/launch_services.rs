//! macOS: the bundle that Launch Services has for https. Safari, where nobody chose.

use super::Found;
use serde_json::Value;

/// The default browser as Launch Services tells it.
#[cfg(target_os = "macos")]
pub(super) fn find() -> Found {
    const HANDLERS: &str =
        "Library/Preferences/com.apple.LaunchServices/com.apple.launchservices.secure.plist";
    let file = std::env::var_os("HOME").map(|home| std::path::PathBuf::from(home).join(HANDLERS));
    let json = file.and_then(|file| {
        let mut plutil = std::process::Command::new("/usr/bin/plutil");
        plutil.args(["-convert", "json", "-o", "-"]).arg(file).stderr(std::process::Stdio::null());
        plutil.output().ok()
    });
    let handlers = json.and_then(|output| serde_json::from_slice(&output.stdout).ok()).unwrap_or_default();
    of_bundle(bundle(&handlers).unwrap_or_else(|| "com.apple.safari".into()))
}

/// The bundle for https among the handlers.
fn bundle(handlers: &Value) -> Option<String> {
    let is_https = |handler: &&Value| handler["LSHandlerURLScheme"] == "https";
    let handler = handlers["LSHandlers"].as_array()?.iter().find(is_https)?;
    handler["LSHandlerRoleAll"].as_str().map(str::to_ascii_lowercase)
}

/// `open` starts a bundle with arguments only as a new instance, which hands them to the one that runs.
fn of_bundle(id: String) -> Found {
    let name = (id == "com.apple.safari").then(|| "Safari".to_owned());
    let program = ["/usr/bin/open", "-n", "-b", id.as_str(), "--args"].map(Into::into).into();
    Found { id, name, program }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_bundle_for_https_is_read_from_the_handlers() {
        let handlers = json!({ "LSHandlers": [
            { "LSHandlerURLScheme": "mailto", "LSHandlerRoleAll": "com.apple.mail" },
            { "LSHandlerContentType": "public.html", "LSHandlerRoleAll": "org.mozilla.firefox" },
            { "LSHandlerURLScheme": "https", "LSHandlerRoleAll": "com.Google.Chrome", "LSHandlerPreferredVersions": {} },
        ] });
        assert_eq!(bundle(&handlers).as_deref(), Some("com.google.chrome"));
        for handlers in [json!(null), json!({ "LSHandlers": [] }), json!({ "LSHandlers": 1 })] {
            assert_eq!(bundle(&handlers), None, "{handlers}");
        }
        assert_eq!(of_bundle("com.apple.safari".into()).name.as_deref(), Some("Safari"));
        assert_eq!(of_bundle("com.brave.browser".into()).program[3], "com.brave.browser");
    }
}
