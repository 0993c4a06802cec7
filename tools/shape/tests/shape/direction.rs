//! Which part may know which: crates, modules, and what reaches the browser.

use std::{
    collections::{BTreeMap, BTreeSet},
    process::Command,
};

use crate::source::{Source, refuse, root, sources};

/// Each module with those it names.
type Modules = BTreeMap<String, BTreeSet<String>>;

/// Each crate of the project and those of the project it may know.
pub const CRATES: [(&str, &str, &[&str]); 26] = [
    ("no_schemas", "app/no_schemas", &[]),
    ("model", "app/model", &["no_schemas"]),
    ("backend", "app/backend", &["model"]),
    ("safe_html", "app/safe_html", &["model"]),
    ("web", "app/web", &["model"]),
    ("ui", "app/ui", &["model", "web"]),
    ("api", "app/api", &["backend", "model", "safe_html", "web"]),
    ("diagram", "app/diagram", &["model", "ui", "web"]),
    ("frame", "app/frame", &["api", "model", "ui", "web"]),
    ("launch", "app/launch", &["api", "frame", "model", "ui", "web"]),
    ("monitor", "app/monitor", &["api", "diagram", "frame", "model", "ui", "web"]),
    (
        "editor",
        "app/editor",
        &["api", "diagram", "frame", "launch", "model", "monitor", "ui", "web"],
    ),
    (
        "app",
        "app",
        &["api", "diagram", "editor", "frame", "launch", "model", "monitor", "ui", "web"],
    ),
    ("mcp_sample", "server/mcp_sample", &[]),
    ("vault", "server/vault", &[]),
    ("blobs", "server/blobs", &["model"]),
    ("s3_blobs", "server/s3_blobs", &["blobs", "vault"]),
    ("files", "server/files", &["model"]),
    ("store", "server/store", &["backend", "blobs", "model", "vault"]),
    ("outside", "server/outside", &["backend", "files", "mcp_sample", "model", "vault"]),
    (
        "engine",
        "server/engine",
        &["blobs", "files", "mcp_sample", "model", "outside", "store", "vault"],
    ),
    (
        "services",
        "server/services",
        &[
            "backend",
            "blobs",
            "engine",
            "files",
            "mcp_sample",
            "model",
            "outside",
            "safe_html",
            "store",
            "vault",
        ],
    ),
    (
        "server",
        "server",
        &[
            "api",
            "app",
            "backend",
            "blobs",
            "engine",
            "files",
            "mcp_sample",
            "model",
            "outside",
            "s3_blobs",
            "services",
            "store",
            "vault",
        ],
    ),
    ("frontend", "frontend", &["app"]),
    ("bundle", "tools/bundle", &[]),
    ("shape", "tools/shape", &[]),
];

/// What the rules must do without, so that they stay rules.
const NOT_IN_MODEL: [&str; 9] =
    ["chrono", "getrandom", "leptos", "rand", "reqwest", "sqlx", "tokio", "web-sys", "js-sys"];

/// What must never be downloaded by a browser.
const NOT_IN_BROWSER: [&str; 20] = [
    "axum",
    "backend",
    "blobs",
    "chrono",
    "engine",
    "files",
    "hyper",
    "image",
    "mio",
    "outside",
    "reqwest",
    "rustls",
    "safe_html",
    "schemars",
    "server",
    "services",
    "sqlx",
    "store",
    "tokio",
    "vault",
];

/// Modules that must not see others of their crate.
const BLIND: [(&str, &str, &[&str]); 1] =
    [("server/outside", "outbound", &["mail", "mcp", "oidc", "providers"])];

/// The dependencies of a manifest, those of tests left out.
fn dependencies(folder: &str) -> BTreeSet<String> {
    let path = root().join(folder).join("Cargo.toml");
    let manifest = std::fs::read_to_string(path).unwrap_or_default();
    let mut found = BTreeSet::new();
    for section in manifest.split("\n[").filter(|section| {
        let name = section.lines().next().unwrap_or_default();
        name.ends_with("dependencies]") && !name.starts_with("dev-")
    }) {
        let names = section.lines().skip(1).filter_map(|line| line.split(['.', ' ', '=']).next());
        found.extend(names.filter(|name| !name.starts_with('#')).map(str::to_owned));
    }
    found
}

/// The top-level module a file of `src` belongs to; none for the crate's root.
fn module<'a>(source: &'a Source, src: &str) -> Option<&'a str> {
    let inside = source.path.strip_prefix(src)?;
    let name = inside.split('/').next()?.trim_end_matches(".rs");
    (!matches!(name, "lib" | "main")).then_some(name)
}

