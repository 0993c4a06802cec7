//! Values between nodes: JSON, in which images and documents are objects of a known shape.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::id::{DocumentId, ImageId};

/// An image in the library, as a value between nodes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ImageRef {
    /// The id of the image.
    pub image_id: ImageId,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// The media type, e.g. `image/png`.
    pub media_type: String,
    /// What it shows, in words.
    #[serde(default)]
    pub alt: String,
}

/// A document, as a value between nodes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentRef {
    /// The id of the document.
    pub document_id: DocumentId,
    /// Its title when it was made.
    #[serde(default)]
    pub title: String,
}

impl ImageRef {
    /// As a value.
    pub fn to_value(&self) -> Value {
        json!({
            "image_id": self.image_id,
            "width": self.width,
            "height": self.height,
            "media_type": self.media_type,
            "alt": self.alt,
        })
    }

    /// The image a value stands for, if it stands for one.
    pub fn from_value(value: &Value) -> Option<Self> {
        Self::deserialize(value).ok()
    }

    /// Every image in a value: itself, or the items of a list however deep.
    pub fn list(value: &Value) -> Vec<Self> {
        leaves(value).into_iter().filter_map(Self::from_value).collect()
    }
}

impl DocumentRef {
    /// As a value.
    pub fn to_value(&self) -> Value {
        json!({ "document_id": self.document_id, "title": self.title })
    }

    /// The document a value stands for, if it stands for one.
    pub fn from_value(value: &Value) -> Option<Self> {
        Self::deserialize(value).ok()
    }

    /// Every document in a value: itself, or the items of a list however deep.
    pub fn list(value: &Value) -> Vec<Self> {
        leaves(value).into_iter().filter_map(Self::from_value).collect()
    }
}

/// The value itself, or the items of a list however deep, in their order.
pub fn leaves(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(items) => items.iter().flat_map(leaves).collect(),
        other => vec![other],
    }
}

/// Changes every text in a value, however deep it lies; keys stay.
pub(crate) fn change_texts(value: &mut Value, change: &mut impl FnMut(&mut String)) {
    match value {
        Value::String(text) => change(text),
        Value::Array(items) => items.iter_mut().for_each(|item| change_texts(item, change)),
        Value::Object(map) => map.values_mut().for_each(|item| change_texts(item, change)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// The most levels of lists and objects in each other that a step may produce. JSON readers take
/// about 128, and other levels are put around it.
pub const MAX_DEPTH: usize = 64;

/// The most bytes, by [`weight`], that a step may produce: later steps read it as a whole, and
/// pages show it.
pub const MAX_WEIGHT: usize = 16 << 20;

/// Why the output of a step cannot be recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unrecordable {
    /// It is larger than [`MAX_WEIGHT`].
    #[error("it is larger than {} MiB; return less", MAX_WEIGHT >> 20)]
    Large,
    /// It has more levels than [`MAX_DEPTH`].
    #[error("it is nested deeper than {MAX_DEPTH} levels; flatten it")]
    Deep,
    /// A text has a NUL character, which the database cannot store.
    #[error("it contains the character U+0000; remove it")]
    Nul,
}

/// Checks that the output of a step can be recorded, and read again by everybody.
///
/// # Errors
/// What is in the way.
pub fn recordable<'a>(given: impl IntoIterator<Item = &'a Value>) -> Result<(), Unrecordable> {
    let mut heavy = 0_usize;
    given.into_iter().try_for_each(|value| {
        within(value, MAX_DEPTH)?;
        heavy = heavy.saturating_add(weight(value, MAX_WEIGHT));
        if heavy > MAX_WEIGHT { Err(Unrecordable::Large) } else { Ok(()) }
    })
}

fn within(value: &Value, levels: usize) -> Result<(), Unrecordable> {
    match value {
        Value::String(text) => text_recordable(text),
        Value::Array(_) | Value::Object(_) if levels == 0 => Err(Unrecordable::Deep),
        Value::Array(items) => items.iter().try_for_each(|item| within(item, levels - 1)),
        Value::Object(fields) => fields
            .iter()
            .try_for_each(|(name, value)| text_recordable(name).and(within(value, levels - 1))),
        Value::Null | Value::Bool(_) | Value::Number(_) => Ok(()),
    }
}

fn text_recordable(text: &str) -> Result<(), Unrecordable> {
    if text.contains('\0') { Err(Unrecordable::Nul) } else { Ok(()) }
}

/// What may complete a JSON list whose end was cut off.
const CLOSINGS: [&str; 5] = ["", "\"]", "]", "\"]]", "]]"];

/// A list that holds texts only, one entry an element; lists in it are one entry each. None for
/// anything else. An element without a value, e.g. of an iteration that failed, reads "–".
pub fn texts_in(value: &Value) -> Option<Vec<String>> {
    let items = value.as_array()?;
    let text = |item: &Value| match item {
        Value::String(text) => Some(text.clone()),
        Value::Null => Some("–".to_owned()),
        Value::Array(_) => texts_in(item).map(|texts| texts.join("\n")),
        _ => None,
    };
    let texts: Option<Vec<String>> = items.iter().map(text).collect();
    texts.filter(|_| !items.iter().all(Value::is_null))
}

/// The same for JSON text, also when its end was cut off.
pub fn texts_in_json(json: &str) -> Option<Vec<String>> {
    let begun = json.trim_end_matches(['\\', ',']);
    let read = |end: &str| serde_json::from_str(&format!("{begun}{end}")).ok();
    CLOSINGS.iter().find_map(|end| read(end)).as_ref().and_then(texts_in)
}

/// The texts with their numbers; a single one has none.
pub fn numbered(texts: &[String]) -> String {
    match texts {
        [text] => text.clone(),
        texts => {
            let row = |(place, text): (usize, &String)| format!("{}. {text}", place + 1);
            texts.iter().enumerate().map(row).collect::<Vec<_>>().join("\n")
        }
    }
}

/// A value inside a text: a list is joined by blank lines, a document reads as its `content` or
/// title, an image as its description, nothing as an empty text, all else as compact JSON.
pub fn text_of(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(text_of).collect::<Vec<_>>().join("\n\n"),
        Value::Object(map) if map.contains_key("document_id") => {
            let content = map.get("content").or_else(|| map.get("title"));
            content.and_then(Value::as_str).unwrap_or_default().to_owned()
        }
        Value::Object(map) if map.contains_key("image_id") => {
            map.get("alt").and_then(Value::as_str).unwrap_or_default().to_owned()
        }
        other => other.to_string(),
    }
}

