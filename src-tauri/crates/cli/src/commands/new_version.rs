//! `patchbay use-new-version`

use super::{Outcome, connections, connectors};
use crate::output::{Exit, Output};
use api::{
    Api,
    contract::new_version::{UseNewVersion, UseNewVersionEverywhere, UsedNewVersion},
};

pub async fn run(names: &[String], connector: Option<&str>, api: &Api, output: &Output) -> Outcome {
    let used = match connector {
        Some(link_name) => {
            let connector = connectors::find(api, link_name).await?.id;
            api.use_new_version_everywhere(UseNewVersionEverywhere { connector }).await?
        }
        None => {
            let mut used = UsedNewVersion { moved: Vec::new(), left: Vec::new() };
            for name in names {
                let connection = connections::find(api, name).await?.id;
                let one = api.use_new_version(UseNewVersion { connection }).await?;
                used.moved.extend(one.moved);
                used.left.extend(one.left);
            }
            used
        }
    };
    output.result(&used, |used| told(used, output));
    Ok(if used.left.is_empty() { Exit::Done } else { Exit::Failed })
}

fn told(used: &UsedNewVersion, output: &Output) -> String {
    if used.moved.is_empty() && used.left.is_empty() {
        return "The newest version is in use already.".into();
    }
    let moved = used
        .moved
        .iter()
        .map(|row| format!("{} uses the new version. {}", output.bold(&row.name), row.status.sentence));
    let left = used.left.iter().map(|left| {
        format!(
            "{} goes on as before. {}\n  Sign in with the new version: patchbay reauthorize {} --new-version",
            output.bold(&left.connection.name),
            left.asks.join(" "),
            left.connection.link_name
        )
    });
    moved.chain(left).collect::<Vec<_>>().join("\n")
}
