//! Changes of a node for one execution.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::{Draft, Refused};
use crate::{
    execution::{event::EventKind, state::Action, state::NodeStatus},
    id::NodeId,
    nodes::NodeConfig,
    problem::FieldProblem,
    validate::{self, Issue},
};

impl Draft<'_> {
    /// Changes fields of a node that has not run; the definition stays as it was frozen. `was` is
    /// what who asks has seen of its fields.
    ///
    /// # Errors
    /// [`Refused::NotAllowed`], [`Refused::UnknownNode`], [`Refused::NotNow`] when the node has
    /// begun, [`Refused::NotHere`] when somebody has changed what was seen, or [`Refused::Misset`]
    /// when the configuration would not be valid.
    pub fn edit_node(
        &mut self,
        id: &NodeId,
        (config, was): (&Map<String, Value>, &Map<String, Value>),
    ) -> Result<(), Refused> {
        let action = Action::EditNode;
        self.check(action)?;
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
                self.called(id)
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
        let config = self.changed(id, changes)?;
        self.lay(id, (config, changes))
    }

    /// Gives a node a configuration that was made with `changes`.
    pub(super) fn lay(
        &mut self,
        id: &NodeId,
        (config, changes): (NodeConfig, &Map<String, Value>),
    ) -> Result<(), Refused> {
        self.node_mut(id)?.config = Some(Arc::new(config));
        let fields = changes.keys().cloned().collect();
        self.record(EventKind::NodeEdited { node: id.clone(), fields });
        Ok(())
    }

    /// The configuration of a node that is retried with changes; refuses those that it cannot take:
    /// it keeps the items, or the rounds, that it has.
    pub(super) fn retried_with(
        &self,
        id: &NodeId,
        changes: &Map<String, Value>,
    ) -> Result<NodeConfig, Refused> {
        let changed = self.changed(id, changes)?;
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

    fn changed(&self, id: &NodeId, changes: &Map<String, Value>) -> Result<NodeConfig, Refused> {
        let now = self.snapshot.config(id).ok_or_else(|| Refused::UnknownNode(id.clone()))?;
        let config = now.with(changes).map_err(|wrong| misset(id, *wrong))?;
        let mut workflow = self.snapshot.frozen.workflow().clone();
        let drawn = id.in_round("");
        if let Some(node) = workflow.nodes.iter_mut().find(|node| node.id == drawn) {
            node.data.config = config.clone();
        }
        let own = |issue: &Issue| issue.blocks() && issue.node_id.as_ref() == Some(&drawn);
        match validate::validate(&workflow).into_iter().find(own) {
            Some(issue) => Err(misset(id, issue.into())),
            None => Ok(config),
        }
    }
}

/// What is wrong with a change, at its place in what was asked: that has the fields as `config`.
fn misset(id: &NodeId, wrong: FieldProblem) -> Refused {
    let path = wrong.path.map(|path| match path.split_once(".data.config.") {
        Some((_, field)) => format!("config.{field}"),
        None => path,
    });
    Refused::Misset(Box::new(FieldProblem { path, node_id: Some(id.0.clone()), ..wrong }))
}
