//! What may happen to an execution, at random.

use model::{
    decide::{AutoRun, ParentWord, Transition},
    execution::{
        action_policy::Dependents,
        failure::{Failure, HoldReason},
        question::Way,
    },
    id::{DocumentId, ImageId, NodeId},
    nodes::NodeConfig,
    ports::{Kind, Port, PortType},
    review::Verdict,
    value::{DocumentRef, ImageRef},
};
use proptest::{prelude::*, sample::select};
use serde_json::{Map, Value, json};
use uuid::Uuid;

/// The only image there is.
pub(crate) const IMAGE: ImageId = ImageId(Uuid::nil());

/// Something that happens.
#[derive(Debug, Clone)]
pub(crate) enum Input {
    /// A worker takes due jobs.
    Claim { worker: u128, capacity: usize },
    /// A worker answers one of the jobs that run.
    Answer { pick: usize, ending: Ending, charges: usize },
    /// An attempt that was closed long ago reports after all.
    Late { pick: usize, ending: Ending },
    /// The call of one of the jobs that run has left.
    Sent { pick: usize },
    /// A worker gives up one of the jobs that run.
    HandBack { pick: usize },
    /// A worker is gone.
    Lost { worker: u128 },
    /// A person pauses it.
    Pause,
    /// A person resumes it.
    Resume,
    /// A person stops it.
    Stop,
    /// A person retries a node, failed or not.
    Retry { pick: usize },
    /// A person goes on without a node, with a value of its own or not.
    Skip { pick: usize, value: bool },
    /// A person starts a node that waits for that.
    Trigger { pick: usize },
    /// A person does a node again that has ended, with what depends on it or not.
    Redo { pick: usize, dependents: Dependents },
    /// A person switches steps to go on by themselves, or not.
    AutoRun { auto_run: AutoRun },
    /// A person sets a breakpoint, or takes all away.
    Break { pick: Option<usize> },
    /// A person changes what it may cost.
    Budget { micros: Option<i64> },
    /// A person changes the prompt and quantity of a node, or of a step for the iterations to come,
    /// or how many items a loop goes through.
    Edit { pick: usize, quantity: u32 },
    /// A person makes an older version of an output current again, of so many items where it is a list.
    Restore { pick: usize, items: usize },
    /// A person decides an open review.
    Decide { pick: usize, person: u128, verdict: Verdict },
    /// A person says what became of a call that nobody knows the end of.
    Tell { pick: usize, way: Way },
    /// An execution that a job launched ends, well or not, or is told of twice.
    ChildEnds { pick: usize, well: bool },
    /// The execution that launched this one wants something.
    Parent { word: ParentWord },
    /// Its workspace has a place for it from here on, or not.
    Place { free: bool },
    /// A place has become free, or may have.
    Start,
    /// The sweeper looks at the deadline and at reviews.
    Deadline,
    /// The sweeper says that the clock was set back.
    ClockBack,
    /// The clock moves, also backwards.
    Clock { ms: i64 },
}

/// How an attempt ends.
#[derive(Debug, Clone)]
pub(crate) enum Ending {
    Done,
    Failed(Failure),
}

pub(crate) fn endings() -> impl Strategy<Value = Ending> {
    let reasons = select(vec![HoldReason::Provider, HoldReason::Storage, HoldReason::Budget]);
    let held = |reason| Ending::Failed(Failure::hold(reason, "held", "cure it"));
    prop_oneof![
        8 => Just(Ending::Done),
        3 => Just(Ending::Failed(Failure::transient("busy", "try again"))),
        2 => Just(Ending::Failed(Failure::transient("broken", "cut off").without_answer())),
        2 => Just(Ending::Failed(Failure::permanent("refused", "never"))),
        1 => reasons.prop_map(held),
        2 => (1..5000u64).prop_map(|for_ms| Ending::Failed(Failure::for_limit(for_ms, "limited", "others"))),
    ]
}

fn work() -> impl Strategy<Value = Input> {
    let claim =
        (0..2u128, 0..5usize).prop_map(|(worker, capacity)| Input::Claim { worker, capacity });
    let answer = (any::<usize>(), endings(), 0..3usize)
        .prop_map(|(pick, ending, charges)| Input::Answer { pick, ending, charges });
    prop_oneof![
        3 => claim,
        6 => answer,
        3 => (any::<usize>(), any::<bool>()).prop_map(|(pick, well)| Input::ChildEnds { pick, well }),
        2 => any::<usize>().prop_map(|pick| Input::Sent { pick }),
        1 => words(),
        1 => (0..20_000i64).prop_map(|ms| Input::Clock { ms }),
    ]
}

fn faults() -> impl Strategy<Value = Input> {
    let late = (any::<usize>(), endings()).prop_map(|(pick, ending)| Input::Late { pick, ending });
    prop_oneof![
        4 => late,
        2 => decisions(),
        1 => any::<bool>().prop_map(|free| Input::Place { free }),
        2 => Just(Input::Start),
        3 => (0..2u128).prop_map(|worker| Input::Lost { worker }),
        2 => any::<usize>().prop_map(|pick| Input::HandBack { pick }),
        1 => (-5000..0i64).prop_map(|ms| Input::Clock { ms }),
        1 => Just(Input::Clock { ms: 900_000 }),
        1 => Just(Input::ClockBack),
        1 => Just(Input::Deadline),
    ]
}

