//! Commands of people: pause, resume, stop, retry and skip.

use serde_json::{Map, Value};

use super::{Follow, ParentWord, Refused, Transition, settle::put_back};
use crate::{
    execution::{
        action_policy::steps::Steps,
        event::{EventKind, SkipReason, Stopped},
        state::{
            Action, EndReason, ExecutionStatus, Hold, JobStatus, MOST_EVENTS, NodeStatus,
            PauseReason, allows,
        },
    },
    id::{EdgeId, JobId, NodeId},
    review::Reviewer,
    value,
};

impl Transition<'_> {
    /// Sets the person whom events recorded from here on name as the one who asked; none when
    /// nobody did.
    pub fn set_requester(&mut self, by: Option<Reviewer>) {
        self.by = by;
    }

    /// Lets nothing new start; what runs finishes and is kept. A pause of another reason becomes
    /// the person's: the end of that reason does not end it.
    ///
    /// # Errors
    /// [`Refused::NotAllowed`] when it is over. Pausing twice changes nothing.
    pub fn pause(&mut self) -> Result<(), Refused> {
        if self.snapshot.pause_reason == Some(PauseReason::User) {
            return Ok(());
        }
        self.check(Action::Pause)?;
        self.pause_for(PauseReason::User, None);
        Ok(())
    }

    /// Goes on; what waits for a cured cause is due at once.
    ///
    /// # Errors
    /// [`Refused::NotAllowed`] when it is over, [`Refused::AwaitsReview`] when only a decision lets
    /// it go on, [`Refused::AwaitsParent`] when only what launched it does. Resuming a running one
    /// only lets go what stands at a breakpoint; one that waits for a place goes on by itself.
    pub fn resume(&mut self) -> Result<(), Refused> {
        if self.snapshot.status == ExecutionStatus::Running {
            self.release(Hold::Breakpoint);
            self.advance();
            return Ok(());
        }
        if self.snapshot.status == ExecutionStatus::Pending {
            return Ok(());
        }
        match self.snapshot.pause_reason {
            Some(PauseReason::Review) => return Err(Refused::AwaitsReview),
            Some(PauseReason::Parent) => return Err(Refused::AwaitsParent),
            _ => self.check(Action::Resume)?,
        }
        self.run_or_queue();
        self.wake_jobs();
        self.release(Hold::Breakpoint);
        self.advance();
        Ok(())
    }

    /// Ends an execution that goes on although its history is as long as one may be: what tries
    /// again or goes round without end would fill the database.
    pub(super) fn end_if_full(&mut self) {
        let runs = self.snapshot.status == ExecutionStatus::Running;
        if runs && self.snapshot.event_seq >= MOST_EVENTS {
            // Stopping a running execution is never refused.
            self.stop(EndReason::History).ok();
        }
    }

    /// Ends it for good: open nodes and jobs are cancelled, results kept.
    ///
    /// # Errors
    /// [`Refused::NotAllowed`] when it is over otherwise. Stopping twice changes nothing.
    pub fn stop(&mut self, reason: EndReason) -> Result<(), Refused> {
        self.stop_saying(reason, None)
    }

    /// The same, with words of who asked for it.
    ///
    /// # Errors
    /// As [`Transition::stop`].
    pub fn stop_saying(
        &mut self,
        reason: EndReason,
        message: Option<String>,
    ) -> Result<(), Refused> {
        if self.snapshot.status == ExecutionStatus::Stopped {
            return Ok(());
        }
        self.check(Action::Stop)?;
        let open = self.snapshot.jobs.values().filter(|job| !job.status.is_settled());
        let jobs: Vec<JobId> = open.map(|job| job.id).collect();
        for id in jobs {
            self.cancel_job(id)?;
        }
        for id in self.all_nodes() {
            self.cancel_node(&id)?;
        }
        self.set_status(ExecutionStatus::Stopped);
        self.snapshot.end_reason = Some(reason);
        let by = self.by.clone().filter(|_| reason == EndReason::User);
        self.record(EventKind::ExecutionStopped(Stopped { reason, message, by }));
        Ok(())
    }

    pub(super) fn cancel_job(&mut self, id: JobId) -> Result<(), Refused> {
        let now = self.now;
        let job = self.job_mut(id)?;
        let before = job.clone();
        job.status = JobStatus::Cancelled;
        job.fence += 1;
        job.worker = None;
        job.ended_at = Some(now);
        if before.status == JobStatus::Running {
            self.end_attempt(&before, "cancelled", None);
            self.wake_cancelled();
        }
        if let Some(child) = before.child {
            self.follow(Follow::Child(child, ParentWord::Stop));
        }
        self.node_mut(&before.node)?.jobs_settled += 1;
        self.record(EventKind::JobCancelled { job: before.to_ref() });
        Ok(())
    }

    pub(super) fn cancel_node(&mut self, id: &NodeId) -> Result<(), Refused> {
        let now = self.now;
        if self.is_settled(id) {
            return Ok(());
        }
        self.drop_review(id);
        let node = self.node_mut(id)?;
        node.status = NodeStatus::Cancelled;
        node.hold = None;
        node.ended_at = Some(now);
        self.keep_plan(id, None);
        self.record(EventKind::NodeCancelled { node: id.clone() });
        Ok(())
    }

    /// Stops an execution whose time of active work is used up; one that has time left goes on.
    ///
    /// # Errors
    /// None in practice; see [`Transition::stop`].
    pub fn check_deadline(&mut self) -> Result<(), Refused> {
        let runs = self.snapshot.status == ExecutionStatus::Running;
        let passed = runs && self.snapshot.deadline().is_some_and(|deadline| deadline <= self.now);
        if passed { self.stop(EndReason::Deadline) } else { Ok(()) }
    }

    /// Runs the failed jobs of a node again that failed, or that had enough without them, changed
    /// as `config` says; what its other jobs made is kept. Of what lies in a loop, as it was drawn,
    /// all rounds in which it failed go on.
    ///
    /// # Errors
    /// [`Refused::NotAllowed`], [`Refused::UnknownNode`], [`Refused::NotFailed`],
    /// [`Refused::Handled`] when the workflow went on after the failure, [`Refused::WentOn`] when a
    /// loop has, [`Refused::NotHere`] while a step works with the items there are, in a replay or
    /// where its history has no room, or [`Refused::Unfit`] when it would have another number of
    /// them, or the rounds of a loop others.
    pub fn retry_node(
        &mut self,
        id: &NodeId,
        config: Option<&Map<String, Value>>,
    ) -> Result<(), Refused> {
        self.check(Action::RetryNode)?;
        let targets = self.resolve_targets(id, Action::RetryNode)?;
        // All configurations first: where one of them is refused, no node is changed.
        let with = |id: &NodeId| {
            config.map(|changes| Ok((self.config_for_retry(id, changes)?, changes))).transpose()
        };
        let configs = targets.iter().map(with).collect::<Result<Vec<_>, Refused>>()?;
        for (id, config) in targets.into_iter().zip(configs) {
            if let Some(config) = config {
                self.lay(&id, config.0, config.1)?;
            }
            if self.facts(&id)?.status == NodeStatus::Completed {
                self.fill_up(&id)?;
            } else {
                self.revive_round(&id)?;
                self.reopen(&id, self.failed_jobs(&id), vec![])?;
            }
        }
        self.run_again();
        self.go_on();
        self.advance();
        Ok(())
    }

    /// Lets a failed execution go on, or wait for a place.
    pub(super) fn run_again(&mut self) {
        if self.snapshot.status == ExecutionStatus::Failed {
            self.run_or_queue();
        }
    }

    /// Goes on without a node: what it was doing is dropped. With `output` it counts as done and
    /// gives that, port by port: of ports that exclude each other, by those that it names. Of what
    /// lies in a loop, as it was drawn, every round that can go on without it does.
    ///
    /// # Errors
    /// [`Refused::NotAllowed`], [`Refused::UnknownNode`], or [`Refused::NotNow`] when the node has
    /// settled or is not reached yet, or [`Refused::Handled`] when the workflow went on after its
    /// failure, or [`Refused::Unfit`] when its ports do not give such an output; nothing is changed
    /// then.
    pub fn skip_node(
        &mut self,
        id: &NodeId,
        output: Option<Map<String, Value>>,
    ) -> Result<(), Refused> {
        self.check(Action::SkipNode)?;
        let targets = self.resolve_targets(id, Action::SkipNode)?;
        if let Some(output) = &output {
            targets.iter().try_for_each(|id| self.gives(id, output))?;
        }
        for id in targets {
            self.leave_out(&id, output.clone())?;
        }
        self.go_on();
        self.advance();
        Ok(())
    }

    /// Refuses what was asked of a node that somebody has had made again since it was looked at.
    ///
    /// # Errors
    /// [`Refused::NotHere`] when it is so.
    pub fn seen_as(&self, id: &NodeId, generation: Option<i32>) -> Result<(), Refused> {
        let Some(node) = self.snapshot.nodes.get(id) else { return Ok(()) };
        if generation.is_none_or(|seen| seen == node.generation) {
            return Ok(());
        }
        let came_of_it = match node.status {
            NodeStatus::Failed => ", and it failed again",
            NodeStatus::Completed => ", and it is completed",
            _ => "",
        };
        let name = self.node_label(id);
        let words = format!("Somebody has had “{name}” made again meanwhile{came_of_it}");
        Err(Refused::NotHere(format!("{words}. Look at it again")))
    }

    /// Refuses what cannot have come out of a node's ports: what follows relies on their types.
    fn gives(&self, id: &NodeId, output: &Map<String, Value>) -> Result<(), Refused> {
        value::recordable(output.values()).map_err(Refused::unrecordable)?;
        self.misfit(id, output).map_or(Ok(()), |why| Err(Refused::Unfit(why)))
    }

    fn leave_out(
        &mut self,
        id: &NodeId,
        output: Option<Map<String, Value>>,
    ) -> Result<(), Refused> {
        self.revive_round(id)?;
        let open = self.snapshot.jobs_of(id);
        let open = open.iter().filter(|job| !job.status.is_settled());
        let open: Vec<JobId> = open.map(|job| job.id).collect();
        for job in open {
            self.cancel_job(job)?;
        }
        self.drop_review(id);
        self.drop_rounds(id)?;
        self.node_mut(id)?.failure = None;
        self.run_again();
        let gave = self.snapshot.nodes.get(id).and_then(|node| node.output.clone());
        match (output, gave) {
            (Some(output), _) => self.complete_as_told(id, output),
            // It had completed before: only the items that are being retried are left out.
            (None, Some(gave)) => self.complete(id, gave.as_ref().clone().into()),
            (None, None) => self.skip(id, SkipReason::User),
        }
        Ok(())
    }

    pub(super) fn reopen(
        &mut self,
        id: &NodeId,
        jobs: Vec<JobId>,
        edges: Vec<EdgeId>,
    ) -> Result<(), Refused> {
        let now = self.now;
        let node = self.node_mut(id)?;
        node.generation += 1;
        node.jobs_settled -= i32::try_from(jobs.len()).unwrap_or(0);
        (node.failure, node.started_at, node.ended_at) = (None, None, None);
        let generation = node.generation;
        // All jobs of a node belong to its generation; those that are done keep what they made.
        let all: Vec<JobId> = self.snapshot.jobs_of(id).iter().map(|job| job.id).collect();
        for job in all {
            self.job_mut(job)?.generation = generation;
        }
        // A node that failed before it had jobs enters anew; a loop goes on with its rounds.
        let turns = self.snapshot.nodes.get(id).is_some_and(|node| !node.rounds.is_empty());
        let enters = jobs.is_empty() && !turns;
        self.node_mut(id)?.status = if enters { NodeStatus::Pending } else { NodeStatus::Ready };
        for id in &jobs {
            let job = self.job_mut(*id)?;
            put_back(job, now);
            job.fence += 1;
            (job.attempt, job.lost) = (0, 0);
            (job.failure, job.started_at, job.ended_at) = (None, None, None);
        }
        self.record(EventKind::NodeRetried { node: id.clone(), generation, jobs, edges });
        if turns {
            self.take_up_rounds(id);
        }
        self.wake_jobs();
        if enters {
            self.queue.push_back(id.clone());
        }
        Ok(())
    }

    pub(super) fn check(&self, action: Action) -> Result<(), Refused> {
        let (status, pause) = (self.snapshot.status, self.snapshot.pause_reason);
        if allows(status, pause, action) {
            Ok(())
        } else {
            Err(Refused::NotAllowed { action, status })
        }
    }
}
