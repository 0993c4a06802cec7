//! Links to reviews: who makes them, what they open, and when they lead nowhere.

use axum::{
    body::Body,
    http::{Method, Request, StatusCode},
};
use backend::actor::Actor;
use model::{access::Role, id::WorkspaceId};
use serde_json::{Value, json};
use store::accounts;
use uuid::Uuid;

use crate::api::support::{HOST, Reply, Server};

/// start → write and draw → check → end.
fn reviewed(approvals: u32) -> Value {
    let node = |id: &str, kind: &str, config: Value| {
        json!({"id": id, "type": kind, "position": {"x": 0, "y": 0},
               "data": {"label": id, "config": config}})
    };
    let edge = |from: &str, port: &str, to: &str| json!({"id": format!("{from}-{to}"), "source": from, "sourceHandle": port, "target": to});
    json!({
        "name": "Reviewed",
        "nodes": [
            node("start", "start", json!({})),
            node("write", "generate_copy", json!({"prompt": "A headline"})),
            node("draw", "generate_image", json!({"prompt": "A lantern"})),
            node("check", "review", json!({"instructions": "Is it warm?", "approvals": approvals})),
            node("end", "end", json!({})),
        ],
        "edges": [
            {"id": "e1", "source": "start", "target": "write"},
            {"id": "e2", "source": "start", "target": "draw"},
            edge("write", "texts", "check"),
            edge("draw", "images", "check"),
            edge("check", "approved", "end"),
        ],
    })
}

struct Waiting {
    server: Server,
    cookie: String,
    owner: Actor,
    review: String,
}

impl Waiting {
    /// A server with an execution that waits for so many approvals.
    async fn of(approvals: u32) -> Self {
        let server = Server::start().await;
        let cookie = server.set_up().await;
        let owner = server.actor(&cookie).await.unwrap();
        let path = "/api/v1/workflows/templates";
        let made = server.post(path, &cookie, &reviewed(approvals)).await;
        assert_eq!(made.status, StatusCode::CREATED, "{:?}", made.json());
        let mut news = server.services.context().bus.subscribe();
        let worker = server.worker();
        let launch = json!({ "template_id": made.json()["id"] });
        server.post("/api/v1/workflows/executions", &cookie, &launch).await;
        while server.services.reviews.list_open(&owner).await.unwrap().is_empty() {
            news.next().await.unwrap();
        }
        worker.stop().await;
        let review = server.services.reviews.list_open(&owner).await.unwrap()[0].id.to_string();
        Self { server, cookie, owner, review }
    }

    /// Works until the step asks again.
    async fn ask_again(&mut self) {
        let mut news = self.server.services.context().bus.subscribe();
        let worker = self.server.worker();
        while self.server.services.reviews.list_open(&self.owner).await.unwrap().is_empty() {
            news.next().await.unwrap();
        }
        worker.stop().await;
        let review = self.server.services.reviews.list_open(&self.owner).await.unwrap().remove(0);
        self.review = review.id.to_string();
    }

    async fn make(&self, cookie: &str, hours: u32) -> Reply {
        let path = format!("/api/v1/reviews/{}/links", self.review);
        self.server.post(&path, cookie, &json!({ "hours": hours })).await
    }

    /// The last part of a fresh link.
    async fn link(&self) -> String {
        let made = self.make(&self.cookie, 24).await;
        assert_eq!(made.status, StatusCode::CREATED, "{:?}", made.json());
        made.json()["path"].as_str().unwrap().strip_prefix("/review/").unwrap().to_owned()
    }

    async fn look(&self, link: &str) -> Reply {
        self.server.get(&format!("/api/v1/review-links/{link}"), "").await
    }

    async fn decide(&self, link: &str, decision: &Value) -> Reply {
        self.server.post(&format!("/api/v1/review-links/{link}/decision"), "", decision).await
    }

    /// The same as a program sends it, which has neither a page nor a token.
    async fn decide_from_elsewhere(&self, link: &str, decision: &Value) -> StatusCode {
        let path = format!("/api/v1/review-links/{link}/decision");
        let request = Request::post(path)
            .header("host", HOST)
            .header("content-type", "application/json")
            .body(Body::from(decision.to_string()))
            .unwrap();
        self.server.status(request).await
    }

    async fn shown(&self) -> Value {
        self.server.get(&format!("/api/v1/reviews/{}", self.review), &self.cookie).await.json()
    }

