//! The patterns of parameters, within a budget: a regular expression costs its own size for each
//! character that it looks at, and a few signs can make a very large one.

use std::collections::BTreeMap;

use regex_lite::{Regex, RegexBuilder};

/// The longest pattern, in bytes.
const MOST_BYTES: usize = 2_000;
/// The sizes, in bytes, that a pattern may have when it is read; the first that is enough counts.
const SIZES: [usize; 5] = [1 << 10, 1 << 12, 1 << 14, 1 << 16, 1 << 18];
/// About how many bytes one state of a pattern takes.
const STATE: usize = 32;
/// How many states may be looked at, over all characters of all texts of a check.
const MOST_STEPS: usize = 10_000_000;

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

    /// Whether a pattern matches a whole text; none where finding out would take too long.
    pub fn matches(&mut self, pattern: &str, text: &str) -> Option<bool> {
        let steps = self.steps;
        let Some((regex, states)) = self.read(pattern) else { return Some(false) };
        let left = steps.checked_sub(states.saturating_mul(text.len()))?;
        let is_match = regex.is_match(text);
        self.steps = left;
        Some(is_match)
    }

    fn read(&mut self, pattern: &str) -> Option<&(Regex, usize)> {
        if !self.read.contains_key(pattern) {
            self.read.insert(pattern.to_owned(), compile(pattern));
        }
        self.read.get(pattern)?.as_ref()
    }
}

fn compile(pattern: &str) -> Option<(Regex, usize)> {
    if pattern.len() > MOST_BYTES {
        return None;
    }
    let whole = format!("^(?:{pattern})$");
    let read = |size| RegexBuilder::new(&whole).size_limit(size).build().ok();
    SIZES.into_iter().find_map(|size| Some((read(size)?, size / STATE)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_of_the_whole_text_and_read_once() {
        let mut patterns = Patterns::default();

        assert_eq!(patterns.matches("[a-z]{2,40}", "word"), Some(true));
        assert_eq!(patterns.matches("[a-z]{2,40}", "word 2"), Some(false));
        assert_eq!(patterns.matches("[a-z", "word"), Some(false));
        assert_eq!((patterns.read.len(), patterns.can_read("[a-z")), (2, false));
    }

    #[test]
    fn what_would_take_long_is_not_looked_at() {
        let mut patterns = Patterns::default();
        let (large, long) = ("(?:a?){1000}a{1000}", "a".repeat(200_000));

        assert_eq!(patterns.matches(large, "aa"), Some(false));
        assert_eq!(patterns.matches(large, &long), None);
        assert_eq!(patterns.matches("a+", &long), Some(true));
        assert!(!patterns.can_read("((a{100}){100}){100}"));
        assert!(!patterns.can_read(&"a".repeat(MOST_BYTES + 1)));
    }
}
