//! Decisions of people over the API: who may, who was first, what goes on.

use axum::http::StatusCode;
use backend::actor::Actor;
use engine::{
    executors::{Attempt, Executors},
    job::JobContext,
};
use model::{access::Role, execution::failure::Failure, id::WorkspaceId, nodes::NodeKind};
use serde_json::{Value, json};
use services::testing::play::Answering;
use store::accounts;
use uuid::Uuid;

use crate::api::support::{Reply, Server};

const TEMPLATES: &str = "/api/v1/workflows/templates";
const EXECUTIONS: &str = "/api/v1/workflows/executions";

/// start → write → check → end, the review set up as `config` says.
fn reviewed(config: &Value) -> Value {
    let node = |id: &str, kind: &str, config: Value| {
        json!({"id": id, "type": kind, "position": {"x": 0, "y": 0},
               "data": {"label": id, "config": config}})
    };
    json!({
        "name": "Reviewed",
        "nodes": [
            node("start", "start", json!({})),
            node("write", "generate_copy", json!({"prompt": "A headline", "quantity": 2})),
            node("check", "review", config.clone()),
            node("end", "end", json!({})),
        ],
        "edges": [
            {"id": "e1", "source": "start", "target": "write"},
            {"id": "e2", "source": "write", "sourceHandle": "texts", "target": "check"},
            {"id": "e3", "source": "check", "sourceHandle": "approved", "target": "end"},
        ],
    })
}

struct Waiting {
    server: Server,
    cookie: String,
    owner: Actor,
    execution: String,
    review: Value,
}

impl Waiting {
    /// A server with an execution that waits for one decision.
    async fn with(config: Value) -> Self {
        let server = Server::start().await;
        let cookie = server.set_up().await;
        let owner = server.actor(&cookie).await.unwrap();
        let made = server.post(TEMPLATES, &cookie, &reviewed(&config)).await;
        assert_eq!(made.status, StatusCode::CREATED, "{:?}", made.json());
        let mut news = server.services.context().bus.subscribe();
        let worker = server.worker();
        let launch = json!({ "template_id": made.json()["id"] });
        let launched = server.post(EXECUTIONS, &cookie, &launch).await.json();
        let execution = launched["execution_id"].as_str().unwrap().to_owned();
        while server.services.reviews.list_open(&owner).await.unwrap().is_empty() {
            news.next().await.unwrap();
        }
        worker.stop().await;
        let review = server.get("/api/v1/reviews", &cookie).await.json()["items"][0].clone();
        Self { server, cookie, owner, execution, review }
    }

    fn path(&self) -> String {
        format!("/api/v1/reviews/{}", self.review["id"].as_str().unwrap())
    }

