//! How two texts differ.

use std::time::Duration;

use similar::{
    Change, ChangeTag, DiffableStr, Instant,
    algorithms::{Capture, Compact, Replace, myers},
};

use super::compare::{Piece, Side, in_blocks, join};

/// After this long the difference is computed more roughly: it stays true, but is no longer the
/// smallest.
const PATIENCE: Duration = Duration::from_millis(500);

/// Two texts, cut where they differ: by lines, and by words where lines differ.
pub fn pieces(before: &str, after: &str) -> Vec<Piece> {
    let (mut told, mut gone, mut new) = (vec![], String::new(), String::new());
    let [old, later] = [before, after].map(|text| text.split_inclusive('\n').collect::<Vec<_>>());
    // A last line without an end is the same line once another one follows it.
    let [old_words, later_words]: [Vec<&str>; 2] =
        [&old, &later].map(|lines| lines.iter().map(|line| words_of(line)).collect());
    for line in changes(&old_words, &later_words) {
        let [was, is] = [(line.old_index(), &old), (line.new_index(), &later)]
            .map(|(at, lines)| at.and_then(|at| lines.get(at)).copied().unwrap_or_default());
        match line.tag() {
            ChangeTag::Delete => gone.push_str(was),
            ChangeTag::Insert => new.push_str(is),
            ChangeTag::Equal => {
                tell(&mut told, &std::mem::take(&mut gone), &std::mem::take(&mut new));
                if was == is {
                    join(&mut told, Side::Both, was);
                } else {
                    // One of them is the last.
                    let words = words_of(was);
                    join(&mut told, Side::Both, words);
                    gone.push_str(&was[words.len()..]);
                    new.push_str(&is[words.len()..]);
                }
            }
        }
    }
    tell(&mut told, &gone, &new);
    in_blocks(told)
}

/// A line without its line break.
fn words_of(line: &str) -> &str {
    line.strip_suffix('\n').unwrap_or(line)
}

/// What was deleted, inserted and kept, in order. It is generic over one type: the crate's own
/// entrance brings six algorithms over several types into the browser.
fn changes<'a>(old: &[&'a str], new: &[&'a str]) -> Vec<Change<&'a str>> {
    let mut hook = Compact::new(Replace::new(Capture::new()), old, new);
    let patience = Instant::now().checked_add(PATIENCE);
    let Ok(()) = myers::diff_deadline(&mut hook, old, 0..old.len(), new, 0..new.len(), patience);
    let told = hook.into_inner().into_inner().into_ops();
    told.iter().flat_map(|told| told.iter_changes(old, new)).collect()
}

/// Adds what replaced what, word by word.
fn tell(told: &mut Vec<Piece>, gone: &str, new: &str) {
    for word in changes(&gone.tokenize_unicode_words(), &new.tokenize_unicode_words()) {
        let side = match word.tag() {
            ChangeTag::Equal => Side::Both,
            ChangeTag::Delete => Side::Before,
            ChangeTag::Insert => Side::After,
        };
        join(told, side, word.value());
    }
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
    fn the_last_line_is_the_same_when_another_one_follows_it() {
        let before = "Intro\n\nReady when you are.\n\nCall: sign up";
        let after = "Intro\n\nReady when you are, friend.\n\nCall: sign up\n\nA last line.";

        let told = pieces(before, after);

        let gone: String = of_side(&told, Side::Before);
        assert_eq!(gone, before);
        let same = |piece: &&Piece| piece.side == Side::Both;
        assert!(
            told.iter().filter(same).any(|piece| piece.text.contains("Call: sign up")),
            "{told:?}"
        );
    }

    #[test]
    fn scripts_without_gaps_are_compared_letter_by_letter() {
        let told = pieces("今日は日本, a", "今日は月本, a");

        let told: Vec<_> = told.iter().map(|piece| (piece.side, piece.text.as_str())).collect();
        assert_eq!(
            told,
            [
                (Side::Both, "今日は"),
                (Side::Before, "日"),
                (Side::After, "月"),
                (Side::Both, "本, a"),
            ]
        );
    }

    #[test]
    fn a_long_line_that_was_rewritten_is_told_as_one() {
        let [before, after] = ["a ", "b "].map(|word| format!("Same {}end", word.repeat(1_100)));

        let told = pieces(&before, &after);

        assert_eq!((of_side(&told, Side::Before), of_side(&told, Side::After)), (before, after));
        assert!(told.len() <= 4, "{}", told.len());
    }

    proptest! {
        #[test]
        fn both_texts_can_be_read_whole_from_their_pieces(
            before in "[aü \r\n.日]{0,40}", after in "[aü \r\n.日]{0,40}",
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
