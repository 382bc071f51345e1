//! Files that are read and written, files that are refused, and the table beside the types.

mod generated;
mod refused;
mod written;

use super::*;

fn known() -> Known {
    Known {
        agent_groups: ["default".to_owned()].into(),
        environments: ["production", "staging"].map(String::from).into(),
        ..Known::default()
    }
}
