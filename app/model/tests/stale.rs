//! What is stale after versions have changed, against a model that remembers what was read.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::collections::{BTreeMap, BTreeSet};

use model::{
    execution::{
        event::{
            ArtifactBody, ArtifactSummary, Event, EventKind, LaunchedNode, Restored, SettledEdges,
        },
        stale::stale,
        view::ExecutionView,
    },
    id::{ArtifactId, JobId, NodeId},
    nodes::NodeKind,
    review::Reviewer,
    time::Timestamp,
    workflow::{Edge, Node, Workflow},
};
use proptest::prelude::*;
use uuid::Uuid;

fn id(place: usize) -> NodeId {
    NodeId(format!("n{place}"))
}

/// Text nodes with these edges between their places.
fn drawn(nodes: usize, edges: &BTreeSet<(usize, usize)>) -> Workflow {
    let mut workflow = Workflow::default();
    let node = |place| Node::new(id(place), "", NodeKind::GenerateCopy.default_config());
    workflow.nodes = (0..nodes).map(node).collect();
    let edge = |(from, to): &(usize, usize)| Edge {
        id: format!("{from}_{to}").as_str().into(),
        source: id(*from),
        source_handle: None,
        target: id(*to),
        target_handle: None,
        label: None,
    };
    workflow.edges = edges.iter().map(edge).collect();
    workflow
}

/// An execution told by its events, with what each node has read.
struct Told {
    workflow: Workflow,
    edges: BTreeSet<(usize, usize)>,
    view: ExecutionView,
    /// Node → the version that counts, as a job made it, and how many there are.
    versions: BTreeMap<usize, (i32, i32)>,
    /// Node → what counted of all before it when it last ran.
    read: BTreeMap<usize, BTreeMap<usize, i32>>,
}

impl Told {
    fn new(nodes: usize, edges: BTreeSet<(usize, usize)>) -> Self {
        let workflow = drawn(nodes, &edges);
        let mut told = Self {
            workflow,
            edges,
            view: ExecutionView::empty(),
            versions: BTreeMap::new(),
            read: BTreeMap::new(),
        };
        let launched = |place| LaunchedNode {
            id: id(place),
            kind: "generate_copy".to_owned(),
            label: String::new(),
            inside: None,
        };
        let nodes = (0..nodes).map(launched).collect();
        told.happens(EventKind::ExecutionLaunched { nodes, edges: vec![], replay: false });
        told
    }

    fn happens(&mut self, kind: EventKind) {
        let seq = self.view.seq + 1;
        assert!(self.view.apply(&Event { seq, at: Timestamp(seq), kind }));
    }

    fn before(&self, place: usize) -> BTreeSet<usize> {
        let sources = self.edges.iter().filter(|(_, to)| *to == place).map(|(from, _)| *from);
        sources.flat_map(|from| self.before(from).into_iter().chain([from])).collect()
    }

    /// Runs a node, again if it has run: with a job, so that its work begins after it was ready.
    fn run(&mut self, place: usize) {
        let before = self.before(place);
        if !before.iter().all(|source| self.versions.contains_key(source)) {
            return;
        }
        let node = id(place);
        if self.versions.contains_key(&place) {
            self.happens(EventKind::NodeReset {
                node: node.clone(),
                generation: 2,
                edges: vec![],
                gives: false,
            });
        }
        let job = JobId(Uuid::from_u128(u128::try_from(self.view.seq).unwrap()));
        self.happens(EventKind::NodeReady { node: node.clone(), jobs: vec![job] });
        let job = model::execution::event::JobRef { job, node: node.clone(), item: 0 };
        self.happens(EventKind::JobStarted { job: job.clone(), attempt: 1 });
        self.happens(EventKind::NodeStarted { node: node.clone() });
        self.read.insert(
            place,
            before.iter().map(|source| (*source, self.versions[source].0)).collect(),
        );
        self.happens(EventKind::JobCompleted { job });
        let count = self.versions.get(&place).map_or(0, |(_, count)| *count) + 1;
        self.put(place, count, count);
        self.happens(EventKind::NodeCompleted {
            node,
            told: false,
            by: None,
            edges: SettledEdges::default(),
        });
    }

    /// Makes a version of a node current again, one that repeats another as well.
    fn restore(&mut self, place: usize, pick: usize) {
        let Some((now, count)) = self.versions.get(&place).copied() else { return };
        let made = i32::try_from(pick).unwrap() % count + 1;
        if made != now {
            self.put(place, made, count + 1);
        }
    }

