//! AWS Signature v4 as a service plays it. The client side is written here by hand, from AWS's description.

use crate::{
    client::Reply,
    spell::{hex, plain},
    world::{World, play},
};
use hmac::{Hmac, Mac};
use lab::{Outcome, Play, play::Authentication};
use serde_json::json;
use sha2::{Digest, Sha256};

/// The clock of a world stands still there.
const STAMP: &str = "20261122T100000Z";
const UNSIGNED: &str = "UNSIGNED-PAYLOAD";

/// An identity of AWS that signs as AWS describes it, unless a test makes it do something else.
struct Caller {
    world: World,
    service: &'static str,
    key: String,
    secret: String,
    token: String,
}

/// A request before it is signed.
#[derive(Clone, Copy)]
struct Asks<'a> {
    method: &'a str,
    path: &'a str,
    query: &'a [(&'a str, &'a str)],
    body: &'a str,
    stamp: &'a str,
    scope: (&'a str, &'a str),
    token: bool,
}

impl Caller {
    async fn of(service: &'static str) -> Self {
        let authentication = json!({ "type": "aws_sigv4", "service": service, "region": "eu-west-2" });
        let authentication: Authentication = serde_json::from_value(authentication).unwrap();
        let mut play: Play = play("aws", authentication);
        play.base_url = format!("https://{service}.eu-west-2.amazonaws.com");
        let world = World::playing(std::slice::from_ref(&play)).await;
        let issued = world.lab.issue(&play, None).unwrap();
        let value = |key: &str| {
            // EXPOSE: a value that the Lab made up
            issued.iter().find(|issued| issued.key == key).unwrap().value.expose().clone()
        };
        let (key, secret) = (value("access_key_id"), value("secret_access_key"));
        assert!(key.starts_with("ASIA") && key.len() == 20 && secret.len() == 40, "{key} {}", secret.len());
        let token = value("session_token");
        Self { world, service, key, secret, token }
    }

