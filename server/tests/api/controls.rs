//! Steering over the API: step by step, breakpoints, edits, skips, retries with changes.

use crate::api::support::{Reply, Server, from_page};
use axum::{
    body::Body,
    http::{Method, StatusCode, header},
};
use backend::actor::Actor;
use model::{
    execution::{
        event::{Event, EventKind},
        state::{Hold, NodeStatus},
        view::{ExecutionView, NodeView},
    },
    id::ExecutionId,
};
use serde_json::{Value, json};

const TEMPLATES: &str = "/api/v1/workflows/templates";
const EXECUTIONS: &str = "/api/v1/workflows/executions";

/// start → first → second → end, two texts.
fn two_steps() -> Value {
    let node = |id: &str, kind: &str, config: Value| {
        json!({"id": id, "type": kind, "position": {"x": 0, "y": 0},
               "data": {"label": id, "config": config}})
    };
    json!({
        "name": "Two steps",
        "nodes": [
            node("start", "start", json!({})),
            node("first", "generate_copy", json!({"prompt": "A headline"})),
            node("second", "generate_copy", json!({"prompt": "A text"})),
            node("end", "end", json!({})),
        ],
        "edges": [
            {"id": "e1", "source": "start", "target": "first"},
            {"id": "e2", "source": "first", "target": "second"},
            {"id": "e3", "source": "second", "target": "end"},
        ],
    })
}

struct Steered {
    server: Server,
    cookie: String,
    owner: Actor,
    id: ExecutionId,
}

impl Steered {
    async fn launched(extra: Value) -> Self {
        let server = Server::start().await;
        let cookie = server.set_up().await;
        let owner = server.actor(&cookie).await.unwrap();
        let made = server.post(TEMPLATES, &cookie, &two_steps()).await;
        assert_eq!(made.status, StatusCode::CREATED, "{:?}", made.json());
        let mut launch = json!({ "template_id": made.json()["id"] });
        launch.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        let launched = server.post(EXECUTIONS, &cookie, &launch).await;
        assert_eq!(launched.status, StatusCode::ACCEPTED, "{:?}", launched.json());
        let id = launched.json()["execution_id"].as_str().unwrap().parse().unwrap();
        Self { server, cookie, owner, id }
    }

    async fn post(&self, verb: &str, body: &Value) -> Reply {
        let path = format!("{EXECUTIONS}/{}/{verb}", self.id);
        self.server.post(&path, &self.cookie, body).await
    }

    /// The same, with an idempotency key.
    async fn once(&self, key: &str, verb: &str, body: &Value) -> Reply {
        let path = format!("{EXECUTIONS}/{}/{verb}", self.id);
        let request = from_page(Method::POST, &path, &self.cookie)
            .header(header::CONTENT_TYPE, "application/json")
            .header("idempotency-key", key)
            .body(body.to_string().into());
        self.server.send(request.unwrap()).await
    }

    /// Sets or clears the breakpoint of one step, with an idempotency key.
    async fn breakpoint(&self, key: &str, method: Method, step: &str) -> Reply {
        let path = format!("{EXECUTIONS}/{}/breakpoints/{step}", self.id);
        let request = from_page(method, &path, &self.cookie).header("idempotency-key", key);
        self.server.send(request.body(Body::empty()).unwrap()).await
    }

    /// Lets the second step fail; how often that has been made by then.
    async fn fails(&self) -> i32 {
        self.work_until("second", |node| node.hold == Some(Hold::Breakpoint)).await;
        let failing = json!({ "prompt": "${nodes.first.texts[9]}" });
        self.does("edit-node", json!({ "node_id": "second", "config": failing })).await;
        self.does("breakpoints", json!({ "nodes": [] })).await;
        self.does("resume", json!({})).await;
        self.work_until("second", |node| node.status == NodeStatus::Failed).await;
        self.generation().await
    }

    async fn generation(&self) -> i32 {
        self.view().await.node(&"second".into()).unwrap().generation
    }

    async fn does(&self, verb: &str, body: Value) {
        let reply = self.post(verb, &body).await;
        assert_eq!(reply.status, StatusCode::NO_CONTENT, "{verb} {:?}", reply.json());
    }

