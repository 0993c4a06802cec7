//! The configuration of a node, changed for one execution.

use std::{collections::BTreeSet, sync::Arc};

use serde_json::{Map, Value};

use crate::{
    connect,
    decide::{
        CompiledWorkflow, Refused, Snapshot, Transition, iterations::plan::check_keeps_iterations,
    },
    execution::event::EventKind,
    id::NodeId,
    nodes::NodeConfig,
    problem::FieldProblem,
    validate::{self, Code, Issue},
    workflow::{Node, Workflow},
};

/// Gives a node of an iteration that begins the configuration that a person set for those to come.
pub(in crate::decide) fn apply_changed_config(transition: &mut Transition<'_>, id: &NodeId) {
    let config = transition.snapshot().redrawn.get(id.without_round()).cloned();
    let Some(config) = config else { return };
    if let Ok(node) = transition.node_mut(id) {
        node.config = Some(config);
    }
}

/// The same, where an iteration begins again. A node with a configuration of its own keeps it: that
/// may have been changed by itself since.
pub(in crate::decide) fn reapply_changed_config(transition: &mut Transition<'_>, id: &NodeId) {
    if transition.snapshot().nodes.get(id).is_some_and(|node| node.config.is_some()) {
        return;
    }
    let Some(redrawn) = transition.snapshot().redrawn.get(id.without_round()) else { return };
    let fields = differing_fields(transition.snapshot().config(id), redrawn);
    if !fields.is_empty() {
        apply_changed_config(transition, id);
        transition.record(EventKind::NodeEdited { node: id.clone(), fields });
    }
}

/// Lays `changes` over the node's configuration.
pub(in crate::decide) fn change_config(
    transition: &mut Transition<'_>,
    id: &NodeId,
    changes: &Map<String, Value>,
) -> Result<(), Refused> {
    let config = config_with_changes(transition.snapshot(), id, changes)?;
    set_config(transition, id, config, changes)
}

/// Gives a node a configuration that was made with `changes`.
pub(in crate::decide) fn set_config(
    transition: &mut Transition<'_>,
    id: &NodeId,
    config: NodeConfig,
    changes: &Map<String, Value>,
) -> Result<(), Refused> {
    transition.node_mut(id)?.config = Some(Arc::new(config));
    let fields = changes.keys().cloned().collect();
    transition.record(EventKind::NodeEdited { node: id.clone(), fields });
    Ok(())
}

/// The configuration of a node that is retried with changes; refuses those that it cannot take:
/// it keeps the items, or the iterations, that it has.
pub(in crate::decide) fn config_for_retry(
    transition: &Transition<'_>,
    id: &NodeId,
    changes: &Map<String, Value>,
) -> Result<NodeConfig, Refused> {
    let changed = config_with_changes(transition.snapshot(), id, changes)?;
    check_keeps_iterations(transition.snapshot(), id, &changed)?;
    let scope = transition.snapshot().scope_at(id, transition.now()).ok();
    let items = |config: &NodeConfig| config.quantity(scope.as_ref()?).ok();
    let jobs = transition.snapshot().jobs_of(id).len();
    if jobs == 0 || items(&changed) == transition.snapshot().config(id).and_then(items) {
        return Ok(changed);
    }
    Err(Refused::Unfit(format!(
        "A retry repeats only the failed ones of its {jobs} items. To change their number, wait \
         for the run to end, then run again from here"
    )))
}

