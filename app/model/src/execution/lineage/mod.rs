//! Lineage: what each version of an output was made from, and what was made from it.
//!
//! It is stored nowhere: it is read off the log. What was made from a version counts as made from
//! every version that repeats it, too.

mod addressees;
mod sources;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

pub use self::addressees::addressees;
pub(crate) use self::sources::shown_from;
use self::sources::{Source, Which, sources};
use super::{
    event::{ArtifactSummary, EventKind, JobRef, LaunchedNode, groups::quiet_events},
    view::ExecutionView,
};
use crate::{
    id::{ArtifactId, JobId, NodeId},
    workflow::Workflow,
};

/// Versions that count, by item and port.
type Counting = BTreeMap<(i32, String), ArtifactId>;

/// Versions, each with those it was made from directly.
pub type MadeFrom = BTreeMap<ArtifactId, BTreeSet<ArtifactId>>;

/// Reads off the log which versions each version was made from: those that counted when its job
/// began, of the steps that its step reads.
///
/// What makes nothing of its own (a transformation, a review, a merge, a loop) passes on what it
/// was given.
#[derive(Debug)]
pub struct Lineage {
    sources: BTreeMap<NodeId, BTreeSet<Source>>,
    known: BTreeSet<NodeId>,
    jobs: BTreeMap<NodeId, usize>,
    /// Jobs of agents that have taken a step: what they work on was read with the first.
    talking: BTreeSet<JobId>,
    counting: BTreeMap<NodeId, Counting>,
    read: BTreeMap<NodeId, BTreeMap<i32, BTreeSet<ArtifactId>>>,
    passed: BTreeMap<NodeId, BTreeSet<ArtifactId>>,
    /// Reviews: they hand on what they were given, and what a person wrote into it.
    reviews: BTreeSet<NodeId>,
    versions: BTreeMap<(NodeId, i32, String, i32), ArtifactId>,
    /// Versions that are an earlier one again, each with the first that was the same.
    again: BTreeMap<ArtifactId, ArtifactId>,
    made_from: MadeFrom,
}

impl Lineage {
    /// An empty lineage, before the first event of an execution of this workflow.
    pub fn for_workflow(workflow: &Workflow) -> Self {
        Self {
            sources: sources(workflow),
            known: BTreeSet::new(),
            jobs: BTreeMap::new(),
            talking: BTreeSet::new(),
            counting: BTreeMap::new(),
            read: BTreeMap::new(),
            passed: BTreeMap::new(),
            reviews: BTreeSet::new(),
            versions: BTreeMap::new(),
            again: BTreeMap::new(),
            made_from: BTreeMap::new(),
        }
    }

    /// Applies the next event.
    pub fn apply(&mut self, kind: &EventKind) {
        use EventKind as E;
        match kind {
            E::ExecutionLaunched { nodes, .. } => self.learn(nodes),
            E::RoundStarted { node, nodes, .. } => {
                self.learn(nodes);
                self.pass_on(node);
            }
            E::NodeReady { node, jobs } => self.note_ready(node, jobs.len()),
            E::JobStarted { job, .. } if self.talking.contains(&job.job) => {}
            E::JobStarted { job, .. } => self.job_reads(job),
            E::AgentStepped(taken) => drop(self.talking.insert(taken.job.job)),
            // An agent that asks hands on nothing by that.
            E::NodeAwaitingReview { node, .. } if self.jobs.contains_key(node) => {}
            E::NodeAwaitingReview { node, .. } => {
                self.reviews.insert(node.clone());
                self.passed.remove(node);
                self.pass_on(node);
            }
            E::NodeCompleted { node, .. } | E::NodeReused { node, .. } => self.pass_on(node),
            E::NodeReset { node, .. } => {
                self.passed.remove(node);
                self.read.remove(node);
            }
            E::NodeRetried { node, jobs, .. } => {
                for job in jobs {
                    self.talking.remove(job);
                }
                self.note_retry(node);
            }
            E::ArtifactCreated { artifact } => self.record_artifact(artifact),
            E::NodeWaiting { .. }
            | E::NodeFailed { .. }
            | E::NodeSkipped { .. }
            | E::NodeCancelled { .. }
            | E::JobWaiting { .. }
            | E::JobCompleted { .. }
            | E::JobFailed { .. }
            | E::JobRetryScheduled { .. }
            | E::JobLimited { .. }
            | E::JobLost { .. }
            | E::JobAsks(_)
            | E::JobCancelled { .. }
            | quiet_events!() => {}
        }
    }