    fn asks(&self) -> Asks<'static> {
        let scope = ("eu-west-2", self.service);
        Asks { method: "GET", path: "/me", query: &[], body: "", stamp: STAMP, scope, token: true }
    }

    fn path(&self, asks: &Asks<'_>) -> String {
        format!("/aws/{}.eu-west-2.amazonaws.com{}", self.service, asks.path)
    }

    fn host(&self) -> String {
        format!("127.0.0.1:{}", self.world.port())
    }

    fn signature(&self, asks: &Asks<'_>, canonical: &str) -> String {
        let scope = [&asks.stamp[..8], asks.scope.0, asks.scope.1, "aws4_request"];
        let text = format!(
            "AWS4-HMAC-SHA256\n{}\n{}\n{}",
            asks.stamp,
            scope.join("/"),
            hex(&Sha256::digest(canonical))
        );
        let first = format!("AWS4{}", self.secret).into_bytes();
        let key = scope.iter().fold(first, |key, part| mac(&key, part));
        hex(&mac(&key, &text))
    }

    fn credential(&self, asks: &Asks<'_>) -> String {
        format!("{}/{}/{}/{}/aws4_request", self.key, &asks.stamp[..8], asks.scope.0, asks.scope.1)
    }

    /// The head lines that sign a request.
    fn sign(&self, asks: &Asks<'_>) -> String {
        let digest = hex(&Sha256::digest(asks.body));
        let is_s3 = self.service == "s3";
        let mut headers = vec![("host", self.host())];
        headers.extend(is_s3.then(|| ("x-amz-content-sha256", digest.clone())));
        headers.push(("x-amz-date", asks.stamp.into()));
        headers.extend(asks.token.then(|| ("x-amz-security-token", self.token.clone())));
        let names: Vec<_> = headers.iter().map(|(name, _)| *name).collect();
        let lines: String = headers.iter().map(|(name, value)| format!("{name}:{value}\n")).collect();
        // No path here is one that AWS would tidy but for what is encoded once more.
        let path = self.path(asks);
        let path = if is_s3 { path } else { path.replace('%', "%25") };
        let mut query: Vec<_> = asks.query.iter().map(|(key, value)| (plain(key), plain(value))).collect();
        query.sort();
        let query: Vec<_> = query.iter().map(|(key, value)| format!("{key}={value}")).collect();
        let canonical =
            format!("{}\n{path}\n{}\n{lines}\n{}\n{digest}", asks.method, query.join("&"), names.join(";"));
        let mut head: String =
            headers[1..].iter().map(|(name, value)| format!("\n{name}: {value}")).collect();
        head.push_str(&format!(
            "\nAuthorization: AWS4-HMAC-SHA256 Credential={}, SignedHeaders={}, Signature={}",
            self.credential(asks),
            names.join(";"),
            self.signature(asks, &canonical)
        ));
        head
    }

    fn send(&self, asks: &Asks<'_>, head: &str) -> Reply {
        let query: Vec<_> =
            asks.query.iter().map(|(key, value)| format!("{}={}", plain(key), plain(value))).collect();
        let query = if query.is_empty() { String::new() } else { format!("?{}", query.join("&")) };
        let kind = "application/x-www-form-urlencoded";
        let body = if asks.body.is_empty() {
            String::new()
        } else {
            format!("\nContent-Type: {kind}\n\n{}", asks.body)
        };
        self.world.send(&format!(
            "{} {}{query} HTTP/1.1\nHost: HOST{head}{body}",
            asks.method,
            self.path(asks)
        ))
    }

    fn ask(&self, asks: &Asks<'_>) -> Reply {
        self.send(asks, &self.sign(asks))
    }

    /// A presigned address, and the query that it has.
    fn presign(&self, asks: &Asks<'_>, expires: &str) -> Reply {
        let credential = self.credential(asks);
        let mut query = vec![
            ("X-Amz-Algorithm", "AWS4-HMAC-SHA256"),
            ("X-Amz-Credential", &credential),
            ("X-Amz-Date", asks.stamp),
            ("X-Amz-Expires", expires),
            ("X-Amz-Security-Token", &self.token),
            ("X-Amz-SignedHeaders", "host"),
        ];
        let pairs: Vec<_> = query.iter().map(|(key, value)| format!("{key}={}", plain(value))).collect();
        let payload = if self.service == "s3" { UNSIGNED.to_owned() } else { hex(&Sha256::digest("")) };
        let canonical = format!(
            "{}\n{}\n{}\nhost:{}\n\nhost\n{payload}",
            asks.method,
            self.path(asks),
            pairs.join("&"),
            self.host()
        );
        let signature = self.signature(asks, &canonical);
        query.push(("X-Amz-Signature", &signature));
        self.send(&Asks { query: &query, ..*asks }, "")
    }

    fn why(&self) -> String {
        self.world.lab.log(0, "").unwrap().last().unwrap().checked.as_ref().unwrap().why().unwrap_or_default()
    }
}

fn mac(key: &[u8], text: &str) -> Vec<u8> {
    <Hmac<Sha256> as Mac>::new_from_slice(key).unwrap().chain_update(text).finalize().into_bytes().to_vec()
}