fn controls() -> impl Strategy<Value = Input> {
    let pick = any::<usize>;
    let skip = (pick(), any::<bool>()).prop_map(|(pick, value)| Input::Skip { pick, value });
    let modes = select(vec![AutoRun::On, AutoRun::Off]);
    let breaks = prop::option::of(pick()).prop_map(|pick| Input::Break { pick });
    use ParentWord::{Budget, Pause, Resume, Stop};
    let parents = select(vec![Pause, Resume, Resume, Budget, Stop]);
    let parents = parents.prop_map(|word| Input::Parent { word });
    let edits = (pick(), 0..4u32).prop_map(|(pick, quantity)| Input::Edit { pick, quantity });
    prop_oneof![
        4 => Just(Input::Pause),
        6 => Just(Input::Resume),
        6 => pick().prop_map(|pick| Input::Retry { pick }),
        3 => skip,
        4 => pick().prop_map(|pick| Input::Trigger { pick }),
        4 => redos(),
        1 => modes.prop_map(|auto_run| Input::AutoRun { auto_run }),
        1 => breaks,
        1 => prop::option::of(0..3i64).prop_map(|micros| Input::Budget { micros }),
        3 => edits,
        3 => restores(),
        6 => decisions(),
        2 => words(),
        2 => parents,
        1 => Just(Input::Stop),
        2 => any::<bool>().prop_map(|free| Input::Place { free }),
        2 => Just(Input::Start),
    ]
}

pub(crate) fn redos() -> impl Strategy<Value = Input> {
    let ways = select(vec![Dependents::Keep, Dependents::Redo]);
    (any::<usize>(), ways).prop_map(|(pick, dependents)| Input::Redo { pick, dependents })
}

pub(crate) fn restores() -> impl Strategy<Value = Input> {
    (any::<usize>(), 0..5usize).prop_map(|(pick, items)| Input::Restore { pick, items })
}

fn words() -> impl Strategy<Value = Input> {
    let ways = select(vec![Way::Again, Way::Done, Way::Skip]);
    (any::<usize>(), ways).prop_map(|(pick, way)| Input::Tell { pick, way })
}

fn decisions() -> impl Strategy<Value = Input> {
    let verdicts = select(vec![Verdict::Approved, Verdict::Changes, Verdict::Rejected]);
    (any::<usize>(), 0..3u128, verdicts).prop_map(|(pick, person, verdict)| Input::Decide {
        pick,
        person,
        verdict,
    })
}

/// Steps of one to three inputs that are decided in one transaction; `weights` says how often
/// work, faults and controls come.
pub(crate) fn steps(weights: [u32; 3]) -> impl Strategy<Value = Vec<Vec<Input>>> {
    let [worked, failed, controlled] = weights;
    let input = prop_oneof![
        worked => work(),
        failed => faults(),
        controlled => controls(),
    ];
    prop::collection::vec(prop::collection::vec(input, 1..4), 0..60)
}

/// One of the nodes there are.
pub(crate) fn any_node(transition: &Transition<'_>, pick: usize) -> NodeId {
    let nodes = &transition.snapshot().nodes;
    nodes.keys().nth(pick % nodes.len()).unwrap().clone()
}

/// The same, or a step of a loop as it was drawn.
pub(crate) fn any_step(transition: &Transition<'_>, pick: usize) -> NodeId {
    let snapshot = transition.snapshot();
    let drawn = snapshot.compiled.order().iter().filter(|id| !snapshot.nodes.contains_key(*id));
    let all: Vec<&NodeId> = snapshot.nodes.keys().chain(drawn).collect();
    all[pick % all.len()].clone()
}

/// What a person says a node gave, by its first port.
pub(crate) fn own(transition: &Transition<'_>, node: &NodeId) -> Map<String, Value> {
    let snapshot = transition.snapshot();
    let outputs = |config: &NodeConfig| config.outputs(&snapshot.compiled.workflow().parameters);
    let ports = snapshot.config(node).map(outputs).unwrap_or_default();
    ports.first().map(|port| (port.name.clone(), given(port, "Own"))).into_iter().collect()
}

/// Words as they come out of a port: a list of them, or an image or a document where it gives
/// those.
pub(crate) fn given(port: &Port, words: &str) -> Value {
    several(port, &[words.to_owned()])
}

/// The same of several; where a port gives one text, the first.
pub(crate) fn several(port: &Port, words: &[String]) -> Value {
    match port.port_type {
        PortType::One(Kind::Text) => json!(words.first().map_or("", String::as_str)),
        PortType::List(Kind::Image) => words.iter().map(|words| image(words)).collect(),
        PortType::List(Kind::Document) => words.iter().map(|words| document(words)).collect(),
        _ => json!(words),
    }
}

fn image(words: &str) -> Value {
    let (media_type, alt) = ("image/png".to_owned(), words.to_owned());
    ImageRef { image_id: IMAGE, width: 1, height: 1, media_type, alt }.to_value()
}

fn document(words: &str) -> Value {
    let (document_id, title) = (DocumentId(Uuid::nil()), words.to_owned());
    DocumentRef { document_id, title }.to_value()
}
