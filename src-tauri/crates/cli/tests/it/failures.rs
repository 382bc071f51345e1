//! How a connection failed is told by the next command, which did not see it, until it works again.

use crate::{service::Service, world::World};

/// What the service takes for a token, and repeats when it refuses it.
const TOKEN: &str = "at-canary-0123456789-abcdef";

#[test]
fn a_failure_is_told_by_the_next_command_without_its_secrets_until_it_works_again() {
    let (world, service) = (World::new(), Service::start());
    let rest = format!(
        "base_url: {}/api\nauthentication: {{ type: bearer }}\nverify: {{ path: /me, account: /who }}\n",
        service.address
    );
    world.connector_of("mine", &rest, &[&service.address]);
    let secret = format!("token=@{}", world.file("secret", TOKEN).display());
    assert_eq!(world.ended(&["connect", "mine", "--name", "Mine", "--secret", &secret]).code, 0);
    assert_eq!(world.ended(&["show", "mine"]).json().get("diagnosis"), None);

    service.refuse(true);
    assert_eq!(world.ended(&["verify", "mine"]).code, 1);
    let shown = world.ended(&["show", "mine"]);
    let (view, diagnosis) = (shown.json(), &shown.json()["diagnosis"]);
    assert!(view["failed_at"].is_string(), "{view}");
    assert!(diagnosis["causes"][0]["title"].is_string(), "{view}");
    assert_eq!(diagnosis["evidence"]["came"][0], "401", "{view}");
    assert!(diagnosis["evidence"]["known"].to_string().contains("worked_before"), "{view}");
    assert!(!shown.out.contains("canary"), "{}", shown.out);
    for file in std::fs::read_dir(world.path() + "/data").unwrap() {
        let path = file.unwrap().path();
        let kept = std::fs::read(&path).unwrap_or_default();
        assert!(!kept.windows(6).any(|text| text == b"canary"), "{}", path.display());
    }

    service.refuse(false);
    assert_eq!(world.ended(&["verify", "mine"]).code, 0);
    let view = world.ended(&["show", "mine"]).json();
    assert_eq!((view.get("diagnosis"), view["failed_at"].is_null()), (None, true), "{view}");
}
