//! Comments over REST, and the news of them.

use axum::http::{Method, StatusCode};
use engine::exec::event_bus::BusEvent;
use model::access::Role;
use serde_json::{Value, json};

use crate::api::support::Server;

const ALL: &str = "/api/v1/comments";

async fn document(server: &Server, cookie: &str) -> Value {
    let made = server.post("/api/v1/documents", cookie, &json!({"title": "A brief"})).await;
    json!({"kind": "document", "id": made.json()["id"]})
}

async fn list(server: &Server, cookie: &str, subject: &Value, more: &str) -> Value {
    let id = subject["id"].as_str().unwrap();
    let reply = server.get(&format!("{ALL}?kind=document&id={id}{more}"), cookie).await;
    assert_eq!(reply.status, StatusCode::OK, "{:?}", reply.json());
    reply.json()["items"].clone()
}

#[tokio::test]
async fn a_thread_is_begun_answered_changed_resolved_and_deleted() {
    let server = Server::start().await;
    let cookie = server.set_up().await;
    let workspace = server.actor(&cookie).await.unwrap().workspace;
    let viewer = server.member(workspace, Role::Viewer).await;
    let subject = document(&server, &cookie).await;

    let begun = server.post(ALL, &viewer, &json!({"subject": subject, "text": " Ready? "})).await;

    assert_eq!(begun.status, StatusCode::CREATED, "{:?}", begun.json());
    let thread = begun.json();
    assert_eq!((&thread["subject"], &thread["resolution"]), (&subject, &Value::Null));
    let reply = json!({"thread_id": thread["id"], "text": "Yes"});
    let answered = server.post(ALL, &cookie, &reply).await.json();
    assert_eq!(answered["comments"][1]["text"], "Yes");
    let of = |place: usize| {
        let id = answered["comments"][place]["id"].as_str().unwrap();
        format!("{ALL}/{id}")
    };
    let change = json!({"text": "Is it ready?"});
    let changed = server.json(Method::PUT, &of(0), &viewer, &change).await.json();
    assert_eq!(changed["comments"][0]["text"], "Is it ready?");
    assert!(!changed["comments"][0]["edited_at"].is_null());
    let others = server.json(Method::PUT, &of(1), &viewer, &change).await;
    assert_eq!(
        (others.status, &others.json()["code"]),
        (StatusCode::FORBIDDEN, &json!("not_author"))
    );
    let others = server.json(Method::DELETE, &of(1), &viewer, &json!({})).await;
    assert_eq!(others.status, StatusCode::FORBIDDEN);

    let resolved = server.post(&format!("{}/resolve", of(1)), &viewer, &json!({})).await.json();
    assert_eq!(resolved["resolution"]["by"], "Member");
    let late = server.post(ALL, &cookie, &reply).await;
    assert_eq!(
        (late.status, &late.json()["code"]),
        (StatusCode::CONFLICT, &json!("thread_resolved"))
    );
    assert_eq!(list(&server, &cookie, &subject, "&state=open").await, json!([]));
    let over = list(&server, &cookie, &subject, "&state=resolved").await;
    assert_eq!(over.as_array().unwrap().len(), 1);
    let reopened = server.post(&format!("{}/reopen", of(0)), &cookie, &json!({})).await.json();
    assert_eq!(reopened["resolution"], Value::Null);
    for place in [0, 1] {
        // The owner deletes anybody's.
        let gone = server.json(Method::DELETE, &of(place), &cookie, &json!({})).await;
        assert_eq!(gone.status, StatusCode::NO_CONTENT);
    }
    assert_eq!(list(&server, &cookie, &subject, "").await, json!([]));
    assert_eq!(server.post(ALL, &cookie, &reply).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_cannot_be_said_is_refused_with_its_field() {
    let server = Server::start().await;
    let cookie = server.set_up().await;
    let subject = document(&server, &cookie).await;

    for (text, code) in [
        (" ".to_owned(), "required"),
        ("a\u{202e}b".to_owned(), "bad_text"),
        ("a\u{7}b".to_owned(), "bad_text"),
        ("x".repeat(10_001), "too_long"),
    ] {
        let said = server.post(ALL, &cookie, &json!({"subject": subject, "text": text})).await;
        assert_eq!(said.status, StatusCode::UNPROCESSABLE_ENTITY, "{code}");
        let error = &said.json()["errors"][0];
        assert_eq!((&error["code"], &error["path"]), (&json!(code), &json!("text")));
    }
    let script = "<script>alert(1)</script> <img src=x onerror=alert(1)>";
    let said = server.post(ALL, &cookie, &json!({"subject": subject, "text": script})).await;
    assert_eq!(said.json()["comments"][0]["text"], script, "it is kept, and shown as words");
    for body in [
        json!({"text": "nowhere"}),
        json!({"text": "twice", "subject": subject, "thread_id": said.json()["id"]}),
        json!({"text": "no step", "subject": {"kind": "document", "id": subject["id"], "node_id": "a"}}),
        json!({"text": "no kind", "subject": {"kind": "image", "id": subject["id"]}}),
    ] {
        let refused = server.post(ALL, &cookie, &body).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{body}");
    }
    let id = subject["id"].as_str().unwrap();
    for query in ["", "kind=image&id=1", "kind=document", &format!("kind=document&id={id}&limit=x")]
    {
        let refused = server.get(&format!("{ALL}?{query}"), &cookie).await;
        assert!(refused.status.is_client_error(), "{query}: {}", refused.status);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_process_that_listens_hears_that_there_are_new_comments() {
    let server = Server::start().await;
    let cookie = server.set_up().await;
    let owner = server.actor(&cookie).await.unwrap();
    let mut news = server.services.context().bus.subscribe();
    let worker = server.worker();
    // What listens says so at first.
    while news.next().await.unwrap() != BusEvent::Missed {}
    let subject = document(&server, &cookie).await;

    server.post(ALL, &cookie, &json!({"subject": subject, "text": "Ready?"})).await;

    while news.next().await.unwrap() != BusEvent::Comments(owner.workspace) {}
    worker.stop().await;
    let seen = server.services.overview.attention(&owner).await.unwrap();
    assert_eq!(seen.comment_revision, 1);
}
