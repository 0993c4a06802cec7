//! Numbers a prompt gives: how many things, and how long.

use crate::providers::sample::phrasebook::words;

/// How many things a prompt wants, e.g. 5 for "five short headlines".
pub(super) fn count_things(prompt: &str) -> Option<usize> {
    let opening = prompt.split("\n\n").next().unwrap_or(prompt);
    let opening = opening.to_lowercase();
    let asked: Vec<&str> = opening.split_whitespace().collect();
    let is_thing =
        |word: &&str| words("things").iter().any(|thing| word.starts_with(thing.as_str()));
    asked.iter().enumerate().find_map(|(at, word)| {
        let count = number(word).filter(|count| (1..=20).contains(count))?;
        asked[at + 1..].iter().take(3).any(is_thing).then_some(count)
    })
}

/// The number right before one of these units, e.g. 90 for "under 90 characters".
pub(super) fn number_before(prompt: &str, units: &[&str]) -> Option<usize> {
    let prompt = prompt.to_lowercase();
    let parts: Vec<&str> =
        prompt.split([' ', '\n', '-', '–', ',']).filter(|part| !part.is_empty()).collect();
    let is_unit = |word: &str| units.iter().any(|unit| word.starts_with(unit));
    parts.windows(2).find(|pair| is_unit(pair[1])).and_then(|pair| number(pair[0]))
}

fn number(word: &str) -> Option<usize> {
    let word = word.trim_matches(|letter: char| !letter.is_alphanumeric());
    word.parse().ok().or_else(|| words("numbers").iter().position(|name| *name == word))
}

/// How many slides a carousel is to have.
pub(in crate::providers::sample) fn count_slides(prompt: &str) -> Option<usize> {
    number_before(prompt, &["slide"])
}
