//! The Lab's own pages: sign-in, consent, the code of a device, and what went wrong. Clearly fictional, in light and dark.
//!
//! Each is one string without anything from elsewhere: no script but the one that posts a form back, no picture, no font.
//! The policy of a page names its style and script by their hashes and where its forms may lead; every text is escaped.
//! To add a page: a function here on [`frame`].

use crate::{decode, people::Person};
use sha2::{Digest, Sha256};

const STYLE: &str = include_str!("style.css");
/// Posts the one form of a page. Without it, the person presses its button.
const SCRIPT: &str = "document.forms[0].submit()";

/// A page with its policy (Content Security Policy Level 3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Page {
    pub html: String,
    pub policy: String,
}

/// What the pages of a sign-in have in common.
#[derive(Clone, Copy)]
pub(crate) struct Ask<'a> {
    /// The service that is played.
    pub service: &'a str,
    /// Where the Lab is.
    pub host: &'a str,
    /// Where its forms go, at the Lab.
    pub action: &'a str,
    /// Where the browser goes in the end; browsers hold forms to that too.
    pub leads_to: &'a str,
}

/// A permission on the agreement page.
pub(crate) struct Line<'a> {
    pub value: &'a str,
    pub name: &'a str,
    pub description: &'a str,
    /// Whether it cannot be unticked.
    pub fixed: bool,
}

/// Who signs in. A person that the app asked for comes first.
pub(crate) fn choose(ask: &Ask<'_>, people: &[Person], hint: Option<&str>, said: Option<&str>) -> Page {
    let (mut sorted, others): (Vec<_>, Vec<_>) =
        people.iter().partition(|person| Some(person.email.as_str()) == hint);
    sorted.extend(others);
    let button = |person: &&Person| {
        format!(
            "<button class=\"who\" name=\"person\" value=\"{email}\"><span class=\"face\" aria-hidden=\"true\">{face}</span>\
             <span><b>{name}</b><span class=\"hint\">{email}</span></span><span class=\"hint\">{does}</span></button>",
            email = escape(&person.email),
            face = escape(&initials(&person.name, 1)),
            name = escape(&person.name),
            does = escape(person.behaviour.shown_name()),
        )
    };
    let said = said.map(|said| format!("<p class=\"bad\" role=\"alert\">{}</p>", escape(said)));
    let body = format!(
        "{cable}<h1>Sign in to {service} (pretend)</h1><p class=\"say\">Choose a pretend person. There are no passwords.</p>\
         {said}<form method=\"post\" action=\"{action}\">{people}</form>\
         <p class=\"hint foot\">Add people in Patchbay under Lab.</p>",
        cable = cable(ask.service),
        service = escape(ask.service),
        said = said.unwrap_or_default(),
        action = escape(ask.action),
        people = sorted.iter().map(button).collect::<String>(),
    );
    frame(
        &format!("Sign in to {} (pretend)", ask.service),
        (ask.host, ask.service),
        &body,
        ask.leads_to,
        false,
    )
}

/// What the person agrees to.
pub(crate) fn agree(ask: &Ask<'_>, person: &Person, lines: &[Line<'_>]) -> Page {
    let line = |line: &Line<'_>| {
        format!(
            "<label><input type=\"checkbox\" name=\"scope\" value=\"{value}\" checked{fixed}>\
             <span>{name}<span class=\"hint\">{description}</span></span></label>",
            value = escape(line.value),
            fixed = if line.fixed { " disabled" } else { "" },
            name = escape(line.name),
            description = escape(line.description),
        )
    };
    let permissions = match lines {
        [] => "<p>It asks for no permission of its own.</p>".to_owned(),
        lines => lines.iter().map(line).collect(),
    };
    let allow = if lines.is_empty() { "Allow".to_owned() } else { format!("Allow {}", lines.len()) };
    let untick =
        if lines.iter().any(|line| !line.fixed) { "Untick one to give fewer than asked. " } else { "" };
    let body = format!(
        "{cable}<h1>Patchbay asks for permission</h1><form method=\"post\" action=\"{action}\">\
         <input type=\"hidden\" name=\"person\" value=\"{email}\">\
         <p class=\"say\">To use {service} (pretend) as <b>{email}</b>. \
         <button class=\"link\" name=\"answer\" value=\"other\">Someone else</button></p>\
         <div class=\"lines\">{permissions}</div>\
         <div class=\"row\"><button class=\"pill\" name=\"answer\" value=\"no\">Deny</button>\
         <button class=\"pill main\" name=\"answer\" value=\"yes\">{allow}</button></div></form>\
         <p class=\"hint foot\">{untick}A sign-in waits for ten minutes.</p>",
        cable = cable(ask.service),
        action = escape(ask.action),
        email = escape(&person.email),
        service = escape(ask.service),
    );
    let title = format!("Permission for {} (pretend)", ask.service);
    frame(&title, (ask.host, ask.service), &body, ask.leads_to, false)
}