    fn learn(&mut self, nodes: &[LaunchedNode]) {
        self.known.extend(nodes.iter().map(|node| node.id.clone()));
    }

    fn note_ready(&mut self, node: &NodeId, jobs: usize) {
        self.jobs.insert(node.clone(), jobs);
        // What has none is a loop: it reads what it goes through when its iterations are planned.
        if jobs == 0 {
            self.pass_on(node);
        }
    }

    /// Items that are made again may be given other versions than at first; iterations are not.
    fn note_retry(&mut self, node: &NodeId) {
        if self.jobs.get(node) != Some(&0) {
            self.passed.remove(node);
        }
    }

    /// Takes in an execution of which only its end is kept: all was made from what counts.
    pub fn apply_end(&mut self, view: &ExecutionView) {
        self.known.extend(view.nodes.iter().map(|node| node.id.clone()));
        for node in &view.nodes {
            self.jobs.insert(node.id.clone(), node.jobs.len());
            self.pass_on(&node.id);
            for artifact in &node.artifacts {
                self.record_artifact(artifact);
            }
        }
    }

    /// What each version was made from directly.
    pub fn made_from(&self) -> &MadeFrom {
        &self.made_from
    }

    /// The same as one version sees it: what was made from this version or from one that is the
    /// same, because the one is the other again, was made from this one.
    pub fn made_from_as(&self, version: ArtifactId) -> MadeFrom {
        let first = self.first(version);
        let seen = |from: &ArtifactId| if self.first(*from) == first { version } else { *from };
        let told = |(made, from): (&ArtifactId, &BTreeSet<ArtifactId>)| {
            let from: BTreeSet<ArtifactId> = from.iter().map(seen).collect();
            (*made, from)
        };
        self.made_from.iter().map(told).collect()
    }

    /// The versions that were made from another one than counts now, and all that was made from
    /// those.
    pub fn stale(&self) -> BTreeSet<ArtifactId> {
        let counting = self.counting.values().flat_map(BTreeMap::values);
        let counting: BTreeSet<ArtifactId> = counting.map(|id| self.first(*id)).collect();
        let is_old = |from: &ArtifactId| !counting.contains(&self.first(*from));
        let outdated = self.made_from.iter().filter(|(_, from)| from.iter().any(is_old));
        let (made_into, mut stale) = (made_into(&self.made_from), BTreeMap::new());
        for (id, _) in outdated {
            stale.entry(*id).or_insert(0);
            walk(&made_into, *id, 1, &mut stale);
        }
        stale.into_keys().collect()
    }

    fn first(&self, version: ArtifactId) -> ArtifactId {
        self.again.get(&version).copied().unwrap_or(version)
    }

    fn job_reads(&mut self, job: &JobRef) {
        let found = self.reads(&job.node, Some(job.item));
        self.read.entry(job.node.clone()).or_default().insert(job.item, found);
    }

    /// Records what a step passes on that makes nothing itself.
    fn pass_on(&mut self, node: &NodeId) {
        if self.passed.contains_key(node) {
            return;
        }
        let found = match self.read.get(node) {
            Some(of_jobs) => of_jobs.values().flatten().copied().collect(),
            None => self.reads(node, None),
        };
        self.passed.insert(node.clone(), found);
    }

    fn record_artifact(&mut self, artifact: &ArtifactSummary) {
        let place =
            |version| (artifact.node.clone(), artifact.item, artifact.port.clone(), version);
        let from = match &artifact.restored {
            Some(restored) => {
                let older = self.versions.get(&place(restored.version)).copied();
                if let Some(older) = older {
                    self.again.insert(artifact.id, self.first(older));
                }
                older.and_then(|older| self.made_from.get(&older)).cloned()
            }
            None => {
                self.read.get(&artifact.node).and_then(|jobs| jobs.get(&artifact.item)).cloned()
            }
        };
        // What was taken over from another execution had no job here.
        let from = from.unwrap_or_else(|| self.reads(&artifact.node, Some(artifact.item)));
        self.made_from.insert(artifact.id, from);
        self.versions.insert(place(artifact.version), artifact.id);
        let counting = self.counting.entry(artifact.node.clone()).or_default();
        counting.insert((artifact.item, artifact.port.clone()), artifact.id);
    }

