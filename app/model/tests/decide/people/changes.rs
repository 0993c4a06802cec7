//! Asking for changes: what a prompt made is made anew with the words, and what lies between it and
//! the review runs again after it.

use model::{
    decide::{self, Refused, Snapshot, Transition},
    execution::state::NodeStatus,
    id::NodeId,
    review::Decision,
    time::Timestamp,
    workflow::Workflow,
};
use serde_json::{Value, json};

use crate::decide::{
    children,
    input::Ending,
    items::{claim, launched, status},
    states::decided_at,
    world::{approve_all, reviewer},
};

const SOON: Timestamp = Timestamp(5);
/// Two minutes later.
const LATER: Timestamp = Timestamp(120_005);

/// These nodes between a start and an end; an edge may name the port it leaves by.
pub(super) fn drawn(nodes: &[(&str, &str, Value)], edges: &[(&str, &str)]) -> Workflow {
    let ends = ["start", "end"].map(|id| node(id, id, &json!({})));
    let nodes = nodes.iter().map(|(id, kind, config)| node(id, kind, config));
    let nodes: Vec<Value> = nodes.chain(ends).collect();
    let edges: Vec<Value> = edges.iter().map(|(from, target)| edge(from, target)).collect();
    serde_json::from_value(json!({"nodes": nodes, "edges": edges})).unwrap()
}

fn node(id: &str, kind: &str, config: &Value) -> Value {
    json!({"id": id, "type": kind, "position": {"x": 0, "y": 0}, "data": {"config": config}})
}

fn edge(from: &str, target: &str) -> Value {
    let (source, port) = from.split_once('.').unzip();
    let (id, source) = (format!("{from}-{target}"), source.unwrap_or(from));
    json!({"id": id, "source": source, "sourceHandle": port, "target": target})
}

fn config(kind: &str) -> Value {
    match kind {
        "generate_copy" => json!({"prompt": "Write"}),
        "generate_image" => json!({"prompt": "Draw"}),
        "wait" => json!({"seconds": 0}),
        "http_request" => json!({"method": "POST", "url": "https://example.org/"}),
        "sub_workflow" => json!({"template": "Other"}),
        "merge" => json!({"mode": "any"}),
        "transform" => json!({"operations": [{"op": "template", "text": "${item}"}]}),
        _ => json!({}),
    }
}

/// A node as it is set up unless a test says otherwise.
pub(super) fn usual<'a>(id: &'a str, kind: &'a str) -> (&'a str, &'a str, Value) {
    (id, kind, config(kind))
}

/// A review that shows this; what comes in where it is nothing.
pub(super) fn check(content: &str) -> (&'static str, &'static str, Value) {
    ("check", "review", json!({"content": content}))
}

/// Ends every job that can be claimed; of which steps they were.
fn work(transition: &mut Transition<'_>) -> Vec<String> {
    let jobs = claim(transition);
    for job in &jobs {
        children::answer(transition, job, &Ending::Done, 0).unwrap();
    }
    children::end_all(transition);
    jobs.into_iter().map(|job| job.node.0).collect()
}

/// Goes on as far as it does by itself; the steps whose jobs ran, in order.
fn go_on(now: Timestamp, mut snapshot: Snapshot) -> (Snapshot, Vec<String>) {
    let mut ran = vec![];
    for _ in 0..9 {
        let (after, _, jobs) = decided_at(now, snapshot, work);
        ran.extend(jobs);
        snapshot = after;
    }
    (snapshot, ran)
}

/// Where it is when a person is asked.
fn asked(workflow: Workflow) -> Snapshot {
    go_on(SOON, launched(workflow)).0
}

/// Who decides the review that is open asks for changes.
fn ask(transition: &mut Transition<'_>) -> Result<(), Refused> {
    let open = transition.snapshot().nodes.values().find_map(|node| node.review.as_ref());
    let review = open.unwrap().id;
    let changes = Decision::Changes { reason: "Shorter".to_owned() };
    decide::decide_review(transition, review, changes, reviewer(1))
}

/// What comes of that, and the steps whose jobs run then, in order.
fn changed(asked: Snapshot) -> (Snapshot, Vec<String>) {
    let (after, _, answer) = decided_at(SOON, asked, ask);
    assert_eq!(answer, Ok(()));
    go_on(SOON, after)
}

/// The steps that are told what is to be different.
fn told(snapshot: &Snapshot) -> Vec<&str> {
    let nodes = snapshot.nodes.iter();
    let told = nodes.filter(|(_, node)| node.feedback.as_deref() == Some("Shorter"));
    told.map(|(id, _)| id.as_str()).collect()
}

