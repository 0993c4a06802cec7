//! Members and invitations over HTTP.

use crate::api::support::{ORIGIN, PASSWORD, Server, from_page};
use axum::{
    body::Body,
    http::{Method, StatusCode},
};
use serde_json::{Value, json};

/// Invites an address as the owner; where the link leads.
async fn invite(server: &Server, owner: &str, email: &str) -> String {
    let form = json!({ "emails": [email], "role": "editor" });
    let reply = server.post("/api/v1/invitations", owner, &form).await;
    assert_eq!(reply.status, StatusCode::CREATED, "{:?}", reply.json());
    reply.json()["items"][0]["path"].as_str().unwrap().to_owned()
}

fn joining() -> Value {
    json!({ "name": "Ben", "password": PASSWORD })
}

#[tokio::test]
async fn a_link_is_opened_and_joined_by_over_http_and_its_pages_say_how_it_stands() {
    let server = Server::start().await;
    let owner = server.set_up().await;
    let link = invite(&server, &owner, "ben@example.org").await;
    let call = format!("/api/v1{link}");

    assert_eq!(server.get(&link, "").await.status, StatusCode::OK);
    let shown = server.get(&call, "").await.json();
    assert_eq!(shown["way"]["kind"], "new_account");
    assert_eq!(
        (&shown["email"], &shown["workspace"]),
        (&json!("ben@example.org"), &json!("Studio"))
    );
    let joined = server.post(&call, "", &joining()).await;

    assert_eq!(joined.status, StatusCode::CREATED, "{:?}", joined.json());
    assert_eq!(joined.json()["role"], "editor");
    let ben = server.actor(&joined.cookie()).await.unwrap();
    assert_eq!(server.get(&link, "").await.status, StatusCode::GONE);
    assert_eq!(server.get("/join/nothing", "").await.status, StatusCode::NOT_FOUND);
    let members = server.get("/api/v1/members?q=ben&role=editor", &owner).await.json();
    assert_eq!(members["items"][0]["user_id"], ben.user.to_string());
    assert!(members["items"][0]["last_seen_at"].is_i64() && members["next_cursor"].is_null());
}

#[tokio::test]
async fn the_session_somebody_joins_with_takes_the_place_of_the_one_before() {
    let server = Server::start().await;
    let owner = server.set_up().await;
    let link = invite(&server, &owner, "ben@example.org").await;
    let first = server.post(&format!("/api/v1{link}"), "", &joining()).await.cookie();
    let ben = server.actor(&first).await.unwrap().user;
    let left = server.post("/api/v1/members/leave", &first, &json!({})).await;
    assert_eq!(left.status, StatusCode::NO_CONTENT, "{:?}", left.json());
    let link = invite(&server, &owner, "ben@example.org").await;

    // Whoever is signed in with the address needs no password.
    let shown = server.get(&format!("/api/v1{link}"), &first).await.json();
    let second = server.post(&format!("/api/v1{link}"), &first, &json!({})).await;

    assert_eq!(shown["way"]["kind"], "signed_in");
    assert_eq!(second.status, StatusCode::CREATED, "{:?}", second.json());
    assert_eq!(server.actor(&second.cookie()).await.unwrap().user, ben);
    assert!(server.actor(&first).await.is_none());
    let link = invite(&server, &owner, "cleo@example.org").await;
    let other = server.post(&format!("/api/v1{link}"), &second.cookie(), &joining()).await;
    assert_eq!(
        (other.status, other.json()["code"].as_str()),
        (StatusCode::CONFLICT, Some("signed_in_as_other"))
    );
}

#[tokio::test]
async fn too_many_invitations_are_told_when_there_may_be_more() {
    let server = Server::start().await;
    let owner = server.set_up().await;
    let form = |from: usize| {
        let emails: Vec<String> = (from..from + 100).map(|n| format!("p{n}@example.org")).collect();
        json!({ "emails": emails, "role": "viewer" })
    };
    for from in [0, 100] {
        let reply = server.post("/api/v1/invitations", &owner, &form(from)).await;
        assert_eq!(reply.status, StatusCode::CREATED);
    }

    let refused = server.post("/api/v1/invitations", &owner, &form(200)).await;

    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(refused.header("retry-after").parse::<u64>().unwrap() > 3_000, "{refused:?}");
    let listed = server.get("/api/v1/invitations?limit=200", &owner).await.json();
    assert_eq!(listed["items"].as_array().unwrap().len(), 200);
    assert!(listed["items"][0].get("token_hash").is_none());
}

#[tokio::test]
async fn a_foreign_page_accepts_nothing() {
    let server = Server::start().await;
    let owner = server.set_up().await;
    let link = invite(&server, &owner, "ben@example.org").await;

    let request = from_page(Method::POST, &format!("/api/v1{link}"), "")
        .header("content-type", "application/json")
        .body(Body::from(joining().to_string()));
    let mut request = request.unwrap();
    let foreign = ORIGIN.replace("127.0.0.1", "evil.example");
    request.headers_mut().insert("origin", foreign.parse().unwrap());
    request.headers_mut().insert("sec-fetch-site", "cross-site".parse().unwrap());

    assert_eq!(server.send(request).await.status, StatusCode::FORBIDDEN);
    assert_eq!(
        server.post(&format!("/api/v1{link}"), "", &joining()).await.status,
        StatusCode::CREATED
    );
}
