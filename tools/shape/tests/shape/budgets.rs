//! Sizes, names and words.

use std::collections::BTreeMap;

use crate::source::{Source, limit, refuse, root, rust, sources};

/// This file names what it forbids.
const THIS: &str = "tools/shape/tests/shape/budgets.rs";

/// A function as rustfmt lays it out: it ends at the first `}` of its own indentation.
struct Function<'a> {
    place: String,
    attributes: Vec<&'a str>,
    signature: Vec<&'a str>,
    body: usize,
}

impl Function<'_> {
    fn has(&self, attribute: &str) -> bool {
        self.attributes.iter().any(|line| line.trim_start().starts_with(attribute))
    }

    fn length(&self) -> usize {
        self.signature.len() + self.body + 1
    }
}

fn functions(source: &Source) -> Vec<Function<'_>> {
    let lines: Vec<&str> = source.text.lines().collect();
    let starts = (0..lines.len()).filter(|at| is_function(lines[*at]));
    starts.filter_map(|at| function(source, &lines, at)).collect()
}

fn is_function(line: &str) -> bool {
    let mut words = line.split_whitespace().skip_while(|word| {
        word.starts_with("pub") || matches!(*word, "async" | "const" | "in" | "super)")
    });
    words.next() == Some("fn")
}

fn function<'a>(source: &Source, lines: &[&'a str], at: usize) -> Option<Function<'a>> {
    let indent = lines[at].len() - lines[at].trim_start().len();
    let close = format!("{}}}", " ".repeat(indent));
    let opened = at + lines[at..].iter().position(|line| line.ends_with(['{', ';', '}']))?;
    if !lines[opened].ends_with('{') {
        return None;
    }
    let closed = opened + lines[opened..].iter().position(|line| *line == close)?;
    let attributes = lines[..at].iter().rev().take_while(|line| {
        line.trim_start().starts_with(['#', '/']) || line.trim_end().ends_with(")]")
    });
    Some(Function {
        place: format!("{}:{}: {}", source.path, at + 1, lines[at].trim()),
        attributes: attributes.copied().collect(),
        signature: lines[at..=opened].to_vec(),
        body: closed - opened - 1,
    })
}

/// `path:line: text` of every line of the production code for which `offends` holds.
fn production(sources: &[Source], offends: impl Fn(&str, &str) -> bool) -> Vec<String> {
    sources
        .iter()
        .flat_map(|source| source.lines(source.production(), |line| offends(&source.path, line)))
        .collect()
}

fn is_comment(line: &str) -> bool {
    line.trim_start().starts_with("//")
}

#[test]
fn files_have_at_most_600_lines() {
    let written = sources(
        &["app", "frontend", "server", "tools", "style", "end2end", "migrations"],
        &[".rs", ".css", ".ts", ".sql"],
    );
    let lengths = written.into_iter().map(|source| {
        let lines = source.text.lines().count();
        (source.path, lines)
    });

    let rule = "a file has at most 600 lines, and is long from 500; split it by noun or by command";
    limit(rule, lengths, 500, 600);
}

#[test]
fn functions_have_at_most_60_lines_and_components_and_tests_80() {
    let mut long = vec![];
    for source in rust() {
        for function in functions(&source) {
            // A test may hold a table of cases.
            let roomy = function.has("#[component") || source.production().is_empty();
            let most = if roomy { 80 } else { 60 };
            if function.length() > most {
                long.push(format!("{} has {} lines", function.place, function.length()));
            }
        }
    }

    refuse("a function has at most 60 lines; a component or a test 80", long);
}

#[test]
fn server_functions_only_authorise_call_and_map() {
    let mut fat = vec![];
    for source in rust() {
        let functions = functions(&source);
        let server = functions.iter().filter(|function| function.has("#[server"));
        fat.extend(server.filter(|function| function.body > 15).map(|f| f.place.clone()));
    }

    refuse("the body of a server function has at most 15 lines", fat);
}

#[test]
fn no_public_rule_takes_a_boolean() {
    let mut boolean = vec![];
    for source in rust().iter().filter(|source| source.path.contains("/model/src/")) {
        for function in functions(source) {
            let parameters = function.signature.join(" ");
            let parameters = parameters.split("->").next().unwrap_or_default();
            if parameters.trim_start().starts_with("pub") && parameters.contains(": bool") {
                boolean.push(function.place);
            }
        }
    }

    refuse("a rule takes an enum, not a boolean", boolean);
}

#[test]
fn folders_hold_at_most_40_source_files() {
    let mut folders = BTreeMap::<String, usize>::new();
    for source in rust() {
        let folder = source.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        *folders.entry(folder.to_owned()).or_default() += 1;
    }

    limit("a folder holds at most 40 source files, and is full from 35", folders, 35, 40);
}

#[test]
fn files_are_named_after_what_they_hold() {
    let vague = ["utils", "util", "helpers", "helper", "common", "misc", "types", "manager"];

    let named = rust()
        .into_iter()
        .map(|source| source.path)
        .filter(|path| path.split('/').any(|part| vague.contains(&part.trim_end_matches(".rs"))));

    refuse("a file is named with a noun or verb a user would say", named.collect());
}

