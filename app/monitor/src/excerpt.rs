//! Outputs in little, as people read them.

use model::value::{numbered, texts_in_json};

/// JSON as a person reads it: texts in a list as a numbered list, else as it is.
pub fn readable_json(json: &str) -> String {
    texts_in_json(json).map_or_else(|| json.to_owned(), |texts| numbered(&texts))
}
