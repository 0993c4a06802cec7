//! Changes of a node for one execution.

use std::{collections::BTreeSet, sync::Arc};

use serde_json::{Map, Value};

use super::{CompiledWorkflow, Refused, Snapshot, Transition};
use crate::{
    connect,
    execution::{
        action_policy::{ALL_BEGUN, steps::Steps},
        event::EventKind,
        state::{Action, NodeStatus},
    },
    id::NodeId,
    nodes::NodeConfig,
    problem::FieldProblem,
    validate::{self, Code, Issue},
    workflow::{Node, Workflow},
};

const LOOSE_END: &str =
    "Keep the ports that are connected: connections stay as they were launched.";

impl Transition<'_> {
    /// Changes fields of a node that has not run; the definition stays as it was frozen. What lies
    /// in a loop, as it was drawn, is changed for the rounds that begin from here on: those that
    /// have begun keep what they have. `was` is what who asks has seen of its fields.
    ///
    /// # Errors
    /// [`Refused::NotAllowed`], [`Refused::UnknownNode`], [`Refused::NotNow`] when the node has
    /// begun, [`Refused::NotHere`] when every round has, or somebody has changed what was seen, or
    /// [`Refused::Misset`] when the configuration would not be valid.
    pub fn edit_node(
        &mut self,
        id: &NodeId,
        config: &Map<String, Value>,
        was: &Map<String, Value>,
    ) -> Result<(), Refused> {
        let action = Action::EditNode;
        self.check(action)?;
        if self.snapshot.compiled.is_drawn_in_loop(id) {
            return self.edit_rounds_to_come(id, config, was);
        }
        let status = self.fits(id, action)?.status;
        self.is_as_seen(id, was)?;
        self.set_config(id, config)?;
        if status == NodeStatus::Ready {
            // How many jobs it has may follow from what was changed.
            self.reset(id, None)?;
            self.enter(id);
            self.advance();
        }
        Ok(())
    }

    fn edit_rounds_to_come(
        &mut self,
        id: &NodeId,
        changes: &Map<String, Value>,
        was: &Map<String, Value>,
    ) -> Result<(), Refused> {
        if !self.rounds_are_to_come(id) {
            return Err(Refused::NotHere(ALL_BEGUN.to_owned()));
        }
        self.is_as_seen(id, was)?;
        let config = Arc::new(self.config_with_changes(id, changes)?);
        self.snapshot.redrawn.insert(id.clone(), config.clone());
        self.redrawn.insert(id.clone(), config);
        let fields = changes.keys().cloned().collect();
        self.record(EventKind::NodeEdited { node: id.clone(), fields });
        Ok(())
    }

    /// Gives a node of a round that begins the configuration that a person set for rounds to come.
    pub(super) fn set_up(&mut self, id: &NodeId) {
        let Some(config) = self.snapshot.redrawn.get(id.without_round()).cloned() else { return };
        if let Ok(node) = self.node_mut(id) {
            node.config = Some(config);
        }
    }

    /// The same, where a round begins again. A node with a configuration of its own keeps it: that
    /// may have been changed by itself since.
    pub(super) fn set_up_anew(&mut self, id: &NodeId) {
        if self.snapshot.nodes.get(id).is_some_and(|node| node.config.is_some()) {
            return;
        }
        let Some(redrawn) = self.snapshot.redrawn.get(id.without_round()) else { return };
        let fields = differing(self.snapshot.config(id), redrawn);
        if !fields.is_empty() {
            self.set_up(id);
            self.record(EventKind::NodeEdited { node: id.clone(), fields });
        }
    }

    fn is_as_seen(&self, id: &NodeId, was: &Map<String, Value>) -> Result<(), Refused> {
        let now = self.snapshot.config(id).map(NodeConfig::to_value).unwrap_or_default();
        // What is not written shows as an empty text.
        let blank = |value: &Value| value.is_null() || value.as_str() == Some("");
        let differs = |(field, seen): &(&String, &Value)| {
            let now = now.get(*field).unwrap_or(&Value::Null);
            now != *seen && !(blank(now) && blank(seen))
        };
        match was.iter().find(differs) {
            Some((field, _)) => Err(Refused::NotHere(format!(
                "Somebody has changed “{}” meanwhile: its {field} is not the one that was seen. Look \
                 at it again",
                self.node_label(id)
            ))),
            None => Ok(()),
        }
    }

    /// Lays `changes` over the node's configuration.
    pub(super) fn set_config(
        &mut self,
        id: &NodeId,
        changes: &Map<String, Value>,
    ) -> Result<(), Refused> {
        let config = self.config_with_changes(id, changes)?;
        self.lay(id, config, changes)
    }

    /// Gives a node a configuration that was made with `changes`.
    pub(super) fn lay(
        &mut self,
        id: &NodeId,
        config: NodeConfig,
        changes: &Map<String, Value>,
    ) -> Result<(), Refused> {
        self.node_mut(id)?.config = Some(Arc::new(config));
        let fields = changes.keys().cloned().collect();
        self.record(EventKind::NodeEdited { node: id.clone(), fields });
        Ok(())
    }

    /// The configuration of a node that is retried with changes; refuses those that it cannot take:
    /// it keeps the items, or the rounds, that it has.
    pub(super) fn config_for_retry(
        &self,
        id: &NodeId,
        changes: &Map<String, Value>,
    ) -> Result<NodeConfig, Refused> {
        let changed = self.config_with_changes(id, changes)?;
        self.keeps_rounds(id, &changed)?;
        let scope = self.snapshot.scope_at(id, self.now).ok();
        let items = |config: &NodeConfig| config.quantity(scope.as_ref()?).ok();
        let jobs = self.snapshot.jobs_of(id).len();
        if jobs == 0 || items(&changed) == self.snapshot.config(id).and_then(items) {
            return Ok(changed);
        }
        Err(Refused::Unfit(format!(
            "It has {jobs} items, of which a retry makes those again that failed; for another number, \
             run it again from here once the execution is over"
        )))
    }

    fn config_with_changes(
        &self,
        id: &NodeId,
        changes: &Map<String, Value>,
    ) -> Result<NodeConfig, Refused> {
        let now = self.snapshot.config(id).ok_or_else(|| Refused::UnknownNode(id.clone()))?;
        let config = now.with_changes(changes).map_err(|wrong| misset(id, *wrong))?;
        let edited = EditedWorkflow::with_config(&self.snapshot, id, config);
        if let Some(issue) = edited.own_issue() {
            return Err(misset(id, issue.clone().into()));
        }
        let Some(words) = edited.loose_end() else { return Ok(edited.config) };
        // The field whose change alone breaks the connection, where there is one.
        let does_it = |(field, value): &(&String, &Value)| {
            let alone = Map::from_iter([((*field).clone(), (*value).clone())]);
            let config = now.with_changes(&alone).ok();
            let alone =
                config.map(|config| EditedWorkflow::with_config(&self.snapshot, id, config));
            alone.is_some_and(|alone| alone.loose_end().is_some())
        };
        let field = changes.iter().find(does_it).map(|(field, _)| field);
        let path = field.map_or("config".to_owned(), |field| format!("config.{field}"));
        let wrong = FieldProblem::field(Code::InvalidConnection.as_str(), path, words);
        Err(misset(id, FieldProblem { fix: Some(LOOSE_END.to_owned()), ..wrong }))
    }
}

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
                "“{from}” to “{to}”: this connection leaves by {port}, which would be gone."
            ))
        })
    }
}

/// The fields that are not the same before and after.
fn differing(before: Option<&NodeConfig>, after: &NodeConfig) -> Vec<String> {
    let written = |config: &NodeConfig| match config.to_value() {
        Value::Object(fields) => fields,
        _ => Map::new(),
    };
    let (before, after) = (before.map(written).unwrap_or_default(), written(after));
    let fields: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    fields.into_iter().filter(|field| before.get(*field) != after.get(*field)).cloned().collect()
}

/// What is wrong with a change, at its place in what was asked: that has the fields as `config`.
fn misset(id: &NodeId, wrong: FieldProblem) -> Refused {
    let path = wrong.path.map(|path| match path.split_once(".data.config.") {
        Some((_, field)) => format!("config.{field}"),
        None => path,
    });
    Refused::Misset(Box::new(FieldProblem { path, node_id: Some(id.0.clone()), ..wrong }))
}