    /// The versions a step reads now, for one of its items or for all.
    fn reads(&self, reader: &NodeId, item: Option<i32>) -> BTreeSet<ArtifactId> {
        let of_reader = self.sources.get(reader.without_round());
        let found = of_reader.into_iter().flatten().flat_map(|source| match source {
            Source::Node(drawn, which) => {
                let index = self.index_at(reader, item);
                self.find_run(drawn, reader).map(|id| self.output_versions(&id, *which, index))
            }
            Source::Item(owner) => self
                .find_run(owner, reader)
                .map(|id| self.passed.get(&id).cloned().unwrap_or_default()),
            Source::Result(_) => None,
        });
        found.flatten().collect()
    }

    /// What `${index}` is for an item of a step: in a loop a single job has that of its iteration.
    fn index_at(&self, reader: &NodeId, item: Option<i32>) -> Option<i32> {
        let several = self.jobs.get(reader).is_some_and(|jobs| *jobs > 1);
        match reader.round_number() {
            Some(iteration) if !several => i32::try_from(iteration).ok(),
            _ => item,
        }
    }

    /// The run of a step that `reader` reads: of its own iteration, else of the nearest iteration
    /// around it.
    fn find_run(&self, drawn: &NodeId, reader: &NodeId) -> Option<NodeId> {
        let mut iteration = reader.round();
        loop {
            let id = drawn.in_round(iteration);
            if self.known.contains(&id) {
                return Some(id);
            }
            if iteration.is_empty() {
                return None;
            }
            iteration = iteration.rsplit_once('/').map_or("", |(outer, _)| outer);
        }
    }

    /// The versions that a step gives to the steps after it.
    fn output_versions(
        &self,
        id: &NodeId,
        which: Which,
        index: Option<i32>,
    ) -> BTreeSet<ArtifactId> {
        let results = self.results(id);
        if !results.is_empty() {
            return results
                .iter()
                .flat_map(|id| self.output_versions(id, Which::All, None))
                .collect();
        }
        let Some(counting) = self.counting.get(id) else {
            return self.passed.get(id).cloned().unwrap_or_default();
        };
        let wanted = match which {
            Which::All => None,
            Which::Same => index,
            Which::Place(place) => Some(place),
        };
        let one = counting.iter().filter(|((item, _), _)| Some(*item) == wanted);
        let one: BTreeSet<ArtifactId> = one.map(|(_, id)| *id).collect();
        let mut given = if one.is_empty() { counting.values().copied().collect() } else { one };
        if self.reviews.contains(id) {
            given.extend(self.passed.get(id).into_iter().flatten());
        }
        given
    }

    /// The steps in a loop's iterations that give its results; none for anything else.
    fn results(&self, id: &NodeId) -> Vec<NodeId> {
        let sources = self.sources.get(id.without_round()).into_iter().flatten();
        let drawn: BTreeSet<&str> = sources
            .filter_map(|source| match source {
                Source::Result(drawn) => Some(drawn.as_str()),
                _ => None,
            })
            .collect();
        if drawn.is_empty() {
            return vec![];
        }
        let gives =
            |run: &&NodeId| drawn.contains(run.without_round()) && run.owner().as_ref() == Some(id);
        self.known.iter().filter(gives).cloned().collect()
    }
}

/// How far each related version is from this one: below 0 it was made from them, above 0 they were
/// made from it. The version itself is at 0; unrelated ones are left out.
pub fn distances(made_from: &MadeFrom, version: ArtifactId) -> BTreeMap<ArtifactId, i32> {
    let mut found = BTreeMap::from([(version, 0)]);
    walk(made_from, version, -1, &mut found);
    walk(&made_into(made_from), version, 1, &mut found);
    found
}

/// Versions, each with those that were made from it directly.
fn made_into(made_from: &MadeFrom) -> BTreeMap<ArtifactId, BTreeSet<ArtifactId>> {
    let mut made_into: BTreeMap<ArtifactId, BTreeSet<ArtifactId>> = BTreeMap::new();
    for (made, from) in made_from {
        for source in from {
            made_into.entry(*source).or_default().insert(*made);
        }
    }
    made_into
}

fn walk(
    next: &BTreeMap<ArtifactId, BTreeSet<ArtifactId>>,
    from: ArtifactId,
    step: i32,
    found: &mut BTreeMap<ArtifactId, i32>,
) {
    let mut queue = VecDeque::from([(from, 0)]);
    while let Some((at, distance)) = queue.pop_front() {
        for other in next.get(&at).into_iter().flatten() {
            if !found.contains_key(other) {
                found.insert(*other, distance + step);
                queue.push_back((*other, distance + step));
            }
        }
    }
}
