//! A summary of what one side of a conflict made of a whole part.

use serde_json::Value;

use super::{
    diff::{Difference, FieldDifference, What, changed, diff},
    parts::{LISTS, words},
};
use crate::workflow::Workflow;

/// What one side of a conflict made of a whole part.
#[derive(Debug, Clone, PartialEq)]
pub struct SideSummary {
    /// The name and type of the part, e.g. "Headline · Generate copy".
    pub title: String,
    /// The fields that differ from before.
    pub fields: Vec<FieldDifference>,
}

/// Summarizes what a side made of the part at a path. `values` are the base's and the side's. None
/// where the part is a single field, which speaks for itself, or was removed.
pub(super) fn summarize_side(
    way: &[String],
    values: [Option<&Value>; 2],
    [base, side]: [&Workflow; 2],
) -> Option<SideSummary> {
    values[1]?;
    match way {
        [] => {
            let fields = diff(base, side).into_iter().flat_map(fields_of).collect();
            Some(SideSummary { title: side.name.clone(), fields })
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
            Some(SideSummary { title, fields })
        }
        _ => None,
    }
}

/// The differences in a part; for one that was added or removed only that it was.
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