/// The code that a device shows.
pub(crate) fn type_code(ask: &Ask<'_>, said: Option<&str>) -> Page {
    let said = said.map(|said| format!("<p class=\"bad\" role=\"alert\">{}</p>", escape(said)));
    let body = format!(
        "{cable}<h1>Connect a device to {service} (pretend)</h1>\
         <p class=\"say\"><label for=\"code\">Type the code that Patchbay shows.</label></p>{said}\
         <form method=\"get\" action=\"{action}\"><input class=\"type code\" id=\"code\" name=\"user_code\" \
         autocomplete=\"off\" autofocus required maxlength=\"20\"><div class=\"row\">\
         <button class=\"pill main\">Continue</button></div></form>",
        cable = cable(ask.service),
        service = escape(ask.service),
        said = said.unwrap_or_default(),
        action = escape(ask.action),
    );
    let title = format!("Connect a device to {} (pretend)", ask.service);
    frame(&title, (ask.host, ask.service), &body, "", false)
}

/// What the person takes back to the app by hand.
pub(crate) fn pin(service: &str, host: &str, pin: &str) -> Page {
    let body = format!(
        "{}<h1>Type this PIN in Patchbay</h1><p class=\"say pin\"><code>{}</code></p>\
         <p class=\"hint foot\">It works once, and for ten minutes.</p>",
        cable(service),
        escape(pin)
    );
    frame("Your PIN", (host, service), &body, "", false)
}

/// The end of what happens here.
pub(crate) fn done(service: &str, host: &str, head: &str, told: &str) -> Page {
    let body = format!("{}<h1>{}</h1><p class=\"say\">{}</p>", cable(service), escape(head), escape(told));
    frame(head, (host, service), &body, "", false)
}

/// A request that no browser is sent back with.
pub(crate) fn refusal(service: &str, host: &str, why: &str) -> Page {
    let body = format!(
        "{}<h1>{} (pretend) does not go on</h1><p class=\"say\">The app’s request is not right, so nobody was asked \
         anything and nothing was given.</p><p class=\"bad\" role=\"alert\">{}</p>\
         <p class=\"hint foot\">Correct it in the connector and sign in again.</p>",
        cable(service),
        escape(service),
        escape(why)
    );
    frame("The request is not right", (host, service), &body, "", false)
}

/// The answer as a form that the browser posts (OAuth 2.0 Form Post Response Mode §2).
pub(crate) fn post(service: &str, host: &str, address: &str, pairs: &[(String, String)]) -> Page {
    let field = |(key, value): &(String, String)| {
        format!("<input type=\"hidden\" name=\"{}\" value=\"{}\">", escape(key), escape(value))
    };
    let body = format!(
        "{}<h1>Back to Patchbay</h1><form method=\"post\" action=\"{}\">{}<div class=\"row\">\
         <button class=\"pill main\">Continue</button></div></form><script>{SCRIPT}</script>",
        cable(service),
        escape(address),
        pairs.iter().map(field).collect::<String>(),
    );
    let origin = address.match_indices('/').nth(2).map_or(address, |(end, _)| &address[..end]);
    frame("Back to Patchbay", (host, service), &body, origin, true)
}

/// An error page as a proxy or a broken service would send it.
pub(crate) fn fault(head: &str) -> Page {
    let head = escape(head);
    Page {
        html: format!(
            "<!doctype html>\n<html><head><title>{head}</title></head><body><h1>{head}</h1><hr><p>Patchbay Lab</p></body></html>\n"
        ),
        policy: "default-src 'none'; frame-ancestors 'none'".into(),
    }
}

