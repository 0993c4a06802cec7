//! How two versions of an output differ.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::id::ImageId;

/// The difference between two versions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Comparison {
    /// Two texts, cut into pieces where they differ.
    Text {
        /// The pieces of both texts, in the order of reading.
        pieces: Vec<Piece>,
    },
    /// Two values of structured data.
    Json {
        /// Every place that differs.
        changes: Vec<Change>,
    },
    /// Two images, to be looked at side by side.
    Image {
        /// The older image.
        before: ImageId,
        /// The newer image.
        after: ImageId,
    },
}

/// How one item of a list differs from the one that was in its place before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ItemChange {
    /// The item's place in its list, from 0.
    pub place: usize,
    /// How the item now differs from the one that was there before.
    pub comparison: Comparison,
}

/// A run of words of a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Piece {
    /// Which of the two texts it stands in.
    pub side: Side,
    /// The words, with what is between them.
    pub text: String,
}

/// Which of two texts a run of words stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// It stands in both texts, unchanged.
    Both,
    /// It stands in the first text only: it was removed.
    Before,
    /// It stands in the second text only: it was added.
    After,
}

/// A place in structured data where two versions differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Change {
    /// Where it is, such as `items[2].title`; empty for the whole value.
    pub path: String,
    /// What was there; none when nothing was.
    pub before: Option<Value>,
    /// What is there; none when nothing is.
    pub after: Option<Value>,
}

/// A part of two texts beside each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Row {
    /// Lines that belong beside each other; what both have is in both.
    Lines {
        /// The lines of the first text.
        before: Vec<Piece>,
        /// The lines of the second text.
        after: Vec<Piece>,
    },
    /// So many lines that both have, far from any difference.
    Same {
        /// How many lines are left out here.
        lines: usize,
    },
}

/// Lines around a difference that are shown with it.
const AROUND: usize = 3;

/// Two texts beside each other, cut at the line breaks that both have. Long runs of what both have
/// are only counted.
pub fn rows(pieces: &[Piece]) -> Vec<Row> {
    let (mut lines, mut before, mut after) = (vec![], vec![], vec![]);
    for Piece { side, text } in pieces {
        match side {
            Side::Before => push(&mut before, *side, text),
            Side::After => push(&mut after, *side, text),
            Side::Both => {
                for (at, part) in text.split('\n').enumerate() {
                    if at > 0 {
                        lines.push((std::mem::take(&mut before), std::mem::take(&mut after)));
                    }
                    push(&mut before, *side, part);
                    push(&mut after, *side, part);
                }
            }
        }
    }
    lines.push((before, after));
    folded(lines)
}

fn push(line: &mut Vec<Piece>, side: Side, text: &str) {
    if !text.is_empty() {
        line.push(Piece { side, text: text.to_owned() });
    }
}

/// The same pieces, but lines that have little in common become one removed block and one added
/// block: single words that both happen to have would tell nobody anything.
pub fn in_blocks(pieces: Vec<Piece>) -> Vec<Piece> {
    let (mut done, mut line) = (vec![], vec![]);
    for Piece { side, text } in pieces {
        if side != Side::Both {
            push(&mut line, side, &text);
            continue;
        }
        for part in text.split_inclusive('\n') {
            let words = part.strip_suffix('\n');
            push(&mut line, side, words.unwrap_or(part));
            if words.is_some() {
                settle(&mut done, std::mem::take(&mut line));
                join(&mut done, side, "\n");
            }
        }
    }
    settle(&mut done, line);
    done
}

fn settle(done: &mut Vec<Piece>, line: Vec<Piece>) {
    if !is_rewritten(&line) {
        return bridged(&line).iter().for_each(|piece| join(done, piece.side, &piece.text));
    }
    for side in [Side::Before, Side::After] {
        let of_side = line.iter().filter(|piece| [Side::Both, side].contains(&piece.side));
        of_side.for_each(|piece| join(done, side, &piece.text));
    }
}

