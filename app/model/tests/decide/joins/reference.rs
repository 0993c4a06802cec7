//! How a workflow ends, said as simply as possible: no worklist, no jobs, no order.

use std::collections::{BTreeMap, BTreeSet};

use model::{
    execution::state::{ExecutionStatus, NodeStatus},
    id::NodeId,
    nodes::{
        NodeConfig, conditional,
        for_each::{self, RoundFailure},
        merge::Mode,
        parallel::LaneFailure,
        review::OnReject,
    },
    workflow::{Edge, Node, OnError, Workflow},
};

use crate::decide::workflows::UNTOLD;

/// The steps that fail should they run, or reviews that are rejected, as they are drawn: always, or of
/// what lies in a loop in its iteration of that number only.
pub(super) type Fails = BTreeMap<NodeId, Option<usize>>;

/// The runs of steps that a person left out once they had begun.
pub(super) type LeftOut = BTreeMap<NodeId, Instead>;

/// What there is instead of what a step would have given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Instead {
    /// Nothing: it counts as skipped.
    Nothing,
    /// What the person says, by these ports: it counts as done.
    Words(BTreeSet<String>),
}

/// Whether this run of a step is to fail.
pub(super) fn is_to_fail(fails: &Fails, run: &NodeId) -> bool {
    let in_iteration = |only: &Option<usize>| only.is_none() || *only == run.round_number();
    fails.get(run.without_round()).is_some_and(|only| run.round().is_empty() || in_iteration(only))
}

/// How a node ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Completed,
    /// In a person's words.
    Told,
    Failed,
    Unmet,
    Unreached,
}

/// The iterations of a loop that begin.
struct Turned {
    /// Whether each fails.
    failed: Vec<bool>,
    /// Nobody can tell whether the loop ends after the last of them.
    untold: bool,
}

/// How the nodes end that lie side by side: outside of all loops, or in one iteration of a loop.
type Ends = BTreeMap<NodeId, End>;

/// How every run of a node and the execution end. What lies in a loop that fails, or that a person
/// left out, is not told: it is stopped wherever it is.
pub(super) fn ends(
    workflow: &Workflow,
    fails: &Fails,
    left_out: &LeftOut,
) -> (BTreeMap<NodeId, NodeStatus>, ExecutionStatus) {
    let reference = Reference { workflow, fails, left_out };
    let status = if reference.breaks(&reference.side_by_side(None, "")) {
        ExecutionStatus::Failed
    } else {
        ExecutionStatus::Completed
    };
    let mut told = BTreeMap::new();
    reference.tell(None, "", &mut told);
    (told, status)
}

struct Reference<'a> {
    workflow: &'a Workflow,
    fails: &'a Fails,
    left_out: &'a LeftOut,
}

