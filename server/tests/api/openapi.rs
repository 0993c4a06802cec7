//! The API's description says what is mounted, no more and no less.

use std::collections::BTreeSet;

use crate::api::support::{Server, somewhere};
use axum::http::StatusCode;
use serde_json::{Value, json};
use server::rest::{
    self,
    routes::Access,
    shape::{Gives, Need},
};

async fn described() -> (Server, Value) {
    let server = Server::start().await;
    let reply = server.get("/api/openapi.json", "").await;
    assert_eq!(reply.status, StatusCode::OK);
    assert_eq!(reply.header("content-type"), "application/json");
    let document = reply.json();
    (server, document)
}

/// Every `$ref` in the document.
fn references<'a>(value: &'a Value, found: &mut BTreeSet<&'a str>) {
    match value {
        Value::Object(fields) => {
            found.extend(fields.get("$ref").and_then(Value::as_str));
            fields.values().for_each(|value| references(value, found));
        }
        Value::Array(items) => items.iter().for_each(|value| references(value, found)),
        _ => {}
    }
}

#[tokio::test]
async fn every_mounted_route_is_described_and_nothing_else() {
    let (_server, document) = described().await;

    let described: BTreeSet<(String, String)> = document["paths"]
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(path, methods)| {
            let methods = methods.as_object().unwrap().keys();
            methods.map(|method| (method.to_uppercase(), path.clone())).collect::<Vec<_>>()
        })
        .collect();

    let routes = rest::all();
    let mounted: BTreeSet<(String, String)> = routes
        .list()
        .iter()
        .map(|route| (route.method.to_string(), format!("/api/v1{}", route.path)))
        .collect();
    assert_eq!(described, mounted);
    assert_eq!(document["openapi"], "3.1.0");
}

#[tokio::test]
async fn every_route_says_what_it_does_takes_and_gives_and_who_may_call_it() {
    let (_server, document) = described().await;

    for route in rest::all().list() {
        let place = format!("{} {}", route.method, route.path);
        let method = route.method.as_str().to_lowercase();
        let operation = &document["paths"][format!("/api/v1{}", route.path)][method];
        assert!(route.says.ends_with('.') && operation["summary"] == route.says, "{place}");
        assert!(!matches!(route.shape.gives, Gives::Unsaid), "{place} does not say what it gives");
        if let Some((Need::Required, _)) = route.shape.body {
            let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
            assert!(schema["$ref"].is_string() || schema["type"] == "object", "{place} {schema}");
        }
        let open = operation["security"].as_array().unwrap().is_empty();
        assert_eq!(open, route.access == Access::Public, "{place}");
        let named = route.path.matches('{').count();
        let parameters = operation["parameters"].as_array().unwrap().iter();
        assert_eq!(parameters.filter(|one| one["in"] == "path").count(), named, "{place}");
    }
}

#[tokio::test]
async fn every_reference_leads_to_a_schema_and_operations_have_names_of_their_own() {
    let (_server, document) = described().await;
    let mut found = BTreeSet::new();

    references(&document, &mut found);

    assert!(found.contains("#/components/schemas/SavedTemplate"), "{found:?}");
    for reference in found {
        let target = document.pointer(reference.strip_prefix('#').unwrap());
        assert!(target.is_some(), "{reference} leads nowhere");
    }
    let paths = document["paths"].as_object().unwrap().values();
    let names: Vec<&Value> = paths
        .flat_map(|methods| methods.as_object().unwrap().values().map(|one| &one["operationId"]))
        .collect();
    let different: BTreeSet<String> = names.iter().map(|name| name.to_string()).collect();
    assert_eq!(names.len(), different.len());
}

#[tokio::test]
async fn the_reference_page_lists_every_route_without_a_script() {
    let (server, _) = described().await;

    let reply = server.get("/api", "").await;

    let page = String::from_utf8(reply.body.clone()).unwrap();
    assert_eq!(
        (reply.status, reply.header("content-type")),
        (StatusCode::OK, "text/html; charset=utf-8")
    );
    for route in rest::all().list() {
        assert!(page.contains(&format!("/api/v1{}", route.path)), "{} is missing", route.path);
    }
    assert!(page.contains("/api/openapi.json") && page.contains("NewTemplate"));
    assert!(page.contains("/api/schemas/steps.json"));
    assert!(!page.contains("<script") && !page.contains("https://"));
}

#[tokio::test]
async fn the_schema_of_step_files_is_served_to_everybody_as_it_is_kept() {
    let server = Server::start().await;

    let reply = server.get("/api/schemas/steps.json", "").await;

    let kept = include_str!("../../../docs/schemas/steps.json");
    assert_eq!((reply.status, reply.body.as_slice()), (StatusCode::OK, kept.as_bytes()));
    assert_eq!(reply.header("content-type"), "application/schema+json");
}

#[tokio::test]
async fn rel_s3_every_route_with_a_body_or_a_query_refuses_what_it_does_not_know() {
    let server = Server::start().await;
    let cookie = server.set_up().await;
    let unknown = json!({"nobody_asked": 1});
    // What else a decision may hold depends on which it is.
    let decision = json!({"decision": "reject", "reason": "No", "nobody_asked": 1});
    let mut asked = [0, 0];

    for route in rest::all().list() {
        let path = somewhere(route.path);
        let mut answers = vec![];
        if route.shape.body.is_some() {
            asked[0] += 1;
            let body = if path.ends_with("/decision") { &decision } else { &unknown };
            answers.push(server.json(route.method.clone(), &path, &cookie, body).await);
        }
        if route.shape.query.is_some() {
            asked[1] += 1;
            let path = format!("{path}?nobody_asked=1");
            answers.push(server.json(route.method.clone(), &path, &cookie, &json!({})).await);
        }
        for answer in answers {
            let told = String::from_utf8_lossy(&answer.body);
            let place = format!("{} {}: {} {told}", route.method, route.path, answer.status);
            assert!(answer.status.is_client_error() && told.contains("nobody_asked"), "{place}");
        }
    }
    assert!(asked[0] > 20 && asked[1] > 5, "{asked:?}");
}