fn generation(snapshot: &Snapshot, node: &str) -> i32 {
    snapshot.nodes[&NodeId::from(node)].generation
}

#[test]
fn behind_a_wait_the_text_is_written_anew_and_the_wait_begins_again() {
    let nodes = [usual("copy", "generate_copy"), usual("rest", "wait"), check("")];
    let edges =
        [("start", "copy"), ("copy.texts", "rest"), ("rest", "check"), ("check.approved", "end")];

    let (again, ran) = changed(asked(drawn(&nodes, &edges)));

    assert_eq!(ran, ["copy", "rest"]);
    assert_eq!(told(&again), ["copy"]);
    assert_eq!(status(&again, "check"), NodeStatus::AwaitingReview);
}

#[test]
fn text_and_image_are_made_anew_and_attached_again() {
    let nodes = [
        usual("copy", "generate_copy"),
        usual("image", "generate_image"),
        usual("attach", "attach_to_document"),
        check(""),
    ];
    let edges = [
        ("start", "copy"),
        ("start", "image"),
        ("copy.documents", "attach"),
        ("image.images", "attach"),
        ("attach", "check"),
        ("check.approved", "end"),
    ];

    let (again, ran) = changed(asked(drawn(&nodes, &edges)));

    assert_eq!((ran.len(), ran.last().map(String::as_str)), (3, Some("attach")));
    assert_eq!(told(&again), ["copy", "image"]);
}

#[test]
fn words_about_content_that_is_named_reach_its_text_past_a_model_that_judges_it() {
    let content = "${nodes.copy.texts}";
    let nodes = [usual("copy", "generate_copy"), usual("judge", "ai_review"), check(content)];
    let edges =
        [("start", "copy"), ("copy.texts", "judge"), ("judge", "check"), ("check.approved", "end")];

    let (again, ran) = changed(asked(drawn(&nodes, &edges)));

    assert_eq!(ran, ["copy", "judge"]);
    assert_eq!(told(&again), ["copy"]);
}

#[test]
fn what_must_not_be_called_twice_for_the_same_is_called_again_with_the_new_text() {
    let nodes = [usual("copy", "generate_copy"), usual("send", "http_request"), check("")];
    let edges =
        [("start", "copy"), ("copy.texts", "send"), ("send", "check"), ("check.approved", "end")];

    let (again, ran) = changed(asked(drawn(&nodes, &edges)));

    assert_eq!(ran, ["copy", "send"]);
    assert_eq!((told(&again), generation(&again, "send")), (vec!["copy"], 2));
}

#[test]
fn what_is_not_shown_is_told_nothing_and_stays_unless_it_lies_between() {
    let nodes = [
        usual("copy", "generate_copy"),
        usual("slogan", "generate_copy"),
        usual("image", "generate_image"),
        check("${nodes.copy.texts}"),
    ];
    let edges = [
        ("start", "copy"),
        ("start", "slogan"),
        ("copy.texts", "image"),
        ("image.images", "check"),
        ("slogan.texts", "check"),
        ("check.approved", "end"),
    ];

    let (again, ran) = changed(asked(drawn(&nodes, &edges)));

    assert_eq!(ran, ["copy", "image"]);
    assert_eq!((told(&again), generation(&again, "slogan")), (vec!["copy"], 1));
}

#[test]
fn the_makers_of_all_lanes_are_told_and_one_that_reads_another_waits_for_it() {
    let nodes = [
        usual("copy", "generate_copy"),
        usual("image", "generate_image"),
        usual("rest", "wait"),
        ("join", "merge", json!({})),
        check(""),
    ];
    let edges = [
        ("start", "copy"),
        ("copy.texts", "image"),
        ("copy.texts", "rest"),
        ("image.images", "join"),
        ("rest", "join"),
        ("join", "check"),
        ("check.approved", "end"),
    ];

    let (again, ran) = changed(asked(drawn(&nodes, &edges)));

    assert_eq!((ran.len(), ran.first().map(String::as_str)), (3, Some("copy")));
    assert_eq!(told(&again), ["copy", "image"]);
    assert_eq!(status(&again, "check"), NodeStatus::AwaitingReview);
}