#[test]
fn nothing_is_left_for_later() {
    let marks = ["todo!(", "unimplemented!(", "dbg!(", "FIXME", "HACK", "XXX", "lorem ipsum"];

    let mut left = vec![];
    for source in rust().iter().filter(|source| source.path != THIS) {
        left.extend(source.lines(&source.text, |line| {
            let unowned = line.contains("TODO") && !line.contains("TODO(http");
            unowned || marks.iter().any(|mark| line.contains(mark))
        }));
    }

    refuse("finish it, or write TODO(issue-url)", left);
}

#[test]
fn every_allowed_lint_has_its_reason() {
    let mut bare = vec![];
    for source in rust() {
        for (at, _) in
            source.text.match_indices("[allow(").chain(source.text.match_indices("[expect("))
        {
            let attribute = source.text[at..].split(")]").next().unwrap_or_default();
            if !attribute.contains("reason = ") && source.path != THIS {
                bare.push(format!("{}: {}", source.path, attribute.lines().next().unwrap_or("")));
            }
        }
    }

    refuse("an allowed lint says why: reason = \"…\"", bare);
}

#[test]
fn transactions_begin_where_none_is_left_open() {
    let home = "server/store/src/lib.rs";
    let begun = production(&rust(), |path, line| {
        let ours = path.contains("/src/") && path != home && !path.contains("/testing/");
        ours && line.contains(".begin()")
    });

    refuse("transactions begin by store::begin", begun);
}

#[test]
fn sql_is_called_only_from_the_store() {
    let home = [
        "server/store/src/",
        "server/services/src/testing/",
        "server/engine/tests/",
        "server/engine/benches/",
    ];
    let calls =
        ["query!(", "query_as!(", "query_scalar!(", "query_file", "sqlx::query", "raw_sql("];

    let outside = production(&rust(), |path, line| {
        let strange = !["server/engine/", "server/services/", "server/store/"]
            .iter()
            .any(|at| path.starts_with(at));
        let stranger = strange && line.contains("sqlx::");
        let call = calls.iter().any(|call| line.contains(call));
        let at_home = home.iter().any(|folder| path.starts_with(folder));
        !is_comment(line) && (stranger || call && !at_home)
    });

    refuse("SQL lives in server/store/src and server/store/sql", outside);
}

#[test]
fn the_database_has_the_only_clock() {
    let queries = sources(&["server/store/sql", "server/store/src"], &[".sql", ".rs"]);
    let mut clocks = production(&rust(), |path, line| {
        !path.ends_with("/clock.rs") && (line.contains("Utc::now") || line.contains("Local::now"))
    });
    for source in &queries {
        clocks.extend(source.lines(&source.text, |line| {
            let line = line.replace("engine_now()", "").to_lowercase();
            ["now()", "clock_timestamp()", "current_timestamp"].iter().any(|c| line.contains(c))
        }));
    }

    refuse("time is what engine_now() returned", clocks);
}

#[test]
fn tests_wait_for_events_not_for_time() {
    let mut sleeping = vec![];
    for source in rust().iter().filter(|source| source.path != THIS) {
        // A peer that is slow on purpose sleeps, and says so on the line.
        let sleeps = |line: &str| line.contains("sleep(") && !line.contains("// a slow peer");
        sleeping.extend(source.lines(source.tests(), sleeps));
    }
    for spec in sources(&["end2end/tests"], &[".ts"]) {
        let waits = |line: &str| line.contains("waitForTimeout") || line.contains("setTimeout");
        sleeping.extend(spec.lines(&spec.text, waits));
    }

    refuse("a test awaits an event", sleeping);
}

#[test]
fn the_network_is_reached_only_through_the_guarded_client() {
    let direct = production(&rust(), |path, line| {
        line.contains("reqwest::") && !path.starts_with("server/outside/src/outbound")
    });

    refuse("outside requests go through outside::outbound", direct);
}

#[test]
fn one_component_at_most_writes_html() {
    let writers: Vec<_> = rust()
        .into_iter()
        .filter(|source| source.path.starts_with("app/") && source.path.contains("/src/"))
        .filter(|source| source.production().contains("inner_html="))
        .map(|source| source.path)
        .collect();

    refuse("one component sanitises and writes HTML", writers.into_iter().skip(1).collect());
}

#[test]
fn the_workspace_has_three_features() {
    let mut odd = vec![];
    for manifest in sources(&["app", "frontend", "server", "tools"], &["Cargo.toml"]) {
        let text = manifest.text.split("[features]").nth(1).unwrap_or_default();
        let section = text.split("\n[").next().unwrap_or_default();
        odd.extend(manifest.lines(section, |line| {
            let name = line.split('=').next().unwrap_or_default().trim();
            line.contains('=') && !["hydrate", "ssr", "testing"].contains(&name)
        }));
    }

    refuse("the features are ssr, hydrate and testing", odd);
}

#[test]
fn the_walk_finds_the_project() {
    assert!(root().join("Cargo.lock").exists());
    assert!(rust().iter().any(|source| source.path == THIS));
}
