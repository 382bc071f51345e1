//! What follows from several values together, where a rule could not say it in its own words. Each fact names what shows
//! it.

use super::reading::Reading;
use serde_json::Value;
use url::{Host, Url};

/// A fact: its name, and what shows it in some evidence.
type Fact = (&'static str, fn(&Reading<'_>) -> Option<String>);

/// Every fact, by name.
pub(super) const FACTS: &[Fact] = &[
    ("token_ran_out", token_ran_out),
    ("token_is_fresh", token_is_fresh),
    ("secret_past_its_date", secret_past_its_date),
    ("redirect_on_loopback", |reading| of_redirect(reading, is_loopback)),
    ("redirect_app_link", |reading| of_redirect(reading, |url| !matches!(url.scheme(), "http" | "https"))),
    ("redirect_any_port", |reading| of_redirect(reading, |url| url.port() == Some(0))),
    ("redirect_differs_in_port", |reading| {
        redirect_differs(reading, |a, b| {
            a.host() == b.host() && a.port_or_known_default() != b.port_or_known_default()
        })
    }),
    ("redirect_differs_in_host", |reading| {
        redirect_differs(reading, |a, b| a.host() != b.host() && is_loopback(a) && is_loopback(b))
    }),
    ("scopes_joined_as_one", scopes_joined_as_one),
    ("token_url_is_authorize_page", token_url_is_authorize_page),
    ("bare_authorization_sent", bare_authorization_sent),
    ("prefix_sent_twice", prefix_sent_twice),
    ("clock_off", clock_off),
    ("resolved_inside", resolved_inside),
    ("looked_up_proxy", |reading| same_host(reading, "local.name_looked_up", "local.proxy")),
    ("connected_to_proxy", |reading| same_host(reading, "local.connected_to", "local.proxy")),
    ("localhost_elsewhere", localhost_elsewhere),
    ("no_params", no_params),
    ("fragment_came", |reading| {
        is_mode(reading, "redirect.in", "fragment").filter(|_| !asked_fragment(reading))
    }),
    ("mode_differs", mode_differs),
    ("seven_days", |reading| {
        let days = number(reading, "local.refresh_token_age_days")?;
        (6.5..=8.5).contains(&days).then(|| format!("refresh_token_age_days={days}"))
    }),
    ("error_under_success", error_under_success),
    ("token_elsewhere", token_elsewhere),
    ("token_readable", token_readable),
    ("no_id_token_in_reply", no_id_token_in_reply),
    ("auth_method_not_announced", auth_method_not_announced),
    ("code_looks_encoded", code_looks_encoded),
    ("offline_is_a_permission", offline_is_a_permission),
    ("access_type_is_the_way", access_type_is_the_way),
    ("scopes_joined_as_one_quoted", scopes_joined_as_one_quoted),
    ("delimiter_against_habit", delimiter_against_habit),
    ("delimiter_against_the_standard", delimiter_against_the_standard),
    ("callback_names_another_host", callback_names_another_host),
    ("header_is_a_query_name", header_is_a_query_name),
    ("environment_differs", environment_differs),
    ("user_name_of_a_sandbox", user_name_of_a_sandbox),
    ("api_domain_differs", |reading| differing_host(reading, "local.token_reply_api_domain")),
    ("user_site_differs", user_site_differs),
    ("discovery_issuer_differs", discovery_issuer_differs),
    ("issuer_is_a_template", |reading| {
        let issuer = reading.text("body/issuer");
        issuer.contains('{').then_some(issuer)
    }),
    ("nothing_said", |reading| reading.words().next().is_none().then(|| reading.text("status"))),
    ("canonical_path_differs", canonical_path_differs),
    ("path_has_odd_signs", path_has_odd_signs),
    ("temporary_key_sent", |reading| {
        let sent = reading.text("sent.header.authorization");
        sent.contains("Credential=ASIA").then(|| "Credential=ASIA".to_owned())
    }),
    ("aws_region_differs", |reading| aws_differs(reading, "connector.region", is_aws_region)),
    ("aws_service_differs", aws_service_differs),
];

