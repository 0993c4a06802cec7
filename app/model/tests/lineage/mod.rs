//! What each version was made from, against a model that remembers what was read.

#![allow(clippy::unwrap_used, reason = "tests")]

mod iterations;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::atomic::{AtomicU64, Ordering},
};

use model::{
    execution::{
        event::{
            ArtifactBody, ArtifactSummary, EventKind, JobRef, LaunchedNode, Restored, SettledEdges,
        },
        lineage::{Lineage, distances},
        view::ExecutionView,
    },
    id::{ArtifactId, JobId, NodeId},
    nodes::{NodeConfig, NodeKind},
    review::Reviewer,
    workflow::{Edge, Node, Workflow},
};
use proptest::prelude::*;
use serde_json::json;
use uuid::Uuid;

fn id(place: usize) -> NodeId {
    NodeId(format!("n{place}"))
}

fn edge(from: &str, to: &str) -> Edge {
    let id = format!("{from}_{to}").as_str().into();
    let (source, target) = (from.into(), to.into());
    Edge { id, source, source_handle: None, target, target_handle: None, label: None }
}

/// Another id each time.
fn fresh() -> Uuid {
    static LAST: AtomicU64 = AtomicU64::new(0);
    Uuid::from_u128(LAST.fetch_add(1, Ordering::Relaxed).into())
}

/// A text node whose prompt is this.
fn text(id: NodeId, prompt: &str) -> Node {
    let config = NodeKind::GenerateCopy.default_config();
    let changes = json!({ "prompt": prompt });
    Node::new(id, "", config.with_changes(changes.as_object().unwrap()).unwrap())
}

/// Text nodes, each with the nodes before it in its prompt that `edges` name.
fn drawn(nodes: usize, edges: &BTreeSet<(usize, usize)>) -> Workflow {
    let mut workflow = Workflow::default();
    let prompt = |place| {
        let before = edges.iter().filter(|(_, to)| *to == place);
        before.map(|(from, _)| format!("${{nodes.n{from}.texts}} ")).collect::<String>()
    };
    workflow.nodes = (0..nodes).map(|place| text(id(place), &prompt(place))).collect();
    workflow.edges =
        edges.iter().map(|(from, to)| edge(id(*from).as_str(), id(*to).as_str())).collect();
    workflow
}

fn launched(id: &NodeId) -> LaunchedNode {
    let kind = "generate_copy".to_owned();
    LaunchedNode { id: id.clone(), kind, label: String::new(), inside: None }
}

fn artifact(node: &NodeId, item: i32, version: i32, restored: Option<i32>) -> ArtifactSummary {
    let by = Reviewer { user: None, name: "Ada".to_owned() };
    ArtifactSummary {
        id: ArtifactId(fresh()),
        node: node.clone(),
        item,
        port: "texts".to_owned(),
        version,
        sample: true,
        cut_off: false,
        restored: restored.map(|version| Restored { version, by }),
        edited_by: None,
        body: ArtifactBody::Text { excerpt: String::new() },
    }
}

fn begun(node: &NodeId, item: i32) -> EventKind {
    let job = JobRef { node: node.clone(), job: JobId(fresh()), item };
    EventKind::JobStarted { job, attempt: 1 }
}

/// What happens to one node.
#[derive(Debug, Clone, Copy)]
enum Step {
    Begin(usize),
    End(usize),
    Restore(usize, usize),
}

/// An execution told by its events, beside what every job has read.
struct Told {
    edges: BTreeSet<(usize, usize)>,
    lineage: Lineage,
    /// Node → its versions in order, each with what it was made from.
    versions: BTreeMap<usize, Vec<(ArtifactId, BTreeSet<ArtifactId>)>>,
    /// Node → what its running job has read.
    running: BTreeMap<usize, BTreeSet<ArtifactId>>,
}

impl Told {
    fn new(nodes: usize, edges: BTreeSet<(usize, usize)>) -> Self {
        let mut lineage = Lineage::for_workflow(&drawn(nodes, &edges));
        let nodes = (0..nodes).map(|place| launched(&id(place))).collect();
        lineage.apply(&EventKind::ExecutionLaunched { nodes, edges: vec![], replay: false });
        Self { edges, lineage, versions: BTreeMap::new(), running: BTreeMap::new() }
    }

    fn counts(&self, node: usize) -> Option<ArtifactId> {
        Some(self.versions.get(&node)?.last()?.0)
    }

    fn happens(&mut self, step: Step) {
        match step {
            Step::Begin(node) => {
                let before = self.edges.iter().filter(|(_, to)| *to == node);
                let read = before.filter_map(|(from, _)| self.counts(*from)).collect();
                self.running.insert(node, read);
                self.lineage.apply(&begun(&id(node), 0));
            }
            Step::End(node) => {
                let Some(read) = self.running.remove(&node) else { return };
                self.gives(node, None, read);
            }
            Step::Restore(node, which) => {
                let Some(known) = self.versions.get(&node).filter(|all| !all.is_empty()) else {
                    return;
                };
                let which = which % known.len();
                let read = known[which].1.clone();
                self.gives(node, Some(i32::try_from(which).unwrap() + 1), read);
            }
        }
    }

