//! The `label: value` pairs of a prompt.

use super::text::tidy;
use crate::providers::sample::phrasebook::{kinds, words};

/// True for a label this module knows.
pub(super) fn is_known(label: &str) -> bool {
    let label = label.trim().to_lowercase();
    kinds("label.").any(|kind| words(kind).contains(&label))
}

/// What a prompt says under labels.
pub(super) struct Labels(Vec<(String, String)>);

impl Labels {
    /// Longer prompts carry whole documents, whose labels are not the brief's.
    const LONGEST: usize = 6_000;
    const LONGEST_ITEM: usize = 80;

    /// Reads a line at a time. A label without a value takes the short lines that follow it.
    pub(super) fn read(prompt: &str) -> Self {
        let prompt = &prompt[..prompt.floor_char_boundary(Self::LONGEST)];
        let mut pairs: Vec<(String, String)> = Vec::new();
        let mut open = false;
        for line in prompt.lines().map(str::trim) {
            let bullet = line.strip_prefix(['-', '*', '•']);
            match (&mut pairs.last_mut(), pairs_of(line)) {
                (Some((_, value)), found)
                    if open && (bullet.is_some() || found.is_empty()) && !line.is_empty() =>
                {
                    open = bullet.is_some() || line.len() <= Self::LONGEST_ITEM;
                    if open {
                        value.push_str(&format!("{};", tidy(bullet.unwrap_or(line))));
                    }
                }
                (_, found) if !found.is_empty() => {
                    open = found.last().is_some_and(|(_, value)| value.is_empty());
                    pairs.extend(found);
                }
                _ => {}
            }
        }
        pairs.retain(|(_, value)| !tidy(value).is_empty());
        Self(pairs)
    }

    /// The value of the first label of a fact that the prompt uses; it is told once.
    pub(super) fn take(&mut self, fact: &str) -> Option<String> {
        let mut wanted = words(&format!("label.{fact}")).iter();
        let at = wanted.find_map(|label| self.0.iter().position(|(key, _)| key == label))?;
        let value = tidy(self.0.remove(at).1.trim_end_matches(';'));
        (!value.is_empty() && value != "none").then_some(value)
    }

    /// Short facts under other labels, e.g. a price, except those that repeat earlier lines.
    pub(super) fn rest(self, earlier_lines: &[String]) -> Vec<(String, String)> {
        let is_given = |value: &str| {
            let value = value.to_lowercase();
            earlier_lines.iter().any(|line| line.to_lowercase().ends_with(&value))
        };
        let told = self.0.into_iter().filter(|(key, value)| {
            let short = value.len() <= 60 && !value.contains([';', '\n']);
            short && !words("label.silent").contains(key) && !is_given(value)
        });
        told.map(|(key, value)| (key, tidy(&value))).take(4).collect()
    }
}

/// The pairs of one line: sentences without a label belong to the value before them.
fn pairs_of(line: &str) -> Vec<(String, String)> {
    let mut pairs: Vec<(String, String)> = Vec::new();
    for sentence in line.split(". ").flat_map(|sentence| sentence.split(" | ")) {
        match (pair(sentence), pairs.last_mut()) {
            (Some(pair), _) => pairs.push(pair),
            (None, Some((_, value))) => value.push_str(&format!(". {sentence}")),
            (None, None) => {}
        }
    }
    pairs
}

/// A short label, a colon and a value.
fn pair(sentence: &str) -> Option<(String, String)> {
    let (label, value) = sentence.split_once(':')?;
    let label = label.split(',').next().unwrap_or(label);
    let label = label.trim().trim_start_matches(['-', '*', '#', ' ']).trim_end_matches('*');
    let is_label = label.len() <= 32
        && label.split_whitespace().count() <= 5
        && label.starts_with(char::is_alphabetic)
        && label.chars().all(|letter| letter.is_alphabetic() || " -_/".contains(letter));
    let is_value = value.is_empty() || value.starts_with([' ', '*', '\t']);
    let label = label.to_lowercase().replace('_', " ");
    (is_label && is_value).then(|| (label, value.trim().to_owned()))
}
