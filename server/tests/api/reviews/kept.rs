//! Reviews that are kept for editors: a runner, who steers everything else, gets past one in no way.

use crate::api::support::{Reply, Server};
use axum::http::StatusCode;
use backend::actor::Actor;
use model::{
    access::Role,
    execution::{
        state::NodeStatus,
        view::{ExecutionView, NodeView},
    },
    id::ExecutionId,
};
use serde_json::{Value, json};

const TEMPLATES: &str = "/api/v1/workflows/templates";
const EXECUTIONS: &str = "/api/v1/workflows/executions";

fn node(id: &str, kind: &str, config: Value) -> Value {
    json!({"id": id, "type": kind, "position": {"x": 0, "y": 0},
           "data": {"label": id, "config": config}})
}

/// A workflow between a start and an end; `step.port` leaves by a port.
fn drawn(name: &str, steps: Vec<Value>, edges: &[(&str, &str)]) -> Value {
    let mut nodes = vec![node("start", "start", json!({})), node("end", "end", json!({}))];
    nodes.extend(steps);
    let edge = |(from, target): &(&str, &str)| {
        let (source, port) = match from.split_once('.') {
            Some((source, port)) => (source, Some(port)),
            None => (*from, None),
        };
        json!({"id": format!("{source}-{target}"), "source": source, "sourceHandle": port,
               "target": target})
    };
    json!({"name": name, "nodes": nodes, "edges": edges.iter().map(edge).collect::<Vec<_>>()})
}

/// start → write → check → end, the review set up as `config` says.
fn reviewed(config: Value) -> Value {
    let write = node("write", "generate_copy", json!({"prompt": "A headline", "quantity": 2}));
    let edges = [("start", "write"), ("write.texts", "check"), ("check.approved", "end")];
    drawn("Reviewed", vec![write, node("check", "review", config)], &edges)
}

/// For editors, and two of them.
fn for_editors() -> Value {
    json!({"reviewers": "editors", "approvals": 2})
}

/// What weakens a review.
fn weaker() -> [Value; 4] {
    [
        json!({"reviewers": "runners"}),
        json!({"approvals": 1}),
        json!({"auto_approve_minutes": 1}),
        json!({"content": "Forged by the runner"}),
    ]
}

fn step<'a>(view: &'a ExecutionView, id: &str) -> &'a NodeView {
    view.node(&id.into()).unwrap()
}

fn is_asked(view: &ExecutionView, id: &str) -> bool {
    view.node(&id.into()).is_some_and(|node| node.status == NodeStatus::AwaitingReview)
}

struct Kept {
    server: Server,
    owner: Actor,
    cookie: String,
    editor: String,
    runner: String,
    id: ExecutionId,
}

impl Kept {
    /// Publishes the templates and launches the last of them.
    async fn launched(templates: &[Value], mut launch: Value) -> Self {
        let server = Server::start().await;
        let cookie = server.set_up().await;
        let owner = server.actor(&cookie).await.unwrap();
        for template in templates {
            let made = server.post(TEMPLATES, &cookie, template).await;
            assert_eq!(made.status, StatusCode::CREATED, "{:?}", made.json());
            launch["template_id"] = made.json()["id"].clone();
        }
        let launched = server.post(EXECUTIONS, &cookie, &launch).await;
        assert_eq!(launched.status, StatusCode::ACCEPTED, "{:?}", launched.json());
        let id = launched.json()["execution_id"].as_str().unwrap().parse().unwrap();
        let editor = server.member(owner.workspace, Role::Editor).await;
        let runner = server.member(owner.workspace, Role::Runner).await;
        Self { server, owner, cookie, editor, runner, id }
    }

    /// With a review that waits, set up as `config` says.
    async fn asking(config: Value) -> Self {
        let kept = Self::launched(&[reviewed(config)], json!({})).await;
        kept.work_until(|view| is_asked(view, "check")).await;
        kept
    }

    async fn view(&self) -> ExecutionView {
        self.server.services.executions.monitor(&self.owner, self.id).await.unwrap().view
    }

    /// Works until the execution is as wanted.
    async fn work_until(&self, is: impl Fn(&ExecutionView) -> bool) {
        let mut news = self.server.services.context().bus.subscribe();
        let worker = self.server.worker();
        while !is(&self.view().await) {
            news.next().await.unwrap();
        }
        worker.stop().await;
    }

    fn path(&self, below: &str) -> String {
        format!("{EXECUTIONS}/{}/{below}", self.id)
    }

