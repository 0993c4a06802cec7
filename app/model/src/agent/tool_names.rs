//! How a model is told of tools: providers take only short names of plain characters.

use std::collections::{BTreeMap, BTreeSet};

use super::tools::ToolGrant;

/// Most characters of a tool's name for a model.
const MOST_CHARACTERS: usize = 64;

/// A tool's name for a model: `github.getIssue` is `github__getIssue`. What is no letter, digit, `_`
/// or `-` becomes `_`, and what is too long is cut.
fn name_for_model(tool: &str) -> String {
    let plain = |letter: char| match letter {
        letter if letter.is_ascii_alphanumeric() || letter == '_' || letter == '-' => letter,
        _ => '_',
    };
    let name: String = tool.replacen('.', "__", 1).chars().map(plain).collect();
    name.chars().take(MOST_CHARACTERS).collect()
}

/// The tools that a model is offered: its name for each → the tool as the definition names it. Those
/// that are never called are not among them; where two names would be the same, the later one gets a
/// number.
pub fn names(grants: &[ToolGrant]) -> BTreeMap<String, String> {
    let mut names = BTreeMap::new();
    let mut seen = BTreeSet::new();
    for grant in grants.iter().filter(|grant| grant.is_offered()) {
        if seen.insert(grant.tool.as_str()) {
            names.insert(free_name(&names, &grant.tool), grant.tool.clone());
        }
    }
    names
}

/// The first name of a tool that no other one has.
fn free_name(taken: &BTreeMap<String, String>, tool: &str) -> String {
    let name = name_for_model(tool);
    let numbered = |number: usize| {
        let ending = format!("_{number}");
        let kept: String = name.chars().take(MOST_CHARACTERS - ending.len()).collect();
        kept + &ending
    };
    let mut number = 1;
    let mut free = name.clone();
    while taken.contains_key(&free) {
        number += 1;
        free = numbered(number);
    }
    free
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agent::tools::ToolMode;

    fn grant(tool: &str, mode: ToolMode) -> ToolGrant {
        ToolGrant { tool: tool.to_owned(), mode, max_calls: None }
    }

    #[test]
    fn a_name_for_a_model_has_only_what_providers_take() {
        assert_eq!(name_for_model("github.getIssue"), "github__getIssue");
        assert_eq!(name_for_model("atelier.read_document"), "atelier__read_document");
        assert_eq!(name_for_model("workflow.Über uns. v2"), "workflow___ber_uns__v2");
        assert_eq!(name_for_model(&format!("workflow.{}", "x".repeat(90))).len(), 64);
    }

    #[test]
    fn every_tool_that_may_be_called_has_a_name_of_its_own() {
        let long = "x".repeat(80);
        let grants = [
            grant("workflow.A b", ToolMode::Free),
            grant("workflow.A-b", ToolMode::Free),
            grant("workflow.A.b", ToolMode::AlwaysAsks),
            grant("github.getIssue", ToolMode::Never),
            grant(&format!("workflow.{long}1"), ToolMode::AsksToWrite),
            grant(&format!("workflow.{long}2"), ToolMode::AsksToWrite),
        ];

        let names = names(&grants);

        let told: Vec<(&str, &str)> =
            names.iter().map(|(name, tool)| (name.as_str(), tool.as_str())).collect();
        assert_eq!(told.len(), 5, "{told:?}");
        assert_eq!(names["workflow__A_b"], "workflow.A b");
        assert_eq!(names["workflow__A-b"], "workflow.A-b");
        assert_eq!(names["workflow__A_b_2"], "workflow.A.b");
        assert!(told.iter().all(|(name, _)| name.len() <= 64));
        assert!(!told.iter().any(|(_, tool)| *tool == "github.getIssue"));
    }
}
