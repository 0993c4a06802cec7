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

/// The promises of how things look and behave, which tests name as `ux 48`.
const UX: std::ops::RangeInclusive<usize> = 1..=70;

#[test]
fn every_promise_of_how_things_look_and_behave_has_a_test() {
    let browser = sources(&["end2end/tests", "end2end/support", "end2end/bench"], &[".ts"]);
    let crates = rust();
    let texts = crates.iter().map(|source| source.tests());
    let texts = texts.chain(browser.iter().map(|source| source.text.as_str()));
    let named: BTreeSet<usize> = texts.flat_map(numbers).collect();

    let untested = UX.filter(|number| !named.contains(number)).map(|number| format!("ux {number}"));

    refuse("a test names each promise of how things look and behave", untested.collect());
}

/// The numbers in `ux 17`, and in `ux 17, 18`.
fn numbers(text: &str) -> Vec<usize> {
    let list = |rest: &str| {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != ',' && c != ' ');
        let list = rest[..digits.unwrap_or(rest.len())].split([',', ' ']);
        list.filter_map(|number| number.parse().ok()).collect::<Vec<usize>>()
    };
    text.split("ux ").skip(1).flat_map(list).collect()
}
