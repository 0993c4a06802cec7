//! Two workspaces on one server, both full: whoever asks one for what is the other's is told what is
//! told of an id that nobody has, byte for byte. The routes are those of `access.txt`.

mod functions;
pub mod tenant;

use crate::api::support::Server;
use axum::{
    body::Body,
    http::{Method, StatusCode},
};
use serde_json::{Value, json};
use tenant::{Ids, Tenant, call, image_body, said};
use uuid::Uuid;

/// A body with which the route would do something, were the id one's own.
fn body(method: &Method, path: &str, ids: &Ids) -> Value {
    let last = path.rsplit('/').next().unwrap();
    match (method.as_str(), last) {
        ("POST", "retry-node" | "skip-node") => json!({ "node_id": "write" }),
        ("POST", "edit-node") => json!({ "node_id": "write", "config": { "prompt": "x" } }),
        ("POST", "auto-run") => json!({ "on": true }),
        ("POST", "breakpoints") => json!({ "nodes": ["write"] }),
        ("POST", "budget") => json!({ "budget": 1_000_000 }),
        ("POST", "decision") => json!({ "decision": "reject", "reason": "No." }),
        ("POST", "reassign") => json!({ "reviewers": "runners" }),
        ("POST", "external-refs") => json!({ "kind": "issue", "id": "42" }),
        ("POST", "archive") => json!({ "archived": true }),
        ("PUT", "enabled") => json!({ "enabled": false, "reason": "Mine" }),
        ("POST", "links") => json!({ "hours": 24 }),
        ("POST", "answer") => {
            json!({ "job_id": Uuid::now_v7(), "question": 1, "answer": "again" })
        }
        ("POST", "attachments") => json!({ "image_ids": [ids["images"]] }),
        ("POST", "presets") | ("PUT", "{preset}") => json!({ "name": "Mine" }),
        ("PUT", "project") => json!({ "project_id": ids["projects"] }),
        ("PUT", "{user}") => json!({ "role": "viewer" }),
        ("PUT", "{image}") => json!({ "caption": "Mine" }),
        ("PUT", "{id}") if path.contains("comments") => json!({ "text": "Mine" }),
        ("PUT", "{id}") if path.contains("agents") => {
            json!({ "name": "Mine", "definition": { "instructions": "Write." } })
        }
        ("PUT", "{id}") if path.contains("images") => json!({ "alt": "Mine" }),
        ("PUT", "{id}") if path.contains("projects") => json!({ "name": "Mine" }),
        ("PUT", "{id}") if path.contains("documents") => json!({ "revision": 1, "title": "Mine" }),
        ("PUT", "{id}") if path.contains("webhooks") => {
            json!({ "name": "Mine", "kind": "slack", "events": ["budget"] })
        }
        ("PUT", "{id}") if path.contains("budgets") => json!({ "micros": 1_000_000 }),
        ("PUT", "{id}") => json!({ "draft_revision": 1, "name": "Mine" }),
        _ => json!({}),
    }
}

/// The placeholders of a path that name something of a workspace: where they stand and what they name.
pub fn named(path: &str) -> Vec<(usize, &'static str)> {
    const PLACES: [&str; 23] = [
        "executions",
        "templates",
        "presets",
        "documents",
        "images",
        "projects",
        "comments",
        "reviews",
        "sessions",
        "tokens",
        "uploads",
        "artifacts",
        "files",
        "links",
        "secrets",
        "prices",
        "invitations",
        "compare",
        "workspaces",
        "mcp-servers",
        "agents",
        "webhooks",
        "deliveries",
    ];
    let words: Vec<&str> = path.split('/').collect();
    let is_name = |place: usize| words[place].starts_with('{');
    let places = (1..words.len()).filter(|place| is_name(*place)).filter_map(|place| {
        let before = words[place - 1];
        match before {
            "attachments" => Some((place, "images")),
            // Versions of documents and templates have numbers, nodes and providers names; neither is
            // an id.
            "compare" if path.contains("versions") && !path.contains("artifacts") => None,
            "versions" | "steps" | "nodes" | "breakpoints" | "providers" => None,
            "stuck" => Some((place, "executions")),
            "members" => Some((place, "people")),
            _ => {
                let known = PLACES.into_iter().find(|known| *known == before);
                Some((place, known.unwrap_or_else(|| panic!("{path}: what is after {before}?"))))
            }
        }
    });
    places.collect()
}

