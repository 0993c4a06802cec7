//! The configuration of the panel's node, where it works by an agent.

use leptos::prelude::*;
use model::{
    agent::library::AgentSummary,
    nodes::{NodeConfig, agent::Config},
    workflow::Node,
};

use crate::panel::subject::Subject;

/// Reads the configuration; none of a node of another type.
pub(super) fn read<T>(subject: Subject, read: impl FnOnce(&Config) -> T) -> Option<T> {
    subject.node.with(|node| agent_of(node).map(read))
}

fn agent_of(node: &Node) -> Option<&Config> {
    let NodeConfig::Agent(config) = &node.data.config else { return None };
    Some(config)
}

/// Changes the configuration, as an edit of this field.
pub(super) fn change(subject: Subject, field: &str, change: impl FnOnce(&mut Config)) {
    let mut node = subject.node.get_untracked();
    if let NodeConfig::Agent(config) = &mut node.data.config {
        change(config);
        subject.change(field, node);
    }
}

/// Has the step work by an agent of the library, by its newest version; of what the step gives, what
/// this agent also takes is kept.
pub(super) fn choose(config: &mut Config, agent: &AgentSummary) {
    config.agent.clone_from(&agent.key);
    (config.version, config.own, config.frozen) = (None, None, None);
    config.inputs.retain(|name, _| agent.inputs.iter().any(|input| input.name == *name));
}

/// Has the step work by an agent of its own, which is still to be described.
pub(super) fn describe_here(config: &mut Config) {
    config.agent.clear();
    (config.version, config.frozen) = (None, None);
    config.own = Some(Box::default());
    config.inputs.clear();
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use serde_json::json;

    use super::*;

    #[test]
    fn a_step_has_one_agent_and_keeps_what_the_next_one_takes() {
        let agent: AgentSummary = serde_json::from_value(json!({
            "id": "018f0000-0000-7000-8000-000000000001",
            "key": "writer", "name": "Writer", "purpose": "", "is_system": true,
            "is_archived": false, "output": { "format": "text" },
            "inputs": [{ "name": "topic", "type": { "shape": "one", "kind": "text" } }],
        }))
        .unwrap();
        let mut config = Config { version: Some(3), ..Config::default() };
        for name in ["topic", "tone"] {
            config.inputs.insert(name.to_owned(), "x".into());
        }

        choose(&mut config, &agent);
        assert_eq!((config.agent.as_str(), config.version), ("writer", None));
        assert_eq!(config.inputs.keys().collect::<Vec<_>>(), ["topic"]);

        describe_here(&mut config);
        assert!(config.agent.is_empty() && config.own.is_some() && config.inputs.is_empty());
        choose(&mut config, &agent);
        assert_eq!(config.own, None);
    }
}
