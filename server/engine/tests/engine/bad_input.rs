//! What steps are asked to do that cannot be done: each says so, the execution ends or goes on as its
//! author wants, and others never notice.

use model::{
    execution::{
        state::{ExecutionStatus, NodeStatus, PauseReason},
        view::ExecutionView,
    },
    expr::limit,
    id::TemplateId,
    pages::{Control, LaunchRequest},
    workflow::Workflow,
};
use serde_json::{Map, Value, json};
use services::testing::{
    soak::soaking,
    world::{World, none, quick},
};

use crate::engine::people::graph::{id, status, text};

/// The type of the step `bad`, its data, and words of what is said of it: its code, then a sentence.
pub(crate) type Case = (&'static str, Value, &'static str);

/// What a step's author may want to become of its failure.
pub(crate) const WAYS: [&str; 3] = ["fail", "continue", "branch"];

/// A text node's configuration for which nobody outside is asked.
fn unasked(prompt: &str) -> Value {
    json!({ "prompt": prompt, "model": "sample" })
}

/// start → before → bad → after → end; what fails in `bad` is handled so.
fn workflow(kind: &str, data: &Value, on_error: &str) -> Workflow {
    let mut bad = data.clone();
    bad["label"] = json!("Bad");
    bad["onError"] = json!(on_error);
    let port = match (on_error, kind) {
        ("branch", _) => "error",
        (_, "conditional") => "else",
        (_, "generate_copy") => "texts",
        (_, "generate_image") => "images",
        (_, "attach_to_document") => "documents",
        _ => "output",
    };
    let place = json!({ "x": 0, "y": 0 });
    let nobody = "00000000-0000-0000-0000-000000000000";
    let image = json!({ "image_id": nobody, "width": 1, "height": 1, "media_type": "image/png" });
    let nodes = json!([
        { "id": "start", "position": place, "type": "start", "data": {} },
        { "id": "before", "position": place, "type": "generate_copy", "data": { "config": unasked("Before") } },
        { "id": "bad", "position": place, "type": kind, "data": bad },
        { "id": "in", "position": place, "type": "generate_copy", "parentId": "bad", "data": { "config": unasked("In") } },
        { "id": "after", "position": place, "type": "generate_copy", "data": { "config": unasked("After") } },
        { "id": "end", "position": place, "type": "end", "data": {} },
    ]);
    let edges = json!([
        { "id": "a", "source": "start", "target": "before" },
        { "id": "f", "source": "before", "target": "bad" },
        { "id": "b", "source": "bad", "sourceHandle": "item", "target": "in" },
        { "id": "c", "source": "in", "target": "bad", "targetHandle": "result" },
        { "id": "d", "source": "bad", "sourceHandle": port, "target": "after" },
        { "id": "e", "source": "after", "target": "end" },
    ]);
    let is_loop = kind == "for_each";
    // A list of a million is read from the database again and again.
    let many = match (data.to_string().contains("many"), on_error) {
        (false, _) => 1,
        (true, "fail") if soaking() => 1_000_000,
        (true, "fail") => 100_000,
        (true, _) => 1_001,
    };
    let keep = |all: &Value, inside: [&str; 2]| -> Vec<Value> {
        let all = all.as_array().unwrap().iter().cloned();
        all.filter(|one| is_loop || !inside.contains(&one["id"].as_str().unwrap())).collect()
    };
    let workflow = json!({
        "name": "Bad",
        "parameters": [
            { "name": "few", "type": "list", "default": ["a", "b"] },
            { "name": "many", "type": "list", "default": vec!["a"; many] },
            { "name": "words", "type": "text", "default": "no list" },
            { "name": "picture", "type": "json", "default": image },
        ],
        "nodes": keep(&nodes, ["in", ""]),
        "edges": keep(&edges, ["b", "c"]),
    });
    serde_json::from_value(workflow).unwrap()
}

fn cases() -> Vec<Case> {
    let config = |config: Value| json!({ "config": config });
    let missing = "input.few[9]";
    vec![
        ("generate_copy", config(text("${input.few[9]}")), missing),
        ("generate_copy", config(json!({ "prompt": "A", "quantity": "${input.few[9]}" })), missing),
        ("generate_copy", json!({ "config": text("A"), "if": "input.few[9] == \"a\"" }), missing),
        (
            "conditional",
            config(json!({ "branches": [{ "id": "big", "when": "input.few[9] == \"a\"" }] })),
            missing,
        ),
        ("for_each", config(json!({ "items": "${input.words}" })), "list"),
        ("for_each", config(json!({ "items": "${input.many}" })), "between 0 and 1000,"),
        (
            "for_each",
            config(json!({ "items": "${input.few}", "stop_when": "input.few[9] == \"a\"" })),
            missing,
        ),
        (
            "wait",
            config(json!({ "seconds": "${size(nodes.before.texts) * 320000000000}" })),
            "seconds",
        ),
        (
            "wait",
            config(json!({ "seconds": "${-5 * size(nodes.before.texts)}" })),
            "seconds must be between 0 and 31622400, but is -5.",
        ),
        ("wait", config(json!({ "until": "${nodes.before.texts[0]}" })), "until"),
        ("wait", config(json!({ "until": "9999-12-31T23:59:59Z" })), "until must be between now"),
        // In ten thousand years.
        ("wait", config(json!({ "until": "${\"12026-12-24T18:00:00Z\"}" })), "until needs a time"),
    ]
}