    async fn view(&self) -> ExecutionView {
        self.server.services.executions.monitor(&self.owner, self.id).await.unwrap().view
    }

    /// Such a change is refused: it names its field of `second` and says what is wrong with that.
    async fn refuses(&self, verb: &str, body: Value, (field, words): (&str, &str)) {
        let reply = self.post(verb, &body).await;
        let problem = reply.json();
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{verb} {problem}");
        let error = &problem["errors"][0];
        assert_eq!(error["path"], format!("config.{field}"), "{verb} {problem}");
        assert_eq!((&error["node_id"], &problem["code"]), (&json!("second"), &json!("unfit")));
        let message = error["message"].as_str().unwrap();
        assert!(message.contains(words), "{verb} {problem}");
    }

    /// Works until the node is as wanted.
    async fn work_until(&self, node: &str, is: impl Fn(&NodeView) -> bool) {
        let mut news = self.server.services.context().bus.subscribe();
        let worker = self.server.worker();
        while !is(self.view().await.node(&node.into()).unwrap()) {
            news.next().await.unwrap();
        }
        worker.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_execution_launched_step_by_step_waits_for_a_word_before_each() {
    let steered = Steered::launched(json!({ "auto_run": false })).await;
    assert!(!steered.view().await.auto_run);

    steered.work_until("first", |node| node.hold == Some(Hold::Step)).await;
    let prompt = json!({ "user_prompt_override": "Another headline" });
    let early = steered.post("steps/second/trigger", &prompt).await;
    assert_eq!(early.status, StatusCode::CONFLICT, "{:?}", early.json());
    assert!(!steered.view().await.node(&"second".into()).unwrap().edited, "it was refused whole");
    steered.does("steps/first/trigger", prompt.clone()).await;
    assert!(steered.view().await.node(&"first".into()).unwrap().edited);
    steered.work_until("second", |node| node.hold == Some(Hold::Step)).await;

    let late = steered.post("steps/first/trigger", &json!({})).await;
    assert_eq!(late.status, StatusCode::CONFLICT, "{:?}", late.json());
    let redo = json!({ "user_prompt_override": "Once more", "dependents": true, "generation": 1 });
    steered.does("steps/first/trigger", redo.clone()).await;
    let twice = steered.post("steps/first/trigger", &redo).await;
    assert_eq!(twice.status, StatusCode::CONFLICT, "{:?}", twice.json());
    steered.work_until("second", |node| node.hold == Some(Hold::Step)).await;
    let first = steered.view().await.node(&"first".into()).unwrap().clone();
    assert_eq!((first.generation, first.artifacts[0].version), (2, 2), "it was done again");
    steered.does("auto-run", json!({ "on": true })).await;
    steered.work_until("end", |node| node.status == NodeStatus::Completed).await;
    let ended = steered.view().await;
    steered.does("stop", json!({})).await;
    let stop = json!({ "execution": steered.id, "control": { "command": "stop" } });
    let page = steered.server.post("/api/fn/control", &steered.cookie, &stop).await;
    assert_eq!(page.status, StatusCode::OK, "{:?}", page.json());
    assert_eq!(steered.view().await, ended, "it is over: nothing is left to stop");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failed_step_is_started_again_with_another_prompt_and_of_what_is_over_a_new_run() {
    let steered = Steered::launched(json!({ "breakpoints": ["second"] })).await;
    let seen = steered.fails().await;
    let prompt = |text: &str| json!({ "user_prompt_override": text });

    let stale = json!({ "generation": seen + 1 });
    let refused = steered.post("steps/second/trigger", &stale).await;
    steered.does("steps/second/trigger", prompt("A text")).await;
    steered.work_until("end", |node| node.status == NodeStatus::Completed).await;
    let new = steered.once("again", "steps/second/trigger", &prompt("Another text")).await;
    let repeated = steered.once("again", "steps/second/trigger", &prompt("Another text")).await;
    let outdated = steered.post("steps/second/trigger", &json!({ "generation": seen })).await;

    assert_eq!((refused.status, outdated.status), (StatusCode::CONFLICT, StatusCode::CONFLICT));
    assert_eq!((new.status, repeated.status), (StatusCode::ACCEPTED, StatusCode::ACCEPTED));
    assert_eq!(new.json()["id"], repeated.json()["execution_id"], "it runs once");
    let shown = steered.server.get(new.header("location"), &steered.cookie).await.json();
    assert_eq!(shown["kin"]["origin"]["id"], json!(steered.id), "{shown}");
    assert_eq!(shown["kin"]["origin"]["node_id"], "second");
    let nodes = shown["workflow"]["nodes"].as_array().unwrap();
    let second = nodes.iter().find(|node| node["id"] == "second").unwrap();
    assert_eq!(second["data"]["config"]["prompt"], "Another text");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_step_is_started_without_a_body_whatever_kind_it_is_said_to_be() {
    let steered = Steered::launched(json!({ "auto_run": false })).await;
    steered.work_until("first", |node| node.hold == Some(Hold::Step)).await;
    let trigger = |body: &'static str| {
        let path = format!("{EXECUTIONS}/{}/steps/first/trigger", steered.id);
        let request = from_page(Method::POST, &path, &steered.cookie);
        request.header(header::CONTENT_TYPE, "application/json").body(body.into()).unwrap()
    };

    let broken = steered.server.send(trigger("{")).await;
    let empty = steered.server.send(trigger("")).await;

    assert_eq!(broken.status, StatusCode::BAD_REQUEST, "{:?}", broken.json());
    assert_eq!(empty.status, StatusCode::NO_CONTENT);
    assert_eq!(steered.view().await.node(&"first".into()).unwrap().hold, None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_launch_with_a_breakpoint_stops_there_until_it_is_resumed() {
    let steered = Steered::launched(json!({ "breakpoints": ["second"] })).await;
    assert_eq!(steered.view().await.breakpoints, ["second".into()]);

    steered.work_until("second", |node| node.hold == Some(Hold::Breakpoint)).await;
    let edit = json!({ "node_id": "second", "config": { "prompt": "A shorter text" } });
    steered.does("edit-node", edit).await;
    let wrong = json!({ "node_id": "second", "config": { "quantity": 99 } });
    assert_eq!(steered.post("edit-node", &wrong).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    steered.does("breakpoints", json!({ "nodes": [] })).await;
    steered.does("resume", json!({})).await;

    steered.work_until("end", |node| node.status == NodeStatus::Completed).await;
}

#[tokio::test]
async fn one_breakpoint_is_set_and_cleared_once_for_its_key_and_the_others_stay() {
    let steered = Steered::launched(json!({ "auto_run": false, "breakpoints": ["first"] })).await;
    let stops = async || steered.view().await.breakpoints;

    let set = steered.breakpoint("set", Method::PUT, "second").await;
    assert_eq!(set.status, StatusCode::NO_CONTENT, "{:?}", set.json());
    assert_eq!(stops().await, ["first".into(), "second".into()]);
    for step in ["first", "second"] {
        let cleared = steered.breakpoint(step, Method::DELETE, step).await;
        assert_eq!(cleared.status, StatusCode::NO_CONTENT, "{:?}", cleared.json());
        assert!(!stops().await.contains(&step.into()));
    }
    let again = steered.breakpoint("set", Method::PUT, "second").await;

    assert_eq!((again.status, stops().await), (StatusCode::NO_CONTENT, vec![]), "it was done");
    let other = steered.breakpoint("set", Method::DELETE, "second").await;
    assert_eq!(other.json()["code"], "key_used", "{:?}", other.json());
    for method in [Method::PUT, Method::DELETE] {
        let unknown = steered.breakpoint(method.as_str(), method.clone(), "nowhere").await;
        assert_eq!(unknown.status, StatusCode::NOT_FOUND, "{:?}", unknown.json());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_that_a_step_does_not_take_is_refused_by_the_path_of_its_field() {
    let steered = Steered::launched(json!({ "breakpoints": ["second"] })).await;
    steered.work_until("second", |node| node.hold == Some(Hold::Breakpoint)).await;
    let wrong = [
        (json!({ "quantity": 99 }), ("quantity", "between 1 and 50, but is 99")),
        (json!({ "quantity": {} }), ("quantity", "invalid type")),
        (json!({ "prompt": "${nodes.end.result}" }), ("prompt", "end")),
    ];

    for (config, named) in &wrong {
        let edit = json!({ "node_id": "second", "config": config });
        steered.refuses("edit-node", edit, *named).await;
        steered.refuses("steps/second/trigger", json!({ "config": config }), *named).await;
    }
    assert!(!steered.view().await.node(&"second".into()).unwrap().edited);
    let failing = json!({ "prompt": "${nodes.first.texts[9]}" });
    steered.does("edit-node", json!({ "node_id": "second", "config": failing })).await;
    steered.does("resume", json!({})).await;
    steered.work_until("second", |node| node.status == NodeStatus::Failed).await;
    for (config, named) in &wrong {
        let retry = json!({ "node_id": "second", "config": config });
        steered.refuses("retry-node", retry, *named).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_retries_a_step_that_somebody_has_retried_in_vain_is_told_so() {
    let steered = Steered::launched(json!({ "breakpoints": ["second"] })).await;
    let seen = steered.fails().await;
    let retry = |seen: i32| json!({ "node_id": "second", "generation": seen });
    let failed_again =
        |node: &NodeView| node.status == NodeStatus::Failed && node.generation == seen + 1;
    steered.does("retry-node", retry(seen)).await;
    steered.work_until("second", failed_again).await;

    let late = steered.post("retry-node", &retry(seen)).await;

    let problem = late.json();
    assert_eq!(late.status, StatusCode::CONFLICT, "{problem}");
    let told = "Someone else ran “second” again, and it failed again. Check it again.";
    assert_eq!(problem["detail"], told);
    assert!(failed_again(steered.view().await.node(&"second".into()).unwrap()), "nothing runs");
    steered.does("retry-node", retry(seen + 1)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rel_e11_a_command_that_comes_again_with_its_key_is_done_once() {
    let steered = Steered::launched(json!({ "breakpoints": ["second"] })).await;
    let retry = json!({ "node_id": "second" });
    let early = steered.once("retry", "retry-node", &retry).await;
    assert_eq!(early.status, StatusCode::CONFLICT, "{:?}", early.json());
    let seen = steered.fails().await;

    // What was refused was not done. Twenty at once, as if each answer had been lost.
    let again = (0..20).map(|_| steered.once("retry", "retry-node", &retry));
    for reply in futures::future::join_all(again).await {
        assert_eq!(reply.status, StatusCode::NO_CONTENT, "{:?}", reply.json());
    }
    let failed = |node: &NodeView| node.status == NodeStatus::Failed && node.generation > seen;
    steered.work_until("second", failed).await;
    let late = steered.once("retry", "retry-node", &retry).await;

    assert_eq!(late.status, StatusCode::NO_CONTENT, "{:?}", late.json());
    assert_eq!(steered.generation().await, seen + 1, "it ran once");
    let other = steered.once("retry", "retry-node", &json!({ "node_id": "first" })).await;
    assert_eq!(other.json()["code"], "key_used", "{:?}", other.json());
    let none = steered.once("", "pause", &json!({})).await;
    assert_eq!(none.json()["errors"][0]["code"], "invalid_key", "{:?}", none.json());
    let another = steered.once("retry 2", "retry-node", &retry).await;
    assert_eq!(another.status, StatusCode::NO_CONTENT, "{:?}", another.json());
    steered.work_until("second", |node| node.generation == seen + 2).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_who_change_the_budget_that_they_saw_the_second_is_told_what_it_is_now() {
    let steered = Steered::launched(json!({ "auto_run": false, "budget": 1_000 })).await;
    let to = |budget: Option<u64>, was: Value| json!({ "budget": budget, "was": was });

    steered.does("budget", to(Some(2_000), json!(1_000))).await;

    for seen in [json!(1_000), json!(null)] {
        let late = steered.post("budget", &to(Some(3_000), seen.clone())).await;
        let problem = late.json();
        assert_eq!(late.status, StatusCode::CONFLICT, "{problem}");
        let detail = problem["detail"].as_str().unwrap();
        assert!(detail.contains("Someone else changed the budget: it is now $0.002"), "{problem}");
        let control = json!({ "command": "budget", "micros": 3_000, "was": seen });
        let asked = json!({ "execution": steered.id, "control": control });
        let page = steered.server.post("/api/fn/control", &steered.cookie, &asked).await;
        assert_eq!(page.status, StatusCode::CONFLICT, "of the page as of others");
    }
    for wrong in [json!(-1), json!("much")] {
        let reply = steered.post("budget", &to(Some(3_000), wrong)).await;
        assert!(reply.status.is_client_error() && reply.status != StatusCode::CONFLICT);
    }
    assert_eq!(steered.view().await.budget_micros, Some(2_000));
    steered.does("budget", to(None, json!(2_000))).await;
    steered.does("budget", to(Some(4_000), json!(null))).await;
    assert_eq!(steered.view().await.budget_micros, Some(4_000));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_budget_is_changed_while_an_execution_is_not_over() {
    let steered = Steered::launched(json!({ "auto_run": false, "budget": 1_000 })).await;
    assert_eq!(steered.view().await.budget_micros, Some(1_000));

    steered.does("budget", json!({ "budget": 2_000 })).await;
    assert_eq!(steered.view().await.budget_micros, Some(2_000));
    for wrong in [json!({}), json!({ "budget": -1 }), json!({ "budget": "much" })] {
        let reply = steered.post("budget", &wrong).await;
        assert!(reply.status.is_client_error(), "{wrong}");
    }
    let huge = steered.post("budget", &json!({ "budget": u64::MAX })).await;
    assert_eq!(huge.status, StatusCode::UNPROCESSABLE_ENTITY, "{:?}", huge.json());
    steered.does("budget", json!({ "budget": null })).await;
    assert_eq!(steered.view().await.budget_micros, None);

    steered.does("stop", json!({})).await;
    let late = steered.post("budget", &json!({ "budget": 3_000 })).await;
    assert_eq!(
        (late.status, &late.json()["code"]),
        (StatusCode::CONFLICT, &json!("execution_over"))
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_step_that_is_skipped_with_an_output_counts_as_done() {
    let steered = Steered::launched(json!({ "auto_run": false })).await;
    steered.work_until("first", |node| node.hold.is_some()).await;

    let early = steered.post("skip-node", &json!({ "node_id": "second" })).await;
    assert_eq!(early.status, StatusCode::CONFLICT, "{:?}", early.json());
    let retry = json!({ "node_id": "first", "config": { "prompt": "x" } });
    assert_eq!(steered.post("retry-node", &retry).await.json()["code"], "node_not_failed");
    let output = json!({ "node_id": "first", "output": { "texts": ["By hand"] } });
    steered.does("skip-node", output).await;

    let view = steered.view().await;
    assert_eq!(view.node(&"first".into()).unwrap().status, NodeStatus::Completed);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_pauses_stops_or_leaves_a_step_out_is_named() {
    let steered = Steered::launched(json!({ "auto_run": false })).await;

    steered.does("pause", json!({})).await;
    let waits = steered.view().await.wait().unwrap();
    steered.does("skip-node", json!({ "node_id": "first" })).await;
    steered.does("stop", json!({})).await;

    assert_eq!(waits.words, "Paused by Ada; resume it to continue");
    let named = |event: &Event| match &event.kind {
        EventKind::ExecutionPaused(paused) => paused.by.clone(),
        EventKind::ExecutionStopped(stopped) => stopped.by.clone(),
        EventKind::NodeSkipped { by, .. } => by.clone(),
        _ => None,
    };
    let events =
        steered.server.services.executions.events(&steered.owner, steered.id, 0).await.unwrap();
    let named: Vec<String> = events.iter().filter_map(named).map(|by| by.name).collect();
    assert_eq!(named, ["Ada"; 3]);
}

#[tokio::test]
async fn a_launch_that_would_pause_before_no_node_is_refused() {
    let server = Server::start().await;
    let cookie = server.set_up().await;
    let made = server.post(TEMPLATES, &cookie, &two_steps()).await.json();

    let launch = json!({ "template_id": made["id"], "breakpoints": ["second", "nowhere"] });
    let reply = server.post(EXECUTIONS, &cookie, &launch).await;

    assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(reply.json()["errors"][0]["path"], "breakpoints[1]");
}
