//! The configuration of a node with some of its fields changed, and who may change them.

use serde_json::{Map, Value};

use super::{FieldKind, FieldSpec, Level, NodeConfig, NodeKind, Work};
use crate::{
    access::Permission,
    problem::{FieldProblem, join_path},
};

/// The field by which authors keep a prompt to editors.
pub(super) const PROMPT_LOCKED: FieldSpec = FieldSpec::new(
    "prompt_locked",
    "Lock prompt",
    "Only editors can change the prompt in a run.",
    FieldKind::Boolean,
)
.with_level(Level::Expert);

impl NodeConfig {
    /// What it takes to change a field for one execution. Who controls executions words prompts
    /// otherwise, unless the author has locked them; all else is how the workflow is built.
    pub fn permission_to_change(&self, field: &str) -> Permission {
        let is_locked = || self.to_value().get(PROMPT_LOCKED.name) == Some(&Value::Bool(true));
        if field == "prompt" && !is_locked() {
            Permission::ControlExecution
        } else {
            Permission::EditTemplate
        }
    }

    /// Whether a prompt says what the node makes: then its jobs are also told what a reviewer asks
    /// to be different.
    pub fn has_prompt(&self) -> bool {
        self.spec().fields.iter().any(|field| field.name == "prompt")
    }

    /// Whether the node does work of its own, which can be done again inside a run.
    pub fn can_be_redone(&self) -> bool {
        self.work() == Work::Jobs && self.kind() != NodeKind::Wait
    }

    /// The configuration with some of its fields changed.
    ///
    /// # Errors
    /// What is wrong with the result, and where in it: the path begins with `config`.
    pub fn with_changes(&self, changes: &Map<String, Value>) -> Result<Self, Box<FieldProblem>> {
        let mut written = self.to_value().as_object().cloned().unwrap_or_default();
        written.extend(changes.clone());
        self.keep_pinned(&mut written);
        Self::read(self.kind().key(), written).map_err(|error| {
            let path = join_path("config", &error.path().to_string());
            Box::new(FieldProblem::field("malformed", path, error.to_string()))
        })
    }

    /// Leaves in a changed configuration what only publishing and launching write.
    fn keep_pinned(&self, changed: &mut Map<String, Value>) {
        if let Self::Tool(config) = self {
            config.keep_lock(changed);
        }
        if let Self::Agent(config) = self {
            config.keep_frozen(changed);
        }
    }

    /// Leaves out what was frozen of an agent: a workflow from elsewhere freezes its own.
    pub fn drop_frozen(&mut self) {
        if let Self::Agent(config) = self {
            config.frozen = None;
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use serde_json::json;

    use super::*;
    use crate::{
        access::{Role, can},
        nodes::NodeKind,
    };

    #[test]
    fn of_all_fields_of_all_types_a_runner_changes_prompts_that_are_not_locked() {
        let may = |role: Role, config: &NodeConfig| {
            let fields = config.spec().fields.iter().map(|field| field.name);
            let open = fields.filter(|field| can(role, config.permission_to_change(field)));
            open.collect::<Vec<_>>()
        };
        for kind in NodeKind::ALL {
            let open = kind.default_config();
            let prompt: &[&str] = if open.has_prompt() { &["prompt"] } else { &[] };
            assert_eq!(may(Role::Runner, &open), prompt, "{kind:?}");
            assert!(may(Role::Viewer, &open).is_empty(), "{kind:?}");
            assert_eq!(may(Role::Editor, &open).len(), kind.spec().fields.len(), "{kind:?}");
            if open.has_prompt() {
                let lock = json!({ "prompt_locked": true });
                let locked = open.with_changes(lock.as_object().unwrap()).unwrap();
                assert!(may(Role::Runner, &locked).is_empty(), "{kind:?}");
                assert!(may(Role::Editor, &locked).contains(&"prompt"), "{kind:?}");
            }
        }
    }

    #[test]
    fn what_no_panel_shows_is_for_editors_too() {
        let agent = NodeKind::Agent.default_config();
        for hidden in ["own", "version", "frozen", "prompt_locked", "unheard_of"] {
            assert_eq!(agent.permission_to_change(hidden), Permission::EditTemplate, "{hidden}");
        }
    }
}
