//! Values between nodes: JSON, in which images and documents are objects of a known shape.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::id::{DocumentId, ImageId};

/// An image in the library, as a value between nodes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImageRef {
    /// The image.
    pub image_id: ImageId,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// E.g. `image/png`.
    pub media_type: String,
    /// What it shows, in words.
    #[serde(default)]
    pub alt: String,
}

/// A document, as a value between nodes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentRef {
    /// The document.
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
        match value {
            Value::Array(items) => items.iter().flat_map(Self::list).collect(),
            other => Self::from_value(other).into_iter().collect(),
        }
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
        match value {
            Value::Array(items) => items.iter().flat_map(Self::list).collect(),
            other => Self::from_value(other).into_iter().collect(),
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
        Value::String(_) => "a text",
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
