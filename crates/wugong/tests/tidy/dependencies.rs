//! Licences, bans and sources of everything we build on, by `deny.toml`. The same file drives cargo-deny where that is installed.

use std::process::Command;

use crate::tree;
use crate::{finds, none};

fn deny() -> toml::Table {
    tree::text("deny.toml").expect("deny.toml is there").parse().expect("deny.toml is TOML")
}

fn allowed(deny: &toml::Table) -> Vec<String> {
    let list = deny["licenses"]["allow"].as_array().expect("licenses.allow is a list");
    list.iter().filter_map(|licence| licence.as_str().map(str::to_owned)).collect()
}

/// Does an SPDX expression let us choose allowed licences only? An exception (WITH) only ever adds permissions.
fn may_use(expression: &str, allowed: &[String]) -> bool {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let tokens: Vec<&str> = spaced.split_whitespace().collect();
    let mut rest = tokens.as_slice();
    let result = either(&mut rest, allowed);
    result && rest.is_empty()
}

fn either(rest: &mut &[&str], allowed: &[String]) -> bool {
    let mut result = both(rest, allowed);
    while rest.first() == Some(&"OR") {
        *rest = &rest[1..];
        result |= both(rest, allowed);
    }
    result
}

fn both(rest: &mut &[&str], allowed: &[String]) -> bool {
    let mut result = one(rest, allowed);
    while rest.first() == Some(&"AND") {
        *rest = &rest[1..];
        result &= one(rest, allowed);
    }
    result
}

fn one(rest: &mut &[&str], allowed: &[String]) -> bool {
    let Some((first, after)) = rest.split_first() else { return false };
    *rest = after;
    if *first == "(" {
        let result = either(rest, allowed);
        *rest = rest.get(1..).unwrap_or_default();
        return result;
    }
    if rest.first() == Some(&"WITH") {
        *rest = rest.get(2..).unwrap_or_default();
    }
    allowed.iter().any(|licence| licence == first)
}

/// `name` or `name@<0.2`: the crate and the first version that is fine again.
fn is_banned(rule: &str, name: &str, version: &str) -> bool {
    let (banned, below) = rule.split_once("@<").map_or((rule, None), |(banned, below)| (banned, Some(below)));
    let numbers = |text: &str| text.split('.').map(|part| part.parse().unwrap_or(0)).collect::<Vec<u64>>();
    banned == name && below.is_none_or(|below| numbers(version) < numbers(below))
}

/// Whether all that use a crate may: `wrappers` of its ban names them, as cargo-deny has it.
fn is_wrapped(ban: &toml::Value, packages: &[toml::Value], name: &str, version: &str) -> bool {
    let Some(wrappers) = ban.get("wrappers").and_then(toml::Value::as_array) else { return false };
    let exact = format!("{name} {version}");
    let uses = |package: &&toml::Value| {
        let list = package.get("dependencies").and_then(toml::Value::as_array);
        list.is_some_and(|list| list.iter().filter_map(toml::Value::as_str).any(|one| one == name || one == exact))
    };
    let mut users = packages.iter().filter(uses);
    users.all(|user| wrappers.contains(&user["name"]))
}

fn lock_breaches(lock: &str, deny: &toml::Table) -> Vec<String> {
    let lock: toml::Table = lock.parse().expect("a lock file is TOML");
    let registries = deny["sources"]["allow-registry"].as_array().expect("sources.allow-registry is a list");
    let bans = deny["bans"]["deny"].as_array().expect("bans.deny is a list");
    let mut found = Vec::new();
    let packages = lock["package"].as_array().expect("a lock file lists packages");
    for package in packages {
        let (name, version) = (package["name"].as_str().unwrap_or(""), package["version"].as_str().unwrap_or(""));
        for ban in bans {
            if is_banned(ban["crate"].as_str().expect("a ban names a crate"), name, version)
                && !is_wrapped(ban, packages, name, version)
            {
                found
                    .push(format!("{name} {version}: banned, {}", ban["reason"].as_str().expect("a ban has a reason")));
            }
        }
        if let Some(source) = package.get("source").and_then(toml::Value::as_str)
            && !registries
                .iter()
                .any(|registry| Some(source) == registry.as_str().map(|r| format!("registry+{r}")).as_deref())
        {
            found.push(format!("{name} {version}: from an unknown source, {source}"));
        }
    }
    found
}