pub(super) fn facts(reading: &Reading<'_>) -> Vec<(&'static str, String)> {
    FACTS.iter().filter_map(|(name, find)| find(reading).map(|quote| (*name, quote))).collect()
}

fn number(reading: &Reading<'_>, path: &str) -> Option<f64> {
    reading.at(path).first().and_then(|found| found.value.as_f64())
}

/// The access token is older than the service said it lives.
fn token_ran_out(reading: &Reading<'_>) -> Option<String> {
    let (age, life) = (number(reading, "local.token_age_s")?, number(reading, "local.expires_in")?);
    (age >= life).then(|| format!("expires_in={life}"))
}

fn token_is_fresh(reading: &Reading<'_>) -> Option<String> {
    let age = number(reading, "local.token_age_s")?;
    let lives = number(reading, "local.expires_in").is_none_or(|life| age < life);
    (lives && age < 300.0).then(|| format!("token_age_s={age}"))
}

/// Dates are written so that their order is that of their texts.
fn secret_past_its_date(reading: &Reading<'_>) -> Option<String> {
    let (ends, today) = (reading.text("local.client_secret_expires_at"), reading.text("local.today"));
    (!ends.is_empty() && !today.is_empty() && ends < today)
        .then(|| format!("client_secret_expires_at={ends}"))
}

fn redirect(reading: &Reading<'_>) -> Option<(String, Url)> {
    let sent = ["local.redirect_sent", "connector.redirect", "connector.callback"];
    let text = sent.iter().map(|path| reading.text(path)).find(|text| !text.is_empty())?;
    let url = Url::parse(&text).ok()?;
    Some((text, url))
}

fn of_redirect(reading: &Reading<'_>, holds: impl Fn(&Url) -> bool) -> Option<String> {
    let (text, url) = redirect(reading)?;
    holds(&url).then_some(text)
}

fn redirect_differs(reading: &Reading<'_>, how: impl Fn(&Url, &Url) -> bool) -> Option<String> {
    let registered = reading.text("local.registered_redirect");
    let (_, sent) = redirect(reading)?;
    how(&sent, &Url::parse(&registered).ok()?).then(|| format!("registered_redirect={registered}"))
}