    /// Asks for something over the API.
    async fn ask(&self, cookie: &str, control: &Value) -> Reply {
        let mut body = control.clone();
        let fields = body.as_object_mut().unwrap();
        let command = fields.remove("command").unwrap();
        let mut verb = command.as_str().unwrap().replace('_', "-");
        if verb == "trigger-node" {
            let step = fields.remove("node_id").unwrap();
            verb = format!("steps/{}/trigger", step.as_str().unwrap());
        }
        self.server.post(&self.path(&verb), cookie, &body).await
    }

    async fn does(&self, cookie: &str, control: Value) {
        let reply = self.ask(cookie, &control).await;
        assert_eq!(reply.status, StatusCode::NO_CONTENT, "{control} {:?}", reply.json());
    }

    async fn rerun(&self, cookie: &str, request: &Value) -> Reply {
        self.server.post(&self.path("rerun"), cookie, request).await
    }

    /// The runner is refused it, over the API as on a page, and nothing is changed.
    async fn refuses(&self, control: Value) {
        let before = self.view().await;
        let page = json!({"execution": self.id, "control": control});
        for reply in [
            self.ask(&self.runner, &control).await,
            self.server.post("/api/fn/control", &self.runner, &page).await,
        ] {
            is_forbidden(&reply, &control);
        }
        assert_eq!(self.view().await, before, "{control}");
    }
}

/// In the words for a decision that somebody may not take.
fn is_forbidden(reply: &Reply, asked: &Value) {
    let problem = reply.json();
    assert_eq!(reply.status, StatusCode::FORBIDDEN, "{asked} {problem}");
    let words = "You need the editor role for this, and yours is runner. Ask an admin.";
    assert_eq!(problem["code"], "forbidden");
    assert!(problem["detail"].as_str().unwrap().ends_with(words), "{asked} {problem}");
}

fn skip(id: &str) -> Value {
    json!({"command": "skip_node", "node_id": id})
}

