//! What a launch form can begin with: presets that people keep, and what was launched before.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{
    document,
    id::{DocumentId, ExecutionId, PresetId, ProjectId},
    launch_context::LaunchContext,
    library::Upload,
    problem::Problem,
    time::Timestamp,
};

/// The most characters of a preset's name.
pub const MOST_NAME_CHARS: usize = 100;

/// The most presets that people keep of one workflow.
pub const MOST_PRESETS: usize = 100;

/// Values of a launch form that somebody keeps, for everybody in the workspace.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LaunchPreset {
    /// The preset's id.
    pub id: PresetId,
    /// What it is called; unique among the presets of the workflow.
    pub name: String,
    /// Values by parameter name. The form takes those it has a field for.
    pub parameters: Map<String, Value>,
    /// Who changed it last; none when they are gone.
    pub changed_by: Option<String>,
    /// When it was last changed, or saved first.
    pub changed_at: Timestamp,
}

/// What is sent to keep values as a preset.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPreset {
    /// What it is called.
    pub name: String,
    /// Values by parameter name.
    #[serde(default)]
    pub parameters: Map<String, Value>,
}

/// What is sent to change a preset; what is absent stays.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PresetChange {
    /// What it is called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Values by parameter name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parameters: Option<Map<String, Value>>,
}

/// What an execution was launched with, to fill in a form with. What is gone since is not among it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EarlierLaunch {
    /// The execution that was launched so.
    pub execution_id: ExecutionId,
    /// Its number, for people.
    pub number: i64,
    /// When it was launched.
    pub launched_at: Timestamp,
    /// Values by parameter name.
    pub parameters: Map<String, Value>,
    /// Documents it was launched with as context.
    pub documents: Vec<DocumentId>,
    /// Files it was launched with.
    pub files: Vec<Upload>,
    /// The context, variables and environment it was launched with; the variables are among the
    /// context.
    #[serde(default)]
    pub launch_context: LaunchContext,
    /// The project it is kept in.
    pub project_id: ProjectId,
}

/// A preset's name as it can be kept: on one line.
///
/// # Errors
/// None at all, or more than [`MOST_NAME_CHARS`], with the numbers.
pub fn checked_preset_name(name: &str) -> Result<String, Problem> {
    document::checked_name(name, "A preset", MOST_NAME_CHARS)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn a_name_is_one_line_within_the_limit() {
        assert_eq!(checked_preset_name("  Spring\n شاي ").unwrap(), "Spring شاي");
        assert!(checked_preset_name(&"茶".repeat(MOST_NAME_CHARS)).is_ok());
        assert!(checked_preset_name(" \n ").is_err());
        let long = checked_preset_name(&"x".repeat(101)).unwrap_err();
        assert!(long.detail.contains("101 characters; the limit is 100"), "{}", long.detail);
    }
}