pub(in crate::decide) fn config_with_changes(
    snapshot: &Snapshot,
    id: &NodeId,
    changes: &Map<String, Value>,
) -> Result<NodeConfig, Refused> {
    let now = snapshot.config(id).ok_or_else(|| Refused::UnknownNode(id.clone()))?;
    let config = now.with_changes(changes).map_err(|wrong| misset_field(id, *wrong))?;
    let edited = EditedWorkflow::with_config(snapshot, id, config);
    if let Some(issue) = edited.own_issue() {
        return Err(misset_field(id, issue.clone().into()));
    }
    let Some(words) = edited.loose_end() else { return Ok(edited.config) };
    // The field whose change alone breaks the connection, where there is one.
    let does_it = |(field, value): &(&String, &Value)| {
        let alone = Map::from_iter([((*field).clone(), (*value).clone())]);
        let config = now.with_changes(&alone).ok();
        let alone = config.map(|config| EditedWorkflow::with_config(snapshot, id, config));
        alone.is_some_and(|alone| alone.loose_end().is_some())
    };
    let field = changes.iter().find(does_it).map(|(field, _)| field);
    let path = field.map_or("config".to_owned(), |field| format!("config.{field}"));
    let wrong = FieldProblem::field(Code::InvalidConnection.as_str(), path, words);
    Err(misset_field(id, FieldProblem { fix: Some(LOOSE_END.to_owned()), ..wrong }))
}

const LOOSE_END: &str = "Keep its connected outputs: connections can't change during a run.";

/// The workflow of an execution as it would be with another configuration of a node.
struct EditedWorkflow<'a> {
    compiled: &'a CompiledWorkflow,
    workflow: Workflow,
    drawn: NodeId,
    config: NodeConfig,
    /// The issues that would forbid launching the workflow so.
    issues: Vec<Issue>,
}

impl<'a> EditedWorkflow<'a> {
    fn with_config(snapshot: &'a Snapshot, id: &NodeId, config: NodeConfig) -> Self {
        let (mut workflow, drawn) = (snapshot.effective_workflow(), id.in_round(""));
        if let Some(node) = workflow.nodes.iter_mut().find(|node| node.id == drawn) {
            node.data.config = config.clone();
        }
        let mut issues = validate::validate(&workflow);
        issues.retain(Issue::blocks);
        // The launch is over: only what it has brought can be read.
        issues.extend(validate::missing_names(&workflow, &snapshot.context));
        Self { compiled: &snapshot.compiled, workflow, drawn, config, issues }
    }

    /// The first issue of the edited node itself.
    fn own_issue(&self) -> Option<&Issue> {
        self.issues.iter().find(|issue| issue.node_id.as_ref() == Some(&self.drawn))
    }

    /// A connection whose port the node would no longer have, in words: all nodes behind it would
    /// be skipped as if that had been decided.
    fn loose_end(&self) -> Option<String> {
        let node = self.workflow.node(&self.drawn)?;
        let ports = connect::outputs(&self.workflow, node);
        let edges = self.workflow.edges.iter().enumerate();
        edges.filter(|(_, edge)| edge.source == self.drawn).find_map(|(place, edge)| {
            // An edge that names no port leaves by the one that fitted at the launch.
            let port = self.compiled.port_out(&edge.id);
            if ports.iter().any(|known| known.name == port) {
                let issue = self.issues.iter().find(|issue| issue.edge() == Some(place));
                return issue.map(|issue| issue.message.clone());
            }
            let to = self.workflow.node(&edge.target).map_or(edge.target.as_str(), Node::title);
            let from = node.title();
            Some(format!(
                "The connection from “{from}” to “{to}” uses the output {port}, which this change \
                 would remove."
            ))
        })
    }
}

fn differing_fields(before: Option<&NodeConfig>, after: &NodeConfig) -> Vec<String> {
    let written = |config: &NodeConfig| match config.to_value() {
        Value::Object(fields) => fields,
        _ => Map::new(),
    };
    let (before, after) = (before.map(written).unwrap_or_default(), written(after));
    let fields: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    fields.into_iter().filter(|field| before.get(*field) != after.get(*field)).cloned().collect()
}

/// What is wrong with a change, at its place in what was asked: that has the fields as `config`.
fn misset_field(id: &NodeId, wrong: FieldProblem) -> Refused {
    let path = wrong.path.map(|path| match path.split_once(".data.config.") {
        Some((_, field)) => format!("config.{field}"),
        None => path,
    });
    Refused::Misset(Box::new(FieldProblem { path, node_id: Some(id.0.clone()), ..wrong }))
}
