//! API tokens of members: who makes them, what they may do, and who ends them.

use axum::{
    body::Body,
    http::{Method, StatusCode, header},
};
use model::access::Role;
use serde_json::{Value, json};

use crate::api::support::{Reply, Server, by_program, somewhere};

const TOKENS: &str = "/api/v1/tokens";

/// Makes a token; its id and its key.
async fn make(server: &Server, cookie: &str, form: Value) -> (String, String) {
    let made = server.post(TOKENS, cookie, &form).await;
    assert_eq!(made.status, StatusCode::CREATED, "{:?}", made.json());
    let made = made.json();
    let text = |name: &str| made[name].as_str().unwrap().to_owned();
    (text("id"), text("token"))
}

/// A call as a program makes it.
async fn call(server: &Server, key: &str, method: Method, path: &str, body: Value) -> Reply {
    let request = by_program(method, path, key).header(header::CONTENT_TYPE, "application/json");
    server.send(request.body(Body::from(body.to_string())).unwrap()).await
}

async fn names(server: &Server, cookie: &str) -> Vec<String> {
    let listed = server.get(TOKENS, cookie).await.json();
    let name = |token: &Value| token["name"].as_str().unwrap().to_owned();
    listed.as_array().unwrap().iter().map(name).collect()
}

#[tokio::test]
async fn members_make_tokens_for_themselves_and_admins_see_and_end_all() {
    let server = Server::start().await;
    let owner = server.set_up().await;
    let actor = server.actor(&owner).await.unwrap();
    let viewer = server.member(actor.workspace, Role::Viewer).await;
    let runner = server.member(actor.workspace, Role::Runner).await;
    let admin = server.member(actor.workspace, Role::Admin).await;

    let (own, _) = make(&server, &viewer, json!({ "name": "mine", "role": "viewer" })).await;
    let (other, key) = make(&server, &runner, json!({ "name": "theirs", "role": "runner" })).await;
    let above = server.post(TOKENS, &viewer, &json!({ "name": "x", "role": "runner" })).await;
    let by_token =
        call(&server, &key, Method::POST, TOKENS, json!({ "name": "x", "role": "viewer" })).await;

    assert_eq!(above.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(above.json()["errors"][0]["path"], "role");
    assert_eq!(by_token.status, StatusCode::FORBIDDEN);
    assert_eq!(by_token.json()["code"], "person_needed", "a token makes no token");
    assert_eq!(names(&server, &viewer).await, ["mine"]);
    assert_eq!(names(&server, &admin).await, ["theirs", "mine"]);
    let revoke = async |cookie: &str, id: &str| {
        let path = format!("{TOKENS}/{id}");
        server.json(Method::DELETE, &path, cookie, &json!({})).await.status
    };
    assert_eq!(revoke(&viewer, &other).await, StatusCode::NOT_FOUND);
    assert_eq!(revoke(&viewer, &own).await, StatusCode::NO_CONTENT);
    assert_eq!(revoke(&admin, &other).await, StatusCode::NO_CONTENT);
    let after = call(&server, &key, Method::GET, "/api/v1/session", json!({})).await;
    assert_eq!(after.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_token_stays_within_its_scope_whatever_its_role() {
    let server = Server::start().await;
    let owner = server.set_up().await;
    let actor = server.actor(&owner).await.unwrap();
    let id = server.launch(&actor).await;
    let form = |scope: &str| json!({ "name": scope, "role": "owner", "scope": scope });
    let (_, reads) = make(&server, &owner, form("read")).await;
    let (_, launches) = make(&server, &owner, form("launch")).await;
    let (_, does_all) = make(&server, &owner, form("full")).await;
    let executions = "/api/v1/workflows/executions";
    let pause = format!("{executions}/{id}/pause");
    let resume = format!("{executions}/{id}/resume");
    let presets = somewhere("/workflows/templates/{id}/presets");
    let preset = somewhere("/workflows/templates/{id}/presets/{preset}");
    let calls = [
        (Method::GET, executions, json!({})),
        (Method::GET, "/api/v1/audit", json!({})),
        (Method::POST, executions, json!({})),
        (Method::POST, pause.as_str(), json!({})),
        (Method::POST, resume.as_str(), json!({})),
        (Method::POST, presets.as_str(), json!({ "name": "Spring", "parameters": {} })),
        (Method::PUT, preset.as_str(), json!({ "name": "Spring" })),
        (Method::DELETE, preset.as_str(), json!({})),
        (Method::POST, "/api/v1/projects", json!({ "name": "Mine" })),
        (Method::GET, "/api/v1/secrets", json!({})),
        (Method::GET, TOKENS, json!({})),
    ];

    for (key, allowed) in [(&reads, 2), (&launches, 3), (&does_all, calls.len())] {
        for (at, (method, path, body)) in calls.iter().enumerate() {
            let reply = call(&server, key, method.clone(), path, body.clone()).await;
            let refused = reply.status == StatusCode::FORBIDDEN;
            assert_eq!(refused, at >= allowed, "{method} {path} {}", reply.status);
            assert!(!refused || reply.json()["code"] == "token_scope", "{:?}", reply.json());
        }
    }
}

#[tokio::test]
async fn a_person_has_at_most_fifty_tokens_and_others_as_many() {
    let server = Server::start().await;
    let owner = server.set_up().await;
    let actor = server.actor(&owner).await.unwrap();
    let viewer = server.member(actor.workspace, Role::Viewer).await;
    let form = || json!({ "name": "ci", "role": "viewer" });
    let (first, _) = make(&server, &viewer, form()).await;
    for _ in 1..50 {
        make(&server, &viewer, form()).await;
    }

    let more = server.post(TOKENS, &viewer, &form()).await;
    assert_eq!(
        (more.status, &more.json()["code"]),
        (StatusCode::CONFLICT, &json!("too_many_tokens"))
    );
    make(&server, &owner, form()).await;
    let path = format!("{TOKENS}/{first}");
    server.json(Method::DELETE, &path, &viewer, &json!({})).await;
    make(&server, &viewer, form()).await;
}
