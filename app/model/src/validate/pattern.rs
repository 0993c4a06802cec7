//! The patterns of parameters, within a budget: a regular expression costs its own size for each
//! character that it looks at, and a few signs can make a very large one.

use std::collections::BTreeMap;

use regex_lite::{Regex, RegexBuilder};

/// The longest pattern, in bytes.
const MOST_BYTES: usize = 2_000;
/// The largest size that a pattern may have when it is read, in bytes.
const MOST_SIZE: usize = 1 << 20;
/// About how many bytes one state of a pattern takes.
const STATE: usize = 32;
/// How many states may be looked at, over all characters of all texts of a check; each takes up to
/// 5 ns.
const MOST_STEPS: usize = 30_000_000;
/// As how many steps reading a state counts: it is made several times.
const READING: usize = 16;

/// The patterns of one check, each read once.
#[derive(Debug)]
pub(super) struct Patterns {
    /// Each with how many states it has at most; none where it cannot be read.
    read: BTreeMap<String, Option<(Regex, usize)>>,
    /// How many steps are left.
    steps: usize,
}

impl Default for Patterns {
    fn default() -> Self {
        Self { read: BTreeMap::new(), steps: MOST_STEPS }
    }
}

impl Patterns {
    /// Whether a pattern is a regular expression of a size that can be checked.
    pub fn can_read(&mut self, pattern: &str) -> bool {
        self.read(pattern).is_some()
    }

    /// Whether a pattern matches a whole text; none where it cannot be read, or where finding out
    /// would take too long.
    pub fn matches(&mut self, pattern: &str, text: &str) -> Option<bool> {
        self.read(pattern)?;
        let steps = self.steps;
        let (regex, states) = self.read(pattern)?;
        let left = steps.checked_sub(states.saturating_mul(text.chars().count()))?;
        let is_match = regex.is_match(text);
        self.steps = left;
        Some(is_match)
    }

    fn read(&mut self, pattern: &str) -> Option<&(Regex, usize)> {
        if !self.read.contains_key(pattern) {
            let compiled = if self.steps > 0 { compile(pattern) } else { None };
            let states = compiled.as_ref().map_or(MOST_SIZE / STATE, |(_, states)| *states);
            self.steps = self.steps.saturating_sub(states * READING);
            self.read.insert(pattern.to_owned(), compiled);
        }
        self.read.get(pattern)?.as_ref()
    }
}

/// A pattern and its states, at most an eighth more than it has.
fn compile(pattern: &str) -> Option<(Regex, usize)> {
    if pattern.len() > MOST_BYTES {
        return None;
    }
    let whole = format!("^(?:{pattern})$");
    let read = |size| RegexBuilder::new(&whole).size_limit(size).build().ok();
    let (mut regex, mut too_small, mut enough) = (read(MOST_SIZE)?, 0, MOST_SIZE);
    while enough - too_small > enough / 8 {
        let size = usize::midpoint(too_small, enough);
        match read(size) {
            Some(smaller) => (regex, enough) = (smaller, size),
            None => too_small = size,
        }
    }
    Some((regex, enough / STATE))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_of_the_whole_text_and_read_once() {
        let mut patterns = Patterns::default();

        assert_eq!(patterns.matches("[a-z]{2,40}", "word"), Some(true));
        assert_eq!(patterns.matches("[a-z]{2,40}", "word 2"), Some(false));
        assert_eq!(patterns.matches("[a-z", "word"), None);
        assert_eq!((patterns.read.len(), patterns.can_read("[a-z")), (2, false));
    }

    #[test]
    fn what_would_take_long_is_not_looked_at() {
        let mut patterns = Patterns::default();
        let (large, long) = ("(?:a?){1000}a{1000}", "a".repeat(200_000));

        assert_eq!(patterns.matches(large, "aa"), Some(false));
        assert_eq!(patterns.matches(large, &long), None);
        assert_eq!(patterns.matches("a+", &long), Some(true));
        assert_eq!(patterns.matches("((a{100}){100}){100}", "aa"), None);
        assert!(!patterns.can_read(&"a".repeat(MOST_BYTES + 1)));
    }

    #[test]
    fn texts_of_the_length_that_a_pattern_allows_are_checked() {
        for (pattern, length) in [(".{1,2000}", 2_000), (".{1,3000}", 3_000), ("[a-z]*", 200_000)] {
            let (mut patterns, text) = (Patterns::default(), "a".repeat(length));

            assert_eq!(patterns.matches(pattern, &text), Some(true), "{pattern}");
            assert_eq!(patterns.matches(pattern, "é\n"), Some(false), "{pattern}");
        }
    }

    #[test]
    fn large_patterns_are_read_while_the_budget_lasts() {
        let mut patterns = Patterns::default();
        let read =
            (0..200).filter(|at| patterns.can_read(&format!("(a{{100}}){{100}}{at}"))).count();

        assert!((50..200).contains(&read), "{read}");
        assert!((0..100).all(|at| Patterns::default().can_read(&format!("[a-z]{{2,{at}5}}"))));
    }
}
