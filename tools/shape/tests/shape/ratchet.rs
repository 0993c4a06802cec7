//! What there is too much of, and may only become less: each kind is counted, `tools/shape/ratchet.txt` holds
//! the counts. A count that has fallen is kept, so that it stays there.

use std::{collections::BTreeMap, env, fs};

use crate::source::{Source, root, rust, sources};

const COUNTS: &str = "tools/shape/ratchet.txt";

/// Words for a type that say nothing of what it is.
const VAGUE: [&str; 16] = [
    "Asked", "Brought", "Fault", "Found", "Gave", "Given", "Judged", "Kept", "Known", "Place",
    "Said", "Seen", "Standing", "Taken", "Told", "Way",
];

/// Turns of our own that readers of English stumble over.
const DIALECT: [&str; 10] = [
    "none where",
    "whoever",
    "stands",
    "what is under way",
    "as it is now",
    "is over",
    "of which",
    "said of",
    "what came of",
    "puts in",
];

/// The name of the type that a line declares.
fn declared(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let line = line.strip_prefix("pub").map_or(line, |rest| match rest.strip_prefix('(') {
        Some(inner) => inner.split_once(") ").map_or("", |(_, rest)| rest),
        None => rest.trim_start(),
    });
    let rest =
        ["struct ", "enum ", "trait ", "type "].iter().find_map(|word| line.strip_prefix(word))?;
    rest.split(|c: char| !c.is_alphanumeric() && c != '_').next().filter(|name| !name.is_empty())
}

/// The text of a line of documentation of an item.
fn documentation(line: &str) -> Option<&str> {
    line.trim_start().strip_prefix("/// ")
}

/// The words of a name or of a sentence, in lower case and without an `s` at their end.
fn words(text: &str) -> Vec<String> {
    let mut apart = String::new();
    for c in text.chars() {
        if c.is_uppercase() {
            apart.push(' ');
        }
        apart.extend(c.to_lowercase());
    }
    let words = apart.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(|word| word.trim_end_matches('s').to_owned()).collect()
}

/// Whether a whole comment says no more than the name below it.
fn restates(before: &str, comment: &str, item: &str) -> bool {
    const SMALL: [&str; 9] = ["a", "an", "the", "of", "it", "it'", "their", "one", "thi"];
    let Some(text) = documentation(comment) else { return false };
    let is_whole = documentation(before).is_none() && documentation(item).is_none();
    let name = words(item);
    is_whole && words(text).iter().all(|word| SMALL.contains(&word.as_str()) || name.contains(word))
}

fn count(lines: impl Iterator<Item = bool>) -> usize {
    lines.filter(|offends| *offends).count()
}

/// How often each kind occurs.
fn counts() -> BTreeMap<&'static str, usize> {
    let rust = rust();
    let production: Vec<&str> = rust.iter().map(Source::production).collect();
    let lines = || production.iter().flat_map(|text| text.lines());
    let comments = || lines().filter_map(documentation);
    let mut types = BTreeMap::<&str, usize>::new();
    // Each type of node has a configuration of the same name.
    for name in lines().filter_map(declared).filter(|name| *name != "Config") {
        *types.entry(name).or_default() += 1;
    }
    let rust_titles = rust.iter().flat_map(|source| source.tests().lines()).filter_map(|line| {
        let rest = line.trim_start().trim_start_matches("async ").strip_prefix("fn ")?;
        rest.split('(').next()
    });
    let specs = sources(&["end2end/tests"], &[".spec.ts"]);
    let spec_titles = specs.iter().flat_map(|spec| spec.text.lines()).filter_map(|line| {
        line.trim_start().strip_prefix("test('").and_then(|rest| rest.split('\'').next())
    });
    let restating = production.iter().map(|text| {
        let lines: Vec<&str> = text.lines().collect();
        count(lines.windows(3).map(|three| restates(three[0], three[1], three[2])))
    });
    BTreeMap::from([
        (
            "comments in our own dialect",
            count(comments().map(|text| {
                let text = text.to_lowercase();
                DIALECT.iter().any(|turn| text.contains(turn))
            })),
        ),
        ("comments that say no more than the name", restating.sum()),
        (
            "titles of tests over 80 characters",
            count(rust_titles.chain(spec_titles).map(|title| title.chars().count() > 80)),
        ),
        ("type names that are used twice or more", count(types.values().map(|times| *times > 1))),
        ("vague type names", count(lines().filter_map(declared).map(|name| VAGUE.contains(&name)))),
    ])
}

#[test]
fn what_there_is_too_much_of_does_not_grow() {
    let now = counts();
    let path = root().join(COUNTS);
    let kept = fs::read_to_string(&path).unwrap_or_default();
    let kept: BTreeMap<&str, usize> = kept
        .lines()
        .filter_map(|line| line.split_once(": "))
        .filter_map(|(kind, count)| Some((kind, count.parse().ok()?)))
        .collect();
    let has_grown =
        |(kind, count): &(&&str, &usize)| kept.get(**kind).is_some_and(|kept| *count > kept);

    let grown: Vec<_> = now.iter().filter(has_grown).collect();
    assert!(
        grown.is_empty(),
        "of these there were fewer, see {COUNTS} and docs/WORDS.md: {grown:?}"
    );
    if env::var_os("ATELIER_KEEP").is_some() {
        let lines: String = now.iter().map(|(kind, count)| format!("{kind}: {count}\n")).collect();
        fs::write(&path, lines).expect("the counts are written");
    } else {
        assert_eq!(now, kept, "keep the lower count: ATELIER_KEEP=1 cargo test -p shape ratchet");
    }
}