    fn put(&mut self, place: usize, made: i32, version: i32) {
        self.versions.insert(place, (made, version));
        self.happens(EventKind::ArtifactCreated { artifact: artifact(place, 0, made, version) });
    }

    /// By what each node read: it differs, or what it was made from does.
    fn expected(&self) -> BTreeSet<NodeId> {
        let mut found = BTreeSet::new();
        for (place, read) in &self.read {
            let differs = read.iter().any(|(source, version)| self.versions[source].0 != *version);
            if differs || self.before(*place).iter().any(|source| found.contains(source)) {
                found.insert(*place);
            }
        }
        found.into_iter().map(id).collect()
    }

    fn stale(&self) -> BTreeSet<NodeId> {
        stale(&self.workflow, &self.view)
    }
}

fn artifact(place: usize, item: i32, made: i32, version: i32) -> ArtifactSummary {
    let by = Reviewer { user: None, name: "Ada".to_owned() };
    ArtifactSummary {
        id: ArtifactId(Uuid::nil()),
        node: id(place),
        item,
        port: "texts".to_owned(),
        version,
        sample: false,
        cut_off: false,
        restored: (made != version).then_some(Restored { version: made, by }),
        edited_by: None,
        body: ArtifactBody::Text { excerpt: String::new() },
    }
}

fn graphs() -> impl Strategy<Value = (usize, BTreeSet<(usize, usize)>)> {
    (2..8usize).prop_flat_map(|nodes| {
        let edge = (0..nodes, 0..nodes)
            .prop_filter_map("forward", |(a, b)| (a != b).then(|| (a.min(b), a.max(b))));
        (Just(nodes), prop::collection::btree_set(edge, 0..12))
    })
}

proptest! {
    #[test]
    fn what_is_stale_is_what_read_another_version_than_counts_now(
        (nodes, edges) in graphs(),
        steps in prop::collection::vec((any::<bool>(), 0..8usize, 0..5usize), 0..40),
    ) {
        let mut told = Told::new(nodes, edges);
        (0..nodes).for_each(|place| told.run(place));
        prop_assert_eq!(told.stale(), BTreeSet::new());
        for (runs, place, pick) in steps {
            let place = place % nodes;
            match runs {
                true => told.run(place),
                false => told.restore(place, pick),
            }
            prop_assert_eq!(told.stale(), told.expected());
        }
    }
}

#[test]
fn what_was_made_before_an_item_was_added_is_stale() {
    let mut told = Told::new(2, BTreeSet::from([(0, 1)]));
    told.run(0);
    told.run(1);
    assert!(told.stale().is_empty());

    let (node, edges) = (id(0), vec![]);
    told.happens(EventKind::NodeRetried { node, generation: 2, jobs: vec![], edges });
    assert!(told.stale().is_empty(), "it may fail again");
    told.happens(EventKind::ArtifactCreated { artifact: artifact(0, 1, 1, 1) });

    assert_eq!(told.stale(), BTreeSet::from([id(1)]));
}

#[test]
fn going_back_and_forth_ends_where_nothing_is_stale() {
    let mut told = Told::new(3, BTreeSet::from([(0, 1), (1, 2)]));
    [0, 0, 1, 2].into_iter().for_each(|place| told.run(place));

    told.restore(0, 0);
    let back = told.stale();
    told.restore(0, 1);
    let forth = told.stale();
    told.restore(1, 0);

    assert_eq!(back, BTreeSet::from([id(1), id(2)]));
    assert!(forth.is_empty());
    assert!(told.stale().is_empty(), "what counts already changes nothing");
}

#[test]
fn what_begins_after_the_change_reads_what_counts_now() {
    let mut told = Told::new(2, BTreeSet::from([(0, 1)]));
    told.run(0);
    told.run(0);

    told.restore(0, 0);
    told.run(1);

    assert!(told.stale().is_empty());
    let counts = &told.view.nodes.iter().next().unwrap().artifacts[0];
    assert_eq!((counts.version, counts.made_as()), (3, 1));
}

#[test]
fn a_loop_reads_what_counts_when_its_iterations_are_planned_and_no_later() {
    let mut told = Told::new(2, BTreeSet::from([(0, 1)]));
    told.run(0);
    told.run(0);

    // A loop has no jobs; the first of its iterations begins later.
    told.happens(EventKind::NodeReady { node: id(1), jobs: vec![] });
    told.restore(0, 0);
    told.happens(EventKind::NodeStarted { node: id(1) });

    assert_eq!(told.stale(), BTreeSet::from([id(1)]));
}
