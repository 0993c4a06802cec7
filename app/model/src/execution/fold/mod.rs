//! From events to what a person sees: the one fold of server, page and time slider.

mod node;
mod versions;

use self::node::apply_job;
use super::{
    event::{ClockBack, Event, EventKind, JobRef, LaunchedNode, Paused, SettledEdges},
    indexed::Indexed,
    state::{EdgeState, ExecutionStatus, NodeStatus, PauseReason, RoundState},
    view::{DocumentView, EdgeView, ExecutionView, JobView, NodeView},
};
use crate::{
    budget::Dollars,
    id::{EdgeId, NodeId},
    time::Timestamp,
};

impl ExecutionView {
    /// Before the first event.
    pub fn empty() -> Self {
        Self {
            seq: 0,
            status: ExecutionStatus::Pending,
            pause_reason: None,
            pause_message: None,
            paused_by: None,
            queued: None,
            unserved: vec![],
            end_reason: None,
            error: None,
            failed_node: None,
            auto_run: true,
            breakpoints: vec![],
            is_replay: false,
            budget_micros: None,
            launched_at: Timestamp::default(),
            ended_at: None,
            nodes: Indexed::default(),
            edges: Indexed::default(),
            documents: vec![],
        }
    }

    /// The view after the last of `events`, which must be in order from the first event on.
    pub fn from_events(events: &[Event]) -> Self {
        let mut view = Self::empty();
        for event in events {
            view.apply(event);
        }
        view
    }

    /// Applies the next event; one that was applied before changes nothing.
    ///
    /// Returns false when an event in between is missing: the caller fetches from `seq` on.
    pub fn apply(&mut self, event: &Event) -> bool {
        if event.seq <= self.seq {
            return true;
        }
        if event.seq != self.seq + 1 {
            return false;
        }
        self.seq = event.seq;
        self.apply_kind(event.at, &event.kind);
        true
    }

    fn apply_kind(&mut self, at: Timestamp, kind: &EventKind) {
        use EventKind as E;
        match kind {
            E::ExecutionLaunched { .. }
            | E::ExecutionQueued(_)
            | E::ExecutionStarted
            | E::ExecutionPaused { .. }
            | E::ExecutionResumed
            | E::ExecutionCompleted
            | E::ExecutionFailed { .. }
            | E::ExecutionStopped { .. } => self.apply_execution(at, kind),
            E::RoundStarted { .. } | E::RoundEnded { .. } => self.apply_round(kind),
            E::ExecutionAutoRun { on } => self.auto_run = *on,
            E::ExecutionBreakpoints { nodes } => self.breakpoints = nodes.clone(),
            E::ExecutionBudget { micros } => self.set_budget(*micros),
            E::ExecutionClockBack(back) => self.bring_reviews_forward(back),
            E::JobAsks(asked) => {
                if let Some(view) = self.job_mut(&asked.job) {
                    view.ask(at, asked);
                }
            }
            E::JobAnswered(answered) => {
                if let Some(view) = self.job_mut(&answered.job) {
                    view.hear(at, answered);
                }
            }
            E::ArtifactCreated { artifact } => {
                let seq = self.seq;
                if let Some(node) = self.node_mut(&artifact.node) {
                    node.put_version(seq, artifact);
                }
            }
            E::DocumentCreated { node, document, title } => self.documents.push(DocumentView {
                id: *document,
                title: title.clone(),
                node: node.clone(),
            }),
            kind => match kind.job() {
                Some(job) => self.apply_job(at, job, kind),
                None => self.apply_node(at, kind),
            },
        }
    }

    fn bring_reviews_forward(&mut self, back: &ClockBack) {
        for (node, until) in &back.reviews {
            if let Some(review) = self.node_mut(node).and_then(|node| node.review.as_mut()) {
                review.until = Some(*until);
            }
        }
    }

    fn apply_job(&mut self, at: Timestamp, job: &JobRef, kind: &EventKind) {
        let seq = self.seq;
        if let Some(view) = self.job_mut(job) {
            apply_job(view, at, kind);
            view.note_beginning(seq, kind);
        }
    }