    fn gives(&mut self, node: usize, restored: Option<i32>, read: BTreeSet<ArtifactId>) {
        let versions = self.versions.entry(node).or_default();
        let number = i32::try_from(versions.len()).unwrap() + 1;
        let new = artifact(&id(node), 0, number, restored);
        versions.push((new.id, read));
        self.lineage.apply(&EventKind::ArtifactCreated { artifact: new });
    }

    fn remembered(&self) -> BTreeMap<ArtifactId, BTreeSet<ArtifactId>> {
        self.versions.values().flatten().cloned().collect()
    }
}

fn step(nodes: usize) -> impl Strategy<Value = Step> {
    prop_oneof![
        (0..nodes).prop_map(Step::Begin),
        (0..nodes).prop_map(Step::End),
        (0..nodes, 0..4_usize).prop_map(|(node, which)| Step::Restore(node, which)),
    ]
}

/// Everything reached from a version, by repeating what is known until nothing is new.
fn closure(pairs: &BTreeSet<(ArtifactId, ArtifactId)>, from: ArtifactId) -> BTreeSet<ArtifactId> {
    let mut found = BTreeSet::from([from]);
    loop {
        let next = pairs.iter().filter(|(at, _)| found.contains(at)).map(|(_, to)| *to);
        let more: BTreeSet<ArtifactId> = found.iter().copied().chain(next).collect();
        if more.len() == found.len() {
            return found;
        }
        found = more;
    }
}

proptest! {
    #[test]
    fn every_version_is_made_from_what_its_job_read(
        edges in prop::collection::btree_set((0..5_usize, 0..5_usize), 0..10),
        steps in prop::collection::vec(step(5), 0..40),
    ) {
        let forward = edges.into_iter().filter(|(from, to)| from < to).collect();
        let mut told = Told::new(5, forward);
        for step in steps {
            told.happens(step);
        }

        prop_assert_eq!(told.lineage.made_from(), &told.remembered());
    }

    #[test]
    fn around_a_version_lies_all_it_came_from_and_all_that_came_from_it(
        edges in prop::collection::btree_set((0..8_usize, 0..8_usize), 0..20),
        asked in 0..8_usize,
    ) {
        let ids: Vec<ArtifactId> = (0..8).map(|n| ArtifactId(Uuid::from_u128(n))).collect();
        let mut made_from: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
        let (mut back, mut forth) = (BTreeSet::new(), BTreeSet::new());
        for (from, to) in edges.into_iter().filter(|(from, to)| from < to) {
            made_from.entry(ids[to]).or_default().insert(ids[from]);
            back.insert((ids[to], ids[from]));
            forth.insert((ids[from], ids[to]));
        }

        let found = distances(&made_from, ids[asked]);

        let side = |wanted: fn(i32) -> bool| -> BTreeSet<ArtifactId> {
            found.iter().filter(|(_, far)| wanted(**far)).map(|(id, _)| *id).collect()
        };
        prop_assert_eq!(side(|far| far <= 0), closure(&back, ids[asked]));
        prop_assert_eq!(side(|far| far >= 0), closure(&forth, ids[asked]));
    }
}

/// Copies a node's text into others by what they say, and tells who was made from what.
fn told(workflow: &Workflow, events: &[EventKind]) -> Lineage {
    let mut lineage = Lineage::for_workflow(workflow);
    let nodes = workflow.nodes.iter().map(|node| launched(&node.id)).collect();
    lineage.apply(&EventKind::ExecutionLaunched { nodes, edges: vec![], replay: false });
    for event in events {
        lineage.apply(event);
    }
    lineage
}

fn created(artifact: &ArtifactSummary) -> EventKind {
    EventKind::ArtifactCreated { artifact: artifact.clone() }
}

#[test]
fn an_item_that_names_its_place_is_made_from_that_item_only() {
    let workflow = Workflow {
        nodes: vec![
            text("copy".into(), "Write"),
            text("mail".into(), "Use ${nodes.copy.texts[index]}"),
        ],
        edges: vec![edge("copy", "mail")],
        ..Workflow::default()
    };
    let (copy, mail) = (NodeId::from("copy"), NodeId::from("mail"));
    let copies = [artifact(&copy, 0, 1, None), artifact(&copy, 1, 1, None)];
    let mails = [artifact(&mail, 0, 1, None), artifact(&mail, 1, 1, None)];
    let mut events: Vec<EventKind> = copies.iter().map(created).collect();
    events.extend([begun(&mail, 0), begun(&mail, 1)]);
    events.extend(mails.iter().map(created));

    let lineage = told(&workflow, &events);

    for item in 0..2 {
        assert_eq!(lineage.made_from()[&mails[item].id], BTreeSet::from([copies[item].id]));
    }
}

