//! Projects: folders of documents, images and executions.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{document, problem::Problem};

/// The most characters of a project's name.
pub const MOST_NAME_CHARS: usize = 200;

/// What is sent to make a project.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewProject {
    /// What it is called.
    pub name: String,
}

/// What is sent to change a project; what is absent stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProjectChange {
    /// What it is called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Whether it is put away: to be read, but nothing more goes into it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub archived: Option<bool>,
}

/// A project's name as it can be kept: on one line.
///
/// # Errors
/// None at all, or more than [`MOST_NAME_CHARS`], with the numbers.
pub fn checked_name(name: &str) -> Result<String, Problem> {
    document::checked_name(name, "A project", MOST_NAME_CHARS)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn a_name_is_one_line_within_the_limit() {
        assert_eq!(checked_name("  Spring\n شاي ").unwrap(), "Spring شاي");
        assert!(checked_name(&"茶".repeat(MOST_NAME_CHARS)).is_ok());
        assert!(checked_name(" \n ").is_err());
        let long = checked_name(&"x".repeat(1_000)).unwrap_err();
        assert!(long.detail.contains("1000 characters; 200"), "{}", long.detail);
    }
}