fn element<'r>(reply: &'r Reply, name: &str) -> &'r str {
    let (_, rest) =
        reply.body.split_once(&format!("<{name}>")).unwrap_or_else(|| panic!("no {name}: {reply:?}"));
    rest.split_once(&format!("</{name}>")).unwrap().0
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signed_call_is_right_for_each_service_and_each_step_is_told() {
    for service in ["execute-api", "s3", "sts"] {
        let caller = Caller::of(service).await;
        for asks in [
            caller.asks(),
            Asks { query: &[("b", "2"), ("a", "x y"), ("a", "=&+"), ("é", "")], ..caller.asks() },
            Asks { method: "POST", path: "/a%20b/%C3%BC", body: "a=1&b=%2B", ..caller.asks() },
        ] {
            let reply = caller.ask(&asks);
            assert_eq!(reply.status, 200, "{service}: {reply:?}");
        }
        assert_eq!(caller.presign(&caller.asks(), "3600").status, 200, "{service}");
    }
    let caller = Caller::of("execute-api").await;
    assert_eq!(caller.ask(&caller.asks()).json()["email"], lab::PERSON);
    let log = caller.world.lab.log(0, "").unwrap();
    let checked = log[0].checked.as_ref().unwrap();
    let steps: Vec<_> = checked.steps.iter().map(|step| format!("{}: {}", step.what, step.detail)).collect();
    assert_eq!(
        steps.join(" · "),
        "Where the signature stands: in the header · Access key ID: known · Session token: right · \
         Scope: eu-west-2, execute-api · Signed headers: host, x-amz-date, x-amz-security-token · Time: near · \
         Signature: right · Body: right"
    );
    assert_eq!(log[0].outcome, Outcome::Verified);
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_was_changed_after_it_was_signed_is_refused_with_the_text_that_aws_would_have_signed() {
    for service in ["s3", "sts", "execute-api"] {
        let caller = Caller::of(service).await;
        let signed = Asks { method: "POST", query: &[("page", "1")], body: "amount=10", ..caller.asks() };
        let head = caller.sign(&signed);
        assert_eq!(caller.send(&signed, &head).status, 200, "{service}");
        for (what, changed) in [
            ("method", Asks { method: "PUT", ..signed }),
            ("path", Asks { path: "/other", ..signed }),
            ("query", Asks { query: &[("page", "2")], ..signed }),
        ] {
            let reply = caller.send(&changed, &head);
            assert_eq!(reply.status, 403, "{service} {what}: {reply:?}");
            let canonical = match service {
                "s3" => element(&reply, "CanonicalRequest").to_owned(),
                "sts" => element(&reply, "Message").to_owned(),
                _ => reply.json()["message"].as_str().unwrap().to_owned(),
            };
            let path = caller.path(&changed);
            assert!(canonical.contains(&format!("{}\n{path}\npage=", changed.method)), "{what}: {canonical}");
            assert_eq!(caller.why(), "Signature: not made with this key, or not of this request", "{what}");
        }
        let other = caller.send(&Asks { body: "amount=99", ..signed }, &head);
        let expected = if service == "s3" { (400, "Body: ") } else { (403, "Signature: ") };
        assert_eq!(other.status, expected.0, "{service}: {other:?}");
        assert!(caller.why().starts_with(expected.1), "{}", caller.why());
        let wrong = Caller { secret: "x".repeat(40), ..caller };
        assert_eq!(wrong.ask(&wrong.asks()).status, 403, "{service}");
        assert!(wrong.why().starts_with("Signature: "));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_scope_headers_and_time_are_looked_at_one_by_one() {
    let caller = Caller::of("s3").await;
    let signed = caller.asks();
    for (asks, code, why) in [
        (
            Asks { scope: ("us-east-1", "s3"), ..signed },
            "AuthorizationHeaderMalformed",
            "Scope: another region",
        ),
        (
            Asks { scope: ("eu-west-2", "sts"), ..signed },
            "AuthorizationHeaderMalformed",
            "Scope: another service",
        ),
        (Asks { stamp: "20261122T094459Z", ..signed }, "RequestTimeTooSkewed", "Time: 901 seconds"),
        (Asks { stamp: "20261122T101501Z", ..signed }, "RequestTimeTooSkewed", "Time: 901 seconds"),
        (Asks { token: false, ..signed }, "InvalidToken", "Session token: missing"),
    ] {
        let reply = caller.ask(&asks);
        assert_eq!(element(&reply, "Code"), code, "{reply:?}");
        assert!(caller.why().starts_with(why), "{}", caller.why());
    }
    assert_eq!(caller.ask(&Asks { stamp: "20261122T094501Z", ..signed }).status, 200);
    let head = caller.sign(&signed);
    for (changed, code) in [
        (head.replace(&caller.key, "ASIAOTHER"), "InvalidAccessKeyId"),
        (head.replace(&format!(": {}", caller.token), ": another"), "InvalidToken"),
        (head.replace("host;", ""), "AuthorizationHeaderMalformed"),
        (head.replace("SignedHeaders=host", "SignedHeaders=absent;host"), "AuthorizationHeaderMalformed"),
        (head.replace("/20261122/", "/20261121/"), "AuthorizationHeaderMalformed"),
        (head.replace("aws4_request", "aws4"), "AuthorizationHeaderMalformed"),
        (head.replace("AWS4-HMAC-SHA256", "AWS4"), "AuthorizationHeaderMalformed"),
        (format!("{head}\nx-amz-acl: public-read"), "AuthorizationHeaderMalformed"),
        (String::new(), "AccessDenied"),
    ] {
        let reply = caller.send(&signed, &changed);
        assert_eq!(element(&reply, "Code"), code, "{changed}");
        assert!(element(&reply, "Lab").starts_with("Played by the Lab"), "{reply:?}");
    }
    caller.world.lab.set_dial(None, "clock_difference", Some(json!(3600))).unwrap();
    assert_eq!(element(&caller.ask(&signed), "Code"), "RequestTimeTooSkewed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_presigned_address_works_for_its_time_and_no_longer() {
    let caller = Caller::of("s3").await;
    for (stamp, expires, status, why) in [
        (STAMP, "60", 200, ""),
        ("20261122T095900Z", "60", 200, ""),
        ("20261122T095859Z", "60", 403, "Expires: over for 1 seconds"),
        ("20261122T103000Z", "60", 403, "Time: 1800 seconds ahead"),
        (STAMP, "604801", 400, "Expires: not 1 to 604800"),
        (STAMP, "0", 400, "Expires: not 1 to"),
        (STAMP, "soon", 400, "Expires: not 1 to"),
    ] {
        let reply = caller.presign(&Asks { stamp, ..caller.asks() }, expires);
        assert_eq!(reply.status, status, "{stamp} {expires}: {reply:?}");
        assert!(caller.why().starts_with(why), "{}", caller.why());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sts_tells_who_calls() {
    let caller = Caller::of("sts").await;
    let asks = Asks {
        path: "/",
        query: &[("Action", "GetCallerIdentity"), ("Version", "2011-06-15")],
        ..caller.asks()
    };
    let reply = caller.ask(&asks);
    assert_eq!(element(&reply, "Arn"), "arn:aws:sts::000000000000:assumed-role/lab/ada@lab.test");
    assert_eq!(reply.header("content-type"), Some("text/xml"));
    let head = caller.sign(&asks) + "\nAccept: application/json";
    let told = caller.send(&asks, &head).json();
    let result = &told["GetCallerIdentityResponse"]["GetCallerIdentityResult"];
    assert_eq!(result["Account"], "000000000000", "{told}");
    let other = caller.ask(&Asks { query: &[], ..asks });
    assert!(element(&other, "Lab").contains("\"path\": \"/\""), "any other call is echoed: {other:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn neither_log_nor_reply_holds_a_key_of_aws() {
    let caller = Caller::of("execute-api").await;
    let asks = Asks { path: "/things", ..caller.asks() };
    let replies = [caller.ask(&asks), caller.presign(&asks, "60")];
    let log = serde_json::to_string(&caller.world.lab.log(0, "").unwrap()).unwrap();
    for secret in [&caller.secret, &caller.token] {
        assert!(!log.contains(secret.as_str()), "{log}");
        assert!(replies.iter().all(|reply| reply.status == 200 && !reply.body.contains(secret.as_str())));
    }
}
