//! Stepping: nodes that wait for a person to let them start, and breakpoints.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::{ParentWord, Refused, Transition};
use crate::{
    budget::Dollars,
    execution::{
        action_policy::{NodeFacts, NodeWork},
        event::EventKind,
        state::{Action, ExecutionStatus, Hold, JobStatus, NodeStatus, PauseReason, RoundState},
    },
    id::NodeId,
    nodes::Work,
};

impl Transition<'_> {
    /// Why the node has to wait for a person to let it start; none where it may start. Inline nodes
    /// only wait at breakpoints.
    pub(super) fn hold_for(&self, id: &NodeId) -> Option<Hold> {
        if self.snapshot.breakpoints.contains(id.without_round()) {
            return Some(Hold::Breakpoint);
        }
        let config = self.snapshot.config(id)?;
        (!self.snapshot.auto_run && config.work() != Work::Inline).then_some(Hold::Step)
    }

    pub(super) fn hold_back(&mut self, id: &NodeId, hold: Hold) {
        if let Ok(node) = self.node_mut(id) {
            node.hold = Some(hold);
        }
        self.wait_for(id, None, hold.words().to_owned());
        if hold == Hold::Breakpoint {
            self.stand_at_breakpoint();
        }
    }

    /// Pauses a running execution while one of its nodes is held at a breakpoint.
    pub(super) fn stand_at_breakpoint(&mut self) {
        let stands = |node: &super::NodeState| node.hold == Some(Hold::Breakpoint);
        let runs = self.snapshot.status == ExecutionStatus::Running;
        if runs && self.snapshot.nodes.values().any(stands) {
            self.pause_for(PauseReason::Breakpoint, None);
        }
    }

    /// Lets all nodes go on that are held for this reason.
    pub(super) fn release(&mut self, hold: Hold) {
        let mut held = self.all_nodes();
        held.retain(|id| self.snapshot.nodes.get(id).is_some_and(|node| node.hold == Some(hold)));
        for id in held {
            self.let_go(&id);
        }
    }

    fn let_go(&mut self, id: &NodeId) {
        if let Ok(node) = self.node_mut(id) {
            node.hold = None;
            node.status = NodeStatus::Pending;
        }
        self.enter(id);
    }

    /// Lets one node start that waits for a person's word, changed as `config` says.
    ///
    /// # Errors
    /// [`Refused::NotAllowed`], [`Refused::UnknownNode`], [`Refused::NotNow`] when it does not
    /// wait for that, or [`Refused::Misset`] when the configuration would not be valid; nothing is
    /// changed then.
    pub fn trigger_node(
        &mut self,
        id: &NodeId,
        config: Option<&Map<String, Value>>,
    ) -> Result<(), Refused> {
        let action = Action::TriggerNode;
        self.check(action)?;
        self.fits(id, action)?;
        if let Some(config) = config {
            self.set_config(id, config)?;
        }
        if self.snapshot.pause_reason == Some(PauseReason::Breakpoint) {
            self.run_or_queue();
        }
        self.let_go(id);
        self.wake_jobs();
        self.advance();
        Ok(())
    }

    /// Lets steps go on by themselves from here on, or wait for a person's word each.
    ///
    /// # Errors
    /// [`Refused::NotAllowed`] when it is over.
    pub fn set_auto_run(&mut self, auto_run: AutoRun) -> Result<(), Refused> {
        self.check(Action::Steer)?;
        let on = auto_run == AutoRun::On;
        if self.snapshot.auto_run == on {
            return Ok(());
        }
        self.snapshot.auto_run = on;
        self.record(EventKind::ExecutionAutoRun { on });
        if on {
            self.release(Hold::Step);
            self.wake_jobs();
        }
        self.advance();
        Ok(())
    }

    /// Pauses before these nodes from here on, and before no others.
    ///
    /// # Errors
    /// [`Refused::NotAllowed`] when it is over, [`Refused::UnknownNode`].
    pub fn set_breakpoints(&mut self, nodes: BTreeSet<NodeId>) -> Result<(), Refused> {
        self.check(Action::Steer)?;
        if let Some(unknown) = nodes.iter().find(|id| self.snapshot.compiled.node(id).is_none()) {
            return Err(Refused::UnknownNode(unknown.clone()));
        }
        // A step is drawn once, however many rounds it is made in.
        let nodes: BTreeSet<NodeId> = nodes.iter().map(|id| id.in_round("")).collect();
        if self.snapshot.breakpoints != nodes {
            self.record(EventKind::ExecutionBreakpoints { nodes: nodes.iter().cloned().collect() });
            self.snapshot.breakpoints = nodes;
        }
        Ok(())
    }

    /// Pauses before this node too from here on, or no longer; before the others as it was.
    ///
    /// # Errors
    /// [`Refused::NotAllowed`] when it is over, [`Refused::UnknownNode`].
    pub fn set_breakpoint(&mut self, id: &NodeId, breakpoint: Breakpoint) -> Result<(), Refused> {
        self.check(Action::Steer)?;
        if self.snapshot.compiled.node(id).is_none() {
            return Err(Refused::UnknownNode(id.in_round("")));
        }
        let mut nodes = self.snapshot.breakpoints.clone();
        match breakpoint {
            Breakpoint::Set => nodes.insert(id.clone()),
            Breakpoint::Cleared => nodes.remove(id.without_round()),
        };
        self.set_breakpoints(nodes)
    }

    /// Lets it cost so much from here on, in millionths of a dollar; none is no cap of its own. One
    /// that is paused for its budget goes on when it is resumed, what it launched
    /// by itself, and what that launched when the sweeper finds it.
    ///
    /// # Errors
    /// [`Refused::NotAllowed`] when it is over. The same budget again changes nothing.
    pub fn set_budget(&mut self, micros: Option<i64>) -> Result<(), Refused> {
        self.check(Action::SetBudget)?;
        if self.snapshot.budget != micros {
            self.snapshot.budget = micros;
            self.record(EventKind::ExecutionBudget { micros });
            if self.snapshot.status == ExecutionStatus::Running {
                self.pass_down(ParentWord::Budget);
            }
        }
        Ok(())
    }

    /// Refuses a budget where somebody has set another since it was seen, when it was `was`.
    ///
    /// # Errors
    /// [`Refused::NotAllowed`] when it is over, [`Refused::NotHere`] when it is so.
    pub fn budget_seen_as(&self, was: Option<Option<i64>>) -> Result<(), Refused> {
        self.check(Action::SetBudget)?;
        let now = self.snapshot.budget;
        if was.is_none_or(|was| was == now) {
            return Ok(());
        }
        let stands = now.map_or_else(
            || "there is none now".to_owned(),
            |micros| format!("it is {} now", Dollars(micros)),
        );
        let words =
            format!("Somebody has changed the budget meanwhile: {stands}. Look at it again");
        Err(Refused::NotHere(words))
    }

    /// Pauses an execution in which nothing is left to do before a person has decided.
    pub(super) fn pause_for_people(&mut self) {
        let waits = |node: &super::NodeState| node.status == NodeStatus::AwaitingReview;
        let asks = super::JobState::is_asked_about;
        let work = |job: &super::JobState| !job.status.is_settled() && !asks(job);
        let held = |node: &super::NodeState| node.hold.is_some();
        let (nodes, jobs) = (&self.snapshot.nodes, &self.snapshot.jobs);
        if (nodes.values().any(waits) || jobs.values().any(asks))
            && !nodes.values().any(held)
            && !jobs.values().any(work)
        {
            self.pause_for(PauseReason::Review, None);
        }
    }

    /// Ends the pause of an execution that waited for a decision.
    pub(super) fn go_on(&mut self) {
        if self.snapshot.pause_reason == Some(PauseReason::Review) {
            self.run_or_queue();
        }
    }

    /// The facts of a node that decide which actions it allows.
    pub(super) fn facts(&self, id: &NodeId) -> Result<NodeFacts, Refused> {
        let node = self.snapshot.nodes.get(id).ok_or_else(|| Refused::UnknownNode(id.clone()))?;
        let begun =
            |job: &&super::JobState| job.status != JobStatus::Pending || job.started_at.is_some();
        let turned = node.rounds.iter().any(|round| *round != RoundState::Waiting);
        let work = if turned || self.snapshot.jobs_of(id).iter().any(begun) {
            NodeWork::Begun
        } else {
            NodeWork::Untouched
        };
        let (status, hold, items) = (node.status, node.hold, self.items_of(id));
        Ok(NodeFacts { status, hold, on_error: self.on_error(id), work, items })
    }

    pub(super) fn not_now(
        &self,
        id: &NodeId,
        action: Action,
        why: &'static str,
        status: NodeStatus,
    ) -> Refused {
        Refused::NotNow { why, action, node: self.node_label(id), status }
    }

    /// Refuses an action that the node does not allow in its present state.
    pub(super) fn fits(&self, id: &NodeId, action: Action) -> Result<NodeFacts, Refused> {
        let facts = self.facts(id)?;
        match facts.why_not(action) {
            Some(why) => Err(self.not_now(id, action, why, facts.status)),
            None => self.is_clear(id, action).map(|()| facts),
        }
    }

    /// The name of a node in messages: its title, or its id where the workflow does not know it.
    pub(super) fn node_label(&self, id: &NodeId) -> String {
        let drawn = self.snapshot.compiled.node(id);
        drawn.map_or_else(|| id.to_string(), |node| node.title().to_owned())
    }
}

/// Whether steps go on by themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AutoRun {
    /// Each step starts as soon as its inputs are there.
    On,
    /// Each step waits until a person lets it start.
    Off,
}

/// Whether an execution pauses before a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Breakpoint {
    /// The execution pauses before the node.
    Set,
    /// The execution goes on with the node.
    Cleared,
}
