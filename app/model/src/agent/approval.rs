//! What a person decides for an agent. Each is an item of a review of the agent's node.

use std::{collections::BTreeSet, fmt, str::FromStr};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::limits::LimitKind;
use crate::text::{string_enum::string_enum, unknown_variant::UnknownVariant};

string_enum! {
    /// What a review is about.
    #[derive(Default)]
    ReviewKind ("kind of review") {
        /// Content that a review node shows.
        #[default]
        Content = "content",
        /// Calls that an agent wants to make: [`CallToApprove`] items. Those that are kept are made, with
        /// the arguments as they were edited; the agent is told why the others are not.
        ToolCalls = "tool_calls",
        /// A limit that an agent has reached: one [`LimitToRaise`] item.
        Limit = "limit",
        /// What an agent has so far, for a person to finish: one item, the result.
        HandOver = "hand_over",
    }
}

/// Names of tools that a request says; of more it says the number.
const MOST_NAMED: usize = 3;

impl ReviewKind {
    /// Why nobody asks for changes in it; none where that can be done.
    pub const fn no_changes(self) -> Option<&'static str> {
        match self {
            Self::Content => None,
            Self::ToolCalls => Some(
                "An agent asked for this. Approve its calls, edit their arguments, or decline them \
                 with a reason.",
            ),
            Self::Limit | Self::HandOver => Some("An agent asked for this. Approve or reject it."),
        }
    }

    /// What an agent asks for with these items, as what follows its name in a sentence without a full
    /// stop; none for content.
    pub fn request(self, items: &[Value]) -> Option<String> {
        match self {
            Self::Content => None,
            Self::ToolCalls => {
                let tool = |item: &Value| item.get("tool")?.as_str().map(str::to_owned);
                let tools: BTreeSet<String> = items.iter().filter_map(tool).collect();
                let tools: Vec<String> = tools.into_iter().collect();
                Some(match tools.as_slice() {
                    [tool] => format!("wants to use {tool}"),
                    [before @ .., last] if tools.len() <= MOST_NAMED => {
                        format!("wants to use {} and {last}", before.join(", "))
                    }
                    _ => format!("wants to use {} tools", tools.len()),
                })
            }
            Self::Limit => Some("has reached a limit".to_owned()),
            Self::HandOver => Some("wants to hand over to a person".to_owned()),
        }
    }
}

/// A call that an agent may only make once a person has approved it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CallToApprove {
    /// The call's id in the talk.
    pub call_id: String,
    /// The tool as the agent's definition names it.
    pub tool: String,
    /// The tool's name for people.
    pub title: String,
    /// The arguments; a reviewer may change them.
    pub arguments: Map<String, Value>,
    /// Whether the call may change something outside.
    pub writes: bool,
    /// SHA-256, in hex, over the tool's definition, these arguments and the agent's version: what
    /// exactly is approved.
    pub binding: String,
}

/// A limit that an agent has reached.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LimitToRaise {
    /// Which limit.
    pub limit: LimitKind,
    /// In words, e.g. `It has used its 20 turns.`
    pub words: String,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_request_names_the_tools_while_they_are_few() {
        let request = |tools: &[&str]| {
            let items: Vec<Value> = tools.iter().map(|tool| json!({ "tool": tool })).collect();
            ReviewKind::ToolCalls.request(&items).unwrap_or_default()
        };

        assert_eq!(request(&["github.createIssue"; 2]), "wants to use github.createIssue");
        assert_eq!(request(&["b.b", "a.a", "c.c"]), "wants to use a.a, b.b and c.c");
        assert_eq!(request(&["a.a", "b.b", "c.c", "d.d"]), "wants to use 4 tools");
        assert_eq!(ReviewKind::Content.request(&[json!("Text")]), None);
    }
}
