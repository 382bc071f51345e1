//! `cargo xtask layers`: the house keeps its shape.
//!
//! Five checks: each edge between crates of ours stands in [`rules::LAYERS`]; each outside dependency stays in its
//! home; nothing that the Lab pulls in, at any distance, is what it must verify independently of; the visible top
//! level is exactly what the README explains; each test that the threat model names exists. All findings are told at
//! once, each with the way on.

mod graph;
mod rules;

use crate::{
    Failure,
    process::{output, program, project},
};
use graph::Package;
use std::{fs, path::Path};

/// Checks the layers of the workspace that this program stands in.
pub fn run(arguments: &[String]) -> Result<(), Failure> {
    if !arguments.is_empty() {
        return Err("takes no argument".into());
    }
    let packages = graph::parse(&output(&mut program("cargo metadata --no-deps --format-version 1"))?)?;
    let mut findings = forbidden_edges(&packages);
    findings.extend(strayed_dependencies(&packages));
    if packages.iter().any(|package| package.name == "lab") {
        let tree =
            output(&mut program("cargo tree --package lab --edges normal --prefix none --format {p}"))?;
        findings.extend(reached_by_lab(&tree));
    }
    findings.extend(top_level(&visible_entries()?));
    findings.extend(unproven_answers(&read(&project().join("src-tauri/THREAT-MODEL.md"))?, &rust_sources()?));
    if findings.is_empty() {
        let edges: usize = packages.iter().map(|package| ours(package, &packages).count()).sum();
        println!("layers: {} crates, {edges} edges, each allowed", packages.len());
        return Ok(());
    }
    Err(format!("the layers are broken (src-tauri/ARCHITECTURE.md, Direction)\n  {}", findings.join("\n  ")))
}

/// Edges between crates of ours that the table does not allow.
fn forbidden_edges(packages: &[Package]) -> Vec<String> {
    let mut findings = Vec::new();
    for package in packages {
        let Some((_, allowed)) = rules::LAYERS.iter().find(|(name, _)| *name == package.name) else {
            findings.push(format!(
                "`{}` has no line in xtask/src/layers/rules.rs: give it its place",
                package.name
            ));
            continue;
        };
        for dependency in ours(package, packages) {
            let name = dependency.name.as_str();
            let fine = allowed.contains(&name) || (dependency.for_tests && rules::FOR_TESTS.contains(&name));
            if !fine {
                findings.push(format!("`{}` must not depend on `{name}`", package.name));
            }
        }
    }
    findings
}

/// Outside dependencies named elsewhere than at home.
fn strayed_dependencies(packages: &[Package]) -> Vec<String> {
    let mut findings = Vec::new();
    for package in packages {
        for dependency in package.dependencies.iter().filter(|dependency| !dependency.for_tests) {
            let home = rules::HOMES.iter().find(|(pattern, _)| fits(pattern, &dependency.name));
            if let Some((_, crates)) = home.filter(|(_, crates)| !crates.contains(&package.name.as_str())) {
                let home = crates.join(" or ");
                findings
                    .push(format!("`{}` names `{}`, whose home is {home}", package.name, dependency.name));
            }
        }
    }
    findings
}

/// What the Lab's tree (`cargo tree --prefix none`) holds that it must not reach.
fn reached_by_lab(tree: &str) -> Vec<String> {
    let mut names: Vec<&str> = tree.lines().filter_map(|line| line.split_whitespace().next()).collect();
    names.sort_unstable();
    names.dedup();
    names
        .into_iter()
        .filter(|name| rules::FOREIGN_TO_LAB.contains(name))
        .map(|name| format!("`lab` reaches `{name}`: it has to verify with code of its own"))
        .collect()
}

/// What differs between `entries` and the top level as it should be.
fn top_level(entries: &[String]) -> Vec<String> {
    let extra = entries.iter().filter(|entry| !rules::TOP_LEVEL.contains(&entry.as_str()));
    let missing = rules::TOP_LEVEL.iter().filter(|name| !entries.iter().any(|entry| entry == *name));
    extra
        .map(|entry| {
            format!("`{entry}` stands at the top level: move it, or make it a dot-file if it is a tool's")
        })
        .chain(missing.map(|name| format!("`{name}` is missing at the top level")))
        .collect()
}

/// Tests that the threat model names and that stand nowhere in `sources`.
fn unproven_answers(model: &str, sources: &str) -> Vec<String> {
    // Between backticks, and nothing but the letters of a test's name: what else stands there is code of another kind.
    let is_test = |name: &&str| {
        name.matches('_').count() > 1
            && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
    };
    let named = model.lines().flat_map(|line| line.split('`').skip(1).step_by(2)).filter(is_test);
    named
        .filter(|name| !sources.contains(&format!("fn {name}(")))
        .map(|name| format!("the threat model names the test `{name}`, which does not exist"))
        .collect()
}

/// The dependencies of `package` that are crates of ours.
fn ours<'a>(package: &'a Package, packages: &'a [Package]) -> impl Iterator<Item = &'a graph::Dependency> {
    package
        .dependencies
        .iter()
        .filter(|dependency| packages.iter().any(|other| other.name == dependency.name))
}

fn fits(pattern: &str, name: &str) -> bool {
    pattern.strip_suffix('*').map_or(pattern == name, |start| name.starts_with(start))
}

