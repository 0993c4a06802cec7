//! Every text of the product stands in one file, for reading, and none says what was found odd.
//! The words are decided in `docs/WORDS.md`.

mod collect;
mod pages;

use std::{collections::BTreeMap, env, fs};

use crate::source::{Source, refuse, root, rust, sources};

/// Where all texts stand.
const TEXTS: &str = "docs/texts.txt";
/// Phrases that no text has. A line that begins with `=` is a whole text, others are a part of one.
const PHRASES: &str = include_str!("phrases.txt");
/// Pages on the code, and those that name what is wrong.
const NOT_SERVED: [&str; 4] =
    ["docs/ARCHITECTURE.md", "docs/CHANGING.md", "docs/GUARANTEES.md", "docs/WORDS.md"];

/// The texts of each file that has some.
fn texts() -> BTreeMap<String, Vec<String>> {
    let code = rust().into_iter().filter(|source| is_product(&source.path));
    let code = code.map(|source| {
        let texts = collect::from_rust(&source);
        (source.path, texts)
    });
    let templates = sources(&["app/model/templates"], &[".json"]).into_iter().map(|source| {
        let texts = collect::from_template(&source.text);
        (source.path, texts)
    });
    code.chain(templates).filter(|(_, texts)| !texts.is_empty()).collect()
}

/// Whether people meet what the file says: tests, benches and tools speak to programmers.
fn is_product(path: &str) -> bool {
    let apart = ["/tests/", "/benches/", "/testing/", "/tests.rs"];
    !path.starts_with("tools/") && !apart.iter().any(|part| path.contains(part))
}

/// The whole of the file.
fn written(texts: &BTreeMap<String, Vec<String>>) -> String {
    let mut page = String::from(
        "All texts of Atelier by page, for reading. Made from the sources: change them there, then run\n\
         ATELIER_KEEP=1 cargo test -p shape words. What the words are: docs/WORDS.md.\n",
    );
    for title in pages::titles() {
        let of_page: Vec<_> =
            texts.iter().filter(|(path, _)| pages::title(path) == title).collect();
        if of_page.is_empty() {
            continue;
        }
        page.push_str(&format!("\n# {title}\n"));
        for (path, texts) in of_page {
            page.push_str(&format!("\n## {path}\n{}\n", texts.join("\n")));
        }
    }
    page
}

#[test]
fn all_words_of_the_product_stand_in_one_file() {
    let path = root().join(TEXTS);
    let now = written(&texts());
    if env::var_os("ATELIER_KEEP").is_some() {
        fs::write(&path, &now).expect("the file of texts is written");
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();

    let only = |one: &str, other: &str, mark: &str| {
        let known: Vec<&str> = other.lines().collect();
        let lines = one.lines().filter(|line| !known.contains(line));
        lines.map(|line| format!("{mark} {line}")).collect::<Vec<_>>()
    };
    if now != kept {
        let changes = [only(&kept, &now, "-"), only(&now, &kept, "+")].concat();
        let changes = changes.into_iter().take(20).collect::<Vec<_>>().join("\n  ");
        panic!("{TEXTS} is not fresh: ATELIER_KEEP=1 cargo test -p shape words\n  {changes}\n");
    }
}

#[test]
fn no_words_are_those_that_were_found_odd() {
    let mut odd = vec![];
    for (path, texts) in &texts() {
        odd.extend(texts.iter().filter_map(|text| offence(path, text)));
    }
    for Source { path, text } in pages_for_people() {
        // Prose is broken anywhere, so that a phrase may go over two lines.
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        odd.extend(offence(&path, &text));
    }

    refuse("say it as docs/WORDS.md does", odd);
}

/// Pages that are written as they are read.
fn pages_for_people() -> Vec<Source> {
    let readme = fs::read_to_string(root().join("README.md")).unwrap_or_default();
    let readme = Source { path: "README.md".to_owned(), text: readme };
    let pages = sources(&["docs", "app/model/templates"], &[".md"]).into_iter();
    let is_served = |page: &Source| !NOT_SERVED.contains(&page.path.as_str());
    pages.filter(is_served).chain([readme]).collect()
}

/// The odd phrase that a text has.
fn offence(path: &str, text: &str) -> Option<String> {
    let lower = text.to_lowercase();
    let has = |phrase: &&str| match phrase.strip_prefix('=') {
        Some(whole) => text.trim_end_matches('.') == whole.trim_end_matches('.'),
        None => lower.contains(&phrase.to_lowercase()),
    };
    let phrase = PHRASES.lines().filter(|line| !line.is_empty()).find(has)?;
    let shown: String = text.chars().take(160).collect();
    Some(format!("{path}: “{}” in: {shown}", phrase.trim_start_matches('=')))
}
