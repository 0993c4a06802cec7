//! Reviews: how they open, and what the decisions of people do.

mod recorded;

pub use recorded::{Decided, Replayed};

use serde_json::{Map, Value};

use super::{Refused, ReviewChange, Transition, outputs::Edit};
use crate::{
    execution::{
        action_policy::steps::Steps,
        event::EventKind,
        failure::Failure,
        state::{Action, NodeStatus},
    },
    expr::{ExprError, Scope},
    id::{NodeId, ReviewId},
    nodes::{
        NodeConfig, Place, Settled, TakenPorts,
        review::{Config, ITEMS, OnReject, VERDICTS},
    },
    review::{
        Approval, ApprovalGiven, Approved, Decision, ReviewState, Reviewer, Verdict, edition,
        editor,
    },
    time::Timestamp,
};

impl Transition<'_> {
    pub(super) fn new_review(
        &mut self,
        config: &Config,
        place: Place<'_>,
    ) -> Result<ReviewState, ExprError> {
        let scope = place.scope;
        Ok(ReviewState {
            id: ReviewId(self.new_id()),
            items: config.content(place)?,
            instructions: config.instructions.render(scope)?,
            needed: config.approvals.resolve_within(scope, Config::APPROVALS, "approvals")?,
            approvals: vec![],
            until: self.until(config, scope)?,
        })
    }

    /// When a review that is opened now is approved by itself.
    fn until(&self, config: &Config, scope: &Scope) -> Result<Option<Timestamp>, ExprError> {
        let minutes = 0..=Config::MAX_MINUTES;
        let minutes =
            config.auto_approve_minutes.resolve_within(scope, minutes, "auto_approve_minutes")?;
        let until = self.now.plus_ms(u64::from(minutes) * 60_000);
        Ok((minutes > 0).then_some(until))
    }

    /// When the review of a node would be approved by itself if it were opened now.
    pub(super) fn approved_at(&self, id: &NodeId) -> Option<Timestamp> {
        let scope = self.snapshot.scope_at(id, self.now).ok()?;
        self.until(&self.review_config(id)?, &scope).ok()?
    }

    pub(super) fn open_review(&mut self, id: &NodeId, state: ReviewState) {
        let now = self.now;
        let Some(config) = self.review_config(id) else { return };
        let Ok(node) = self.node_mut(id) else { return };
        node.status = NodeStatus::AwaitingReview;
        node.started_at.get_or_insert(now);
        node.review = Some(state.clone());
        let (node_row, generation) = (node.row, node.generation);
        self.record(EventKind::NodeAwaitingReview {
            node: id.clone(),
            review: state.id,
            needed: state.needed,
            until: state.until,
        });
        self.change_review(ReviewChange::Opened {
            node_row,
            node: id.clone(),
            generation,
            reviewers: config.reviewers,
            state: state.clone(),
        });
        self.decide_as_recorded(id, generation, state);
    }

    fn review_config(&self, id: &NodeId) -> Option<Config> {
        match self.snapshot.config(id)? {
            NodeConfig::Review(config) => Some(config.as_ref().clone()),
            _ => None,
        }
    }

    /// Takes a person's decision in.
    ///
    /// # Errors
    /// [`Refused::ReviewOver`] when it was decided before, [`Refused::ApprovedBefore`],
    /// [`Refused::Unfit`] when the decision does not fit what is decided about.
    pub fn decide_review(
        &mut self,
        review: ReviewId,
        decision: Decision,
        by: Reviewer,
    ) -> Result<(), Refused> {
        self.check(Action::Decide)?;
        let (id, state) = self.find_open_review(review).ok_or(Refused::ReviewOver(review))?;
        match decision {
            Decision::Approve(approval) => self.approve(&id, state, approval, by)?,
            Decision::Changes { reason } => self.ask_for_changes(&id, state, reason, by)?,
            Decision::Reject { reason } => self.reject(&id, state, reason, by),
        }
        self.go_on();
        self.wake_jobs();
        self.advance();
        Ok(())
    }

    /// Approves what nobody decided about in time.
    ///
    /// # Errors
    /// None in practice; see [`Transition::decide_review`].
    pub fn check_reviews(&mut self) -> Result<(), Refused> {
        let now = self.now;
        let late = |state: &&ReviewState| state.until.is_some_and(|until| until <= now);
        let nodes = self.snapshot.nodes.values();
        let late: Vec<_> =
            nodes.filter_map(|node| node.review.as_ref()).filter(late).cloned().collect();
        if self.check(Action::Decide).is_err() {
            return Ok(());
        }
        for state in late {
            let by = Reviewer { user: None, name: "the time limit".to_owned() };
            let state = ReviewState { needed: 0, ..state };
            let Some((id, _)) = self.find_open_review(state.id) else { continue };
            self.approve(&id, state, Approval::default(), by)?;
            self.go_on();
            self.wake_jobs();
            self.advance();
        }
        Ok(())
    }

    fn find_open_review(&self, review: ReviewId) -> Option<(NodeId, ReviewState)> {
        let of_node = |(id, node): (&NodeId, &super::NodeState)| {
            let state = node.review.as_ref().filter(|state| state.id == review)?;
            Some((id.clone(), state.clone()))
        };
        self.snapshot.nodes.iter().find_map(of_node)
    }

    fn approve(
        &mut self,
        id: &NodeId,
        mut state: ReviewState,
        approval: Approval,
        by: Reviewer,
    ) -> Result<(), Refused> {
        let same = |before: &&Approved| by.user.is_some() && before.by.user == by.user;
        if let Some(before) = state.approvals.iter().find(same) {
            return Err(Refused::ApprovedBefore(before.by.name.clone()));
        }
        if let Some(editor) = editor(&state.approvals)
            && approval.edition.is_some_and(|read| read != edition(&state.approvals))
        {
            return Err(Refused::ItemsChanged(editor.name.clone()));
        }
        let items = approval.approved_items(&state.items).map_err(Refused::Unfit)?;
        let (changed, comment) = (items != state.items, approval.comment.clone());
        let kept = approval.places(state.items.len()).into_iter();
        let before = kept.filter_map(|place| state.items.get(place)).cloned().collect();
        let first = editor(&state.approvals).is_none();
        let edit = Edit { node: id, review: state.id, by: &by, before, first };
        self.record_edits(&edit, &items);
        // What one of several changed is what the next one decides about.
        state.items = items;
        let at = Some(self.now);
        let approved = Approved { by: by.clone(), at, comment: comment.clone(), changed };
        state.approvals.push(approved.clone());
        if state.approvals.len() < usize::try_from(state.needed).unwrap_or(usize::MAX) {
            self.record_approval(id, &state, approved);
            self.node_mut(id)?.review = Some(state);
        } else {
            self.complete_approved(id, &state, by, comment);
        }
        Ok(())
    }

    /// Records an approval after which more are needed.
    fn record_approval(&mut self, id: &NodeId, state: &ReviewState, approved: Approved) {
        let (review, items, approvals) = (state.id, state.items.clone(), state.approvals.clone());
        self.change_review(ReviewChange::Approved { review, approvals, items });
        let Approved { by, comment, changed, .. } = approved;
        let given = ApprovalGiven { node: id.clone(), review, by, comment, changed };
        self.record(EventKind::ReviewApproved(given));
    }

    /// Completes the node once enough people have approved.
    fn complete_approved(
        &mut self,
        id: &NodeId,
        state: &ReviewState,
        by: Reviewer,
        comment: Option<String>,
    ) {
        self.end_review(id, state, Verdict::Approved, by, comment);
        let all = Value::Array(state.items.clone());
        let output = Map::from_iter([
            (ITEMS.to_owned(), all.clone()),
            (Verdict::Approved.as_str().to_owned(), all),
        ]);
        self.complete(id, Settled { output, takes: VERDICTS.ports_when_passed() });
    }

    /// Goes on by the port `changes` where it is connected; else what was decided about is made
    /// again.
    fn ask_for_changes(
        &mut self,
        id: &NodeId,
        state: ReviewState,
        reason: String,
        by: Reviewer,
    ) -> Result<(), Refused> {
        self.is_clear(id, Action::AskForChanges)?;
        let plan = if self.leads_on(id, Verdict::Changes) { None } else { self.plan_rework(id) };
        self.end_review(id, &state, Verdict::Changes, by, Some(reason.clone()));
        match plan {
            Some(plan) => self.make_again(&plan, &reason)?,
            None => self.leave_by(id, Verdict::Changes, &state, &reason),
        }
        Ok(())
    }

    fn reject(&mut self, id: &NodeId, state: ReviewState, reason: String, by: Reviewer) {
        // A path that leads nowhere would end as if all were well.
        let fails = !self.leads_on(id, Verdict::Rejected)
            || self.review_config(id).is_some_and(|config| config.on_reject == OnReject::Fail);
        let name = by.name.clone();
        self.end_review(id, &state, Verdict::Rejected, by, Some(reason.clone()));
        if fails {
            let message = format!("Rejected by {name}: {reason}");
            self.fail(id, Failure::permanent("rejected", message));
        } else {
            self.leave_by(id, Verdict::Rejected, &state, &reason);
        }
    }

    fn leave_by(&mut self, id: &NodeId, verdict: Verdict, state: &ReviewState, reason: &str) {
        let told = serde_json::json!({ "items": state.items, "reason": reason });
        let port = verdict.as_str().to_owned();
        let output = Map::from_iter([(port.clone(), told)]);
        self.complete(id, Settled { output, takes: TakenPorts::Only(vec![port]) });
    }

    fn end_review(
        &mut self,
        id: &NodeId,
        state: &ReviewState,
        verdict: Verdict,
        by: Reviewer,
        reason: Option<String>,
    ) {
        let review = state.id;
        let items = (verdict == Verdict::Approved).then(|| state.items.clone());
        self.record(EventKind::ReviewDecided {
            node: id.clone(),
            review,
            verdict,
            by: by.clone(),
            reason: reason.clone(),
        });
        let by = Some(by);
        self.change_review(ReviewChange::Decided { review, verdict, by, reason, items });
    }

    /// Cancels an open review: the execution goes on or ends without the decision.
    pub(super) fn drop_review(&mut self, id: &NodeId) {
        let review = self.snapshot.nodes.get(id).and_then(|node| node.review.as_ref());
        let Some(review) = review.map(|state| state.id) else { return };
        if let Ok(node) = self.node_mut(id) {
            node.review = None;
        }
        let (verdict, by, reason, items) = (Verdict::Cancelled, None, None, None);
        self.change_review(ReviewChange::Decided { review, verdict, by, reason, items });
    }
}