/// The top level without dot-files and without what is built.
fn visible_entries() -> Result<Vec<String>, Failure> {
    let folder = project();
    let entries = fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let names = entries.filter_map(Result::ok).map(|entry| entry.file_name().to_string_lossy().into_owned());
    Ok(names.filter(|name| !name.starts_with('.') && name != "target").collect())
}

/// All Rust code of the project, put together.
fn rust_sources() -> Result<String, Failure> {
    let mut folders = vec![project().join("src-tauri"), project().join("tests")];
    let mut sources = String::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))? {
            let path = entry.map_err(|error| format!("{}: {error}", folder.display()))?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                sources.push_str(&read(&path)?);
            }
        }
    }
    Ok(sources)
}

fn read(path: &Path) -> Result<String, Failure> {
    fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A crate and its dependencies, each with its kind: none, `build` or `dev`.
    type Member<'a> = (&'a str, &'a [(&'a str, Option<&'a str>)]);

    fn workspace(members: &[Member<'_>]) -> Vec<Package> {
        let packages: Vec<_> = members
            .iter()
            .map(|(name, dependencies)| {
                let dependencies: Vec<_> = dependencies
                    .iter()
                    .map(|(name, kind)| serde_json::json!({ "name": name, "kind": kind }))
                    .collect();
                serde_json::json!({ "name": name, "dependencies": dependencies })
            })
            .collect();
        graph::parse(&serde_json::json!({ "packages": packages }).to_string()).unwrap()
    }

    #[test]
    fn an_edge_upwards_is_found() {
        let packages = workspace(&[
            ("secret", &[]),
            ("protocol", &[("secret", None), ("engine", None)]),
            ("engine", &[]),
        ]);
        assert_eq!(forbidden_edges(&packages), ["`protocol` must not depend on `engine`"]);
    }

    #[test]
    fn an_edge_upwards_is_found_in_build_and_dev_dependencies_too() {
        for kind in ["build", "dev"] {
            let packages = workspace(&[("domain", &[("store", Some(kind))]), ("store", &[])]);
            assert_eq!(forbidden_edges(&packages), ["`domain` must not depend on `store`"], "{kind}");
        }
    }

    #[test]
    fn the_lab_names_nothing_of_ours_but_secret() {
        for name in ["protocol", "domain", "engine", "store", "platform", "api"] {
            let packages =
                workspace(&[("lab", &[("secret", None), (name, None)]), ("secret", &[]), (name, &[])]);
            assert_eq!(forbidden_edges(&packages), [format!("`lab` must not depend on `{name}`")]);
        }
    }

    #[test]
    fn tests_may_use_the_deterministic_machine() {
        let packages = workspace(&[("engine", &[("testkit", Some("dev"))]), ("testkit", &[])]);
        assert!(forbidden_edges(&packages).is_empty());
        let packages = workspace(&[("engine", &[("testkit", None)]), ("testkit", &[])]);
        assert_eq!(forbidden_edges(&packages), ["`engine` must not depend on `testkit`"]);
    }

    #[test]
    fn a_crate_without_a_place_is_found() {
        let findings = forbidden_edges(&workspace(&[("helpers", &[])]));
        assert!(findings.len() == 1 && findings[0].starts_with("`helpers` has no line"), "{findings:?}");
    }

    #[test]
    fn a_dependency_away_from_its_home_is_found() {
        let packages = workspace(&[
            ("engine", &[("reqwest", None), ("serde", None)]),
            ("platform", &[("reqwest", None)]),
        ]);
        assert_eq!(strayed_dependencies(&packages), ["`engine` names `reqwest`, whose home is platform"]);
        let packages = workspace(&[("api", &[("tauri-plugin-opener", None)])]);
        assert_eq!(
            strayed_dependencies(&packages),
            ["`api` names `tauri-plugin-opener`, whose home is patchbay-desktop"]
        );
    }

    #[test]
    fn what_the_lab_reaches_by_a_detour_is_found() {
        let tree = "lab v0.1.0 (/lab)\nsecret v0.1.0 (/secret)\nsign v1.0.0\naws-sigv4 v1.3.0\naws-sigv4 v1.3.0 (*)\n";
        assert_eq!(
            reached_by_lab(tree),
            ["`lab` reaches `aws-sigv4`: it has to verify with code of its own"]
        );
        assert!(reached_by_lab("lab v0.1.0\nsecret v0.1.0\n").is_empty());
    }

    #[test]
    fn the_top_level_is_exactly_what_is_listed() {
        let mut entries: Vec<String> = rules::TOP_LEVEL.iter().map(ToString::to_string).collect();
        assert!(top_level(&entries).is_empty());
        entries.push("notes.txt".into());
        assert!(top_level(&entries)[0].starts_with("`notes.txt` stands at the top level"));
        entries.retain(|entry| entry != "README.md");
        assert!(top_level(&entries).contains(&"`README.md` is missing at the top level".to_owned()));
    }

    #[test]
    fn a_threat_whose_test_is_gone_is_found() {
        let model = "| An attack | `Host` in `patchbay.db`, mode `0700` | `a_page_is_refused`, `a_name_is_not_answered` |";
        let sources = "#[test]\nfn a_page_is_refused() {}\nfn a_name_is_not_answered_at_all() {}";
        let findings = unproven_answers(model, sources);
        assert_eq!(
            findings,
            ["the threat model names the test `a_name_is_not_answered`, which does not exist"]
        );
    }
}
