//! One thing that is done to a value.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Function;
use crate::{
    expr::Template,
    field::Text,
    nodes::Items,
    ports::{Kind, PortType},
};

/// One thing that is done to a value. A single value where a list is needed counts as a list of
/// one, nothing as an empty list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "op", deny_unknown_fields)]
pub enum Operation {
    /// A part of the value, or of each item of a list.
    Pick {
        /// Where it is: `title`, `author.name`; `[0]` is an item of the list itself.
        path: String,
    },
    /// Something else for each item.
    Map {
        /// What each becomes: text or JSON with `${item}`, `${index}` and `${count}`.
        value: Value,
    },
    /// One text around the whole value.
    Template {
        /// The text; the value is its `${item}`.
        text: Text,
    },
    /// The items for which a condition holds.
    Filter {
        /// The condition, e.g. `item.score >= 7`.
        keep: String,
    },
    /// The items in an order.
    Sort {
        /// By what of each item, e.g. `item.score`; empty is the item itself.
        #[serde(default)]
        by: String,
        /// Which comes first.
        #[serde(default)]
        order: Order,
    },
    /// The pieces of a text, trimmed, empty ones left out; of a list those of each item.
    Split {
        /// What stands between them.
        #[serde(default = "line")]
        separator: String,
    },
    /// One text of all items.
    Join {
        /// What is put between them.
        #[serde(default = "blank_line")]
        separator: String,
    },
    /// The items without those that are equal to an earlier one.
    Unique {
        /// What of each item is compared; empty is the item itself.
        #[serde(default)]
        by: String,
    },
    /// One value of all items.
    Aggregate {
        /// How the items become one value.
        function: Function,
        /// What of each item; empty is the item itself.
        #[serde(default)]
        of: String,
    },
}

/// Which comes first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// The smallest first.
    #[default]
    Ascending,
    /// The largest first.
    Descending,
}

fn line() -> String {
    "\n".to_owned()
}

fn blank_line() -> String {
    "\n\n".to_owned()
}

impl Operation {
    /// How it is written.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Pick { .. } => "pick",
            Self::Map { .. } => "map",
            Self::Template { .. } => "template",
            Self::Filter { .. } => "filter",
            Self::Sort { .. } => "sort",
            Self::Split { .. } => "split",
            Self::Join { .. } => "join",
            Self::Unique { .. } => "unique",
            Self::Aggregate { .. } => "aggregate",
        }
    }

    /// What it does, in a few words: "pick title".
    pub fn words(&self) -> String {
        match self {
            Self::Pick { path } => format!("pick {path}"),
            Self::Filter { keep } => format!("filter by {keep}"),
            Self::Sort { by, order } => {
                let by = if by.is_empty() { String::new() } else { format!(" by {by}") };
                let last = if *order == Order::Descending { ", descending" } else { "" };
                format!("sort{by}{last}")
            }
            Self::Map { .. } => "reshape each item".to_owned(),
            Self::Template { .. } => "format text".to_owned(),
            Self::Split { separator } => format!("split at {}", separator_words(separator)),
            Self::Join { separator } => format!("join with {}", separator_words(separator)),
            Self::Unique { .. } => "remove duplicates".to_owned(),
            Self::Aggregate { function, of } if of.is_empty() => function.as_str().to_owned(),
            Self::Aggregate { function, of } => format!("{} of {of}", function.as_str()),
        }
    }

    /// Its expression that is written without `${…}`: the field, and what is worked out.
    pub(super) fn expression(&self) -> Option<(&'static str, String)> {
        let (field, source) = match self {
            Self::Pick { path } => ("path", path),
            Self::Filter { keep } => ("keep", keep),
            Self::Sort { by, .. } | Self::Unique { by } => ("by", by),
            Self::Aggregate { of, .. } => ("of", of),
            Self::Map { .. } | Self::Template { .. } | Self::Split { .. } | Self::Join { .. } => {
                return None;
            }
        };
        let source = match self {
            Self::Pick { .. } if of_the_whole(source) => format!("item{source}"),
            Self::Pick { .. } => format!("item.{source}"),
            _ => source.clone(),
        };
        let blank = field_is_blank(self);
        (!blank).then_some((field, source))
    }

    /// What of items its texts and expressions may read.
    pub(super) fn items(&self) -> Items {
        match self {
            Self::Template { .. } => Items::Whole,
            Self::Split { .. } | Self::Join { .. } => Items::None,
            _ => Items::Each,
        }
    }

    /// The field that must be filled in and is not, and why.
    pub(super) fn missing(&self) -> Option<(&'static str, &'static str)> {
        let text_is_blank = |value: &Value| match value {
            Value::Null => true,
            Value::String(text) => text.trim().is_empty(),
            _ => false,
        };
        match self {
            Self::Pick { path } if path.trim().is_empty() => {
                Some(("path", "Enter what to pick, such as title or author.name."))
            }
            Self::Map { value } if text_is_blank(value) => {
                Some(("value", "Enter what each item becomes, such as ${item.title}."))
            }
            Self::Template { text } if text.is_blank() => {
                Some(("text", "Write the text. ${item} is the input."))
            }
            Self::Filter { keep } if keep.trim().is_empty() => {
                Some(("keep", "Enter which items to keep, such as item.score >= 7."))
            }
            Self::Split { separator } if separator.is_empty() => {
                Some(("separator", "Enter a separator."))
            }
            _ => None,
        }
    }

    /// What it gives, of what it is given; any where that is not certain.
    pub(super) fn gives(&self, given: PortType) -> PortType {
        let kind = given.kind();
        match self {
            Self::Pick { path } => match given {
                PortType::List(_) if !of_the_whole(path) => PortType::List(Kind::Any),
                _ => PortType::One(Kind::Any),
            },
            Self::Map { value } => PortType::List(kind_of_shape(value)),
            Self::Template { .. } | Self::Join { .. } => PortType::One(Kind::Text),
            Self::Split { .. } => PortType::List(Kind::Text),
            Self::Filter { .. } | Self::Sort { .. } | Self::Unique { .. } => PortType::List(kind),
            Self::Aggregate { function, of } => {
                let item = if of.trim().is_empty() { kind } else { Kind::Any };
                PortType::One(function.gives(item))
            }
        }
    }
}

/// True when a path begins with a place: it then leads into a list itself, not into its items.
pub(super) fn of_the_whole(path: &str) -> bool {
    path.trim_start().starts_with('[')
}

fn field_is_blank(operation: &Operation) -> bool {
    match operation {
        Operation::Pick { path: text }
        | Operation::Filter { keep: text }
        | Operation::Sort { by: text, .. }
        | Operation::Unique { by: text }
        | Operation::Aggregate { of: text, .. } => text.trim().is_empty(),
        _ => true,
    }
}

fn separator_words(separator: &str) -> String {
    match separator {
        "" => "nothing".to_owned(),
        "\n" => "lines".to_owned(),
        "\n\n" => "blank lines".to_owned(),
        other if other.trim().is_empty() => "spaces".to_owned(),
        other => format!("“{}”", other.trim()),
    }
}

/// What each item becomes, where the shape alone says it.
fn kind_of_shape(value: &Value) -> Kind {
    match value {
        Value::String(text) => match Template::parse(text) {
            Ok(template) if !template.is_reference() => Kind::Text,
            _ => Kind::Any,
        },
        Value::Number(_) => Kind::Number,
        Value::Bool(_) => Kind::Boolean,
        Value::Object(_) => Kind::Json,
        Value::Null | Value::Array(_) => Kind::Any,
    }
}