/// Joins words that were replaced one after the other into one replacement: a space between them is
/// nothing that both texts have in common.
fn bridged(line: &[Piece]) -> Vec<Piece> {
    let (mut done, mut before, mut after) = (vec![], String::new(), String::new());
    for (at, Piece { side, text }) in line.iter().enumerate() {
        let replaced = |two: &[Piece]| two.iter().all(|piece| piece.side != Side::Both);
        let gap = text.chars().all(char::is_whitespace);
        let goes_on = gap && line.get(at + 1..at + 3).is_some_and(replaced);
        match side {
            Side::Before => before.push_str(text),
            Side::After => after.push_str(text),
            Side::Both if goes_on && !before.is_empty() && !after.is_empty() => {
                before.push_str(text);
                after.push_str(text);
            }
            Side::Both => {
                push(&mut done, Side::Before, &std::mem::take(&mut before));
                push(&mut done, Side::After, &std::mem::take(&mut after));
                push(&mut done, Side::Both, text);
            }
        }
    }
    push(&mut done, Side::Before, &before);
    push(&mut done, Side::After, &after);
    done
}

/// Whether less than half of the old line is still there, and less than half of the new line was
/// there before.
fn is_rewritten(line: &[Piece]) -> bool {
    let letters = |side| {
        let of_side = line.iter().filter(|piece| piece.side == side);
        let letters = of_side.flat_map(|piece| piece.text.chars()).filter(|c| !c.is_whitespace());
        letters.count()
    };
    let both = letters(Side::Both);
    both < letters(Side::Before) && both < letters(Side::After)
}

pub(super) fn join(pieces: &mut Vec<Piece>, side: Side, text: &str) {
    match pieces.last_mut() {
        Some(last) if last.side == side => last.text.push_str(text),
        _ => push(pieces, side, text),
    }
}

/// Counts the lines that are far from any that differ.
fn folded(lines: Vec<(Vec<Piece>, Vec<Piece>)>) -> Vec<Row> {
    let differs: Vec<usize> = lines
        .iter()
        .enumerate()
        .filter_map(|(at, (before, after))| (before != after).then_some(at))
        .collect();
    let mut rows: Vec<Row> = vec![];
    for (at, (before, after)) in lines.into_iter().enumerate() {
        let next = differs.partition_point(|differs| *differs < at);
        let near = |place: Option<&usize>| place.is_some_and(|one| one.abs_diff(at) <= AROUND);
        if near(differs.get(next)) || near(next.checked_sub(1).and_then(|last| differs.get(last))) {
            rows.push(Row::Lines { before, after });
        } else if let Some(Row::Same { lines }) = rows.last_mut() {
            *lines += 1;
        } else {
            rows.push(Row::Same { lines: 1 });
        }
    }
    rows
}

/// Every place where two values differ, in the order of their paths.
pub fn changes(before: &Value, after: &Value) -> Vec<Change> {
    let mut found = vec![];
    compare(String::new(), Some(before), Some(after), &mut found);
    found
}

