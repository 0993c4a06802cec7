//! Who has the editor of a template open is known to the others there, and so is what they save.

use std::time::Duration;

use crate::api::support::{Server, from_page};
use axum::{
    body::{Body, BodyDataStream},
    http::{Method, Request, StatusCode},
};
use futures::StreamExt;
use model::{
    access::Role,
    id::TemplateId,
    pages::{BuilderPage, DraftNews, OtherEditor},
};
use serde_json::json;
use tokio::time::{Instant, timeout_at};

const PATIENCE: Duration = Duration::from_secs(300);

/// A tab with the editor of a template.
struct Tab(BodyDataStream, String);

impl Tab {
    async fn open(server: &Server, cookie: &str, template: TemplateId) -> Self {
        let answer = server.open(request(cookie, template)).await;
        assert_eq!(answer.status(), StatusCode::OK);
        Self(answer.into_body().into_data_stream(), String::new())
    }

    /// Reads until news of the draft come that are what is waited for.
    async fn until(&mut self, so: impl Fn(&DraftNews) -> bool) -> DraftNews {
        let deadline = Instant::now() + PATIENCE;
        loop {
            while let Some(end) = self.1.find("\n\n") {
                let message: String = self.1.drain(..end + 2).collect();
                if !message.contains("event: draft\n") {
                    continue;
                }
                let data = message.lines().find_map(|line| line.strip_prefix("data: ")).unwrap();
                let news: DraftNews = serde_json::from_str(data).unwrap();
                if so(&news) {
                    return news;
                }
            }
            let bytes = timeout_at(deadline, self.0.next()).await.expect("news come in time");
            let bytes = bytes.expect("the stream goes on").unwrap();
            self.1.push_str(std::str::from_utf8(&bytes).unwrap());
        }
    }
}

fn request(cookie: &str, template: TemplateId) -> Request<Body> {
    let path = format!("/api/v1/stream?editing={template}");
    from_page(Method::GET, &path, cookie).body(Body::empty()).unwrap()
}

async fn started(server: &Server, cookie: &str) -> BuilderPage {
    let made = server.post("/api/fn/start_workflow", cookie, &json!({})).await.json();
    let page = server.post("/api/fn/load_builder", cookie, &json!({ "id": made["id"] })).await;
    serde_json::from_value(page.json()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_edits_a_draft_knows_who_else_does_and_what_they_saved() {
    let server = Server::start().await;
    let cookie = server.set_up().await;
    let owner = server.actor(&cookie).await.unwrap();
    let colleague = server.member(owner.workspace, Role::Editor).await;
    let page = started(&server, &cookie).await;
    // Listens to the database.
    let worker = server.worker();
    let one = |name: &str, own| [OtherEditor { name: name.to_owned(), own, picture: None }];

    let mut own = Tab::open(&server, &cookie, page.id).await;
    let first = own.until(|_| true).await;
    assert_eq!((first.draft_revision, first.others), (1, vec![]));

    let mut other = Tab::open(&server, &colleague, page.id).await;
    other.until(|news| news.others == one("Ada", false)).await;
    own.until(|news| news.others == one("Member", false)).await;

    let mut moved = page.workflow.clone();
    moved.description = "Changed".to_owned();
    let draft = json!({ "template_id": page.id, "draft_revision": 1, "workflow": moved });
    server.post("/api/fn/save_draft", &cookie, &json!({ "draft": draft })).await;
    other.until(|news| news.draft_revision == 2).await;
    let latest =
        server.post("/api/fn/load_latest_draft", &colleague, &json!({ "id": page.id })).await;
    assert_eq!(latest.json()["workflow"]["description"], "Changed");

    drop(other);
    own.until(|news| news.others.is_empty()).await;
    let _same = Tab::open(&server, &cookie, page.id).await;
    own.until(|news| news.others == one("Ada", true)).await;
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_editor_whose_process_was_killed_is_forgotten() {
    let server = Server::start().await;
    let cookie = server.set_up().await;
    let page = started(&server, &cookie).await;
    let killed = Tab::open(&server, &cookie, page.id).await;
    let mut tab = Tab::open(&server, &cookie, page.id).await;
    tab.until(|news| news.others.len() == 1).await;

    // Nobody refreshes what a killed process left behind.
    sqlx::query("UPDATE draft_editors SET seen_at = seen_at - interval '1 hour'")
        .execute(&server.db.pool)
        .await
        .unwrap();
    let mut next = Tab::open(&server, &cookie, page.id).await;

    assert_eq!(next.until(|_| true).await.others, []);
    drop(killed);
}

#[tokio::test(flavor = "multi_thread")]
async fn rel_s2_nobody_edits_where_they_may_not_or_what_is_not_theirs() {
    let server = Server::start().await;
    let cookie = server.set_up().await;
    let owner = server.actor(&cookie).await.unwrap();
    let viewer = server.member(owner.workspace, Role::Viewer).await;
    let neighbour = server.neighbour().await;
    let page = started(&server, &cookie).await;
    let mut tab = Tab::open(&server, &cookie, page.id).await;

    assert_eq!(server.status(request(&viewer, page.id)).await, StatusCode::FORBIDDEN);
    assert_eq!(server.status(request(&neighbour, page.id)).await, StatusCode::NOT_FOUND);

    assert_eq!(tab.until(|_| true).await.others, []);
}