/// An expression in each place that a step has for one, and the path by which that is named.
fn places(expression: &str) -> [(&'static str, Value, &'static str); 5] {
    let braced = format!("${{{expression}}}");
    let config = |config: Value| json!({ "config": config });
    let branches = json!({ "branches": [{ "id": "big", "when": expression }] });
    [
        ("generate_copy", config(text(&braced)), "config.prompt"),
        ("generate_copy", config(json!({ "prompt": "A", "quantity": braced })), "config.quantity"),
        ("generate_copy", json!({ "config": text("A"), "if": expression }), "if"),
        ("conditional", config(branches), "config.branches[0].when"),
        ("wait", config(json!({ "until": braced })), "config.until"),
    ]
}

const TEN: &str = "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]";

/// Looks at ten items, for each of them at ten more, and so on: more steps than there may be.
fn endless() -> String {
    let around = |inner: String, name: &str| format!("{TEN}.all({name}, {inner})");
    ["a", "b", "c", "d"].into_iter().fold("true".to_owned(), around)
}

/// Short to write, but a hundred times as long when it is worked out: more than there may be.
fn huge() -> String {
    format!("{TEN}.map(a, {TEN}.map(b, '{}'))", "x".repeat(limit::OUTPUT_BYTES / 50))
}

/// Expressions that can be read, and that nobody can work out.
fn unbounded() -> Vec<Case> {
    let endless = endless();
    let until = json!({ "config": { "items": "${input.few}", "stop_when": endless } });
    let huge = json!({ "config": text(&format!("${{{}}}", huge())) });
    let others = [
        ("for_each", until, "more than 10000 operations"),
        ("generate_copy", huge, "larger than 1048576 bytes"),
    ];
    let placed = places(&endless).map(|(kind, data, _)| (kind, data, "more than 10000 operations"));
    placed.into_iter().chain(others).collect()
}

