//! Workspaces over the API: what makes, changes and deletes one.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    account::{MAX_NAME_CHARS, plain_name, refuse},
    launch_context::checked_env_names,
    problem::{FieldProblem, Problem},
    workspace::WorkspaceColour,
};

/// The most workspaces that one person may own.
pub const MOST_OWNED: i64 = 50;

/// What is sent to make a workspace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewWorkspace {
    /// What it is called.
    pub name: String,
}

impl NewWorkspace {
    /// The form with blanks trimmed.
    ///
    /// # Errors
    /// A name that cannot be kept.
    pub fn checked(self) -> Result<Self, Problem> {
        let name = checked_name(&self.name, "The workspace was not created.")?;
        Ok(Self { name })
    }
}

/// What is sent to change a workspace; what is absent stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WorkspaceChange {
    /// What it is called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The colour of its tile.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub colour: Option<WorkspaceColour>,
    /// The names that launches may set as `env`, all of them; at most 100.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub launch_env_names: Option<Vec<String>>,
}

/// What holds for everything in a workspace.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WorkspaceSettings {
    /// The names that launches may set as `env`, by name.
    pub launch_env_names: Vec<String>,
}

impl WorkspaceChange {
    /// The form with blanks trimmed.
    ///
    /// # Errors
    /// A name that cannot be kept, of the workspace or of its environment.
    pub fn checked(self) -> Result<Self, Problem> {
        const REFUSED: &str = "The workspace was not saved.";
        let name = self.name.as_deref().map(|name| checked_name(name, REFUSED)).transpose()?;
        let names = self.launch_env_names.as_deref().map(checked_env_names).transpose();
        let launch_env_names = names.map_err(|errors| Problem::invalid(REFUSED, errors))?;
        Ok(Self { name, launch_env_names, ..self })
    }
}

/// What is sent to delete a workspace: its name, typed by the person, so that nobody deletes
/// another one than they mean.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WorkspaceRemoval {
    /// The workspace's name as it is now.
    pub name: String,
}

impl WorkspaceRemoval {
    /// Whether the typed name is the workspace's.
    ///
    /// # Errors
    /// It is another one.
    pub fn require_name(&self, name: &str) -> Result<(), Problem> {
        if self.name.trim() == name {
            return Ok(());
        }
        let message = format!("Enter the exact name: {name}");
        let error = FieldProblem::field("wrong_name", "name", message);
        Err(Problem::invalid("The workspace was not deleted.", vec![error]))
    }
}

fn checked_name(name: &str, detail: &str) -> Result<String, Problem> {
    let mut errors = vec![];
    let name = plain_name("name", name, MAX_NAME_CHARS, &mut errors);
    refuse(detail, errors).map(|()| name)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_trimmed_and_has_to_be_readable() {
        let made = |name: &str| NewWorkspace { name: name.to_owned() }.checked();

        assert_eq!(made("  Spring studio ").unwrap().name, "Spring studio");
        for (name, code) in [
            (" ", "required"),
            ("a\u{7}b", "bad_text"),
            ("a\u{202e}b", "bad_text"),
            ("x".repeat(MAX_NAME_CHARS + 1).as_str(), "too_long"),
        ] {
            let problem = made(name).unwrap_err();
            assert_eq!(problem.errors[0].code, code, "{name:?}");
            assert_eq!(problem.errors[0].path.as_deref(), Some("name"), "{name:?}");
        }
    }

    #[test]
    fn a_workspace_is_deleted_only_by_its_own_name() {
        let removal = |name: &str| WorkspaceRemoval { name: name.to_owned() };

        assert!(removal(" Spring studio ").require_name("Spring studio").is_ok());
        for name in ["", "spring studio", "Spring"] {
            let problem = removal(name).require_name("Spring studio").unwrap_err();
            assert_eq!(problem.errors[0].code, "wrong_name", "{name}");
        }
    }

    #[test]
    fn forms_refuse_fields_they_do_not_know() {
        for field in ["workspace_id", "id", "role", "archived", "owner"] {
            let body = serde_json::json!({ "name": "Studio", field: "x" });
            assert!(serde_json::from_value::<NewWorkspace>(body.clone()).is_err(), "{field}");
            assert!(serde_json::from_value::<WorkspaceChange>(body.clone()).is_err(), "{field}");
            assert!(serde_json::from_value::<WorkspaceRemoval>(body).is_err(), "{field}");
        }
    }
}