/// Mounted routes that name something, but `public` ones: what opens those is the secret in them.
fn routes() -> Vec<(Method, &'static str)> {
    let lines = include_str!("../access.txt").lines().filter(|line| !line.starts_with('#'));
    let words = lines.map(|line| line.split_whitespace().collect::<Vec<_>>());
    let routes = words.filter_map(|words| match words[..] {
        [method, path, role] if role != "public" && path.contains('{') => {
            Some((method.parse().unwrap(), path))
        }
        _ => None,
    });
    // Whoever sets a secret or a price of a name that is free makes one.
    let makes = ["/secrets/{name}", "/providers/{provider}/prices/{model}"];
    routes.filter(|(method, path)| method != Method::PUT || !makes.contains(path)).collect()
}

/// The path with each placeholder filled: the named ones as `of` says, the others with what fits.
pub fn filled(path: &str, of: impl Fn(usize) -> Option<String>) -> String {
    let fill = |(place, word): (usize, &str)| match word {
        _ if !word.starts_with('{') => word.to_owned(),
        "{node}" => "write".to_owned(),
        "{provider}" => "openai".to_owned(),
        _ => of(place).unwrap_or_else(|| "1".to_owned()),
    };
    let words: Vec<String> = path.split('/').enumerate().map(fill).collect();
    let query = match path {
        "/documents/{id}/files" => "?name=dot.png",
        "/agents/{id}/diff" => "?from=1&to=1",
        "/workflows/executions/{id}/external-refs" => "?kind=issue&id=42",
        _ => "",
    };
    format!("{}{query}", words.join("/"))
}

fn nobodys(what: &str) -> String {
    match what {
        "secrets" | "prices" => format!("key_{}", Uuid::now_v7().simple()),
        _ => Uuid::now_v7().to_string(),
    }
}

#[tokio::test]
async fn rel_s2_every_route_tells_of_anothers_id_what_it_tells_of_nobodys() {
    let server = Server::start().await;
    let first = server.set_up().await;
    let other = Tenant::fill(&server, first).await;
    let neighbour = server.neighbour().await;
    let own = Tenant::fill(&server, neighbour).await;
    let mut wrong = vec![];
    let mut calls = 0;

    for (method, path) in routes() {
        let places = named(path);
        // With the first id another's, and with one's own first id and another's further in.
        for from in 0..places.len() {
            let with = |strange: &dyn Fn(&str) -> String| {
                filled(path, |place| {
                    let at = places.iter().position(|(known, _)| *known == place)?;
                    let what = places[at].1;
                    Some(if at < from { own.ids[what].clone() } else { strange(what) })
                })
            };
            let theirs = with(&|what| other.ids[what].clone());
            let nobodys = with(&|what| nobodys(what));
            let body = || match path {
                "/documents/{id}/files" => image_body(),
                _ => Body::from(body(&method, path, &own.ids).to_string()),
            };
            let told = call(&server, &method, &theirs, &own.cookie, body()).await;
            let nothing = call(&server, &method, &nobodys, &own.cookie, body()).await;
            calls += 1;
            if told.status != StatusCode::NOT_FOUND
                || told.body != nothing.body
                || told.status != nothing.status
            {
                wrong.push(format!(
                    "{method} {theirs}: {} {} but of nobody's: {} {}",
                    told.status,
                    String::from_utf8_lossy(&told.body),
                    nothing.status,
                    String::from_utf8_lossy(&nothing.body),
                ));
            }
        }
    }

    assert!(calls > 70, "only {calls} calls were made");
    assert!(wrong.is_empty(), "{} of {calls}:\n{}", wrong.len(), wrong.join("\n"));
    untouched(&server, &other).await;
}