impl Reference<'_> {
    /// Adds how what lies in this iteration of `owner` has ended once the iteration has.
    fn tell(
        &self,
        owner: Option<&NodeId>,
        iteration: &str,
        told: &mut BTreeMap<NodeId, NodeStatus>,
    ) {
        let ends = self.side_by_side(owner, iteration);
        let inside = self.workflow.nodes.iter().filter(|node| node.parent_id.as_ref() == owner);
        for node in inside {
            let (run, end) = (node.id.in_round(iteration), ends.get(&node.id).copied());
            if let (Some(End::Completed), NodeConfig::ForEach(each)) = (end, &node.data.config) {
                for number in 0..self.iterations(&run, each).failed.len() {
                    self.tell(Some(&node.id), &run.round_of(number), told);
                }
            }
            let status = match end {
                Some(End::Completed | End::Told) => NodeStatus::Completed,
                Some(End::Failed) => NodeStatus::Failed,
                Some(End::Unmet | End::Unreached) => NodeStatus::Skipped,
                // An iteration gives up what a failure has left behind.
                None if owner.is_some() => NodeStatus::Skipped,
                None => NodeStatus::Pending,
            };
            told.insert(run, status);
        }
    }

    fn side_by_side(&self, owner: Option<&NodeId>, iteration: &str) -> Ends {
        let mut ends = Ends::new();
        loop {
            let open =
                |node: &&Node| node.parent_id.as_ref() == owner && !ends.contains_key(&node.id);
            let mut open = self.workflow.nodes.iter().filter(open);
            let next = open.find_map(|node| Some((node, self.end(node, iteration, &ends)?)));
            let Some((node, end)) = next else { return ends };
            ends.insert(node.id.clone(), end);
        }
    }

    /// Whether something has failed that nothing handles: the iteration or the execution fails with
    /// it.
    fn breaks(&self, ends: &Ends) -> bool {
        let unhandled = |(id, end): (&NodeId, &End)| {
            *end == End::Failed && handling(self.workflow, id) == OnError::Fail
        };
        ends.iter().any(unhandled)
    }

    fn iterations(&self, each: &NodeId, config: &for_each::Config) -> Turned {
        let mut turned = Turned { failed: vec![], untold: false };
        for number in 0..items(config) {
            let inside = self.side_by_side(Some(&each.in_round("")), &each.round_of(number));
            let failed = self.breaks(&inside);
            turned.failed.push(failed);
            if failed {
                continue;
            }
            let stops = stops(config, number);
            turned.untold = stops.is_none();
            if stops != Some(false) {
                break;
            }
        }
        turned
    }

    fn end(&self, node: &Node, iteration: &str, ends: &Ends) -> Option<End> {
        let workflow = self.workflow;
        let owner = |id: &NodeId| workflow.node(id).unwrap().parent_id.as_ref();
        let into = workflow.edges.iter().filter(|edge| edge.target == node.id);
        let into = into.filter(|edge| owner(&edge.source) != Some(&node.id));
        let into: Vec<(&Edge, Option<End>)> = into
            .map(|edge| {
                if node.parent_id.as_ref() == Some(&edge.source) {
                    // The loop around it brings its item before all else.
                    (edge, Some(End::Completed))
                } else {
                    (edge, ends.get(&edge.source).copied())
                }
            })
            .collect();
        let taken = into.iter().map(|(edge, end)| self.takes(edge, iteration, (*end)?));
        let taken: Vec<Option<bool>> = taken.collect();
        let live = taken.iter().filter(|taken| **taken == Some(true)).count();
        let arrived = into.iter().zip(&taken).filter(|((edge, end), taken)| {
            **taken == Some(true) && end.is_some_and(|end| carries(edge, end))
        });
        let arrived = arrived.count();
        let enough = match &node.data.config {
            NodeConfig::Merge(config) => match config.mode {
                Mode::All => usize::MAX,
                Mode::Any => 1,
                Mode::First => usize::try_from(config.count).unwrap(),
            },
            _ => usize::MAX,
        };
        if arrived < enough && taken.contains(&None) {
            return None;
        }
        Some(match node.data.condition.as_deref() {
            _ if live == 0 && !into.is_empty() => End::Unreached,
            _ if !node.data.enabled => End::Unmet,
            Some("false") => End::Unmet,
            _ => self.worked(node, iteration),
        })
    }

    /// How a node ends that begins.
    fn worked(&self, node: &Node, iteration: &str) -> End {
        let run = node.id.in_round(iteration);
        match self.left_out.get(&run) {
            Some(Instead::Nothing) => return End::Unmet,
            Some(Instead::Words(_)) => return End::Told,
            None => {}
        }
        let failed = match &node.data.config {
            NodeConfig::ForEach(each) => {
                let strict = each.on_round_failure == RoundFailure::Fail;
                let turned = self.iterations(&run, each);
                turned.untold || strict && turned.failed.contains(&true)
            }
            NodeConfig::Conditional(config) => way(config).is_none(),
            NodeConfig::Review(config) => {
                let connected = |edge: &Edge| {
                    edge.source == node.id && edge.source_handle.as_deref() == Some("rejected")
                };
                let branches = config.on_reject == OnReject::Branch
                    && self.workflow.edges.iter().any(connected);
                is_to_fail(self.fails, &run) && !branches
            }
            // One item fails, and those that may lack some have others that are enough.
            _ => is_to_fail(self.fails, &run) && node.data.min_items.is_none(),
        };
        if failed { End::Failed } else { End::Completed }
    }

    /// Whether an edge is taken after its source has ended so; none when it never settles.
    fn takes(&self, edge: &Edge, iteration: &str, end: End) -> Option<bool> {
        let (run, port) = (edge.source.in_round(iteration), edge.source_handle.as_deref());
        let (config, is_error) = (&self.node(&edge.source).data.config, port == Some("error"));
        Some(match end {
            End::Unreached => false,
            End::Completed => self.chosen(edge, &run),
            End::Unmet => passed_by(config, port),
            End::Told => match self.left_out.get(&run) {
                Some(Instead::Words(named)) if parts(config, named) => {
                    port.is_some_and(|port| named.contains(port))
                }
                _ => passed_by(config, port),
            },
            End::Failed => match (handling(self.workflow, &edge.source), config) {
                (OnError::Fail, _) => return None,
                (OnError::Branch, _) => is_error,
                (OnError::Continue, NodeConfig::Review(_)) => port == Some("rejected"),
                (OnError::Continue, NodeConfig::Conditional(_)) => port == Some("else"),
                (OnError::Continue, _) => !is_error,
            },
        })
    }

    /// Whether an edge is taken after its source has completed.
    fn chosen(&self, edge: &Edge, run: &NodeId) -> bool {
        let port = edge.source_handle.as_deref();
        match &self.node(&edge.source).data.config {
            NodeConfig::Conditional(config) => port == way(config),
            NodeConfig::Review(_) if is_to_fail(self.fails, run) => port == Some("rejected"),
            config => passed_by(config, port),
        }
    }

    fn node(&self, id: &NodeId) -> &Node {
        self.workflow.node(id).unwrap()
    }
}

