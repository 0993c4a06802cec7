//! Projects: folders of documents, images and executions.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{account::refuse, document, launch_context::LaunchContext, problem::Problem};

/// The most characters of a project's name.
pub const MOST_NAME_CHARS: usize = 200;

/// The field of the launch defaults.
const DEFAULTS: &str = "launch_defaults";

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
    /// The context, variables and environment of launches that leave them out, all of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub launch_defaults: Option<LaunchContext>,
}

impl ProjectChange {
    /// The launch defaults, where they are changed and can be kept. `allowed` are the environment
    /// names that launches of the workspace may set.
    ///
    /// # Errors
    /// Every name and value that cannot be kept, with its path.
    pub fn checked_defaults(&self, allowed: &[String]) -> Result<Option<&LaunchContext>, Problem> {
        let Some(defaults) = &self.launch_defaults else { return Ok(None) };
        let mut problems = defaults.problems(DEFAULTS);
        problems.extend(defaults.env_problems(DEFAULTS, allowed));
        refuse("The launch defaults were not saved.", problems).map(|()| Some(defaults))
    }
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
        assert!(long.detail.contains("1000 characters; the limit is 200"), "{}", long.detail);
    }

    #[test]
    fn launch_defaults_are_refused_with_their_path() {
        let change = serde_json::json!({ "launch_defaults": {
            "context": { "repo": { "owner": "ada" }, "now": 1 }, "env": { "STAGE": "live" },
        } });
        let change: ProjectChange = serde_json::from_value(change).unwrap();

        let refused = change.checked_defaults(&[]).unwrap_err();

        let paths: Vec<_> = refused.errors.into_iter().filter_map(|error| error.path).collect();
        assert_eq!(paths, ["launch_defaults.context.now", "launch_defaults.env.STAGE"]);
        assert_eq!(ProjectChange::default().checked_defaults(&[]), Ok(None));
    }
}