    async fn run(&self, statement: &'static str) {
        sqlx::query(statement).execute(&self.server.db.pool).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_shows_the_content_without_ids_and_decides_in_its_makers_name() {
    let waiting = Waiting::of(1).await;
    let link = waiting.link().await;

    for _ in 0..3 {
        // A scanner of mails looks more than once.
        let page = waiting.look(&link).await;
        assert_eq!(page.status, StatusCode::OK, "{:?}", page.json());
        let json = page.json();
        assert_eq!(
            (&json["instructions"], &json["made_by"]),
            (&json!("Is it warm?"), &json!("Ada"))
        );
        assert_eq!(json["items"][1]["kind"], "picture");
        let text = String::from_utf8(page.body).unwrap();
        assert!(!text.contains(&waiting.review) && !text.contains("_id\""), "{text}");
    }
    assert_eq!(waiting.shown().await["end"], Value::Null);
    let image = format!("/api/v1/review-links/{link}/pictures/1");
    let image = waiting.server.get(&image, "").await;
    assert_eq!(image.status, StatusCode::OK);
    assert!(image.header("content-type").starts_with("image/"));
    let text = format!("/api/v1/review-links/{link}/pictures/0");
    assert_eq!(waiting.server.get(&text, "").await.status, StatusCode::NOT_FOUND);

    let edit = json!({"decision": "approve", "items": ["Mine", "Mine"]});
    assert_eq!(waiting.decide(&link, &edit).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let reply = waiting.decide(&link, &json!({"decision": "approve", "comment": "Warm"})).await;

    assert_eq!(reply.status, StatusCode::NO_CONTENT, "{:?}", reply.json());
    let end = &waiting.shown().await["end"];
    assert_eq!((&end["verdict"], &end["by"]), (&json!("approved"), &json!("link of Ada")));
    let over = waiting.look(&link).await;
    assert_eq!((over.status, &over.json()["code"]), (StatusCode::GONE, &json!("review_over")));
    let reject = json!({"decision": "reject", "reason": "No"});
    let again = waiting.decide(&link, &reject).await;
    assert_eq!(again.status, StatusCode::GONE);
    assert_eq!(waiting.decide_from_elsewhere(&link, &reject).await, StatusCode::GONE);
    let words = "This review is decided: Approved by link of Ada.";
    assert_eq!((&over.json()["detail"], &again.json()["detail"]), (&json!(words), &json!(words)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_shows_what_is_different_since_the_step_asked_before() {
    let mut waiting = Waiting::of(1).await;
    let first = waiting.link().await;
    let at = |link: &str, path: &str| format!("/api/v1/review-links/{link}/{path}");
    let fresh = waiting.server.get(&at(&first, "changes"), "").await.json();
    assert_eq!(
        (&fresh["items"], &waiting.look(&first).await.json()["earlier"]),
        (&json!([]), &json!(0))
    );
    let asked = json!({"decision": "changes", "reason": "Make it warmer"});
    assert_eq!(waiting.decide(&first, &asked).await.status, StatusCode::NO_CONTENT);
    waiting.ask_again().await;
    let link = waiting.link().await;

    let changes = waiting.server.get(&at(&link, "changes"), "").await;

    assert_eq!(waiting.look(&link).await.json()["earlier"], 1);
    assert_eq!(changes.status, StatusCode::OK, "{:?}", changes.json());
    let told = changes.json();
    assert_eq!(told["items"][0]["comparison"]["type"], "text", "{told}");
    assert_eq!(
        (&told["items"][1]["place"], &told["items"][1]["comparison"]),
        (&json!(1), &Value::Null)
    );
    assert!(!told.to_string().contains("_id\""), "{told}");
    let now = waiting.server.get(&at(&link, "pictures/1"), "").await;
    let before = waiting.server.get(&at(&link, "pictures/1/before"), "").await;
    assert_eq!((now.status, before.status), (StatusCode::OK, StatusCode::OK));
    assert_ne!(now.body, before.body);
    let text = waiting.server.get(&at(&link, "pictures/0/before"), "").await;
    assert_eq!(text.status, StatusCode::NOT_FOUND);
    for path in ["changes", "pictures/1/before"] {
        assert_eq!(waiting.server.get(&at(&first, path), "").await.status, StatusCode::GONE);
        assert_eq!(waiting.server.get(&at("x", path), "").await.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_forged_expired_or_taken_back_opens_nothing() {
    let waiting = Waiting::of(1).await;
    let link = waiting.link().await;
    let approve = json!({"decision": "approve"});

    let mut bent = link.clone().into_bytes();
    bent[40] = if bent[40] == b'A' { b'B' } else { b'A' };
    let bent = String::from_utf8(bent).unwrap();
    for forged in [bent.as_str(), &link[..link.len() - 4], "x", &waiting.review] {
        assert_eq!(waiting.look(forged).await.status, StatusCode::NOT_FOUND, "{forged}");
        assert_eq!(waiting.decide(forged, &approve).await.status, StatusCode::NOT_FOUND);
    }

    waiting.run("UPDATE review_links SET expires_at = engine_now()").await;
    let expired = waiting.decide(&link, &approve).await;
    assert_eq!(
        (expired.status, &expired.json()["code"]),
        (StatusCode::GONE, &json!("link_expired"))
    );

    let taken_back = waiting.link().await;
    let path = format!("/api/v1/reviews/{}/links", waiting.review);
    let rows = waiting.server.get(&path, &waiting.cookie).await.json();
    assert_eq!(rows["items"].as_array().unwrap().len(), 1);
    let one = format!("{path}/{}", rows["items"][0]["id"].as_str().unwrap());
    let ended = waiting.server.json(Method::DELETE, &one, &waiting.cookie, &json!({})).await;
    assert_eq!(ended.status, StatusCode::NO_CONTENT);
    let gone = waiting.decide(&taken_back, &approve).await;
    assert_eq!((gone.status, &gone.json()["code"]), (StatusCode::GONE, &json!("link_revoked")));

    let left = waiting.link().await;
    waiting.run("UPDATE memberships SET role = 'viewer'").await;
    assert_eq!(waiting.decide(&left, &approve).await.status, StatusCode::GONE);
    assert_eq!(waiting.shown().await["end"], Value::Null);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_who_may_decide_makes_a_link_and_for_a_while() {
    let waiting = Waiting::of(1).await;
    let workspace = waiting.owner.workspace;
    let viewer = waiting.server.member(workspace, Role::Viewer).await;
    let runner = waiting.server.member(workspace, Role::Runner).await;
    let elsewhere = WorkspaceId(Uuid::now_v7());
    let mut conn = waiting.server.db.pool.acquire().await.unwrap();
    accounts::insert_workspace(&mut conn, elsewhere, "Elsewhere").await.unwrap();
    drop(conn);
    let stranger = waiting.server.member(elsewhere, Role::Owner).await;

    assert_eq!(waiting.make(&viewer, 24).await.status, StatusCode::FORBIDDEN);
    assert_eq!(waiting.make(&stranger, 24).await.status, StatusCode::NOT_FOUND);
    assert_eq!(waiting.make(&runner, 24).await.status, StatusCode::CREATED);
    for hours in [0, 721] {
        let refused = waiting.make(&waiting.cookie, hours).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let path = format!("/api/v1/reviews/{}/links", waiting.review);
    assert_eq!(waiting.server.get(&path, &stranger).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn links_of_one_person_count_as_that_person_once() {
    let waiting = Waiting::of(2).await;
    let (first, second) = (waiting.link().await, waiting.link().await);
    let approve = json!({"decision": "approve"});

    assert_eq!(waiting.look(&first).await.json()["approved"], Value::Null);

    assert_eq!(waiting.decide(&first, &approve).await.status, StatusCode::NO_CONTENT);
    let again = waiting.decide(&second, &approve).await;

    assert_eq!(
        (again.status, &again.json()["code"]),
        (StatusCode::CONFLICT, &json!("approved_before"))
    );
    for link in [first, second] {
        let seen = waiting.look(&link).await.json();
        assert_eq!(
            (&seen["approvals"], &seen["approved"]["by"]),
            (&json!(1), &json!("link of Ada"))
        );
        assert!(seen["approved"]["at"].as_i64().is_some_and(|at| at > 0), "{seen}");
    }
    assert_eq!(waiting.shown().await["end"], Value::Null);
}

#[tokio::test]
async fn guessing_links_is_limited() {
    let server = Server::start().await;
    let mut statuses = vec![];
    for guess in 0..62 {
        let path = format!("/api/v1/review-links/{guess}");
        statuses.push(server.get(&path, "").await.status);
    }

    assert!(statuses[..60].iter().all(|status| *status == StatusCode::NOT_FOUND));
    assert!(statuses[60..].iter().all(|status| *status == StatusCode::TOO_MANY_REQUESTS));
}