/// By which port a condition leads on; none when it cannot be worked out.
fn way(config: &conditional::Config) -> Option<&str> {
    match config.branches.iter().find(|branch| branch.when != "false") {
        Some(branch) if branch.when == "true" => Some(&branch.id),
        Some(_) => None,
        None => Some("else"),
    }
}

/// Whether the path goes on by this port past a node that chose none.
fn passed_by(config: &NodeConfig, port: Option<&str>) -> bool {
    match config {
        NodeConfig::Review(_) => matches!(port, Some("approved" | "items")),
        NodeConfig::Conditional(_) => port == Some("else"),
        _ => port != Some("error"),
    }
}

/// Whether what a person says that a node gave decides how the path goes on.
fn parts(config: &NodeConfig, named: &BTreeSet<String>) -> bool {
    match config {
        NodeConfig::Review(_) => {
            ["approved", "changes", "rejected"].iter().any(|port| named.contains(*port))
        }
        NodeConfig::Conditional(_) => !named.is_empty(),
        _ => false,
    }
}

/// How many items a loop has: its list is written out, each item in quotes.
fn items(config: &for_each::Config) -> usize {
    let list = config.items.as_ref().expect("a list of its own");
    list.as_str().matches('"').count() / 2
}

/// Whether a loop ends after this iteration, which has not failed; none where nobody can tell.
fn stops(config: &for_each::Config, number: usize) -> Option<bool> {
    match config.stop_when.as_deref() {
        Some("true") => Some(true),
        Some("index >= 1") => Some(number >= 1),
        Some(UNTOLD) if number == 1 => None,
        _ => Some(false),
    }
}

/// Whether an edge, taken after its source has ended so, has something to give: what was made, or
/// why nothing was.
fn carries(edge: &Edge, end: End) -> bool {
    match end {
        End::Completed | End::Told => true,
        End::Failed => edge.source_handle.as_deref() == Some("error"),
        End::Unmet | End::Unreached => false,
    }
}

fn handling(workflow: &Workflow, id: &NodeId) -> OnError {
    let own = workflow.node(id).unwrap().data.on_error;
    let lenient = workflow.settings.continue_on_error
        || workflow.nodes.iter().any(|node| {
            let lenient = matches!(&node.data.config, NodeConfig::Parallel(config)
                if config.on_lane_failure == LaneFailure::Continue);
            lenient && lanes_to(workflow, &node.id, id).len() == 1
        });
    if own == OnError::Fail && lenient { OnError::Continue } else { own }
}

/// The ports of `fork` that lead to a node.
fn lanes_to<'a>(workflow: &'a Workflow, fork: &NodeId, id: &NodeId) -> BTreeSet<Option<&'a str>> {
    let leaving = workflow.edges.iter().filter(|edge| edge.source == *fork);
    let leading = leaving.filter(|edge| leads(workflow, &edge.target, id));
    leading.map(|edge| edge.source_handle.as_deref()).collect()
}

fn leads(workflow: &Workflow, from: &NodeId, to: &NodeId) -> bool {
    let mut seen = BTreeSet::from([from]);
    let mut todo = vec![from];
    while let Some(at) = todo.pop() {
        for edge in workflow.edges.iter().filter(|edge| edge.source == *at) {
            if seen.insert(&edge.target) {
                todo.push(&edge.target);
            }
        }
    }
    seen.contains(to)
}
