//! How two texts differ, found where they are looked at. Those of outputs, which may be long, are
//! compared by the server.

use super::compare::{Piece, Side, in_blocks, join};

/// So many pairs of lines, or of words, are compared; of more, all that differs is told as one.
const MOST_PAIRS: usize = 1_000_000;

/// Two texts, cut where they differ: by lines, and by words where lines differ.
pub fn pieces(before: &str, after: &str) -> Vec<Piece> {
    let mut told = vec![];
    for (gone, new, same) in steps(&lines(before), &lines(after)) {
        let (gone, new) = (gone.concat(), new.concat());
        for (gone, new, same) in steps(&words(&gone), &words(&new)) {
            join(&mut told, Side::Before, &gone.concat());
            join(&mut told, Side::After, &new.concat());
            join(&mut told, Side::Both, same);
        }
        join(&mut told, Side::Both, same);
    }
    in_blocks(told)
}

fn lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

/// What a letter belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Word,
    Gap,
    /// A sign, a line break, or a letter that is a word by itself.
    Alone,
}

impl Class {
    /// From here on scripts are written without gaps between words.
    const WITHOUT_GAPS: char = '\u{2e80}';

    fn of(letter: char) -> Self {
        match letter {
            '\n' => Self::Alone,
            letter if letter.is_whitespace() => Self::Gap,
            letter if letter.is_alphanumeric() && letter < Self::WITHOUT_GAPS => Self::Word,
            _ => Self::Alone,
        }
    }
}

/// A text cut into its words and what is between them.
fn words(text: &str) -> Vec<&str> {
    let (mut words, mut start, mut last) = (vec![], 0, Class::Alone);
    for (at, letter) in text.char_indices() {
        let class = Class::of(letter);
        if at > start && (class != last || class == Class::Alone) {
            words.push(&text[start..at]);
            start = at;
        }
        last = class;
    }
    if start < text.len() {
        words.push(&text[start..]);
    }
    words
}

/// One after the other what is gone, what is new there, and the part behind it that both have; the
/// last has none behind it.
fn steps<'a, 't>(
    before: &'a [&'t str],
    after: &'a [&'t str],
) -> Vec<(&'a [&'t str], &'a [&'t str], &'t str)> {
    let (mut steps, mut done) = (vec![], (0, 0));
    for (old, new) in common(before, after) {
        steps.push((&before[done.0..old], &after[done.1..new], before[old]));
        done = (old + 1, new + 1);
    }
    steps.push((&before[done.0..], &after[done.1..], ""));
    steps
}

/// The places of what both have, in order and as many as there can be.
fn common(before: &[&str], after: &[&str]) -> Vec<(usize, usize)> {
    let alike = |(old, new): &(&&str, &&str)| old == new;
    let head = before.iter().zip(after).take_while(alike).count();
    let (before, after) = (&before[head..], &after[head..]);
    let tail = before.iter().rev().zip(after.iter().rev()).take_while(alike).count();
    let (old, new) = (before.len() - tail, after.len() - tail);
    let inner = longest(&before[..old], &after[..new]);
    let inner = inner.into_iter().map(|(a, b)| (head + a, head + b));
    let behind = (0..tail).map(|at| (head + old + at, head + new + at));
    (0..head).map(|at| (at, at)).chain(inner).chain(behind).collect()
}

/// The longest run of places whose parts are the same, not side by side; none of too many.
fn longest(old: &[&str], new: &[&str]) -> Vec<(usize, usize)> {
    let width = new.len() + 1;
    if old.len().saturating_mul(width) > MOST_PAIRS {
        return vec![];
    }
    // For each pair of places how much both have from there on.
    let mut most = vec![0_u32; (old.len() + 1) * width];
    for a in (0..old.len()).rev() {
        for b in (0..new.len()).rev() {
            let (skip_old, skip_new) = (most[(a + 1) * width + b], most[a * width + b + 1]);
            most[a * width + b] = match old[a] == new[b] {
                true => most[(a + 1) * width + b + 1] + 1,
                false => skip_old.max(skip_new),
            };
        }
    }
    let (mut a, mut b, mut found) = (0, 0, vec![]);
    while a < old.len() && b < new.len() {
        if old[a] == new[b] {
            found.push((a, b));
            (a, b) = (a + 1, b + 1);
        } else if most[(a + 1) * width + b] >= most[a * width + b + 1] {
            a += 1;
        } else {
            b += 1;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of_side(pieces: &[Piece], side: Side) -> String {
        let of_side = pieces.iter().filter(|piece| [Side::Both, side].contains(&piece.side));
        of_side.map(|piece| piece.text.as_str()).collect()
    }

    #[test]
    fn only_the_words_that_changed_are_told_and_a_line_that_stayed_is_there_once() {
        let before = "Write a warm line about ${input.topic}.\nKeep short.\nEnd with a joke.";
        let after =
            "Write a cold line about ${input.topic}.\nKeep short.\nNo tag.\nEnd with a joke.";

        let told = pieces(before, after);

        let told: Vec<_> = told.iter().map(|piece| (piece.side, piece.text.as_str())).collect();
        assert_eq!(
            told,
            [
                (Side::Both, "Write a "),
                (Side::Before, "warm"),
                (Side::After, "cold"),
                (Side::Both, " line about ${input.topic}.\nKeep short.\n"),
                (Side::After, "No tag.\n"),
                (Side::Both, "End with a joke."),
            ]
        );
    }

    #[test]
    fn scripts_without_gaps_are_compared_letter_by_letter() {
        assert_eq!(words("Tee für 2 \n"), ["Tee", " ", "für", " ", "2", " ", "\n"]);
        assert_eq!(words("日本, a"), ["日", "本", ",", " ", "a"]);
    }

    #[test]
    fn what_is_too_long_to_compare_is_told_as_one() {
        let [before, after] = ["a ", "b "].map(|word| format!("Same {}end", word.repeat(1_100)));

        let told = pieces(&before, &after);

        assert_eq!((of_side(&told, Side::Before), of_side(&told, Side::After)), (before, after));
        assert!(told.len() <= 4, "{}", told.len());
    }

    proptest! {
        #[test]
        fn both_texts_can_be_read_whole_from_their_pieces(
            before in "[ab \n.日]{0,40}", after in "[ab \n.日]{0,40}",
        ) {
            let told = pieces(&before, &after);

            prop_assert_eq!(of_side(&told, Side::Before), before);
            prop_assert_eq!(of_side(&told, Side::After), after);
        }

        #[test]
        fn a_text_does_not_differ_from_itself(text in "[ab \n.]{0,40}") {
            prop_assert!(pieces(&text, &text).iter().all(|piece| piece.side == Side::Both));
        }
    }
}