    fn apply_execution(&mut self, at: Timestamp, kind: &EventKind) {
        use EventKind as E;
        self.pause_reason = None;
        (self.pause_message, self.paused_by, self.queued) = (None, None, None);
        match kind {
            E::ExecutionLaunched { nodes, edges, replay } => {
                self.is_replay = *replay;
                self.launched_at = at;
                self.nodes = nodes.iter().map(NodeView::from_launched).collect();
                self.edges = edges.iter().map(EdgeView::pending).collect();
            }
            E::ExecutionStarted => self.status = ExecutionStatus::Running,
            E::ExecutionQueued(queued) => {
                self.status = ExecutionStatus::Pending;
                self.queued = Some(*queued);
                (self.error, self.failed_node, self.ended_at) = (None, None, None);
            }
            E::ExecutionResumed => {
                self.status = ExecutionStatus::Running;
                (self.error, self.failed_node, self.ended_at) = (None, None, None);
            }
            E::ExecutionPaused(Paused { reason, message, by }) => {
                self.status = ExecutionStatus::Paused;
                self.pause_reason = Some(*reason);
                self.pause_message = message.clone();
                self.paused_by = by.as_ref().map(|by| by.name.clone());
            }
            E::ExecutionCompleted => self.end(ExecutionStatus::Completed, at),
            E::ExecutionFailed { node, message } => {
                self.end(ExecutionStatus::Failed, at);
                self.error = Some(message.clone());
                self.failed_node = Some(node.clone());
            }
            E::ExecutionStopped(stopped) => {
                self.end(ExecutionStatus::Stopped, at);
                self.end_reason = Some(stopped.reason);
            }
            _ => {}
        }
    }

    /// Sets the budget; a pause for the old one says the new one from then on.
    fn set_budget(&mut self, micros: Option<i64>) {
        self.budget_micros = micros;
        if self.pause_reason == Some(PauseReason::Budget) {
            let now = micros.map_or("It has none now".to_owned(), |micros| {
                format!("It is {} now", Dollars(micros))
            });
            self.pause_message = Some(format!("{now}: resume the execution to try again."));
        }
    }

    fn end(&mut self, status: ExecutionStatus, at: Timestamp) {
        self.status = status;
        self.ended_at = Some(at);
    }

    fn apply_node(&mut self, at: Timestamp, kind: &EventKind) {
        use EventKind as E;
        if let E::NodeCompleted { edges, .. }
        | E::NodeFailed { edges, .. }
        | E::NodeReused { edges, .. }
        | E::NodeSkipped { edges, .. } = kind
        {
            self.settle_edges(edges);
        }
        if let E::NodeReset { edges, .. } | E::NodeRetried { edges, .. } = kind {
            self.set_edges(edges, EdgeState::Pending);
        }
        let Some(node) = kind.node() else { return };
        let seq = self.seq;
        if let Some(view) = self.node_mut(node) {
            view.apply(at, kind);
            view.note_beginning(seq, kind);
        }
        if node.round().is_empty() { self.mirror_body(node) } else { self.mirror(node) }
    }

    /// Updates what the steps of a loop show, as drawn, when the loop itself changes.
    fn mirror_body(&mut self, owner: &NodeId) {
        let lies_in = |node: &&NodeView| !node.is_real() && node.inside.as_ref() == Some(owner);
        let body: Vec<NodeId> =
            self.nodes.iter().filter(lies_in).map(|node| node.id.clone()).collect();
        body.iter().for_each(|node| self.mirror(node));
    }

    /// Shows at a step of a loop, as drawn, the most urgent status of its rounds.
    fn mirror(&mut self, of: &NodeId) {
        let mut begun = 0;
        let all =
            self.nodes.runs_of(of.without_round()).inspect(|_| begun += 1).map(|node| node.status);
        let mut foremost = all.min_by_key(|status| urgency(*status));
        let done = matches!(foremost, Some(NodeStatus::Completed | NodeStatus::Skipped));
        if done && self.has_rounds_to_come(of, begun) {
            foremost = Some(NodeStatus::Pending);
        }
        let shown = self.nodes.get(of.without_round()).map(|drawn| drawn.status);
        if let Some(status) = foremost.filter(|foremost| Some(*foremost) != shown)
            && let Some(drawn) = self.nodes.get_mut(of.without_round())
        {
            drawn.status = status;
        }
    }

