//! OAuth 2 and OpenID Connect from the command line, against services that nobody here wrote.

use crate::{connectors::CONNECTORS, world::World};
use serde_json::json;

#[test]
fn every_connector_of_the_peers_has_nothing_to_correct() {
    let world = World::new();
    for connector in CONNECTORS {
        let (name, peer) = (connector.link_name, connector.peer);
        let file = world.file(&format!("{name}.yaml"), &connector.manifest("http://127.0.0.1:49152"));
        let checked = world.done(&["connectors", "check", file.to_str().unwrap()]).json();
        for list in ["problems", "missing_for_ready"] {
            assert_eq!(checked[list], json!([]), "{name} of {peer}: {checked}");
        }
    }
}