    async fn decide(&self, cookie: &str, decision: &Value) -> Reply {
        self.server.post(&format!("{}/decision", self.path()), cookie, decision).await
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_waits_is_listed_decided_and_gone_from_the_list() {
    let waiting = Waiting::with(json!({"instructions": "Keep the best"})).await;
    assert_eq!(waiting.review["execution_id"], json!(waiting.execution));
    assert_eq!(waiting.review["instructions"], "Keep the best");
    assert_eq!(waiting.review["items"].as_array().unwrap().len(), 2);
    assert_eq!(waiting.review["may_decide"], true);

    let decision = json!({"decision": "approve", "keep": [1], "items": ["A", "B"]});
    let reply = waiting.decide(&waiting.cookie, &decision).await;

    assert_eq!(reply.status, StatusCode::OK, "{:?}", reply.json());
    assert_eq!(reply.json()["end"]["verdict"], "approved");
    let none = waiting.server.get("/api/v1/reviews", &waiting.cookie).await.json();
    assert_eq!(none["items"], json!([]));
    let (server, execution) = (&waiting.server, waiting.execution.parse().unwrap());
    server.work_until_over(&waiting.owner, execution).await;
    let shown = server.get(&waiting.path(), &waiting.cookie).await.json();
    assert_eq!(shown["items"], json!(["B"]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ux_57_of_two_who_decide_at_once_one_is_told_whose_decision_came_first() {
    let waiting = Waiting::with(json!({})).await;
    let other = waiting.server.member(waiting.owner.workspace, Role::Editor).await;

    let approve = json!({"decision": "approve"});
    let reject = json!({"decision": "reject", "reason": "Too loud"});
    let (first, second) =
        tokio::join!(waiting.decide(&waiting.cookie, &approve), waiting.decide(&other, &reject));

    let mut statuses = [first.status, second.status];
    statuses.sort();
    assert_eq!(statuses, [StatusCode::OK, StatusCode::CONFLICT]);
    let refused = if first.status == StatusCode::OK { second } else { first };
    assert_eq!(refused.json()["code"], "review_over");
    let words = refused.json()["detail"].as_str().unwrap().to_owned();
    assert!(
        ["Ada already decided: Approved.", "Member already decided: Rejected."].contains(&&*words)
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_several_who_approve_each_decides_about_what_was_read() {
    let waiting = Waiting::with(json!({"approvals": 2})).await;
    let other = waiting.server.member(waiting.owner.workspace, Role::Editor).await;

    let first = json!({"decision": "approve", "items": ["A", "B"], "keep": [1],
                       "comment": "One is enough", "edition": 0});
    assert_eq!(waiting.decide(&waiting.cookie, &first).await.status, StatusCode::OK);
    let late = json!({"decision": "approve", "keep": [0, 1], "edition": 0});
    let refused = waiting.decide(&other, &late).await;

    assert_eq!(refused.status, StatusCode::CONFLICT);
    let words = "Ada changed the content in the meantime. Check it again, then decide.";
    let said = refused.json();
    assert_eq!((&said["code"], &said["detail"]), (&json!("items_changed"), &json!(words)));
    let shown = waiting.server.get(&waiting.path(), &other).await.json();
    assert_eq!((&shown["items"], &shown["end"]), (&json!(["B"]), &Value::Null));
    let given = &shown["approvals"][0];
    assert_eq!((&given["comment"], &given["changed"]), (&json!("One is enough"), &json!(true)));
    let now = json!({"decision": "approve", "edition": 1});
    let reply = waiting.decide(&other, &now).await;
    assert_eq!(
        (reply.status, &reply.json()["end"]["verdict"]),
        (StatusCode::OK, &json!("approved"))
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_those_it_is_open_to_decide_and_strangers_find_nothing() {
    let waiting = Waiting::with(json!({"reviewers": "editors"})).await;
    let runner = waiting.server.member(waiting.owner.workspace, Role::Runner).await;
    let elsewhere = WorkspaceId(Uuid::now_v7());
    let mut conn = waiting.server.db.pool.acquire().await.unwrap();
    accounts::insert_workspace(&mut conn, elsewhere, "Elsewhere").await.unwrap();
    let stranger = waiting.server.member(elsewhere, Role::Owner).await;
    let approve = json!({"decision": "approve"});

    let shown = waiting.server.get(&waiting.path(), &runner).await.json();
    assert_eq!(shown["may_decide"], false);
    assert_eq!(waiting.decide(&runner, &approve).await.status, StatusCode::FORBIDDEN);
    assert_eq!(waiting.decide(&stranger, &approve).await.status, StatusCode::NOT_FOUND);
    let hidden = waiting.server.get(&waiting.path(), &stranger).await;
    assert_eq!(hidden.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_decision_that_does_not_fit_is_refused_and_the_review_stays_open() {
    let waiting = Waiting::with(json!({})).await;

    for decision in [
        json!({"decision": "reject", "reason": " "}),
        json!({"decision": "approve", "mood": "good"}),
        json!({"decision": "reject", "reason": "x", "y": 1}),
        json!({"decision": "dance"}),
        json!({"decision": "approve", "keep": []}),
        json!({"decision": "approve", "keep": [7]}),
        json!({"decision": "approve", "keep": [0, 0]}),
        json!({"decision": "approve", "items": ["A"]}),
    ] {
        let reply = waiting.decide(&waiting.cookie, &decision).await;
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        assert_eq!(reply.status, status, "{decision} {:?}", reply.json());
    }

    let open = waiting.server.get("/api/v1/reviews", &waiting.cookie).await.json();
    assert_eq!(open["items"].as_array().unwrap().len(), 1);
}

/// start → order → end; the order is a POST.
fn ordering() -> Value {
    let node = |id: &str, kind: &str, config: Value| {
        json!({"id": id, "type": kind, "position": {"x": 0, "y": 0},
               "data": {"label": id, "config": config}})
    };
    let order = json!({"method": "POST", "url": "https://api.example.com/orders"});
    json!({
        "name": "Ordering",
        "nodes": [
            node("start", "start", json!({})),
            node("order", "http_request", order),
            node("end", "end", json!({})),
        ],
        "edges": [
            {"id": "e1", "source": "start", "target": "order"},
            {"id": "e2", "source": "order", "target": "end"},
        ],
    })
}

/// Breaks every call off after it has left.
fn breaking() -> Executors {
    let broken = |_: &JobContext| {
        Attempt::from_failure(
            Failure::transient("connection_broken", "It broke off.").without_answer(),
        )
    };
    Executors::internal().with_executor(NodeKind::HttpRequest, Answering(broken))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_who_answer_for_a_lost_call_one_is_told_what_the_other_said() {
    let server = Server::start().await;
    let cookie = server.set_up().await;
    let owner = server.actor(&cookie).await.unwrap();
    let made = server.post(TEMPLATES, &cookie, &ordering()).await.json();
    let mut news = server.services.context().bus.subscribe();
    let worker = server.worker_with(breaking());
    let launch = json!({ "template_id": made["id"] });
    let launched = server.post(EXECUTIONS, &cookie, &launch).await.json();
    let path = format!("{EXECUTIONS}/{}", launched["execution_id"].as_str().unwrap());
    while server.services.reviews.questions(&owner, None).await.unwrap().is_empty() {
        news.next().await.unwrap();
    }
    worker.stop().await;

    let listed = server.get(&format!("{path}/questions"), &cookie).await.json();
    let asked = listed["items"][0].clone();
    assert_eq!(asked["message"], "It broke off.");
    let (job, question) = (&asked["job_id"], &asked["question"]);
    let says = |way: &str| json!({"job_id": job, "question": question, "answer": way});
    let address = format!("{path}/answer");
    let viewer = server.member(owner.workspace, Role::Viewer).await;
    let refused = server.post(&address, &viewer, &says("skip")).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let mut wrong = says("again");
    wrong["output"] = json!(1);
    let refused = server.post(&address, &cookie, &wrong).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);

    let other = server.member(owner.workspace, Role::Editor).await;
    let (done, skip) = (says("done"), says("skip"));
    let (first, second) =
        tokio::join!(server.post(&address, &cookie, &done), server.post(&address, &other, &skip));

    let mut statuses = [first.status, second.status];
    statuses.sort();
    assert_eq!(statuses, [StatusCode::NO_CONTENT, StatusCode::CONFLICT]);
    let refused = if first.status == StatusCode::NO_CONTENT { second } else { first };
    let words = refused.json()["detail"].as_str().unwrap().to_owned();
    assert!(
        ["Marked as done: already answered by Ada.", "Skipped: already answered by Member."]
            .contains(&&*words)
    );
    assert_eq!(refused.json()["code"], "question_over");
    let over = server.get(&path, &cookie).await.json();
    assert_eq!(over["view"]["status"], "completed", "{over}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_review_that_is_given_to_others_waits_for_them_and_stands_in_the_history() {
    let waiting = Waiting::with(json!({})).await;
    let server = &waiting.server;
    let runner = server.member(waiting.owner.workspace, Role::Runner).await;
    let other = server.member(waiting.owner.workspace, Role::Runner).await;
    let person = json!(server.actor(&other).await.unwrap().user);
    let form = json!({"reviewers": "people", "people": [person], "reason": "Knows it best"});
    let path = format!("{}/reassign", waiting.path());

    assert_eq!(server.post(&path, &runner, &form).await.status, StatusCode::FORBIDDEN);
    let reply = server.post(&path, &waiting.cookie, &form).await;

    assert_eq!(reply.status, StatusCode::OK, "{:?}", reply.json());
    let shown = reply.json();
    assert_eq!(shown["people"], json!([{"id": person, "name": "Member"}]));
    assert_eq!((&shown["may_decide"], &shown["may_reassign"]), (&json!(false), &json!(true)));
    for (cookie, waits) in [(&other, 1), (&runner, 0), (&waiting.cookie, 0)] {
        let listed = server.get("/api/v1/reviews?for=me", cookie).await.json();
        assert_eq!(listed["items"].as_array().unwrap().len(), waits);
    }
    let approve = json!({"decision": "approve", "comment": "Good"});
    let refused = waiting.decide(&waiting.cookie, &approve).await;
    assert_eq!(
        (refused.status, &refused.json()["code"]),
        (StatusCode::FORBIDDEN, &json!("not_yours"))
    );
    assert_eq!(waiting.decide(&other, &approve).await.status, StatusCode::OK);
    let past = server.get("/api/v1/reviews/decisions?limit=1", &runner).await.json();
    let decided = &past["items"][0];
    assert_eq!((&decided["by"]["user"], &decided["reason"]), (&person, &json!("Good")));
    assert_eq!((&decided["verdict"], &past["next_cursor"]), (&json!("approved"), &Value::Null));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_list_of_open_reviews_goes_on_where_a_page_ends() {
    let waiting = Waiting::with(json!({})).await;
    let server = &waiting.server;
    let execution =
        server.get(&format!("{EXECUTIONS}/{}", waiting.execution), &waiting.cookie).await;
    let launch = json!({ "template_id": execution.json()["template_id"] });
    let mut news = server.services.context().bus.subscribe();
    let worker = server.worker();
    let launched = server.post(EXECUTIONS, &waiting.cookie, &launch).await;
    assert!(launched.status.is_success(), "{:?}", launched.json());
    while server.services.reviews.list_open(&waiting.owner).await.unwrap().len() < 2 {
        news.next().await.unwrap();
    }
    worker.stop().await;

    let first = server.get("/api/v1/reviews?limit=1", &waiting.cookie).await.json();
    let cursor = first["next_cursor"].as_str().unwrap();
    let path = format!("/api/v1/reviews?limit=1&for=everybody&cursor={cursor}");
    let second = server.get(&path, &waiting.cookie).await.json();

    assert_eq!(first["items"][0]["id"], waiting.review["id"], "the oldest first");
    assert_eq!(second["items"].as_array().unwrap().len(), 1);
    assert_ne!(second["items"][0]["id"], waiting.review["id"]);
    assert_eq!(second["next_cursor"], Value::Null);
}
