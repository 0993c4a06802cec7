//! Webhooks and deliveries over the API.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use super::support::Server;

#[tokio::test]
async fn a_webhook_is_added_changed_and_deleted_and_its_address_is_never_read_back() {
    let server = Server::start().await;
    let cookie = server.set_up().await;
    let form = |name: &str, kind: &str, url: Value| json!({ "name": name, "kind": kind, "url": url, "events": ["invitation"] });
    let url = json!("https://hooks.example.com/canary");

    let added = server.post("/api/v1/webhooks", &cookie, &form("Team", "generic", url)).await;
    assert_eq!(added.status, StatusCode::CREATED, "{:?}", added.json());
    assert!(added.json()["secret"].as_str().unwrap().starts_with("whsec_"));
    let path = format!("/api/v1/webhooks/{}", added.json()["id"].as_str().unwrap());
    let changed = form("Office", "generic", Value::Null);
    let changed = server.json(Method::PUT, &path, &cookie, &changed).await;
    assert_eq!(changed.json(), json!({ "id": added.json()["id"], "secret": null }));

    let listed = server.get("/api/v1/webhooks", &cookie).await.json();
    assert_eq!(listed["items"][0]["name"], "Office");
    assert_eq!(listed["items"][0]["host"], "hooks.example.com");
    assert!(!listed.to_string().contains("canary"), "{listed}");
    let invite = json!({ "emails": ["ben@example.org"], "role": "viewer" });
    server.post("/api/v1/invitations", &cookie, &invite).await;
    server.services.notices.dispatch().await.unwrap();
    let told = server.get("/api/v1/deliveries", &cookie).await.json();
    let told = &told["items"][0];
    assert_eq!((&told["receiver"], &told["state"]), (&json!("Office"), &json!("waiting")));
    let retry = format!("/api/v1/deliveries/{}/retry", told["id"].as_str().unwrap());
    assert_eq!(server.post(&retry, &cookie, &json!({})).await.status, StatusCode::NO_CONTENT);

    let deleted = server.json(Method::DELETE, &path, &cookie, &json!({})).await;
    assert_eq!(deleted.status, StatusCode::NO_CONTENT);
    assert_eq!(server.get("/api/v1/webhooks", &cookie).await.json()["items"], json!([]));
}