fn compare(path: String, before: Option<&Value>, after: Option<&Value>, found: &mut Vec<Change>) {
    match (before, after) {
        (before, after) if before == after => {}
        (Some(Value::Object(before)), Some(Value::Object(after))) => {
            let keys: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
            for key in keys {
                let dot = if path.is_empty() { "" } else { "." };
                compare(format!("{path}{dot}{key}"), before.get(key), after.get(key), found);
            }
        }
        (Some(Value::Array(before)), Some(Value::Array(after))) => {
            for place in 0..before.len().max(after.len()) {
                compare(format!("{path}[{place}]"), before.get(place), after.get(place), found);
            }
        }
        (before, after) => {
            found.push(Change { path, before: before.cloned(), after: after.cloned() });
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn data_differs_at_the_places_that_changed_came_or_went() {
        let before = json!({"title": "Tea", "tags": ["a", "b"], "same": 1});
        let after = json!({"title": "Chai", "tags": ["a"], "same": 1, "new": {"x": null}});

        let told: Vec<_> = changes(&before, &after)
            .into_iter()
            .map(|change| (change.path, change.before, change.after))
            .collect();

        assert_eq!(
            told,
            [
                ("new".to_owned(), None, Some(json!({"x": null}))),
                ("tags[1]".to_owned(), Some(json!("b")), None),
                ("title".to_owned(), Some(json!("Tea")), Some(json!("Chai"))),
            ]
        );
        assert!(changes(&before, &before).is_empty());
    }

    fn piece(side: Side, text: &str) -> Piece {
        Piece { side, text: text.to_owned() }
    }

    #[test]
    fn words_replaced_one_after_the_other_are_one_replacement() {
        use Side::{After, Before, Both};
        let told = |pieces: &[(Side, &str)]| {
            let pieces = pieces.iter().map(|(side, text)| piece(*side, text)).collect();
            let told = in_blocks(pieces).into_iter().map(|piece| (piece.side, piece.text));
            told.collect::<Vec<_>>()
        };
        let owned = |pieces: &[(Side, &str)]| {
            pieces.iter().map(|(side, text)| (*side, (*text).to_owned())).collect::<Vec<_>>()
        };
        let rest = (Both, " a bottle that keeps water cold all day.");
        let words = [(Before, "Which"), (After, "That"), (Both, " "), (Before, "brings")];
        let words =
            [&words[..], &[(After, "is"), (Both, " "), (Before, "us"), (After, "where"), rest]];

        let one = [(Before, "Which brings us"), (After, "That is where"), rest];
        assert_eq!(told(&words.concat()), owned(&one));
        let apart = [(Before, "Tea"), (Both, " "), (After, "hot "), rest];
        assert_eq!(told(&apart), owned(&apart));
    }

    fn of_side(pieces: &[Piece], side: Side) -> String {
        let of_side = pieces.iter().filter(|piece| [Side::Both, side].contains(&piece.side));
        of_side.map(|piece| piece.text.as_str()).collect()
    }

    #[test]
    fn a_line_that_was_rewritten_is_one_block_and_one_with_another_word_is_not() {
        let words = vec![
            piece(Side::Both, "A "),
            piece(Side::Before, "warm"),
            piece(Side::After, "cold"),
            piece(Side::Both, " cup of tea.\nThe "),
            piece(Side::Before, "morning begins with"),
            piece(Side::After, "quiet street smells of rain and"),
            piece(Side::Both, " a "),
            piece(Side::Before, "promise"),
            piece(Side::After, "bakery"),
            piece(Side::Both, ".\nEnd"),
        ];

        let told = in_blocks(words);

        let told: Vec<_> = told.iter().map(|piece| (piece.side, piece.text.as_str())).collect();
        assert_eq!(
            told,
            [
                (Side::Both, "A "),
                (Side::Before, "warm"),
                (Side::After, "cold"),
                (Side::Both, " cup of tea.\n"),
                (Side::Before, "The morning begins with a promise."),
                (Side::After, "The quiet street smells of rain and a bakery."),
                (Side::Both, "\nEnd"),
            ]
        );
    }

    proptest! {
        #[test]
        fn both_texts_stay_as_they_were_in_blocks(
            parts in prop::collection::vec((0..3_u8, "[a-c \n\r日]{0,8}"), 0..24),
        ) {
            let side = |number| [Side::Both, Side::Before, Side::After][usize::from(number)];
            let pieces: Vec<_> =
                parts.iter().map(|(number, text)| piece(side(*number), text)).collect();

            let told = in_blocks(pieces.clone());

            for side in [Side::Before, Side::After] {
                prop_assert_eq!(of_side(&told, side), of_side(&pieces, side));
            }
            prop_assert!(told.iter().all(|piece| !piece.text.is_empty()));
            prop_assert!(told.windows(2).all(|two| two[0].side != two[1].side));
        }
    }

    fn said(pieces: &[Piece]) -> String {
        pieces.iter().map(|piece| piece.text.as_str()).collect()
    }

    #[test]
    fn texts_stand_beside_each_other_line_by_line_and_long_runs_are_counted() {
        let many = "same\n".repeat(10);
        let pieces = [
            piece(Side::Both, &many),
            piece(Side::Both, "A "),
            piece(Side::Before, "warm\nold"),
            piece(Side::After, "cold"),
            piece(Side::Both, " cup\nend"),
        ];

        let told: Vec<_> = rows(&pieces)
            .into_iter()
            .map(|row| match row {
                Row::Lines { before, after } => (said(&before), said(&after)),
                Row::Same { lines } => (lines.to_string(), String::new()),
            })
            .collect();

        let same = || ("same".to_owned(), "same".to_owned());
        let differs = ("A warm\nold cup".to_owned(), "A cold cup".to_owned());
        let end = ("end".to_owned(), "end".to_owned());
        let counted = ("7".to_owned(), String::new());
        assert_eq!(told, [counted, same(), same(), same(), differs, end]);
        assert_eq!(rows(&[piece(Side::Both, &many)]), [Row::Same { lines: 11 }]);
    }
}