fn frame(title: &str, (host, service): (&str, &str), body: &str, leads_to: &str, scripted: bool) -> Page {
    const JACK: &str = "<svg width=\"16\" height=\"16\" viewBox=\"0 0 16 16\" aria-hidden=\"true\"><circle cx=\"8\" cy=\"8\" r=\"6.2\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"1.6\" stroke-dasharray=\"2.87 2\" stroke-dashoffset=\"1.4\"/><circle cx=\"8\" cy=\"8\" r=\"2\" fill=\"currentColor\"/></svg>";
    let html = format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>{title} – Patchbay Lab</title><style>{STYLE}</style></head><body>\
         <header>{JACK}<b>Patchbay Lab</b><span>A pretend service. Type nothing real here.</span><code>{host}</code></header>\
         <main><section class=\"card\">{body}</section></main>\
         <footer>Runs on this machine, as {service} would. Nothing is sent anywhere.</footer></body></html>\n",
        title = escape(title),
        host = escape(host),
        service = escape(service),
    );
    let hash = |text: &str| format!("'sha256-{}'", decode::to_base64(&Sha256::digest(text)));
    let script = if scripted { format!("; script-src {}", hash(SCRIPT)) } else { String::new() };
    let policy = format!(
        "default-src 'none'; style-src {}{script}; form-action 'self' {leads_to}; base-uri 'none'; frame-ancestors 'none'",
        hash(STYLE)
    );
    Page { html, policy }
}

fn cable(service: &str) -> String {
    format!(
        "<div class=\"cable\" aria-hidden=\"true\"><span class=\"tile\">P</span><i></i><span class=\"tile\">{}</span></div>",
        escape(&initials(service, 2))
    )
}

/// The first letters of the first words.
fn initials(name: &str, most: usize) -> String {
    name.split_whitespace()
        .filter_map(|word| word.chars().next())
        .take(most)
        .flat_map(char::to_uppercase)
        .collect()
}

/// Text as text, wherever it stands.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::people::PersonBehaviour;

    const ASK: Ask<'_> = Ask {
        service: "<b>Zylker</b> & \"Co\"",
        host: "127.0.0.1:4390",
        action: "/crm/h/authorize?state=\"><script>",
        leads_to: "dev.patchbay:",
    };

    fn ada() -> Person {
        Person { email: "ada@lab.test".into(), name: "Ada <i>".into(), behaviour: PersonBehaviour::SaysYes }
    }

    #[test]
    fn whatever_a_connector_or_request_says_is_text() {
        let line = Line { value: "\"><img>", name: "<img>", description: "<img>", fixed: false };
        for page in [
            choose(&ASK, &[ada()], None, Some("<img>")),
            agree(&ASK, &ada(), &[line]),
            type_code(&ASK, Some("<img>")),
            done(ASK.service, ASK.host, "<img>", "<img>"),
            refusal(ASK.service, ASK.host, "<img>"),
            post(
                ASK.service,
                ASK.host,
                "http://127.0.0.1:1/\"><img>",
                &[("<img>".into(), "\"><img>".into())],
            ),
        ] {
            let markup = page.html.replace(STYLE, "");
            for tag in ["<img", "<script>docu", "<b>Zylker", "<i>\""] {
                let own = usize::from(tag == "<script>docu" && markup.contains("Back to Patchbay"));
                assert_eq!(markup.matches(tag).count(), own, "{tag}: {markup}");
            }
            assert!(markup.contains("A pretend service. Type nothing real here."), "{markup}");
        }
    }

    #[test]
    fn a_page_loads_and_runs_nothing_but_its_own() {
        let page = agree(&ASK, &ada(), &[]);
        assert!(page.policy.starts_with("default-src 'none'; style-src 'sha256-"), "{}", page.policy);
        assert!(page.policy.contains("form-action 'self' dev.patchbay:;"), "{}", page.policy);
        assert!(!page.policy.contains("script-src") && !page.policy.contains("unsafe"));
        let posted = post("Z", ASK.host, "http://127.0.0.1:49152/callback", &[]);
        assert!(posted.policy.contains("script-src 'sha256-") && posted.html.contains(SCRIPT));
        assert!(posted.policy.contains("form-action 'self' http://127.0.0.1:49152;"), "{}", posted.policy);
        for page in [page, posted] {
            assert!(!page.html.contains("http://127.0.0.1:49152\"") && !page.html.contains(" style="));
            assert!(!page.html.contains("src=") && !page.html.contains("href="), "nothing is fetched");
        }
    }

    #[test]
    fn the_person_that_the_app_asked_for_comes_first() {
        let joan = Person { email: "joan@lab.test".into(), ..ada() };
        let page = choose(&ASK, &[ada(), joan], Some("joan@lab.test"), None);
        let place = |email: &str| page.html.find(&format!("value=\"{email}\"")).unwrap();
        assert!(place("joan@lab.test") < place("ada@lab.test"));
    }
}
