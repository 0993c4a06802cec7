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
}
