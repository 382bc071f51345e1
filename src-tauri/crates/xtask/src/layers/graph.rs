//! The workspace as `cargo metadata` declares it.

use crate::Failure;
use serde_json::Value;

/// A crate of ours.
#[derive(Debug)]
pub struct Package {
    /// Its name.
    pub name: String,
    /// What it names in its manifest.
    pub dependencies: Vec<Dependency>,
}

/// One line of a manifest's dependencies.
#[derive(Debug)]
pub struct Dependency {
    /// The package's own name, even where it is renamed.
    pub name: String,
    /// Whether only tests, examples and benches use it.
    pub for_tests: bool,
}

/// Reads the reply of `cargo metadata --no-deps`, which lists the members of the workspace alone.
pub fn parse(metadata: &str) -> Result<Vec<Package>, Failure> {
    let metadata: Value =
        serde_json::from_str(metadata).map_err(|error| format!("`cargo metadata` is not JSON: {error}"))?;
    let packages = metadata["packages"].as_array().ok_or("`cargo metadata` names no packages")?;
    packages
        .iter()
        .map(|package| parse_package(package).ok_or_else(|| format!("unreadable package: {package}")))
        .collect()
}

fn parse_package(package: &Value) -> Option<Package> {
    let dependencies = package["dependencies"].as_array()?.iter().map(|dependency| {
        Some(Dependency {
            name: dependency["name"].as_str()?.to_owned(),
            for_tests: dependency["kind"].as_str() == Some("dev"),
        })
    });
    Some(Package {
        name: package["name"].as_str()?.to_owned(),
        dependencies: dependencies.collect::<Option<_>>()?,
    })
}
