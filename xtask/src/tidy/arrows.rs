//! Who may know whom among the rooms, and which outside libraries each room may name.

use serde_json::Value;

/// One room: what it may depend on.
struct Room {
    name: &'static str,
    /// Our own rooms that it may know.
    rooms: &'static [&'static str],
    /// The outside libraries that it owns; a name that ends with `*` stands for all that begin so.
    owns: &'static [&'static str],
    /// Whether it may also use what is in [`COMMON`].
    common: bool,
}

const DOMAIN: &str = "mottaget-domain";
const PROTOCOL: &str = "mottaget-protocol";
const STORE: &str = "mottaget-store";
const PREVIEW: &str = "mottaget-preview";
const CLIENT: &str = "mottaget-client";
const SERVER: &str = "mottaget-server";

/// The two tables of docs/ARCHITECTURE.md.
const ROOMS: &[Room] = &[
    // pure: no I/O, no async, no clock; so nothing common either
    Room {
        name: DOMAIN,
        rooms: &[],
        owns: &["personnummer", "utoipa", "serde", "jiff", "uuid", "thiserror"],
        common: false,
    },
    Room {
        name: PROTOCOL,
        rooms: &[DOMAIN],
        owns: &["utoipa", "serde", "serde_json", "jiff", "uuid", "thiserror"],
        common: false,
    },
    Room { name: STORE, rooms: &[DOMAIN, PROTOCOL], owns: &["rusqlite", "unicode-normalization"], common: true },
    Room {
        name: PREVIEW,
        rooms: &[DOMAIN, PROTOCOL],
        owns: &["pdfium-render", "image", "png", "gif", "libc", "landlock", "seccompiler"],
        common: true,
    },
    Room { name: CLIENT, rooms: &[DOMAIN, PROTOCOL, STORE, PREVIEW], owns: &[], common: true },
    Room {
        name: SERVER,
        rooms: &[DOMAIN, PROTOCOL],
        owns: &["axum", "tower", "tower-http", "sqlx", "openidconnect", "object_store", "utoipa"],
        common: true,
    },
    Room {
        name: "mottaget",
        rooms: &[DOMAIN, PROTOCOL, CLIENT, SERVER],
        owns: &[
            "tauri",
            "tauri-*",
            "keyring",
            "keyring-core",
            "notify-rust",
            "zbus",
            "zbus-*",
            "gtk",
            "webkit2gtk",
            "specta",
            "specta-*",
        ],
        common: true,
    },
    Room {
        name: "journeys",
        rooms: &[DOMAIN, PROTOCOL, STORE, PREVIEW, CLIENT, SERVER],
        owns: &["fantoccini", "hyper-util", "tempfile"],
        common: true,
    },
    Room { name: "xtask", rooms: &[], owns: &["serde_json", "sha2", "hex"], common: false },
];

/// What may be used wherever it is needed.
const COMMON: &[&str] = &[
    "serde",
    "serde_json",
    "jiff",
    "uuid",
    "thiserror",
    "tracing",
    "tracing-subscriber",
    "tokio",
    "tokio-util",
    "futures",
    "reqwest",
    "rustls",
    "sha2",
    "hex",
    "bytes",
    "getrandom",
    "zeroize",
    "clap",
];

/// What any room's tests may use besides.
const IN_TESTS: &[&str] = &["proptest", "insta", "tempfile", "serde_json"];

/// What is wrong in this output of `cargo metadata`.
pub fn check(metadata: &Value) -> Vec<String> {
    let mut findings = Vec::new();
    for package in list(metadata, "packages") {
        let name = text(package, "name");
        let Some(room) = ROOMS.iter().find(|room| room.name == name) else {
            findings.push(format!("package `{name}` has no line in the table of rooms (xtask/src/tidy/arrows.rs)"));
            continue;
        };
        for dependency in list(package, "dependencies") {
            findings.extend(judge(room, dependency));
        }
    }
    findings
}

fn judge(room: &Room, dependency: &Value) -> Option<String> {
    let name = text(dependency, "name");
    let in_tests = text(dependency, "kind") == "dev";
    if ROOMS.iter().any(|other| other.name == name) {
        let allowed = room.rooms.contains(&name) || (in_tests && name == room.name);
        return (!allowed).then(|| format!("`{}` may not know `{name}`", room.name));
    }
    let allowed = room.owns.iter().any(|pattern| fits(pattern, name))
        || (room.common && COMMON.contains(&name))
        || (in_tests && (COMMON.contains(&name) || IN_TESTS.contains(&name)));
    (!allowed).then(|| format!("`{}` may not name the library `{name}`", room.name))
}

fn fits(pattern: &str, name: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(beginning) => name.starts_with(beginning),
        None => pattern == name,
    }
}

fn list<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    value.get(key).and_then(Value::as_array).into_iter().flatten()
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or("")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn with(package: &str, dependency: &str, kind: Option<&str>) -> Vec<String> {
        check(&json!({ "packages": [
            { "name": package, "dependencies": [{ "name": dependency, "kind": kind }] }
        ] }))
    }

    #[test]
    fn client_and_server_never_see_each_other() {
        for kind in [None, Some("dev"), Some("build")] {
            assert_eq!(with(CLIENT, SERVER, kind).len(), 1);
            assert_eq!(with(SERVER, CLIENT, kind).len(), 1);
        }
        assert!(with(CLIENT, STORE, None).is_empty());
        assert_eq!(with(STORE, CLIENT, None).len(), 1, "an arrow that points up");
    }

    #[test]
    fn each_outside_thing_has_one_owner() {
        for (owner, library) in
            [(STORE, "rusqlite"), (SERVER, "sqlx"), (PREVIEW, "pdfium-render"), ("mottaget", "tauri-plugin-store")]
        {
            assert!(with(owner, library, None).is_empty());
            assert_eq!(with(CLIENT, library, None).len(), 1, "{library}");
        }
    }

    #[test]
    fn the_rules_stay_pure() {
        for library in ["tokio", "reqwest", "rusqlite", "getrandom"] {
            assert_eq!(with(DOMAIN, library, None).len(), 1, "{library}");
        }
        assert!(with(DOMAIN, "proptest", Some("dev")).is_empty());
    }

    #[test]
    fn a_new_package_must_be_placed() {
        assert_eq!(with("mottaget-extra", "serde", None).len(), 1);
    }
}
