//! HTTP APIs as servers: connected by a document, called over HTTP, pinned like any other.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Json, Router,
    extract::{Path, Query},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use engine::tools::resolve;
use model::{
    mcp::{
        api::ApiDocument,
        form::ServerChange,
        server::{SecretHeader, SecretPlace, ServerForm, ServerKind, ServerView},
    },
    pages::LaunchRequest,
};
use outside::{
    mcp::{
        client::RmcpClient,
        port::{CallObserver, McpError, ToolAnswer, ToolContent, ToolRequest},
    },
    outbound::{OutboundClient, OutboundPolicy},
};
use serde_json::{Value, json};
use services::testing::world::World;
use store::error::EngineError;
use url::Url;

use super::{calling, create, form, servers::keep_secret};
use crate::engine::stub;

/// Hears nothing.
struct Deaf;

impl CallObserver for Deaf {
    fn progress(&self, _: f64, _: Option<f64>, _: Option<&str>) {}
    fn log(&self, _: &str, _: &str) {}
}

fn document() -> Value {
    let number = json!({"name": "number", "in": "query", "schema": {"type": "integer"}});
    let page = json!({"name": "page", "in": "query", "schema": {"type": "integer"}});
    let pet =
        json!({"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}});
    let status =
        json!({"name": "status", "in": "path", "required": true, "schema": {"type": "integer"}});
    json!({
        "openapi": "3.0.0",
        "info": {"title": "Pets"},
        "servers": [{"url": "/v1"}],
        "components": {"securitySchemes": {"key": {"type": "apiKey", "in": "query", "name": "key"}}},
        "paths": {
            "/pets": {
                "get": {"operationId": "listPets", "parameters": [page, number]},
                "post": {"operationId": "createPet", "requestBody": {"required": true, "content": {"application/json": {"schema": pet}}}},
            },
            "/fail/{status}": {"get": {"operationId": "fail", "parameters": [status]}},
        },
    })
}

async fn list(Query(query): Query<Value>) -> Response {
    match query["page"].as_str().unwrap_or("1") {
        "1" => ([("link", "</v1/pets?page=2>; rel=\"next\"")], Json(json!([query["key"]])))
            .into_response(),
        _ => Json(json!(["last"])).into_response(),
    }
}

async fn make(headers: HeaderMap, Json(pet): Json<Value>) -> Json<Value> {
    let header = |name: &str| headers.get(name).map(|value| value.to_str().unwrap().to_owned());
    Json(
        json!({"made": pet, "authorization": header("authorization"), "key": header("idempotency-key")}),
    )
}

async fn fail(Path(status): Path<u16>) -> Response {
    let status = StatusCode::from_u16(status).unwrap();
    let words = Json(json!({"message": format!("No, {status}.")}));
    (status, [("retry-after", "7"), ("location", "https://files.example/a")], words).into_response()
}

/// A workspace that may call an API whose document is this, and the document's address.
async fn world(shown: &Arc<Mutex<Value>>) -> (World, Url) {
    let shown = shown.clone();
    let router = Router::new()
        .route("/openapi.json", get(move || async move { Json(shown.lock().unwrap().clone()) }))
        .route("/v1/pets", get(list).post(make))
        .route("/v1/fail/{status}", get(fail))
        .route("/v1/other", post(make));
    let at = stub::serve(router).await;
    let url = Url::parse(&format!("http://{at}/openapi.json")).unwrap();
    let outbound = OutboundClient::new(OutboundPolicy::default().allow_url(&url)).unwrap();
    let mut world = World::new().await;
    world.change_deps(|deps| {
        deps.mcp = Arc::new(RmcpClient::new(outbound.clone(), outbound.clone()));
        deps.outbound = outbound;
    });
    keep_secret(&world, "own", "canary-5e1f", &at.to_string()).await;
    (world, url)
}

fn api(url: &Url) -> ServerForm {
    let secret =
        |name: &str, place| SecretHeader { name: name.to_owned(), secret: "own".to_owned(), place };
    ServerForm {
        kind: ServerKind::OpenApi,
        url: String::new(),
        document: Some(url.to_string()),
        headers: vec![
            secret("Authorization", SecretPlace::Basic),
            secret("key", SecretPlace::Query),
        ],
        ..form("pets")
    }
}

async fn call(world: &World, tool: &str, arguments: Value) -> Result<ToolAnswer, McpError> {
    let deps = &world.services.context().deps;
    let server = resolve(deps, &world.db.pool, world.owner.workspace, "pets").await;
    let server = server.unwrap_or_else(|_| panic!("no server"));
    let request = ToolRequest {
        tool: tool.to_owned(),
        arguments: arguments.as_object().unwrap().clone(),
        idempotency_key: "key-7".to_owned(),
        time_limit: Duration::from_secs(60),
    };
    deps.mcp.call_tool(&server.address, request, &Deaf).await
}

fn names(view: &ServerView) -> Vec<&str> {
    view.tools.iter().map(|tool| tool.definition.name.as_str()).collect()
}

#[tokio::test]
async fn an_api_is_connected_by_its_document_and_called() {
    let (world, url) = world(&Arc::new(Mutex::new(document()))).await;
    let tools = &world.services.tools;
    let looked_at = ApiDocument { document: url.to_string() };
    let offered = tools.preview_api(&world.owner, looked_at).await.unwrap();
    assert_eq!((offered.title.as_str(), offered.operations.len()), ("Pets", 3));

    let made = tools.register_server(&world.owner, api(&url)).await.unwrap();

    assert_eq!(made.url, Some(url.join("/v1").unwrap().to_string()));
    assert_eq!(made.document.as_deref(), Some(url.as_str()));
    assert_eq!(names(&made), ["create_pet", "fail", "list_pets"]);
    let read = call(&world, "list_pets", json!({})).await.unwrap();
    assert_eq!(read.structured, Some(json!(["canary-5e1f"])), "the first page alone");
    let read = call(&world, "list_pets", json!({"all_pages": true})).await.unwrap();
    assert_eq!(read.structured, Some(json!(["canary-5e1f", "last"])));
    let written = call(&world, "create_pet", json!({"name": "Tea"})).await.unwrap();
    let basic = "Basic Y2FuYXJ5LTVlMWY=";
    let want = json!({"made": {"name": "Tea"}, "authorization": basic, "key": "key-7"});
    assert_eq!(written.structured, Some(want));
    type IsSo = fn(&McpError) -> bool;
    let cases: [(u16, IsSo); 6] = [
        (401, |error| matches!(error, McpError::Unauthorized(_))),
        (429, |error| matches!(error, McpError::Limited(Some(wait), _) if wait.as_secs() == 7)),
        (404, |error| matches!(error, McpError::Tool(_))),
        (500, |error| matches!(error, McpError::Tool(_))),
        (502, |error| matches!(error, McpError::Gateway(_))),
        (301, |error| matches!(error, McpError::Protocol(_))),
    ];
    for (status, is_so) in cases {
        let failed = call(&world, "fail", json!({"status": status})).await.unwrap_err();
        assert!(is_so(&failed) && failed.to_string().contains("No, "), "{status}: {failed:?}");
    }
    let found = call(&world, "fail", json!({"status": 302})).await.unwrap();
    assert!(
        matches!(&found.content[..], [ToolContent::Link(to, _)] if to == "https://files.example/a")
    );
}

#[tokio::test]
async fn an_api_whose_document_changes_is_called_when_an_admin_accepts_it() {
    let shown = Arc::new(Mutex::new(document()));
    let (world, url) = world(&shown).await;
    let tools = &world.services.tools;
    let wrong = ServerForm { operations: vec!["list_pet".to_owned()], ..api(&url) };
    let refused = tools.register_server(&world.owner, wrong).await.unwrap_err().into_problem();
    assert_eq!(refused.errors[0].path.as_deref(), Some("operations[0]"));
    assert!(refused.errors[0].message.contains("list_pets"), "{refused:?}");
    let chosen = ServerForm { operations: vec!["list_pets".to_owned()], ..api(&url) };
    let made = tools.register_server(&world.owner, chosen).await.unwrap();
    assert_eq!(names(&made), ["list_pets"]);
    create(&world, "Reads", &calling("pets.list_pets")).await.unwrap();

    shown.lock().unwrap()["paths"]["/pets"]["get"]["description"] = "Now with cats.".into();
    let checked = tools.check_server(&world.owner, "pets").await.unwrap();

    assert_eq!(checked.health.unwrap().error, None);
    let drift = tools.list_drifts(&world.owner).await.unwrap().remove(0);
    assert!(drift.changes[0].contains("Now with cats."), "{drift:?}");
    let request = LaunchRequest::for_template(world.template("Reads").await);
    let launched = world.services.executions.launch(&world.owner, request).await;
    let refused = launched.map_err(EngineError::into_problem).unwrap_err();
    assert!(refused.errors[0].message.contains("Now with cats."), "{refused:?}");

    *shown.lock().unwrap() = json!("gone");
    let checked = tools.check_server(&world.owner, "pets").await.unwrap();
    assert!(checked.health.unwrap().error.is_some());
    assert_eq!(checked.tools.len(), 1, "what was read before stays");
    let pasted = ServerChange {
        document: Some("curl -d '{\"name\": \"Tea\"}' http://127.0.0.1/v1/other".to_owned()),
        operations: Some(vec![]),
        ..ServerChange::default()
    };
    let changed = tools.change_server(&world.owner, made.id.unwrap(), pasted).await.unwrap();
    assert_eq!((names(&changed), changed.document.as_deref()), (vec!["post_v1_other"], None));
}
