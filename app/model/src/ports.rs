//! Ports and the type-checker of connections: one verdict for browser and server.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::value::{DocumentRef, ImageRef, kind_of};

/// The port that every step has for its failure.
pub const ERROR_PORT: &str = "error";

/// The kind of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Text of any length.
    Text,
    /// A whole or a decimal number.
    Number,
    /// True or false.
    Boolean,
    /// Structured data: any JSON.
    Json,
    /// An image in the library.
    Image,
    /// A document of the library.
    Document,
    /// An uploaded file.
    File,
    /// Any kind of value.
    Any,
    /// No value: the edge only orders.
    Flow,
}

/// The type of a port: one value, or a list of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", tag = "shape", content = "kind")]
pub enum PortType {
    /// A single value.
    One(Kind),
    /// A list of values.
    List(Kind),
}

/// A place on a node where edges begin or end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Port {
    /// The handle in the workflow, unique on its side of the node.
    pub name: String,
    /// Its name on the card.
    pub label: String,
    /// The type of the values that pass through it.
    pub port_type: PortType,
}

impl Port {
    /// A port of this name, label and type.
    pub fn new(name: &str, label: &str, port_type: PortType) -> Self {
        Self { name: name.to_owned(), label: label.to_owned(), port_type }
    }
}

/// Whether a connection may be drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fit {
    /// It may be drawn.
    Ok,
    /// It may be drawn, but it may fail at run time for this reason.
    Warn(String),
    /// It may not be drawn, for this reason.
    Err(String),
}

/// Whether a value of one type may enter a port of another.
pub fn compatible(from: PortType, to: PortType) -> Fit {
    use PortType::{List, One};
    let (source, target) = (from.kind(), to.kind());
    if source == Kind::Flow || target == Kind::Flow || to == One(Kind::Any) {
        return Fit::Ok;
    }
    match (from, to) {
        // What comes out of an open port is known at run time only.
        (One(Kind::Any), _) => Fit::Ok,
        (List(_), List(_)) | (One(_), One(_)) | (One(_), List(_)) => kinds(source, target),
        (List(_), One(Kind::Text | Kind::Json)) => kinds(source, target),
        (List(_), One(_)) => Fit::Err(format!(
            "{from} doesn't fit {to}; refer to one item, such as ${{nodes.ID.port[0]}}"
        )),
    }
}

fn kinds(from: Kind, to: Kind) -> Fit {
    match (from, to) {
        (a, b) if a == b => Fit::Ok,
        (Kind::Any, _) | (_, Kind::Any | Kind::Json) if from != Kind::Text => Fit::Ok,
        (Kind::Text, Kind::Any) => Fit::Ok,
        (Kind::Text, Kind::Json) => {
            Fit::Warn("text works as JSON only if it is valid JSON".to_owned())
        }
        (Kind::Number | Kind::Boolean | Kind::Json | Kind::Document, Kind::Text) => Fit::Ok,
        (Kind::Text | Kind::Json, Kind::Number | Kind::Boolean) => {
            Fit::Warn(format!("{from} works as {to} only if the value is a {to}"))
        }
        (Kind::Json, Kind::Image | Kind::Document | Kind::File) => {
            Fit::Warn(format!("JSON works as {to} only if it refers to one"))
        }
        _ => Fit::Err(format!("{from} doesn't fit {to}")),
    }
}

impl PortType {
    /// The kind of one value of it.
    pub fn kind(self) -> Kind {
        match self {
            Self::One(kind) | Self::List(kind) => kind,
        }
    }

    /// Why a value is not of this type, as in "must be text, but is a number"; none when it is.
    pub fn misfit(self, value: &Value) -> Option<String> {
        let (one, many) = self.kind().words();
        match (self, value) {
            (Self::One(kind), value) => {
                (!kind.holds(value)).then(|| format!("must be {one}, but is {}", kind_of(value)))
            }
            (Self::List(kind), Value::Array(items)) => {
                let place = items.iter().position(|item| !kind.holds(item))?;
                let (number, found) = (place + 1, items.get(place).map_or("", kind_of));
                Some(format!("must be a list of {many}, but its item {number} is {found}"))
            }
            (Self::List(_), value) => {
                Some(format!("must be a list of {many}, but is {}", kind_of(value)))
            }
        }
    }
}

impl Kind {
    /// The kind that a value evidently has; `Any` for structured data and null.
    pub fn from_value(value: &Value) -> Self {
        let seen = [Self::Image, Self::Document, Self::Text, Self::Number, Self::Boolean];
        seen.into_iter().find(|kind| kind.holds(value)).unwrap_or(Self::Any)
    }

    /// Whether the value is of this kind.
    fn holds(self, value: &Value) -> bool {
        match self {
            Self::Text => value.is_string(),
            Self::Number => value.is_number(),
            Self::Boolean => value.is_boolean(),
            Self::Image => ImageRef::from_value(value).is_some(),
            Self::Document => DocumentRef::from_value(value).is_some(),
            Self::Json | Self::File | Self::Any | Self::Flow => true,
        }
    }

    /// Singular and plural for messages; of objects with the fields they must have.
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Text => ("text", "texts"),
            Self::Number => ("a number", "numbers"),
            Self::Boolean => ("true or false", "true or false values"),
            Self::Image => (
                "an image (image_id, width, height, media_type)",
                "images (image_id, width, height, media_type)",
            ),
            Self::Document => ("a document (document_id)", "documents (document_id)"),
            Self::File => ("a file", "files"),
            Self::Json | Self::Any | Self::Flow => ("a value", "values"),
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Text => "text",
            Self::Number => "number",
            Self::Boolean => "boolean",
            Self::Json => "json",
            Self::Image => "image",
            Self::Document => "document",
            Self::File => "file",
            Self::Any => "any",
            Self::Flow => "flow",
        })
    }
}

impl fmt::Display for PortType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::One(kind) => kind.fmt(f),
            Self::List(kind) => write!(f, "list<{kind}>"),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_value_is_of_a_type_or_what_is_expected_is_told() {
        use PortType::{List, One};
        let id = "018f0000-0000-7000-8000-000000000000";
        let image = json!({"image_id": id, "width": 1, "height": 1, "media_type": "image/png"});
        let document = json!({"document_id": id});
        for (port, value) in [
            (One(Kind::Text), json!("a")),
            (One(Kind::Number), json!(1.5)),
            (One(Kind::Boolean), json!(false)),
            (One(Kind::Json), json!(null)),
            (One(Kind::Any), json!([1, "a"])),
            (List(Kind::Any), json!([1, null])),
            (List(Kind::Text), json!([])),
            (List(Kind::Image), json!([image, image])),
            (One(Kind::Document), document),
        ] {
            assert_eq!(port.misfit(&value), None, "{port} {value}");
        }
        for (port, value, words) in [
            (One(Kind::Text), json!(1), "must be text, but is a number"),
            (One(Kind::Number), json!("1"), "must be a number, but is text"),
            (One(Kind::Boolean), json!(null), "must be true or false, but is nothing"),
            (List(Kind::Any), json!("a"), "must be a list of values, but is text"),
            (
                List(Kind::Text),
                json!(["a", 1, true]),
                "must be a list of texts, but its item 2 is a number",
            ),
            (
                One(Kind::Image),
                json!({"image_id": "x"}),
                "must be an image (image_id, width, height, media_type), but is an image",
            ),
            (
                List(Kind::Document),
                json!([{"title": "a"}]),
                "must be a list of documents (document_id), but its item 1 is an object",
            ),
        ] {
            assert_eq!(port.misfit(&value).as_deref(), Some(words));
        }
    }
}