    /// Whether more rounds than have begun are planned around a node, by loops that still run.
    fn has_rounds_to_come(&self, of: &NodeId, begun: usize) -> bool {
        let drawn = self.nodes.get(of.without_round());
        let Some(owner) = drawn.and_then(|node| node.inside.as_ref()) else { return false };
        let outermost = self.node(owner).filter(|node| node.is_real());
        let owners = || outermost.into_iter().chain(self.nodes.runs_of(owner.as_str()));
        let planned: usize = owners().map(|owner| owner.rounds.len()).sum();
        planned > begun && owners().any(|owner| !owner.status.is_settled())
    }

    fn apply_round(&mut self, kind: &EventKind) {
        use EventKind as E;
        match kind {
            E::RoundStarted { node, round, total, nodes, edges, live } => {
                let begun: Vec<_> = nodes.iter().map(|node| self.new_round_node(node)).collect();
                self.nodes.extend(begun);
                for id in edges {
                    match self.edges.get_mut(id.as_str()) {
                        Some(edge) => edge.state = EdgeState::Pending,
                        None => self.edges.push(EdgeView::pending(id)),
                    }
                }
                self.settle_edges(&SettledEdges { live: live.clone(), dead: vec![] });
                self.set_round(node, *round, *total, RoundState::Running);
            }
            E::RoundEnded { node, round, failed, last, dead } => {
                self.settle_edges(&SettledEdges { live: vec![], dead: dead.clone() });
                let state = if *failed { RoundState::Failed } else { RoundState::Done };
                self.set_round(node, *round, *round + 1, state);
                if let (true, Some(view)) = (*last, self.node_mut(node)) {
                    view.rounds.truncate(*round + 1);
                }
            }
            _ => {}
        }
    }

    /// A node of a round that begins: it has the configuration that was set for rounds to come.
    fn new_round_node(&self, node: &LaunchedNode) -> NodeView {
        let edited = self.nodes.get(node.id.without_round()).is_some_and(|drawn| drawn.edited);
        NodeView { edited, ..NodeView::from_launched(node) }
    }

    fn set_round(&mut self, node: &NodeId, round: usize, total: usize, state: RoundState) {
        let Some(view) = self.node_mut(node) else { return };
        if view.rounds.len() < total {
            view.rounds.resize(total, RoundState::Waiting);
        }
        if let Some(round) = view.rounds.get_mut(round) {
            *round = state;
        }
    }

    /// Settles edges; one that is named as both live and dead is live.
    fn settle_edges(&mut self, settled: &SettledEdges) {
        self.set_edges(&settled.dead, EdgeState::Dead);
        self.set_edges(&settled.live, EdgeState::Live);
    }

    fn set_edges(&mut self, edges: &[EdgeId], state: EdgeState) {
        for id in edges {
            if let Some(edge) = self.edges.get_mut(id.as_str()) {
                edge.state = state;
            }
        }
    }

    fn node_mut(&mut self, id: &NodeId) -> Option<&mut NodeView> {
        self.nodes.get_mut(id.as_str())
    }

    fn job_mut(&mut self, job: &JobRef) -> Option<&mut JobView> {
        let jobs = &mut self.node_mut(&job.node)?.jobs;
        // Jobs stand in the order of their items.
        let told = usize::try_from(job.item).ok();
        let place = told.filter(|place| jobs.get(*place).is_some_and(|view| view.id == job.job));
        let place = place.or_else(|| jobs.iter().position(|view| view.id == job.job))?;
        jobs.get_mut(place)
    }
}

/// The rank of a status among those that a person should see first; 0 is the most urgent.
const fn urgency(status: NodeStatus) -> u8 {
    match status {
        NodeStatus::AwaitingReview => 0,
        NodeStatus::Running => 1,
        NodeStatus::Waiting => 2,
        NodeStatus::Ready => 3,
        NodeStatus::Failed => 4,
        NodeStatus::Cancelled => 5,
        NodeStatus::Pending => 6,
        NodeStatus::Completed => 7,
        NodeStatus::Skipped => 8,
    }
}

impl EdgeView {
    fn pending(id: &EdgeId) -> Self {
        Self { id: id.clone(), state: EdgeState::Pending }
    }
}
