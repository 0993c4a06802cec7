//! What a form of arguments consists of, and how large it may be.

use serde_json::Value;

/// The form of a tool's arguments.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ArgumentForm {
    /// Its fields, required ones first, at most [`MOST_FIELDS`](limit::MOST_FIELDS).
    pub fields: Vec<ArgumentField>,
    /// How many more arguments the schema has, which are only written as JSON.
    pub hidden: usize,
}

/// One argument, or one part of one.
#[derive(Debug, Clone, PartialEq)]
pub struct ArgumentField {
    /// The key in the JSON.
    pub name: String,
    /// Words above it: the title of the schema, else the name.
    pub label: String,
    /// A sentence under it, in the words of the server, shown as text only.
    pub help: String,
    /// Whether the tool refuses a call without it.
    pub required: bool,
    /// What the server takes where it is left out; none where the schema does not say.
    pub default: Option<Value>,
    /// What it holds.
    pub shape: Shape,
}

/// What an argument holds. Each may be a reference instead: a text with `${…}`.
#[derive(Debug, Clone, PartialEq)]
pub enum Shape {
    Text,
    /// A whole number.
    Integer,
    Number,
    /// True or false.
    Boolean,
    Choice(Vec<Value>),
    /// An object with these fields.
    Object(ArgumentForm),
    /// A list with items of one shape.
    List(Box<Self>),
    /// One of several shapes, each with words for it.
    OneOf(Vec<Variant>),
    /// Anything; written as JSON, for this reason.
    Json(WhyJson),
}

/// One of several shapes of an argument.
#[derive(Debug, Clone, PartialEq)]
pub struct Variant {
    /// Words for it.
    pub label: String,
    /// What it holds.
    pub shape: Shape,
}

/// Why an argument has no form of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhyJson {
    /// The schema says nothing of it, so that it may be anything.
    Anything,
    /// It contains itself.
    Circular,
    /// It is nested deeper, or has more parts, than a form shows.
    TooLarge,
    /// The schema refers to something that is not in it.
    Unresolved,
}

impl WhyJson {
    /// What people read under the field.
    pub fn words(self) -> &'static str {
        match self {
            Self::Anything => "Any value, as JSON or as text.",
            Self::Circular => "This value can contain itself, so enter it as JSON.",
            Self::TooLarge => "Too large for a form. Enter it as JSON.",
            Self::Unresolved => "Its schema is incomplete, so enter it as JSON.",
        }
    }
}

/// Bounds of a form.
pub mod limit {
    /// Fields of one object.
    pub const MOST_FIELDS: usize = 100;
    /// Fields of all objects together.
    pub const MOST_PARTS: usize = 400;
    /// Levels of objects and lists.
    pub const DEPTH: usize = 6;
    /// Values of one choice; one of more is a text.
    pub const MOST_CHOICES: usize = 200;
    /// Shapes of one argument.
    pub const MOST_VARIANTS: usize = 20;
    /// References that lead to references.
    pub const MOST_HOPS: usize = 32;
    /// Schemas that are put together to one.
    pub const MOST_LAYERS: usize = 50;
    /// Schemas that are looked at.
    pub const MOST_SHAPES: usize = 2_000;
    /// Characters of a label or a help.
    pub const MOST_CHARS: usize = 300;
}