/// What every call was aimed at is there, as it was.
async fn untouched(server: &Server, tenant: &Tenant) {
    let ids = &tenant.ids;
    for path in [
        format!("/images/{}/content", ids["images"]),
        format!("/images/{}/thumbnail", ids["images"]),
        format!("/documents/{}/files/{}", ids["documents"], ids["files"]),
        format!("/workflows/executions/{}/files/{}", ids["executions"], ids["files"]),
        format!("/workflows/executions/{}/files/{}/thumbnail", ids["executions"], ids["files"]),
        format!("/documents/{}/export", ids["documents"]),
        format!("/reviews/{}", ids["reviews"]),
        format!("/secrets/{}", ids["secrets"]),
        format!("/projects/{}", ids["projects"]),
        format!("/artifacts/{}/lineage", ids["artifacts"]),
    ] {
        let reply = server.get(&format!("/api/v1{path}"), &tenant.cookie).await;
        assert_eq!(reply.status, StatusCode::OK, "{path} {:?}", reply.json());
    }
    let document = tenant.get(server, &format!("/documents/{}", ids["documents"])).await;
    assert_eq!(document["title"], "A brief", "{document}");
}

/// Requests of a tenant in whose body or query these ids stand.
fn requests_that_name(own: &Ids, ids: &Ids) -> Vec<(&'static str, String, Value)> {
    let (document, template) = (&own["documents"], &own["templates"]);
    let launch = |field: &str, value: Value| {
        let mut launch = json!({ "template_id": template });
        launch[field] = value;
        ("POST", "/workflows/executions".to_owned(), launch)
    };
    let of = |what: &str| ids[what].clone();
    vec![
        ("GET", format!("/stream?executions={}", of("executions")), json!({})),
        (
            "GET",
            format!("/stream?executions={},{}", own["executions"], of("executions")),
            json!({}),
        ),
        launch("template_id", json!(of("templates"))),
        launch("document_ids", json!([of("documents")])),
        launch("upload_ids", json!([of("uploads")])),
        launch("project_id", json!(of("projects"))),
        (
            "POST",
            format!("/documents/{document}/attachments"),
            json!({ "image_ids": [of("images")] }),
        ),
        ("PUT", format!("/documents/{document}/project"), json!({ "project_id": of("projects") })),
        ("POST", "/ownership".to_owned(), json!({ "user_id": of("people") })),
        (
            "POST",
            format!("/reviews/{}/reassign", own["reviews"]),
            json!({ "reviewers": "people", "people": [of("people")] }),
        ),
        ("POST", "/members/leave".to_owned(), json!({ "hand_over_to": of("people") })),
        ("GET", format!("/comments?kind=document&id={}", of("documents")), json!({})),
        (
            "POST",
            "/comments".to_owned(),
            json!({ "text": "x", "subject": { "kind": "review", "id": of("reviews") } }),
        ),
        ("POST", "/comments".to_owned(), json!({ "text": "x", "thread_id": of("threads") })),
        ("POST", "/documents".to_owned(), json!({ "title": "x", "project_id": of("projects") })),
    ]
}

#[tokio::test]
async fn rel_s2_what_names_anothers_in_its_body_or_query_is_told_what_nobodys_is() {
    let server = Server::start().await;
    let first = server.set_up().await;
    let other = Tenant::fill(&server, first).await;
    let neighbour = server.neighbour().await;
    let own = Tenant::fill(&server, neighbour).await;
    let with = |ids: &Ids| requests_that_name(&own.ids, ids);
    let nobodys: Ids = other.ids.keys().map(|what| (*what, nobodys(what))).collect();

    for ((method, path, body), (_, path_of_nobody, body_of_nobody)) in
        with(&other.ids).into_iter().zip(with(&nobodys))
    {
        let method: Method = method.parse().unwrap();
        let told = call(&server, &method, &path, &own.cookie, Body::from(body.to_string())).await;
        let nothing = Body::from(body_of_nobody.to_string());
        let nothing = call(&server, &method, &path_of_nobody, &own.cookie, nothing).await;
        assert!(told.status.is_client_error(), "{method} {path} {body}: {}", told.status);
        assert_eq!(told.status, nothing.status, "{method} {path} {body}");
        // Where the answer repeats the id that was sent, it is the one that was sent.
        assert_eq!(said(&told, &other.ids), said(&nothing, &nobodys), "{method} {path} {body}");
    }
    let empty = |ids: &Ids| {
        ["documents?project=", "images?project=", "workflows/executions?project="]
            .map(|list| format!("/{list}{}", ids["projects"]))
    };
    for path in empty(&other.ids) {
        let reply = server.get(&format!("/api/v1{path}"), &own.cookie).await;
        assert!(
            reply.json()["items"].as_array().is_none_or(Vec::is_empty),
            "{path} {:?}",
            reply.json()
        );
    }
}