/// Texts, a list of them that makes nothing itself, and what is written from the list.
fn listed() -> Workflow {
    let config = NodeConfig::from_value(
        NodeKind::Transform,
        json!({ "input": "${nodes.copy.texts}", "operations": [] }),
    );
    Workflow {
        nodes: vec![
            text("copy".into(), "Write"),
            Node::new("list".into(), "", config.unwrap()),
            text("mail".into(), "Use ${nodes.list.output}"),
        ],
        edges: vec![edge("copy", "list"), edge("list", "mail")],
        ..Workflow::default()
    }
}

#[test]
fn what_makes_nothing_itself_passes_on_what_it_was_given_at_first_and_again() {
    let list = NodeId::from("list");
    let [first, second] = [1, 2].map(|version| artifact(&"copy".into(), 0, version, None));
    let [mail, letter] = [1, 2].map(|version| artifact(&"mail".into(), 0, version, None));
    let again =
        EventKind::NodeRetried { node: list.clone(), generation: 2, jobs: vec![], edges: vec![] };
    let done = EventKind::NodeCompleted {
        node: list.clone(),
        told: false,
        by: None,
        edges: SettledEdges::default(),
    };
    let to_mail = |mail: &ArtifactSummary| [done.clone(), begun(&mail.node, 0), created(mail)];
    let mut events = vec![created(&first), begun(&list, 0), begun(&list, 1)];
    events.extend(to_mail(&mail));
    events.extend([created(&second), again, begun(&list, 1)]);
    events.extend(to_mail(&letter));

    let lineage = told(&listed(), &events);

    assert_eq!(lineage.made_from()[&mail.id], BTreeSet::from([first.id]));
    assert_eq!(lineage.made_from()[&letter.id], BTreeSet::from([first.id, second.id]));
}

#[test]
fn a_version_that_is_another_one_again_leads_to_what_was_made_from_that() {
    let workflow = drawn(2, &BTreeSet::from([(0, 1)]));
    let copies = [(1, None), (2, None), (3, Some(1)), (4, Some(2))]
        .map(|(version, restored)| artifact(&id(0), 0, version, restored));
    let mail = artifact(&id(1), 0, 1, None);
    let [first, second, third, fourth] = copies.each_ref().map(created);
    let events = [first, second, begun(&mail.node, 0), created(&mail), third, fourth];

    let lineage = told(&workflow, &events);

    let leads = |copy: &ArtifactSummary| {
        let kin = distances(&lineage.made_from_as(copy.id), copy.id);
        kin.into_iter().filter(|(_, far)| *far != 0).collect::<Vec<_>>()
    };
    let found = [vec![(mail.id, 1)], vec![]];
    assert_eq!([leads(&copies[1]), leads(&copies[0])], found);
    assert_eq!([leads(&copies[3]), leads(&copies[2])], found, "the same ones again");
    let of_mail = lineage.made_from_as(mail.id);
    assert_eq!(&of_mail, lineage.made_from(), "others see which one it was");
}

#[test]
fn what_was_made_from_a_version_that_no_longer_counts_is_stale_until_that_counts_again() {
    let workflow = drawn(3, &BTreeSet::from([(0, 1), (1, 2)]));
    let first = artifact(&id(0), 0, 1, None);
    let (mail, letter) = (artifact(&id(1), 0, 1, None), artifact(&id(2), 0, 1, None));
    let [second, again] = [(2, None), (3, Some(1))].map(|(v, of)| artifact(&id(0), 0, v, of));
    let chain = [
        created(&first),
        begun(&mail.node, 0),
        created(&mail),
        begun(&letter.node, 0),
        created(&letter),
    ];
    let stale = |more: &[&ArtifactSummary]| {
        let more = more.iter().map(|artifact| created(artifact));
        told(&workflow, &chain.iter().cloned().chain(more).collect::<Vec<_>>()).stale()
    };

    assert_eq!(stale(&[]), BTreeSet::new());
    assert_eq!(stale(&[&second]), BTreeSet::from([mail.id, letter.id]));
    assert_eq!(stale(&[&second, &again]), BTreeSet::new(), "the first counts again");
}

#[test]
fn of_an_execution_past_its_retention_the_end_tells() {
    let workflow = drawn(2, &BTreeSet::from([(0, 1)]));
    let (first, second) = (artifact(&id(0), 0, 3, None), artifact(&id(1), 0, 1, None));
    let mut view = ExecutionView::empty();
    let nodes = vec![launched(&id(0)), launched(&id(1))];
    let launch = EventKind::ExecutionLaunched { nodes, edges: vec![], replay: false };
    for (seq, kind) in (1..).zip([launch, created(&first), created(&second)]) {
        let at = model::time::Timestamp(seq);
        assert!(view.apply(&model::execution::event::Event { seq, at, kind }));
    }

    let mut lineage = Lineage::for_workflow(&workflow);
    lineage.apply_end(&view);

    assert_eq!(lineage.made_from()[&second.id], BTreeSet::from([first.id]));
}
