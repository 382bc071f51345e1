//! A command that is interrupted while a service is about to answer: what it answers is kept.
#![cfg(unix)]

use crate::{service::Service, world::World};
use std::process::{Command, Stdio};

#[test]
fn a_token_that_is_on_its_way_is_kept_when_the_person_interrupts() {
    for signal in ["INT", "TERM"] {
        let (world, service) = (World::new(), Service::start());
        let rest = format!(
            "base_url: {0}/api\nauthentication: {{ type: oauth2, grant_type: client_credentials, token_url: '{0}/token' }}\n\
             verify: {{ path: /me, account: /who }}\n",
            service.address
        );
        world.connector_of("machine", &rest, &[&service.address]);
        let secret = format!("client_secret=@{}", world.file("secret", "app-secret").display());
        assert_eq!(world.ended(&["connect", "machine", "--client-id", "app", "--secret", &secret]).code, 0);

        let held = service.hold_tokens();
        let refreshing = world.together(&["refresh", "machine"]).stdout(Stdio::piped()).spawn().unwrap();
        held.is_asked();
        let told = Command::new("kill").args([&format!("-{signal}"), &refreshing.id().to_string()]).status();
        assert!(told.unwrap().success());
        held.answer();
        assert_eq!(refreshing.wait_with_output().unwrap().status.code(), Some(3), "{signal}");

        let events = world.ended(&["events", "--connection", "machine"]).json();
        assert_eq!(events[0]["sentence"], "Token refreshed", "{signal}");
        assert_eq!(world.ended(&["verify", "machine"]).code, 0, "{signal}");
    }
}