/// npm writes the licence of each package into its lock file, and where it was fetched from unless told not to.
fn npm_breaches(path: &str, lock: &str, allowed: &[String]) -> Vec<String> {
    let lock: serde_json::Value = serde_json::from_str(lock).expect("a lock file is JSON");
    let mut found = Vec::new();
    for (name, package) in lock["packages"].as_object().into_iter().flatten().filter(|(name, _)| !name.is_empty()) {
        let licence = package["license"].as_str().unwrap_or("none stated");
        if !may_use(licence, allowed) {
            found.push(format!("{path}: {name}: licence {licence}"));
        }
        if let Some(from) = package["resolved"].as_str()
            && !from.starts_with("https://registry.npmjs.org/")
        {
            found.push(format!("{path}: {name}: from an unknown source"));
        }
    }
    found
}

#[test]
fn every_crate_has_a_licence_that_lets_anybody_use_it() {
    // Cargo itself runs this test and says where it is. Only the host's crates were fetched, hence the filter.
    let host =
        format!("{}-unknown-linux-{}", std::env::consts::ARCH, if cfg!(target_env = "musl") { "musl" } else { "gnu" });
    let asked = ["metadata", "--offline", "--locked", "--format-version", "1", "--filter-platform", &host];
    let output = Command::new(env!("CARGO")).args(asked).current_dir(tree::root()).output().expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).expect("metadata are JSON");
    let packages = metadata["packages"].as_array().expect("metadata list packages");
    assert!(packages.len() > 100, "only {} packages were listed", packages.len());
    let allowed = allowed(&deny());
    let refused = packages.iter().filter(|package| !may_use(package["license"].as_str().unwrap_or(""), &allowed));
    none(
        &refused
            .map(|package| format!("{} {}: licence {}", package["name"], package["version"], package["license"]))
            .collect::<Vec<_>>(),
    );
}

#[test]
fn no_crate_is_banned_or_from_elsewhere() {
    none(&lock_breaches(tree::text("Cargo.lock").expect("Cargo.lock is there"), &deny()));
}

#[test]
fn every_npm_package_has_a_licence_that_lets_anybody_use_it() {
    let allowed = allowed(&deny());
    let locks = tree::texts(&["json"]).filter(|(file, _)| file.path.ends_with("package-lock.json"));
    none(&locks.flat_map(|(file, text)| npm_breaches(&file.path, text, &allowed)).collect::<Vec<_>>());
}

#[test]
fn foreign_licences_bans_and_sources_are_found() {
    let allowed = [String::from("MIT"), String::from("Apache-2.0")];
    let may = |expression: &str| may_use(expression, &allowed);
    assert!(may("MIT") && may("GPL-3.0 OR MIT") && may("MIT/Apache-2.0") && may("(MIT OR GPL-2.0) AND Apache-2.0"));
    assert!(may("Apache-2.0 WITH LLVM-exception"));
    assert!(!may("GPL-3.0") && !may("MIT AND GPL-3.0") && !may("") && !may("(GPL-3.0)") && !may("MIT GPL-3.0"));

    let deny = deny();
    let lock = "[[package]]\nname = \"openssl\"\nversion = \"0.10.1\"\nsource = \"git+https://example.org/x\"\n\
                [[package]]\nname = \"time\"\nversion = \"0.1.45\"\n[[package]]\nname = \"time\"\nversion = \"0.3.1\"\n";
    finds(
        &lock_breaches(lock, &deny),
        &["openssl 0.10.1: banned", "openssl 0.10.1: from an unknown source", "time 0.1.45: banned"],
    );
    // An old one that only its wrapper uses is let be; as soon as somebody else uses it, it is found.
    let old = "[[package]]\nname = \"rand\"\nversion = \"0.8.8\"\n[[package]]\nname = \"rand\"\nversion = \"0.10.1\"\n\
               [[package]]\nname = \"lipsum\"\nversion = \"0.9.1\"\ndependencies = [\"rand 0.8.8\"]\n";
    none(&lock_breaches(old, &deny));
    let other = format!("{old}[[package]]\nname = \"x\"\nversion = \"1.0.0\"\ndependencies = [\"rand 0.8.8\"]\n");
    finds(&lock_breaches(&other, &deny), &["rand 0.8.8: banned"]);
    let npm = r#"{"packages": {"": {}, "node_modules/a": {"license": "MIT"},
        "node_modules/b": {"license": "GPL-3.0", "resolved": "https://example.org/b.tgz"}}}"#;
    finds(
        &npm_breaches("package-lock.json", npm, &allowed),
        &[
            "package-lock.json: node_modules/b: licence GPL-3.0",
            "package-lock.json: node_modules/b: from an unknown source",
        ],
    );
}
