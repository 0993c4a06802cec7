//! What one side of a conflict made of a whole part, in words.

use serde_json::Value;

use super::{
    diff::{Difference, FieldDifference, What, changed, diff},
    parts::{LISTS, words},
};
use crate::workflow::Workflow;

/// What one side of a conflict made of a whole part.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    /// What it is, e.g. "Headline · Generate copy".
    pub title: String,
    /// What of it differs from what it was.
    pub fields: Vec<FieldDifference>,
}

/// What a side, given after what it was, made of the part at a way; nothing where that is a single
/// field, which speaks for itself, or was taken away.
pub(super) fn told(
    way: &[String],
    values: [Option<&Value>; 2],
    [base, side]: [&Workflow; 2],
) -> Option<Told> {
    values[1]?;
    match way {
        [] => {
            let fields = diff(base, side).into_iter().flat_map(fields_of).collect();
            Some(Told { title: side.name.clone(), fields })
        }
        [list, id] => {
            let (.., depth) = LISTS.into_iter().find(|(name, ..)| name == list)?;
            let both = [side, base];
            let name = words(way, both);
            let found = changed(way, depth, values, both);
            let mut fields = found.map(|found| found.fields).unwrap_or_default();
            // Where the whole of it is another, its name says so.
            fields.retain(|field| field.words != name);
            let node = side.node(&id.as_str().into()).filter(|_| list == "nodes");
            let title = match node {
                Some(node) => format!("{name} · {}", node.data.config.spec().label),
                None => name,
            };
            Some(Told { title, fields })
        }
        _ => None,
    }
}

/// What differs of a part; of what came or went only that.
fn fields_of(part: Difference) -> Vec<FieldDifference> {
    let whole = |what: Option<&str>| {
        let (words, after) = (part.words.clone(), what.map(Value::from));
        vec![FieldDifference { words, before: None, after }]
    };
    match part.what {
        What::Added => whole(Some("Added")),
        What::Removed => whole(None),
        What::Changed if part.fields.is_empty() => whole(Some("Changed")),
        What::Changed | What::Moved => part.fields,
    }
}
