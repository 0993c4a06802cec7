//! Random workflows that pass validation.

use model::{
    field::{Field, Text},
    id::NodeId,
    nodes::{
        NodeConfig, ai_review, conditional,
        for_each::{self, RoundFailure},
        generate_copy, generate_image, http_request, merge,
        parallel::{self, LaneFailure},
        review::{self, OnReject},
        sub_workflow,
        transform::{self, Function, Operation},
        wait,
    },
    parameter::Parameter,
    validate::{self, MAX_NODES},
    workflow::{Backoff, Edge, Jitter, Node, OnError, RetryPolicy, Settings, Workflow},
};
use proptest::{option, prelude::*, sample::select};
use serde_json::json;

/// The parameter a quantity may refer to; 0 is out of range, so that such nodes fail on entry.
pub(crate) const WANTED: &str = "wanted";
/// A condition that nobody can work out after the second iteration, and that holds after no other.
pub(crate) const UNTOLD: &str = "1 / (1 - index) > 9";
/// Nodes that one step comes to at most: a loop around three, each a loop around another.
const LARGEST: usize = 7;
/// From so many cases on a search is a long one.
const LONG: u32 = 10_000;

/// A node to be, with the places among the nodes before it that lead to it.
#[derive(Debug, Clone)]
struct Step {
    kind: Kind,
    enabled: bool,
    condition: Option<bool>,
    on_error: OnError,
    retry: Option<RetryPolicy>,
    from: Vec<(usize, usize)>,
}

