//! How two versions of an output differ.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::id::ImageId;

/// The difference of two versions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Comparison {
    /// Of two texts: both, cut where they differ.
    Text {
        /// In the order of reading.
        pieces: Vec<Piece>,
    },
    /// Of structured data.
    Json {
        /// Every place that differs.
        changes: Vec<Change>,
    },
    /// Two pictures, to be looked at side by side.
    Image {
        /// The first.
        before: ImageId,
        /// The second.
        after: ImageId,
    },
}

/// How one item of a list differs from the one that was in its place before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ItemChange {
    /// Its place, from 0.
    pub place: usize,
    /// The difference.
    pub comparison: Comparison,
}

/// A run of words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Piece {
    /// In which of the two texts it is.
    pub side: Side,
    /// The words, with what is between them.
    pub text: String,
}

/// In which of two texts words are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// In both.
    Both,
    /// Only in the first.
    Before,
    /// Only in the second.
    After,
}

/// A place in structured data where two versions differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Change {
    /// Such as `items[2].title`; empty for the whole.
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
        /// Of the first text.
        before: Vec<Piece>,
        /// Of the second.
        after: Vec<Piece>,
    },
    /// So many lines that both have, far from any difference.
    Same {
        /// How many.
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
    compare(String::new(), (Some(before), Some(after)), &mut found);
    found
}

fn compare(path: String, sides: (Option<&Value>, Option<&Value>), found: &mut Vec<Change>) {
    match sides {
        (before, after) if before == after => {}
        (Some(Value::Object(before)), Some(Value::Object(after))) => {
            let keys: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
            for key in keys {
                let dot = if path.is_empty() { "" } else { "." };
                let sides = (before.get(key), after.get(key));
                compare(format!("{path}{dot}{key}"), sides, found);
            }
        }
        (Some(Value::Array(before)), Some(Value::Array(after))) => {
            for place in 0..before.len().max(after.len()) {
                let sides = (before.get(place), after.get(place));
                compare(format!("{path}[{place}]"), sides, found);
            }
        }
        (before, after) => {
            found.push(Change { path, before: before.cloned(), after: after.cloned() });
        }
    }
}

#[cfg(test)]
mod tests {
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

    fn said(pieces: &[Piece]) -> String {
        pieces.iter().map(|piece| piece.text.as_str()).collect()
    }

    #[test]
    fn texts_stand_beside_each_other_line_by_line_and_long_runs_are_counted() {
        let piece = |side, text: &str| Piece { side, text: text.to_owned() };
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
