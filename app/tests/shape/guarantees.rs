//! The list of guarantees and the tests that prove them name each other.

use std::collections::BTreeSet;

use crate::source::{refuse, rust, sources};

const PREFIX: &str = "rel_";

/// Every name behind `before` that begins like a test of a guarantee.
fn named(text: &str, before: &str) -> BTreeSet<String> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let starts = text.split(before).skip(1).filter(|rest| rest.starts_with(PREFIX));
    starts.map(|rest| rest.chars().take_while(|c| is_part(*c)).collect()).collect()
}

#[test]
fn every_test_of_a_guarantee_is_listed_and_every_one_listed_exists() {
    let written: BTreeSet<String> =
        rust().iter().flat_map(|source| named(&source.text, "fn ")).collect();
    let list = &sources(&["docs"], &["GUARANTEES.md"])[0].text;
    let listed = named(list, "`");
    assert!(!written.is_empty() && !listed.is_empty());

    let unlisted = written.difference(&listed).map(|name| format!("not listed: {name}"));
    let gone = listed.difference(&written).map(|name| format!("no such test: {name}"));

    refuse("docs/GUARANTEES.md lists the tests of each guarantee", unlisted.chain(gone).collect());
}