#[derive(Debug, Clone)]
enum Kind {
    Copy { quantity: u32, enough: Option<u32> },
    CopyAsWanted,
    Image { quantity: u32 },
    AiReview,
    Transform(Operation),
    Merge { mode: merge::Mode, count: usize },
    Parallel { on_lane_failure: LaneFailure },
    Conditional { asks: Vec<&'static str> },
    Review { approvals: u32, minutes: u32, on_reject: OnReject },
    Wait { seconds: f64 },
    Call { method: http_request::Method },
    SubWorkflow,
    Loop(Rounds),
}

/// What a loop repeats; without items it goes through what comes in, or on until it stops.
#[derive(Debug, Clone)]
struct Rounds {
    items: Option<usize>,
    stop: Option<&'static str>,
    concurrency: u32,
    lenient: bool,
    body: Vec<BodyStep>,
}

/// A step in a loop, and whether it follows the one before it.
#[derive(Debug, Clone)]
struct BodyStep {
    kind: Kind,
    follows: bool,
    on_error: OnError,
}

fn kinds() -> impl Strategy<Value = Kind> {
    let modes = select(vec![merge::Mode::All, merge::Mode::Any, merge::Mode::First]);
    let failures = select(vec![LaneFailure::Fail, LaneFailure::Continue]);
    let rejects = select(vec![OnReject::Branch, OnReject::Fail]);
    // The last cannot be worked out.
    let asks = select(vec!["true", "true", "false", "false", "1 / 0 > 0"]);
    use http_request::Method;
    let methods = select(vec![Method::Post, Method::Post, Method::Put]);
    let review = (1..3u32, select(vec![0u32, 5]), rejects)
        .prop_map(|(approvals, minutes, on_reject)| Kind::Review { approvals, minutes, on_reject });
    prop_oneof![
        5 => loops(option::weighted(0.6, 0..4usize), bodies(3, inside())),
        3 => review,
        1 => (0..100u32).prop_map(|seconds| Kind::Wait { seconds: f64::from(seconds) }),
        3 => Just(Kind::SubWorkflow),
        4 => methods.prop_map(|method| Kind::Call { method }),
        8 => (1..=4u32, option::of(1..4u32)).prop_map(|(quantity, enough)| {
            Kind::Copy { quantity, enough: enough.filter(|enough| *enough < quantity) }
        }),
        1 => Just(Kind::CopyAsWanted),
        2 => (1..=3u32).prop_map(|quantity| Kind::Image { quantity }),
        2 => Just(Kind::AiReview),
        3 => operations().prop_map(Kind::Transform),
        4 => (modes, 0..9usize).prop_map(|(mode, count)| Kind::Merge { mode, count }),
        2 => failures.prop_map(|on_lane_failure| Kind::Parallel { on_lane_failure }),
        3 => prop::collection::vec(asks, 1..3).prop_map(|asks| Kind::Conditional { asks }),
    ]
}

/// Loops, some of which stop after an iteration that a condition names.
fn loops(
    items: impl Strategy<Value = Option<usize>>,
    body: impl Strategy<Value = Vec<BodyStep>>,
) -> impl Strategy<Value = Kind> {
    let stops = option::weighted(0.4, select(vec!["true", "false", "index >= 1", UNTOLD]));
    (items, stops, 1..3u32, any::<bool>(), body).prop_map(
        |(items, stop, concurrency, lenient, body)| {
            Kind::Loop(Rounds { items, stop, concurrency, lenient, body })
        },
    )
}

fn bodies(most: usize, kinds: impl Strategy<Value = Kind>) -> impl Strategy<Value = Vec<BodyStep>> {
    let step = (kinds, any::<bool>(), handlings());
    let step = step.prop_map(|(kind, follows, on_error)| BodyStep { kind, follows, on_error });
    prop::collection::vec(step, 1..=most)
}

/// What lies in a loop; a loop among it has two iterations around a text node.
fn inside() -> impl Strategy<Value = Kind> {
    let copy = || Just(Kind::Copy { quantity: 1, enough: None });
    prop_oneof![
        5 => copy(),
        2 => loops(Just(Some(2usize)), bodies(1, copy())),
        1 => Just(Kind::Image { quantity: 1 }),
        1 => Just(Kind::AiReview),
        1 => operations().prop_map(Kind::Transform),
    ]
}

/// What takes any value; the second fails where the parameter is 0.
fn operations() -> impl Strategy<Value = Operation> {
    let template = |text: &str| Operation::Template { text: text.into() };
    select(vec![
        template("${item}"),
        template(&format!("${{1 / input.{WANTED}}}")),
        Operation::Unique { by: String::new() },
        Operation::Filter { keep: "false".to_owned() },
        Operation::Aggregate { function: Function::Count, of: String::new() },
    ])
}

fn policies() -> impl Strategy<Value = RetryPolicy> {
    let backoff = select(vec![Backoff::Exponential, Backoff::Linear, Backoff::Fixed]);
    (1..=3u32, backoff, 0..5000u64).prop_map(|(max_attempts, backoff, initial_delay_ms)| {
        RetryPolicy { max_attempts, backoff, initial_delay_ms, ..RetryPolicy::default() }
    })
}

fn handlings() -> impl Strategy<Value = OnError> {
    select(vec![OnError::Fail, OnError::Fail, OnError::Continue, OnError::Branch])
}

fn steps() -> impl Strategy<Value = Step> {
    let condition = option::weighted(0.25, any::<bool>());
    let from = prop::collection::vec((any::<usize>(), any::<usize>()), 1..4);
    let enabled = prop::bool::weighted(0.9);
    (kinds(), enabled, condition, handlings(), option::of(policies()), from).prop_map(
        |(kind, enabled, condition, on_error, retry, from)| Step {
            kind,
            enabled,
            condition,
            on_error,
            retry,
            from,
        },
    )
}

/// Workflows with up to `most` nodes between start and end.
pub(crate) fn workflows(most: usize) -> impl Strategy<Value = Workflow> {
    let settings = (prop::bool::weighted(0.2), 0..3u32);
    (prop::collection::vec(steps(), 1..=most), settings).prop_map(|(steps, settings)| {
        let workflow = build(steps, settings.0, settings.1);
        let issues = validate::validate(&workflow);
        assert!(validate::is_runnable(&issues), "{issues:?}");
        workflow
    })
}

fn build(steps: Vec<Step>, continue_on_error: bool, max_retries: u32) -> Workflow {
    let parameter: Parameter =
        serde_json::from_value(json!({"name": WANTED, "type": "integer", "default": 1})).unwrap();
    let settings = Settings { continue_on_error, max_retries, ..Settings::default() };
    let mut workflow = Workflow { parameters: vec![parameter], settings, ..Workflow::default() };
    workflow.nodes.push(node("start", NodeConfig::Start(Box::default())));
    for (place, step) in (1..).zip(steps) {
        // The end needs a place, too.
        if workflow.nodes.len() + LARGEST < MAX_NODES {
            add(&mut workflow, &format!("n{place}"), step);
        }
    }
    let leads_on = |node: &&Node| {
        let mut leaving = workflow.edges.iter().filter(|edge| edge.source == node.id);
        leaving.any(|edge| !matches!(edge.source_handle.as_deref(), Some("error" | "item")))
    };
    let outside = workflow.nodes.iter().filter(|node| node.parent_id.is_none());
    let last = outside.filter(|node| !leads_on(node));
    let last: Vec<_> = last.map(|node| (node.id.clone(), handle(node, 1))).collect();
    workflow.nodes.push(node("end", NodeConfig::End(Box::default())));
    for (source, handle) in last {
        connect(&mut workflow, source, handle, &"end".into());
    }
    workflow
}

fn node(id: &str, config: NodeConfig) -> Node {
    Node::new(id.into(), "", config)
}

fn add(workflow: &mut Workflow, id: &str, step: Step) {
    let target = NodeId::from(id);
    for (pick, way) in step.from {
        let outside: Vec<_> =
            workflow.nodes.iter().filter(|node| node.parent_id.is_none()).collect();
        let source = outside[pick % outside.len()];
        let from = (source.id.clone(), handle(source, way));
        connect(workflow, from.0, from.1, &target);
    }
    let incoming = workflow.edges.iter().filter(|edge| edge.target == target).count();
    let body = body_of(&step.kind);
    let enough = match &step.kind {
        Kind::Copy { enough, .. } => *enough,
        _ => None,
    };
    let mut made = node(id, config(step.kind, incoming));
    made.data.min_items = enough;
    made.data.enabled = step.enabled;
    made.data.condition = step.condition.map(|holds| holds.to_string());
    made.data.on_error = step.on_error;
    made.data.retry = step.retry.map(|policy| RetryPolicy { jitter: Jitter::Equal, ..policy });
    workflow.nodes.push(made);
    fill(workflow, &target, body);
}

fn config(kind: Kind, incoming: usize) -> NodeConfig {
    let copy = |quantity| generate_copy::Config {
        prompt: "Write".into(),
        quantity,
        ..generate_copy::Config::default()
    };
    match kind {
        Kind::Copy { quantity, .. } => copy(quantity.into()).into(),
        Kind::CopyAsWanted => copy(Field::Reference(format!("${{input.{WANTED}}}"))).into(),
        Kind::Image { quantity } => {
            let (prompt, quantity) = ("Draw".into(), quantity.into());
            generate_image::Config { prompt, quantity, ..generate_image::Config::default() }.into()
        }
        Kind::AiReview => ai_review::Config::default().into(),
        Kind::Transform(operation) => {
            transform::Config { input: None, operations: vec![operation] }.into()
        }
        Kind::Merge { mode, count } => {
            let count = u32::try_from(1 + count % incoming).unwrap();
            merge::Config { mode, count, ..merge::Config::default() }.into()
        }
        Kind::Parallel { on_lane_failure } => {
            parallel::Config { on_lane_failure, ..parallel::Config::default() }.into()
        }
        Kind::Review { approvals, minutes, on_reject } => review::Config {
            approvals: approvals.into(),
            auto_approve_minutes: minutes.into(),
            on_reject,
            ..review::Config::default()
        }
        .into(),
        Kind::SubWorkflow => {
            sub_workflow::Config { template: "Other".to_owned(), ..sub_workflow::Config::default() }
                .into()
        }
        Kind::Call { method } => {
            let url = "https://example.org/".into();
            http_request::Config { method, url, ..http_request::Config::default() }.into()
        }
        Kind::Wait { seconds } => wait::Config { seconds: seconds.into(), until: None }.into(),
        Kind::Loop(iterations) => for_each::Config {
            items: iterations.items.map(listed),
            stop_when: iterations.stop.map(str::to_owned),
            concurrency: iterations.concurrency.into(),
            max: 3.into(),
            on_round_failure: if iterations.lenient {
                RoundFailure::Continue
            } else {
                RoundFailure::Fail
            },
            ..for_each::Config::default()
        }
        .into(),
        Kind::Conditional { asks } => {
            let branch = |(place, when): (usize, &str)| conditional::Branch {
                id: format!("branch_{place}"),
                label: String::new(),
                when: when.to_owned(),
            };
            let branches = asks.into_iter().enumerate().map(branch).collect();
            conditional::Config { branches }.into()
        }
    }
}

/// A list of so many items, as it is written for a loop.
pub(crate) fn listed(items: usize) -> Text {
    let list: Vec<String> = (0..items).map(|item| format!("\"{item}\"")).collect();
    Text(format!("${{[{}]}}", list.join(", ")))
}

fn body_of(kind: &Kind) -> Vec<BodyStep> {
    match kind {
        Kind::Loop(iterations) => iterations.body.clone(),
        _ => vec![],
    }
}

/// Puts steps into a loop, and into the loops among them what lies in those.
fn fill(workflow: &mut Workflow, owner: &NodeId, body: Vec<BodyStep>) {
    let mut before: Option<NodeId> = None;
    for (place, step) in body.into_iter().enumerate() {
        let id = NodeId(format!("{owner}_{place}"));
        let inner = body_of(&step.kind);
        let mut made = node(id.as_str(), config(step.kind, 1));
        made.parent_id = Some(owner.clone());
        // Nothing branches inside: the handles of errors are tried outside.
        made.data.on_error = match step.on_error {
            OnError::Branch => OnError::Fail,
            other => other,
        };
        workflow.nodes.push(made);
        fill(workflow, &id, inner);
        let (source, handle) = match before.filter(|_| step.follows) {
            Some(before) => (before, None),
            None => (owner.clone(), Some("item".to_owned())),
        };
        connect(workflow, source, handle, &id);
        before = Some(id);
    }
    if let Some(last) = before {
        connect(workflow, last, None, owner);
    }
}

/// A port to leave by; `error` only where the node branches on it.
fn handle(node: &Node, way: usize) -> Option<String> {
    if node.data.on_error == OnError::Branch && way.is_multiple_of(3) {
        return Some("error".to_owned());
    }
    match &node.data.config {
        NodeConfig::Parallel(_) => Some(format!("lane_{}", 1 + way % 2)),
        NodeConfig::Review(_) => {
            Some(["approved", "changes", "rejected", "items"][way % 4].to_owned())
        }
        NodeConfig::Conditional(config) => Some(match config.branches.get(way % 3) {
            Some(branch) => branch.id.clone(),
            None => conditional::ELSE.to_owned(),
        }),
        _ => None,
    }
}

fn connect(workflow: &mut Workflow, source: NodeId, source_handle: Option<String>, to: &NodeId) {
    let id = format!("{source}.{}-{to}", source_handle.as_deref().unwrap_or_default());
    if workflow.edges.iter().any(|edge| edge.id.as_str() == id) {
        return;
    }
    let id = id.as_str().into();
    workflow.edges.push(Edge {
        id,
        source,
        source_handle,
        target: to.clone(),
        target_handle: None,
        label: None,
    });
}

/// As many as `PROPTEST_CASES` says, for a long search; otherwise `usual`.
pub(crate) fn cases(usual: u32) -> ProptestConfig {
    ProptestConfig::with_cases(asked().unwrap_or(usual))
}

/// The steps of the largest workflow: twice as many in a long search.
pub(crate) fn most_steps(usual: usize) -> usize {
    if asked().is_some_and(|cases| cases >= LONG) { 2 * usual } else { usual }
}

fn asked() -> Option<u32> {
    std::env::var("PROPTEST_CASES").ok()?.parse().ok()
}