/// Which top-level modules the production code of each one names.
fn modules(folder: &str) -> Modules {
    let src = format!("{folder}/src/");
    let mut seen = Modules::new();
    for source in sources(&[&src], &[".rs"]) {
        let Some(name) = module(&source, &src) else { continue };
        let named = seen.entry(name.to_owned()).or_default();
        let code: Vec<_> = source
            .production()
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"))
            .collect();
        for after in code.join("\n").split("crate::").skip(1) {
            named.extend(heads(after).into_iter().filter(|head| head != name));
        }
    }
    let known: BTreeSet<_> = seen.keys().cloned().collect();
    seen.values_mut().for_each(|named| named.retain(|head| known.contains(head)));
    seen
}

/// `a::B` → a; `{a::B, c::{D, E}}` → a, c.
fn heads(path: &str) -> Vec<String> {
    let word = |text: &str| -> String {
        text.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
    };
    let Some(group) = path.strip_prefix('{') else { return vec![word(path)] };
    let (mut depth, mut found, mut start) = (0_usize, vec![], 0);
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => {
                found.push(word(&group[start..]));
                break;
            }
            '}' => depth -= 1,
            ',' if depth == 0 => {
                found.push(word(&group[start..]));
                start = at + 1;
            }
            _ => {}
        }
    }
    found
}

/// The modules from which a walk comes back to where it began.
fn knot(modules: &Modules) -> Vec<String> {
    let mut left = modules.clone();
    // Whoever sees nobody left, or is seen by nobody left, is in no circle.
    loop {
        let names: BTreeSet<_> = left.keys().cloned().collect();
        let seen: BTreeSet<_> = left.values().flatten().cloned().collect();
        left.retain(|name, named| seen.contains(name) && !named.is_disjoint(&names));
        if left.len() == names.len() {
            break;
        }
    }
    let names: BTreeSet<_> = left.keys().cloned().collect();
    left.iter()
        .map(|(name, named)| {
            let among: Vec<_> = named.intersection(&names).map(String::as_str).collect();
            format!("{name} → {}", among.join(", "))
        })
        .collect()
}

#[test]
fn crates_know_each_other_in_one_direction() {
    let mut wrong = vec![];
    for (name, folder, may) in CRATES {
        for dependency in dependencies(folder) {
            let ours = CRATES.iter().any(|(other, ..)| *other == dependency);
            if ours && !may.contains(&dependency.as_str()) {
                wrong.push(format!("{name} → {dependency}"));
            }
        }
    }

    refuse(
        "model ← web ← {ui, api}; ui ← diagram; {ui, api} ← frame ← launch; {diagram, frame} ← \
         monitor; {launch, monitor} ← editor ← app ← {frontend, server}; \
         {backend, safe_html} ← {api, engine} ← server; {vault, blobs} ← store ← engine; \
         {vault, files, mcp_sample} ← outside ← engine",
        wrong,
    );
}

#[test]
fn the_rules_need_no_io_no_clock_and_no_chance() {
    let wrong = dependencies("app/model");

    refuse(
        "app/model is pure",
        wrong.into_iter().filter(|name| NOT_IN_MODEL.contains(&name.as_str())).collect(),
    );
}

#[test]
fn modules_of_a_crate_form_no_circle() {
    let mut knots = vec![];
    for (name, folder, _) in CRATES {
        knots.extend(knot(&modules(folder)).iter().map(|line| format!("{name}: {line}")));
    }

    refuse("modules of a crate know each other in one direction", knots);
}

#[test]
fn parts_of_a_crate_do_not_see_what_stands_on_them() {
    let mut wrong = vec![];
    for (folder, name, hidden) in BLIND {
        let modules = modules(folder);
        let named = modules.get(name).into_iter().flatten();
        wrong.extend(
            named.filter(|n| hidden.contains(&n.as_str())).map(|n| format!("{name} → {n}")),
        );
    }

    refuse("outbound ← {mail, mcp, oidc, providers}", wrong);
}

#[test]
fn the_browser_gets_nothing_of_the_server() {
    let tree = Command::new(env!("CARGO"))
        .args(["tree", "-p", "frontend", "--target", "wasm32-unknown-unknown", "--locked"])
        .args(["--edges", "normal,no-proc-macro", "--prefix", "none", "--format", "{p}"])
        .current_dir(root())
        .output();
    let tree = tree.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
    let tree = tree.unwrap_or_default();
    let names: BTreeSet<_> = tree.lines().filter_map(|line| line.split(' ').next()).collect();

    assert!(names.contains("app"), "cargo tree says nothing: {tree}");
    let wrong = names.iter().filter(|name| NOT_IN_BROWSER.contains(name));
    refuse("this must not reach a browser", wrong.map(|name| (*name).to_owned()).collect());
}

#[test]
fn groups_of_imports_are_read_by_their_first_word() {
    assert_eq!(heads("a::B;"), ["a"]);
    assert_eq!(heads("{a::{B, C},\n c::D}; use x"), ["a", "c"]);
}