/// Expressions that nobody reads to their end: too long, or nested too deep.
fn unreadable() -> [(String, &'static str); 3] {
    let long = format!("'{}'", "a".repeat(limit::SOURCE_BYTES));
    let deep = format!("{}1{}", "(".repeat(10_000), ")".repeat(10_000));
    let tall = format!("1{}", " + 1".repeat(1_000));
    [
        (long, "bytes; the limit is 65536"),
        (deep, "nested deeper than 64 levels"),
        (tall, "nested deeper than 64 levels"),
    ]
}

/// What is wrong with how an execution ends whose step `bad` cannot be done.
pub(crate) async fn amiss(
    world: &World,
    (kind, data, why): &Case,
    on_error: &str,
) -> Option<String> {
    let template = world.publish(&workflow(kind, data, on_error)).await;

    let view = world.wait_over(world.launch(template, none()).await).await;

    let failure = view.node(&id("bad")).unwrap().failure.as_ref();
    let said = failure.map(|failure| format!("{}: {}", failure.code, failure.message));
    let said = said.unwrap_or_default();
    let (ends, follows) = match on_error {
        "fail" => (ExecutionStatus::Failed, NodeStatus::Pending),
        _ => (ExecutionStatus::Completed, NodeStatus::Completed),
    };
    let stands = (view.status, status(&view, "bad"), status(&view, "after"));
    let is_told = said.contains(why) && stands == (ends, NodeStatus::Failed, follows);
    (!is_told).then(|| format!("{kind} {data} {on_error}: {stands:?} {said}"))
}

/// What is wrong with how executions end in each of which one of these cannot be done, handled in each
/// of the ways; another runs beside those of each.
pub(crate) async fn all_amiss(world: &World, cases: &[Case], ways: &[&str]) -> Vec<String> {
    let fine = harmless(world).await;
    let mut wrong = vec![];
    for case in cases {
        let all = async {
            for on_error in ways {
                wrong.extend(amiss(world, case, on_error).await);
            }
        };
        beside(world, fine, all).await;
    }
    wrong
}

/// Does this while an execution runs to which nothing may happen.
pub(crate) async fn beside<T>(world: &World, fine: TemplateId, what: impl Future<Output = T>) -> T {
    let runs = async { world.wait_over(world.launch(fine, none()).await).await };
    let (done, fine) = tokio::join!(what, runs);
    assert_eq!(fine.status, ExecutionStatus::Completed);
    done
}

pub(crate) async fn harmless(world: &World) -> TemplateId {
    world.publish(&workflow("generate_copy", &json!({ "config": unasked("A") }), "fail")).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_done_says_so_and_ends_or_goes_on_as_configured() {
    let world = World::new().await;
    let _worker = world.worker(quick());

    let wrong = all_amiss(&world, &cases(), &WAYS).await;

    assert_eq!(wrong, Vec::<String>::new());
    // One each of those that end by their condition: what has too many items begins none.
    let iterations = "SELECT count(*) FROM execution_nodes WHERE node_id LIKE 'in@bad[%'";
    assert_eq!(world.count(iterations).await, 3);
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_expression_without_end_or_measure_fails_its_step_and_ends_or_goes_on_as_configured() {
    let world = World::new().await;
    let _worker = world.worker(quick());

    let wrong = all_amiss(&world, &unbounded(), &WAYS).await;

    assert_eq!(wrong, Vec::<String>::new());
    world.assert_sound().await;
}

#[tokio::test]
async fn what_cannot_be_read_is_refused_at_the_launch_and_leaves_nothing_behind() {
    const ROWS: &str = "SELECT (SELECT count(*) FROM workflow_executions)
        + (SELECT count(*) FROM agent_jobs) + (SELECT count(*) FROM execution_events)";
    let world = World::new().await;
    let of = |(expression, why): (String, &'static str)| {
        places(&expression).map(|(kind, data, path)| ((kind, data, why), path))
    };
    let never = json!({ "config": { "until": "12026-12-24T18:00:00Z" } });
    let never = (("wait", never, "Enter a time such as"), "config.until");
    for ((kind, data, why), path) in unreadable().into_iter().flat_map(of).chain([never]) {
        let template = world.publish(&workflow(kind, &data, "fail")).await;

        let refused = world
            .services
            .executions
            .launch(&world.owner, LaunchRequest::for_template(template))
            .await;

        let problem = refused.unwrap_err().into_problem();
        let [error] = &problem.errors[..] else { panic!("{kind} {path}: {problem:?}") };
        assert_eq!((problem.status(), error.node_id.as_deref()), (422, Some("bad")), "{error:?}");
        let path = format!("nodes[2].data.{path}");
        assert!(error.path.as_ref() == Some(&path) && error.message.contains(why), "{error:?}");
    }
    assert_eq!(world.count(ROWS).await, 0);

    let _worker = world.worker(quick());
    let view = world.wait_over(world.launch(harmless(&world).await, none()).await).await;
    assert_eq!(view.status, ExecutionStatus::Completed);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_step_under_way_is_given_nothing_that_cannot_be_read_and_fails_by_what_has_no_end() {
    let world = World::new().await;
    let _worker = world.worker(quick());
    let template = harmless(&world).await;
    let request =
        LaunchRequest { breakpoints: vec![id("bad")], ..LaunchRequest::for_template(template) };
    let execution =
        world.services.executions.launch(&world.owner, request).await.unwrap().execution_id;
    let stands = |view: &ExecutionView| view.pause_reason == Some(PauseReason::Breakpoint);
    let before = world.wait(execution, stands).await;
    let edit = |expression: String| {
        let config = text(&format!("${{{expression}}}")).as_object().cloned().unwrap();
        let edit = Control::EditNode { node_id: id("bad"), config, was: Map::new() };
        world.services.executions.control(&world.owner, execution, edit)
    };

    for (expression, why) in unreadable() {
        let refused = edit(expression).await.unwrap_err().into_problem();
        assert_eq!((refused.status(), refused.code.as_str()), (422, "unfit"), "{refused}");
        assert!(refused.detail.contains(why), "{refused}");
    }
    assert_eq!(world.view(execution).await, before, "what was refused has changed nothing");
    edit(endless()).await.unwrap();
    world.services.executions.control(&world.owner, execution, Control::Resume).await.unwrap();

    let view = world.wait_over(execution).await;
    let failure = view.node(&id("bad")).unwrap().failure.as_ref();
    let words = failure.map_or("", |failure| &failure.message);
    assert!(words.contains("more than 10000 operations"), "{view:#?}");
    assert_eq!(view.status, ExecutionStatus::Failed);
    let beside = world.wait_over(world.launch(template, none()).await).await;
    assert_eq!(beside.status, ExecutionStatus::Completed);
    world.assert_sound().await;
}
