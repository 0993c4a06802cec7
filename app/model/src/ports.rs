//! Ports and the type-checker of connections: one verdict for browser and server.

use std::fmt;

use schemars::JsonSchema;
use serde::Serialize;

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Words.
    Text,
    /// A number.
    Number,
    /// True or false.
    Boolean,
    /// Structured data.
    Json,
    /// A picture in the library.
    Image,
    /// A document.
    Document,
    /// An uploaded file.
    File,
    /// Anything.
    Any,
    /// Nothing: the edge only orders.
    Flow,
}

/// The type of a port: one value, or a list of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case", tag = "shape", content = "kind")]
pub enum PortType {
    /// One value.
    One(Kind),
    /// A list of values.
    List(Kind),
}

/// A place on a node where edges begin or end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Port {
    /// The handle in the workflow, unique on its side of the node.
    pub name: String,
    /// Words on the card.
    pub label: String,
    /// What passes through it.
    pub port_type: PortType,
}

impl Port {
    /// A port of this name, label and type.
    pub fn new(name: &str, label: &str, port_type: PortType) -> Self {
        Self { name: name.to_owned(), label: label.to_owned(), port_type }
    }
}

/// May this connection be drawn?
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fit {
    /// Yes.
    Ok,
    /// Yes, but it may fail at run time for this reason.
    Warn(String),
    /// No, for this reason.
    Err(String),
}

/// May a value of one type enter a port of another?
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
            "{from} does not fit {to}: refer to one item, as in ${{nodes.ID.port[0]}}"
        )),
    }
}

fn kinds(from: Kind, to: Kind) -> Fit {
    match (from, to) {
        (a, b) if a == b => Fit::Ok,
        (Kind::Any, _) | (_, Kind::Any | Kind::Json) if from != Kind::Text => Fit::Ok,
        (Kind::Text, Kind::Any) => Fit::Ok,
        (Kind::Text, Kind::Json) => {
            Fit::Warn("text becomes JSON only if it parses as JSON".to_owned())
        }
        (Kind::Number | Kind::Boolean | Kind::Json | Kind::Document, Kind::Text) => Fit::Ok,
        (Kind::Text | Kind::Json, Kind::Number | Kind::Boolean) => {
            Fit::Warn(format!("{from} becomes {to} only if it reads as one"))
        }
        (Kind::Json, Kind::Image | Kind::Document | Kind::File) => {
            Fit::Warn(format!("JSON passes as {to} only if it refers to one"))
        }
        _ => Fit::Err(format!("{from} does not fit {to}")),
    }
}

impl PortType {
    /// What one value of it is.
    pub fn kind(self) -> Kind {
        match self {
            Self::One(kind) | Self::List(kind) => kind,
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
