//! What a launch would make, as far as the form alone decides it.

use model::{expr::Scope, nodes::NodeKind, workflow::Workflow};
use serde_json::{Map, Value};

/// Texts, pictures and scores a launch asks models for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Planned {
    pub texts: u64,
    pub pictures: u64,
    pub scores: u64,
    /// Some of it depends on what comes out on the way: this is the least.
    pub at_least: bool,
}

impl Planned {
    /// Counted from the values given, defaults for the others.
    pub(super) fn of(workflow: &Workflow, given: &Map<String, Value>) -> Self {
        let mut values = workflow.defaults();
        values.extend(given.clone());
        let scope = Scope::default().with_input(values);
        let mut planned = Self::default();
        for node in &workflow.nodes {
            let count = match node.kind() {
                NodeKind::GenerateCopy => &mut planned.texts,
                NodeKind::GenerateImage => &mut planned.pictures,
                NodeKind::AiReview => &mut planned.scores,
                _ => continue,
            };
            match node.data.config.quantity(&scope) {
                Ok(quantity) => *count += u64::from(quantity),
                Err(_) => {
                    *count += 1;
                    planned.at_least = true;
                }
            }
        }
        planned
    }

    /// Calls of models in all.
    pub(super) fn calls(self) -> u64 {
        self.texts + self.pictures + self.scores
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use serde_json::json;

    use super::*;

    fn planned(given: Value) -> Planned {
        let at = json!({ "x": 0, "y": 0 });
        let workflow = json!({
            "parameters": [{ "name": "copies", "type": "integer", "default": 2 }],
            "nodes": [
                { "id": "a", "type": "generate_copy", "position": at,
                  "data": { "config": { "prompt": "x", "quantity": "${input.copies}" } } },
                { "id": "b", "type": "generate_image", "position": at,
                  "data": { "config": { "prompt": "x", "quantity": 3 } } },
            ],
        });
        Planned::of(&serde_json::from_value(workflow).unwrap(), given.as_object().unwrap())
    }

    #[test]
    fn quantities_follow_the_form_and_its_defaults() {
        assert_eq!(planned(json!({})), Planned { texts: 2, pictures: 3, ..Planned::default() });
        assert_eq!(planned(json!({ "copies": 10 })).calls(), 13);
    }

    #[test]
    fn a_quantity_that_is_not_known_counts_as_the_least() {
        let planned = planned(json!({ "copies": "many" }));

        assert!(planned.at_least);
        assert_eq!(planned.texts, 1);
    }
}
