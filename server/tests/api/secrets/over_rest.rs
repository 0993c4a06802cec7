//! Secrets over the API: set, named, never read back.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::api::support::Server;

const ALL: &str = "/api/v1/secrets";
const ONE: &str = "/api/v1/secrets/shop_key";

#[tokio::test]
async fn rel_s10_a_secret_is_set_and_named_but_never_given_back() {
    let server = Server::start().await;
    let cookie = server.set_up().await;
    let form = json!({ "value": "sk-canary-1", "hosts": ["API.example.com"] });

    let created = server.json(Method::PUT, ONE, &cookie, &form).await;
    let replaced = server.json(Method::PUT, ONE, &cookie, &form).await;
    let listed = server.get(ALL, &cookie).await;
    let one = server.get(ONE, &cookie).await;

    assert_eq!(created.status, StatusCode::CREATED, "{:?}", created.json());
    assert_eq!(replaced.status, StatusCode::NO_CONTENT);
    assert_eq!(listed.json()["items"].as_array().unwrap().len(), 1);
    assert_eq!(one.json()["hosts"], json!(["api.example.com"]));
    assert_eq!(one.json()["last_used_at"], Value::Null);
    for reply in [created, replaced, listed, one] {
        assert!(!String::from_utf8_lossy(&reply.body).contains("canary"));
    }
    let deleted = server.json(Method::DELETE, ONE, &cookie, &Value::Null).await;
    assert_eq!(deleted.status, StatusCode::NO_CONTENT);
    assert_eq!(server.get(ONE, &cookie).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_secret_that_cannot_be_kept_is_told_by_field() {
    let server = Server::start().await;
    let cookie = server.set_up().await;

    let form = json!({ "value": "", "hosts": ["https://example.com/path"] });
    let reply = server.json(Method::PUT, "/api/v1/secrets/Shop%20Key", &cookie, &form).await;

    assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
    let errors = reply.json()["errors"].clone();
    for path in ["/api/v1/secrets/%00", "/api/v1/secrets/Shop%20Key"] {
        let reply = server.json(Method::DELETE, path, &cookie, &Value::Null).await;
        assert_eq!(reply.status, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(server.get(path, &cookie).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    let paths: Vec<_> = errors.as_array().unwrap().iter().map(|error| &error["path"]).collect();
    assert_eq!(paths, ["name", "value", "hosts[0]"]);
}