fn with_config(command: &str, id: &str, config: &Value) -> Value {
    json!({"command": command, "node_id": id, "config": config})
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rel_s1_nobody_skips_a_review_that_others_decide() {
    let kept = Kept::asking(for_editors()).await;
    let mut told = skip("check");
    told["output"] = json!({"items": ["Forged by the runner"]});

    kept.refuses(skip("check")).await;
    kept.refuses(told.clone()).await;

    for steered in [json!({"command": "pause"}), json!({"command": "breakpoints", "nodes": []})] {
        kept.does(&kept.runner, steered).await;
    }
    told["output"] = json!({"items": ["By an editor"]});
    kept.does(&kept.editor, told).await;
    assert_eq!(step(&kept.view().await, "check").status, NodeStatus::Completed);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rel_s1_nobody_sets_up_a_review_otherwise_that_others_decide() {
    let kept = Kept::launched(&[reviewed(for_editors())], json!({"auto_run": false})).await;
    for config in weaker() {
        kept.refuses(with_config("edit_node", "check", &config)).await;
    }
    kept.does(&kept.editor, with_config("edit_node", "check", &json!({"approvals": 3}))).await;
    let other = json!({"prompt": "Another headline"});
    kept.does(&kept.runner, with_config("trigger_node", "write", &other)).await;
    kept.work_until(|view| step(view, "check").hold.is_some()).await;

    for config in weaker() {
        kept.refuses(with_config("trigger_node", "check", &config)).await;
    }
    kept.refuses(skip("check")).await;
    kept.does(&kept.runner, json!({"command": "trigger_node", "node_id": "check"})).await;

    assert!(is_asked(&kept.view().await, "check"));
    let open = kept.server.get("/api/v1/reviews", &kept.runner).await.json();
    let asked = &open["items"][0];
    assert_eq!((&asked["may_decide"], &asked["needed"]), (&json!(false), &json!(3)));
    kept.does(&kept.runner, json!({"command": "stop"})).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rel_s1_nobody_mends_a_review_that_others_decide() {
    let mut config = for_editors();
    config["instructions"] = json!("${nodes.write.texts[9]}");
    let kept = Kept::launched(&[reviewed(config)], json!({})).await;
    kept.work_until(|view| step(view, "check").status == NodeStatus::Failed).await;

    kept.refuses(skip("check")).await;
    for config in weaker() {
        kept.refuses(with_config("retry_node", "check", &config)).await;
    }

    kept.does(&kept.runner, json!({"command": "retry_node", "node_id": "check"})).await;
    assert_eq!(step(&kept.view().await, "check").status, NodeStatus::Failed, "it is as it was");
    let mended = json!({"instructions": "Good?"});
    kept.does(&kept.editor, with_config("retry_node", "check", &mended)).await;
    assert!(is_asked(&kept.view().await, "check"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rel_s1_nobody_skips_a_loop_in_which_others_decide() {
    let each = node("each", "for_each", json!({"items": "${[\"A\", \"B\"]}"}));
    let mut check = node("check", "review", for_editors());
    check["parentId"] = json!("each");
    let edges = [
        ("start", "each"),
        ("each.item", "check"),
        ("check.approved", "each"),
        ("each.output", "end"),
    ];
    let kept = Kept::launched(&[drawn("Rounds", vec![each, check], &edges)], json!({})).await;
    assert!(is_asked(&kept.view().await, "check@each[0]"));

    for id in ["each", "check", "check@each[0]"] {
        kept.refuses(skip(id)).await;
    }
    kept.refuses(with_config("edit_node", "each", &json!({"items": "${[]}"}))).await;
    for id in ["check", "check@each[0]"] {
        kept.refuses(with_config("edit_node", id, &json!({"reviewers": "runners"}))).await;
    }

    kept.does(&kept.editor, skip("each")).await;
    assert_eq!(step(&kept.view().await, "each").status, NodeStatus::Skipped);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rel_s1_nobody_skips_a_step_whose_workflow_asks_others() {
    let child = |name: &str, config: Value| {
        let edges = [("start", "check"), ("check.approved", "end")];
        drawn(name, vec![node("check", "review", config)], &edges)
    };
    let runs = |id: &str, template: &str| node(id, "sub_workflow", json!({"template": template}));
    let between =
        drawn("Between", vec![runs("below", "Kept")], &[("start", "below"), ("below", "end")]);
    let edges = [("start", "kept"), ("start", "free"), ("kept", "end"), ("free", "end")];
    let parent = drawn("Parent", vec![runs("kept", "Between"), runs("free", "Free")], &edges);
    let templates = [child("Kept", for_editors()), child("Free", json!({})), between, parent];
    let kept = Kept::launched(&templates, json!({})).await;
    let says = |view: &ExecutionView, id: &str, words: &str| {
        step(view, id).waiting.as_ref().is_some_and(|waiting| waiting.contains(words))
    };
    kept.work_until(|view| says(view, "kept", "Between") && says(view, "free", "decision")).await;
    let runner = kept.server.actor(&kept.runner).await.unwrap();
    let page = kept.server.services.executions.monitor(&runner, kept.id).await.unwrap();
    let lacks =
        |id: &str| page.view.missing_permission(&id.into(), &page.workflow, &page.hand).is_some();
    assert_eq!((lacks("kept"), lacks("free")), (true, false), "the page knows it as well");

    kept.refuses(skip("kept")).await;
    kept.refuses(with_config("edit_node", "kept", &json!({"template": "Free"}))).await;

    kept.does(&kept.runner, skip("free")).await;
    kept.does(&kept.editor, skip("kept")).await;
    assert_eq!(step(&kept.view().await, "kept").status, NodeStatus::Skipped);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rel_s1_nobody_leads_the_path_around_a_review_that_others_decide() {
    let branch = |when: &str| json!({"branches": [{"id": "careful", "when": when}]});
    let steps = vec![
        node("choose", "conditional", branch("true")),
        node("check", "review", for_editors()),
        node("write", "generate_copy", json!({"prompt": "A headline"})),
        node("join", "merge", json!({"mode": "all"})),
    ];
    let edges = [
        ("start", "choose"),
        ("choose.careful", "check"),
        ("check.approved", "join"),
        ("choose.else", "write"),
        ("write.texts", "join"),
        ("join", "end"),
    ];
    let launch = json!({"breakpoints": ["choose"]});
    let kept = Kept::launched(&[drawn("Around", steps, &edges)], launch).await;
    let (away, any) = (branch("false"), json!({"mode": "any"}));

    kept.refuses(with_config("edit_node", "choose", &away)).await;
    kept.refuses(with_config("trigger_node", "choose", &away)).await;
    kept.refuses(skip("choose")).await;
    kept.refuses(with_config("edit_node", "join", &any)).await;

    let other = json!({"prompt": "Another headline"});
    kept.does(&kept.runner, with_config("edit_node", "write", &other)).await;
    kept.does(&kept.editor, with_config("edit_node", "join", &any)).await;
    kept.does(&kept.editor, with_config("edit_node", "choose", &away)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rel_s1_nobody_weakens_a_review_by_running_it_again() {
    let kept = Kept::asking(for_editors()).await;
    kept.does(&kept.runner, json!({"command": "stop"})).await;
    let changing = |id: &str, config: Value| json!({"config": {id: config}});

    for config in weaker() {
        let request = changing("check", config);
        is_forbidden(&kept.rerun(&kept.runner, &request).await, &request);
        let page = json!({"execution": kept.id, "request": request});
        is_forbidden(
            &kept.server.post("/api/fn/rerun_execution", &kept.runner, &page).await,
            &request,
        );
    }

    for (cookie, request) in [
        (&kept.runner, json!({})),
        (&kept.runner, changing("write", json!({"prompt": "Another headline"}))),
        (&kept.editor, changing("check", json!({"approvals": 1}))),
    ] {
        let reply = kept.rerun(cookie, &request).await;
        assert_eq!(reply.status, StatusCode::ACCEPTED, "{request} {:?}", reply.json());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rel_s1_nobody_goes_back_behind_what_others_have_approved() {
    let kept = Kept::asking(json!({"reviewers": "editors"})).await;
    let open = kept.server.get("/api/v1/reviews", &kept.cookie).await.json();
    let review = open["items"][0]["id"].as_str().unwrap();
    let edited = json!({"decision": "approve", "items": ["A", "B"]});
    let decision = format!("/api/v1/reviews/{review}/decision");
    assert_eq!(kept.server.post(&decision, &kept.editor, &edited).await.status, StatusCode::OK);
    let made = kept.server.get(&kept.path("artifacts"), &kept.cookie).await.json();
    let as_it_came = |one: &&Value| one["node_id"] == "check" && one["version"] == 1;
    let first = made["items"].as_array().unwrap().iter().find(as_it_came).unwrap();
    let using = kept.path(&format!("artifacts/{}/use", first["id"].as_str().unwrap()));
    let before = kept.view().await;

    let refused = kept.server.post(&using, &kept.runner, &json!({})).await;

    is_forbidden(&refused, first);
    assert_eq!(kept.view().await, before);
    let used = kept.server.post(&using, &kept.editor, &json!({})).await;
    assert_eq!(used.status, StatusCode::OK, "{:?}", used.json());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_review_that_is_open_to_runners_is_theirs_to_skip_and_an_editors_to_change() {
    let kept = Kept::launched(&[reviewed(json!({}))], json!({})).await;
    let stricter = with_config("edit_node", "check", &json!({"auto_approve_minutes": 5}));
    kept.refuses(stricter.clone()).await;
    kept.does(&kept.editor, stricter).await;
    kept.work_until(|view| is_asked(view, "check")).await;

    kept.does(&kept.runner, skip("check")).await;

    assert_eq!(step(&kept.view().await, "check").status, NodeStatus::Skipped);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_gets_another_text_past_a_review_that_others_have_decided() {
    let steps = vec![
        node("write", "generate_copy", json!({"prompt": "A headline"})),
        node("check", "review", json!({"reviewers": "editors"})),
        node("rest", "wait", json!({"seconds": 3600})),
    ];
    let edges = [
        ("start", "write"),
        ("write.texts", "check"),
        ("check.approved", "end"),
        ("start", "rest"),
        ("rest", "end"),
    ];
    let kept = Kept::launched(&[drawn("Decided", steps, &edges)], json!({})).await;
    kept.work_until(|view| is_asked(view, "check")).await;
    let review = kept.server.get("/api/v1/reviews", &kept.editor).await.json();
    let review = review["items"][0]["id"].as_str().unwrap();
    let path = format!("/api/v1/reviews/{review}/decision");
    let approved = kept.server.post(&path, &kept.editor, &json!({"decision": "approve"})).await;
    assert!(approved.status.is_success(), "{:?}", approved.json());

    let mut again = with_config("trigger_node", "write", &json!({"prompt": "Another"}));
    kept.refuses(again.clone()).await;
    again["dependents"] = json!(false);
    kept.refuses(again.clone()).await;

    again["dependents"] = json!(true);
    kept.does(&kept.runner, again).await;
    kept.work_until(|view| is_asked(view, "check")).await;
    kept.does(&kept.runner, json!({"command": "stop"})).await;
}