#[test]
fn what_raced_the_text_races_it_again_and_does_not_win_by_having_been_done_before() {
    let nodes = [
        usual("copy", "generate_copy"),
        ("limit", "wait", json!({"seconds": 60})),
        usual("join", "merge"),
        check(""),
    ];
    let edges = [
        ("start", "copy"),
        ("start", "limit"),
        ("copy.texts", "join"),
        ("limit", "join"),
        ("join", "check"),
        ("check.approved", "end"),
    ];
    let (late, ran) = go_on(LATER, asked(drawn(&nodes, &edges)));
    assert_eq!((ran, status(&late, "limit")), (vec!["limit".to_owned()], NodeStatus::Completed));

    let (after, _, answer) = decided_at(LATER, late, ask);
    assert_eq!(answer, Ok(()));
    let (again, ran) = go_on(LATER, after);

    assert_eq!((ran, told(&again)), (vec!["copy".to_owned()], vec!["copy"]));
    let stands = ["check", "limit"].map(|node| status(&again, node));
    assert_eq!(stands, [NodeStatus::AwaitingReview, NodeStatus::Waiting]);
}

/// Why changes cannot be asked for; nothing is changed then.
fn refused(asked: Snapshot) -> String {
    let before = asked.nodes.clone();
    let (after, events, answer) = decided_at(SOON, asked, ask);
    assert!(events.is_empty());
    assert_eq!(after.nodes, before);
    let Err(Refused::NotHere(words)) = answer else { panic!("{answer:?}") };
    words
}

#[test]
fn where_no_prompt_would_be_told_nothing_runs_again_and_one_learns_why() {
    let one = |kind: &str| {
        let edges = [("start", "before"), ("before", "check"), ("check.approved", "end")];
        drawn(&[("before", kind, config(kind)), check("")], &edges)
    };
    let mut switched_off = one("generate_copy");
    switched_off.nodes[0].data.enabled = false;
    let mut left_out = one("generate_copy");
    left_out.nodes[0].data.condition = Some("false".to_owned());

    for kind in ["wait", "ai_review", "http_request", "sub_workflow", "transform"] {
        assert!(refused(asked(one(kind))).starts_with("No earlier step can run again"), "{kind}");
    }
    for workflow in [switched_off, left_out] {
        assert!(refused(asked(workflow)).contains("connect the output “Changes”"));
    }
}

#[test]
fn what_another_review_has_let_through_is_not_made_anew_behind_its_back() {
    let nodes = [
        usual("copy", "generate_copy"),
        usual("first", "review"),
        usual("rest", "wait"),
        check("${nodes.copy.texts}"),
    ];
    let edges = [
        ("start", "copy"),
        ("copy.texts", "first"),
        ("first.approved", "rest"),
        ("rest", "check"),
        ("check.approved", "end"),
    ];
    let let_through = decided_at(SOON, asked(drawn(&nodes, &edges)), approve_all).0;

    let second = go_on(SOON, let_through).0;

    assert_eq!(status(&second, "check"), NodeStatus::AwaitingReview);
    assert!(refused(second).starts_with("No earlier step can run again"));
}

#[test]
fn where_the_port_for_changes_is_connected_nothing_is_made_anew() {
    let nodes = [
        usual("copy", "generate_copy"),
        usual("rest", "wait"),
        check(""),
        usual("rework", "generate_copy"),
    ];
    let edges = [
        ("start", "copy"),
        ("copy.texts", "rest"),
        ("rest", "check"),
        ("check.approved", "end"),
        ("check.changes", "rework"),
    ];

    let (gone_on, ran) = changed(asked(drawn(&nodes, &edges)));

    assert_eq!((ran, told(&gone_on)), (vec!["rework".to_owned()], vec![]));
    assert_eq!(generation(&gone_on, "copy"), 1);
}

/// A title, and a loop in which a text is written, waited for and reviewed, one iteration after the
/// other.
fn iterations(content: &str) -> Workflow {
    let nodes = [
        usual("title", "generate_copy"),
        ("each", "for_each", json!({"items": "${[1, 2]}", "concurrency": 1})),
        usual("write", "generate_copy"),
        usual("rest", "wait"),
        check(content),
    ];
    let edges = [
        ("start", "title"),
        ("title.texts", "each"),
        ("each.item", "write"),
        ("write.texts", "rest"),
        ("rest", "check"),
        ("check.approved", "each"),
        ("each.output", "end"),
    ];
    let mut workflow = drawn(&nodes, &edges);
    for node in &mut workflow.nodes[2..5] {
        node.parent_id = Some("each".into());
    }
    workflow
}

#[test]
fn in_an_iteration_of_a_loop_only_what_is_of_that_iteration_is_made_anew() {
    let (again, ran) = changed(asked(iterations("")));

    assert_eq!(ran, ["write@each[0]", "rest@each[0]"]);
    assert_eq!(told(&again), ["write@each[0]"]);
    assert_eq!(status(&again, "check@each[0]"), NodeStatus::AwaitingReview);
    assert!(refused(asked(iterations("${nodes.title.texts}"))).starts_with("No earlier step"));
}