fn is_host(url: &Url, name: &str) -> bool {
    url.host_str() == Some(name)
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// The service repeats all permissions as one word, joined by our delimiter.
fn scopes_joined_as_one(reading: &Reading<'_>) -> Option<String> {
    let found = reading.at("connector.scope");
    let scopes: Vec<&str> = found.first()?.value.as_array()?.iter().filter_map(Value::as_str).collect();
    let delimiter = reading.text("connector.scope_delimiter");
    let delimiter = if delimiter.is_empty() { " " } else { &delimiter };
    let joined = scopes.join(delimiter);
    let repeats = scopes.len() > 1 && reading.words().any(|(text, _)| text.contains(&joined));
    repeats.then_some(joined)
}

fn token_url_is_authorize_page(reading: &Reading<'_>) -> Option<String> {
    let sent = reading.text("sent.url");
    let url = Url::parse(&sent).ok()?;
    let mut segments = url.path_segments()?;
    segments
        .any(|segment| matches!(segment, "authorize" | "auth" | "authorization" | "login"))
        .then_some(sent)
        .filter(|sent| !sent.contains("token"))
}

/// A key alone, where a word for the scheme stands by rule (RFC 9110 §11.6.2).
fn bare_authorization_sent(reading: &Reading<'_>) -> Option<String> {
    let value = reading.text("sent.header.authorization");
    (value.starts_with('<') || (!value.is_empty() && !value.contains(' '))).then_some(value)
}

fn prefix_sent_twice(reading: &Reading<'_>) -> Option<String> {
    let value = reading.text("sent.header.authorization");
    let mut words = value.split_whitespace();
    let (first, second) = (words.next()?, words.next()?);
    let schemes = ["bearer", "basic", "token", "bot", "apikey", "key", "digest"];
    let is_scheme = |word: &str| schemes.contains(&word.to_lowercase().trim_end_matches(':'));
    (is_scheme(first) && is_scheme(second)).then(|| format!("{first} {second}"))
}

/// Our clock is off by more than a minute.
fn clock_off(reading: &Reading<'_>) -> Option<String> {
    let offset = number(reading, "local.clock_offset_s")?;
    (offset.abs() > 60.0).then(|| format!("clock_offset_s={offset}"))
}

/// The host has an address of a private network.
fn resolved_inside(reading: &Reading<'_>) -> Option<String> {
    let text = reading.text("local.resolved_to");
    let inside = match text.parse().ok()? {
        std::net::IpAddr::V4(address) => address.is_private(),
        std::net::IpAddr::V6(address) => address.is_unique_local(),
    };
    inside.then(|| format!("resolved_to={text}"))
}

fn host_of(text: &str) -> Option<String> {
    let whole = if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
    Url::parse(&whole).ok()?.host_str().map(str::to_owned)
}

fn same_host(reading: &Reading<'_>, one: &str, other: &str) -> Option<String> {
    let (one, other) = (reading.text(one), reading.text(other));
    (host_of(&one)? == host_of(&other)?).then_some(one)
}

/// The listener is on one family, the browser goes to the other first.
fn localhost_elsewhere(reading: &Reading<'_>) -> Option<String> {
    let (_, url) = redirect(reading)?;
    let listener = reading.text("local.listener");
    let resolves = reading.at("local.localhost_resolves_to");
    let first = match &resolves.first()?.value {
        Value::Array(items) => items.first()?.as_str()?.to_owned(),
        value => value.as_str()?.split(',').next()?.trim().to_owned(),
    };
    let ours = listener.contains("[::1]") || listener.starts_with("::1");
    (is_host(&url, "localhost") && !listener.is_empty() && first.contains(':') != ours).then_some(listener)
}

fn no_params(reading: &Reading<'_>) -> Option<String> {
    let found = reading.evidence.seen.came.clone();
    let domain::evidence::Came::Redirect(came) = found else { return None };
    let none = came.get("params").and_then(Value::as_object).is_none_or(serde_json::Map::is_empty);
    none.then(|| came.get("url").and_then(Value::as_str).unwrap_or("params={}").to_owned())
}

fn is_mode(reading: &Reading<'_>, path: &str, mode: &str) -> Option<String> {
    (reading.text(path) == mode).then(|| format!("in={mode}"))
}

/// Whether a fragment was asked for, or is what the response type brings (OAuth 2.0 Multiple Response Type Encoding §2.1).
fn asked_fragment(reading: &Reading<'_>) -> bool {
    let (mode, kind) = (reading.text("connector.response_mode"), reading.text("connector.response_type"));
    match mode.as_str() {
        "" => kind.contains("token") || reading.text("connector.grant_type") == "implicit",
        mode => mode == "fragment",
    }
}

fn mode_differs(reading: &Reading<'_>) -> Option<String> {
    let (asked, came) = (reading.text("connector.response_mode"), reading.text("redirect.in"));
    (!asked.is_empty() && !came.is_empty() && asked != came).then(|| format!("in={came}"))
}

/// A reply that says it succeeded, and holds an error.
fn error_under_success(reading: &Reading<'_>) -> Option<String> {
    let status = number(reading, "status")?;
    let false_at =
        |path: &str| reading.at(path).first().is_some_and(|found| found.value == Value::Bool(false));
    let error = reading.text("body/error");
    let denies = false_at("body/ok") || false_at("body/success") || !(error.is_empty() || error == "null");
    let has_token = !reading.text("body/access_token").is_empty();
    ((200.0..300.0).contains(&status) && denies && !has_token).then_some(error)
}

/// A token stands in the reply, though not where RFC 6749 §5.1 puts it.
fn token_elsewhere(reading: &Reading<'_>) -> Option<String> {
    if !reading.text("body/access_token").is_empty() {
        return None;
    }
    let domain::evidence::Came::Response { body, .. } = &reading.evidence.seen.came else { return None };
    let inner = ["access_token", "accessToken", "authToken", "\"token\"", "AccessToken", "access-token"];
    inner.iter().find(|name| body.contains(**name)).map(|name| name.trim_matches('"').to_owned())
}

/// A token stands where it should, and something beside it is unusual.
fn token_readable(reading: &Reading<'_>) -> Option<String> {
    let content_type = reading.text("header.content-type");
    let plain = !reading.text("body/access_token").is_empty() || reading.text("reply") == "form";
    plain.then(|| match content_type.is_empty() || content_type.contains("json") {
        true => "token_type".to_owned(),
        false => format!("content-type={content_type}"),
    })
}

fn no_id_token_in_reply(reading: &Reading<'_>) -> Option<String> {
    let has_token = !reading.text("body/access_token").is_empty();
    (has_token && reading.text("body/id_token").is_empty()).then(|| "access_token".to_owned())
}

fn auth_method_not_announced(reading: &Reading<'_>) -> Option<String> {
    let announced = reading.at("local.token_endpoint_auth_methods_supported");
    let list = announced.first()?.value.as_array()?.clone();
    let ours = reading.text("connector.client_authentication");
    let quote = announced.first()?.quote.clone();
    (!ours.is_empty() && !list.iter().any(|method| *method == ours.as_str())).then_some(quote)
}

/// A code that was percent-encoded once too often, or cut at a sign.
fn code_looks_encoded(reading: &Reading<'_>) -> Option<String> {
    let code = reading.text("sent.body.code");
    (code.contains('%') || code.ends_with('#') || code.contains(' ')).then_some(code)
}

/// OpenID Connect Core §11, and services that took the word over.
fn offline_is_a_permission(reading: &Reading<'_>) -> Option<String> {
    let urls = ["connector.token_url", "connector.authorization_url", "connector.issuer", "sent.url"];
    let text = urls.iter().map(|path| reading.text(path)).collect::<Vec<_>>().join(" ");
    let known = ["microsoftonline", "okta", "auth0", "atlassian", "xero", "keycloak", "realms"];
    known.iter().find(|name| text.contains(**name)).map(|_| reading.text("connector.scope"))
}

/// Services where a parameter of the sign-in page asks for a refresh token.
fn access_type_is_the_way(reading: &Reading<'_>) -> Option<String> {
    let urls = ["connector.token_url", "connector.authorization_url", "connector.issuer", "sent.url"];
    let text = urls.iter().map(|path| reading.text(path)).collect::<Vec<_>>().join(" ");
    let known = ["google", "zoho", "dropbox"];
    known.iter().find(|name| text.contains(**name)).map(|name| (*name).to_owned())
}

/// All permissions in one pair of quotes.
fn scopes_joined_as_one_quoted(reading: &Reading<'_>) -> Option<String> {
    let joined = scopes_joined_as_one(reading)?;
    let quoted =
        |text: &str| ['\'', '"', '`'].iter().any(|mark| text.contains(&format!("{mark}{joined}{mark}")));
    reading.words().any(|(text, _)| quoted(text)).then_some(joined)
}

/// Services that join permissions by a comma, and take a blank for a part of one.
const JOIN_BY_COMMA: [&str; 12] = [
    "slack.com",
    "zoho.",
    "strava.com",
    "facebook.com",
    "instagram.com",
    "tiktok.com",
    "myshopify.com",
    "todoist.com",
    "figma.com",
    "wrike.com",
    "podio.com",
    "linear.app",
];

fn delimiter_against_habit(reading: &Reading<'_>) -> Option<String> {
    joined_scopes(reading)?;
    let delimiter = reading.text("connector.scope_delimiter");
    (is_joined_by_comma(reading) && delimiter != ",").then(|| reading.text("param.error"))
}

/// Several permissions are joined by another sign than the blank of RFC 6749 §3.3, at a service that is not known for it.
fn delimiter_against_the_standard(reading: &Reading<'_>) -> Option<String> {
    let delimiter = reading.text("connector.scope_delimiter");
    let blank = matches!(delimiter.as_str(), "" | " ");
    joined_scopes(reading).filter(|_| !blank && !is_joined_by_comma(reading))
}

/// The permissions as they are sent, where there are several.
fn joined_scopes(reading: &Reading<'_>) -> Option<String> {
    let found = reading.at("connector.scope");
    let scopes: Vec<&str> = found.first()?.value.as_array()?.iter().filter_map(Value::as_str).collect();
    (scopes.len() > 1).then(|| scopes.join(&reading.text("connector.scope_delimiter")))
}

fn is_joined_by_comma(reading: &Reading<'_>) -> bool {
    let urls = ["connector.authorization_url", "connector.token_url", "sent.url"];
    let mut hosts = urls.iter().filter_map(|path| host_of(&reading.text(path)));
    hosts.any(|host| JOIN_BY_COMMA.iter().any(|known| format!("{host}.").contains(known)))
}

/// What the browser brought names a host of the service, other than the one that is asked.
fn callback_names_another_host(reading: &Reading<'_>) -> Option<String> {
    let came = reading.at("local.callback_params");
    let told = came.first()?.value.as_object()?.values().filter_map(Value::as_str);
    let asked = ["connector.token_url", "connector.base_url"].map(|path| host_of(&reading.text(path)));
    let mut others = told.filter(|text| text.contains("://")).filter(|text| !asked.contains(&host_of(text)));
    others.next().map(str::to_owned)
}

/// Names that stand in queries by habit, as a header.
fn header_is_a_query_name(reading: &Reading<'_>) -> Option<String> {
    let name = reading.text("connector.name");
    let habit = [
        "key",
        "appid",
        "api_key",
        "apikey",
        "access_key",
        "token",
        "app_id",
        "access_token",
        "hapikey",
        "auth",
    ];
    habit.contains(&name.to_lowercase().as_str()).then_some(name)
}

fn is_of_a_sandbox(text: &str) -> bool {
    let text = text.to_lowercase();
    ["sandbox", "staging", "test.", "-test", "uat", "demo", "developer."]
        .iter()
        .any(|word| text.contains(word))
}

/// Production is said, and an address is a sandbox's; or the other way round.
fn environment_differs(reading: &Reading<'_>) -> Option<String> {
    let environment = reading.text("connector.environment").to_lowercase();
    let urls = ["connector.base_url", "connector.token_url", "connector.authorization_url"];
    let known: Vec<String> =
        urls.iter().map(|path| reading.text(path)).filter(|url| !url.is_empty()).collect();
    let sandbox = known.iter().find(|url| is_of_a_sandbox(url));
    let plain = known.iter().find(|url| !is_of_a_sandbox(url));
    match (environment.as_str(), sandbox, plain) {
        ("production", Some(url), _) => Some(url.clone()),
        (_, Some(url), Some(_)) => Some(url.clone()),
        _ => None,
    }
}

/// Salesforce and its kin write the sandbox behind the user's name.
fn user_name_of_a_sandbox(reading: &Reading<'_>) -> Option<String> {
    let name = reading.text("sent.body.username");
    let ending = name.rsplit('.').next()?.to_lowercase();
    let sandbox = ["uat", "sandbox", "dev", "test", "qa", "staging", "full", "partial", "sit", "preprod"];
    sandbox.iter().any(|word| ending.starts_with(word)).then_some(name)
}

fn differing_host(reading: &Reading<'_>, path: &str) -> Option<String> {
    let told = reading.at(path).into_iter().next()?;
    let other = host_of(told.value.as_str()?)?;
    let asked = [reading.text("sent.url"), reading.text("connector.base_url")];
    let hosts: Vec<String> = asked.iter().filter_map(|url| host_of(url)).collect();
    (!hosts.is_empty() && !hosts.contains(&other)).then_some(told.quote)
}

/// The person opens the service at another ending than the one that is asked, such as `.eu` for `.com`.
fn user_site_differs(reading: &Reading<'_>) -> Option<String> {
    let told = reading.at("local.user_site").into_iter().next()?;
    let ending = |host: &str| host.rsplit('.').next().map(str::to_owned);
    let site = ending(&host_of(told.value.as_str()?)?)?;
    let asked = ["sent.url", "connector.token_url", "connector.authorization_url", "connector.base_url"];
    let asked = asked.iter().find_map(|path| ending(&host_of(&reading.text(path))?))?;
    (site != asked).then_some(told.quote)
}

fn discovery_issuer_differs(reading: &Reading<'_>) -> Option<String> {
    let (told, asked) = (reading.text("body/issuer"), reading.text("connector.issuer"));
    (!told.is_empty() && !asked.is_empty() && told != asked).then_some(told)
}

/// The path that we signed is not the one that the service repeats.
fn canonical_path_differs(reading: &Reading<'_>) -> Option<String> {
    let ours = reading.at("local.our_canonical_path").into_iter().next()?;
    let path = ours.value.as_str()?;
    let told = reading.words().find_map(|(text, _)| {
        let lines = text.lines().skip_while(|line| !line.contains("Canonical"));
        lines.map(|line| line.trim_matches('\'')).find(|line| line.starts_with('/')).map(str::to_owned)
    });
    match told {
        Some(told) => (told != path).then_some(told),
        None => path.contains('%').then_some(ours.quote),
    }
}

fn path_has_odd_signs(reading: &Reading<'_>) -> Option<String> {
    let url = Url::parse(&reading.text("sent.url")).ok()?;
    let path = url.path().to_owned();
    let odd = path.contains('%') || path.contains(':') || path.contains("//") || path.contains('+');
    odd.then_some(path)
}

/// Whether a label of a host reads as a region: `eu-west-2`.
fn is_aws_region(label: &str) -> bool {
    let parts: Vec<&str> = label.split('-').collect();
    matches!(&parts[..], [area, .., number]
        if parts.len() >= 3 && area.len() == 2 && number.len() == 1 && number.chars().all(|c| c.is_ascii_digit()))
}

fn aws_differs(reading: &Reading<'_>, path: &str, is: fn(&str) -> bool) -> Option<String> {
    let host = host_of(&reading.text("sent.url"))?;
    let ours = reading.text(path);
    let told = host.split('.').find(|label| is(label))?;
    (!ours.is_empty() && told != ours).then(|| format!("{}={ours}", path.rsplit('.').next().unwrap_or(path)))
}

/// The host names another service than the one that is signed for.
fn aws_service_differs(reading: &Reading<'_>) -> Option<String> {
    let host = host_of(&reading.text("sent.url"))?;
    let ours = reading.text("connector.service");
    let labels: Vec<&str> = host.split('.').collect();
    let known = [
        "execute-api",
        "s3",
        "es",
        "dynamodb",
        "lambda",
        "sqs",
        "sns",
        "sts",
        "ec2",
        "iam",
        "aoss",
        "appsync-api",
    ];
    let told = labels.iter().find(|label| known.contains(*label))?;
    let same = ours.is_empty() || *told == ours || (*told == "appsync-api" && ours == "appsync");
    (!same && host.contains("amazonaws")).then(|| format!("service={ours}"))
}
