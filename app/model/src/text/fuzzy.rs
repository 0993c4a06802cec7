//! Fuzzy search: how well a name fits what is typed, by its beginning, its words, or its letters in
//! order.

use std::{iter, mem};

/// How well a name fits, the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fit {
    /// The name begins with what is typed.
    Begins,
    /// Each typed word begins a word of the name.
    Words,
    /// Each typed word occurs somewhere in the name.
    Inside,
    /// Each typed word occurs in the name or in its description.
    About,
    /// The typed letters occur in the name in their order; so many times other letters are left out
    /// between them.
    Letters(u32),
}

/// How well a name fits what is typed, whatever the case; the last word typed may be unfinished.
pub fn fit(typed: &str, name: &str) -> Option<Fit> {
    let (typed, name) = (typed.trim().to_lowercase(), name.to_lowercase());
    if name.starts_with(&typed) {
        return Some(Fit::Begins);
    }
    // The word that fits worst says how well all of them do.
    let mut words = typed.split_whitespace();
    words.try_fold(Fit::Words, |worst, word| Some(worst.max(fit_word(word, &name)?)))
}

/// The same; a name that does not fit may still be found by its description `about`.
pub fn fit_about(typed: &str, name: &str, about: &str) -> Option<Fit> {
    let said = has_words(&format!("{name} {about}"), typed);
    fit(typed, name).into_iter().chain(said.then_some(Fit::About)).min()
}

/// Whether each typed word occurs somewhere in a text, whatever the case.
pub fn has_words(text: &str, typed: &str) -> bool {
    let text = text.to_lowercase();
    typed.to_lowercase().split_whitespace().all(|word| text.contains(word))
}

/// Those that fit, the best first and equals in their order; `Letters` count only where nothing
/// fits better.
pub fn rank_matches<T>(
    all: impl IntoIterator<Item = T>,
    fit: impl Fn(&T) -> Option<Fit>,
) -> Vec<(Fit, T)> {
    let fitting = all.into_iter().filter_map(|one| Some((fit(&one)?, one)));
    let mut fitting: Vec<(Fit, T)> = fitting.collect();
    fitting.sort_by_key(|(fit, _)| *fit);
    let well = fitting.partition_point(|(fit, _)| *fit <= Fit::About);
    if well > 0 {
        fitting.truncate(well);
    }
    fitting
}

fn fit_word(word: &str, name: &str) -> Option<Fit> {
    let begins = |at: usize| !name[..at].ends_with(char::is_alphanumeric);
    if name.match_indices(word).any(|(at, _)| begins(at)) {
        return Some(Fit::Words);
    }
    if name.contains(word) {
        return Some(Fit::Inside);
    }
    left_out(word, name).map(Fit::Letters)
}

/// How many gaps have to be left in the name so that the letters of the word occur in their order.
/// The first one begins a word, and from one word to the beginning of another there is no gap.
fn left_out(word: &str, name: &str) -> Option<u32> {
    let before = iter::once(' ').chain(name.chars());
    let begins = |(here, before): (char, char)| (here, !before.is_alphanumeric());
    let places: Vec<(char, bool)> = name.chars().zip(before).map(begins).collect();
    let mut letters = word.chars();
    let first = letters.next()?;
    // For each place how often it takes so far, when the letter so far is met there.
    let met = |(here, begins): &(char, bool)| (*here == first && *begins).then_some(0);
    let mut row: Vec<Option<u32>> = places.iter().map(met).collect();
    for letter in letters {
        let (mut beside, mut farther) = (None::<u32>, None::<u32>);
        for ((here, begins), cell) in places.iter().zip(&mut row) {
            let jumped = farther.map(|times| times + u32::from(!begins));
            let met = (*here == letter).then(|| fewest(beside, jumped)).flatten();
            farther = fewest(farther, beside);
            beside = mem::replace(cell, met);
        }
    }
    row.into_iter().flatten().min()
}

fn fewest(one: Option<u32>, other: Option<u32>) -> Option<u32> {
    one.into_iter().chain(other).min()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_fits_by_its_beginning_its_words_its_middle_or_its_letters() {
        for (typed, name, how) in [
            ("", "Tidy", Some(Fit::Begins)),
            ("TI", "Tidy", Some(Fit::Begins)),
            ("save a", "Save a version", Some(Fit::Begins)),
            ("gen im", "Generate image", Some(Fit::Words)),
            ("image gen", "Generate image", Some(Fit::Words)),
            ("#12", "Facebook Ads #12", Some(Fit::Words)),
            ("book", "Facebook Ads", Some(Fit::Inside)),
            ("ads book", "Facebook Ads", Some(Fit::Inside)),
            ("tdy", "Tidy", Some(Fit::Letters(1))),
            ("fcbk", "Facebook Ads", Some(Fit::Letters(3))),
            ("sqcl", "Square or curved lines", Some(Fit::Letters(0))),
            ("шбл", "Новый шаблон", Some(Fit::Letters(1))),
            ("idy", "Tidy", Some(Fit::Inside)),
            ("iy", "Tidy", None),
            ("ydt", "Tidy", None),
            ("tidy all", "Tidy", None),
        ] {
            assert_eq!(fit(typed, name), how, "{typed:?} in {name:?}");
        }
    }

    #[test]
    fn what_is_said_of_a_name_counts_less_than_the_name() {
        assert_eq!(fit_about("pictures", "Attach", "Puts pictures on it."), Some(Fit::About));
        assert_eq!(fit_about("attach pict", "Attach", "Puts pictures on it."), Some(Fit::About));
        assert_eq!(fit_about("att", "Attach", "Puts pictures on it."), Some(Fit::Begins));
        assert_eq!(fit_about("pctrs", "Attach", "Puts pictures on it."), None);
    }

    #[test]
    fn the_best_come_first_and_mere_letters_only_where_nothing_else_does() {
        let names = ["Square or curved lines", "Autosave", "Save", "Please save"];
        let found = |typed: &str| -> Vec<&str> {
            rank_matches(names, |name| fit(typed, name)).into_iter().map(|(_, name)| name).collect()
        };

        assert_eq!(found("save"), ["Save", "Please save", "Autosave"]);
        assert_eq!(found("sv"), ["Square or curved lines", "Save", "Please save"]);
        assert!(found("publish").is_empty());
    }
}