/// The kind of a value, in words for a message.
pub fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(map) if map.contains_key("image_id") => "an image",
        Value::Object(map) if map.contains_key("document_id") => "a document",
        Value::Object(_) => "an object",
    }
}

/// About how many bytes a value takes as JSON; counting stops once past `limit`.
pub fn weight(value: &Value, limit: usize) -> usize {
    let mut total = 0_usize;
    let mut open = vec![value];
    while let Some(value) = open.pop() {
        total += match value {
            Value::Null | Value::Bool(_) => 4,
            Value::Number(_) => 8,
            Value::String(text) => text.len() + 2,
            Value::Array(items) => {
                open.extend(items);
                items.len() + 2
            }
            Value::Object(map) => {
                open.extend(map.values());
                map.keys().map(|key| key.len() + 4).sum::<usize>() + 2
            }
        };
        if total > limit {
            break;
        }
    }
    total
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use serde_json::json;

    use super::*;

    #[test]
    fn a_list_with_one_text_an_iteration_reads_as_numbered_texts() {
        let texts = json!(["Tea", ["Milk", "Sugar"], null]);

        assert_eq!(numbered(&texts_in(&texts).unwrap()), "1. Tea\n2. Milk\nSugar\n3. –");
        assert_eq!(numbered(&["Tea".to_owned()]), "Tea");
        for other in [json!([1, 2]), json!("Tea"), json!([{ "a": "b" }]), json!([null]), json!([])]
        {
            assert_eq!(texts_in(&other), None, "{other}");
        }
    }

    #[test]
    fn a_list_that_was_cut_off_still_reads_as_texts() {
        for cut in [r#"["Tea","Mi"#, r#"["Tea","Mi\"#, r#"[["Tea"],["Mi"#] {
            assert_eq!(texts_in_json(cut).unwrap(), ["Tea", "Mi"], "{cut}");
        }
        assert_eq!(texts_in_json(r#"["Tea","Milk"],"#).unwrap(), ["Tea", "Milk"]);
        assert_eq!(texts_in_json(r#"{"a": ["Tea"#), None);
    }
}
