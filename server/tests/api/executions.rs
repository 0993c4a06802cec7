//! Executions over the API: launched, polled, followed, controlled.

use crate::api::support::{Server, from_page};
use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use uuid::Uuid;

const ALL: &str = "/api/v1/workflows/executions";

/// A server with its owner, and the id of the campaign's template.
async fn server() -> (Server, String, String) {
    let server = Server::start().await;
    let cookie = server.set_up().await;
    let templates = server.get("/api/v1/workflows/templates", &cookie).await.json();
    let named = |item: &&Value| item["name"] == "Facebook Ads Campaign";
    let template = templates["items"].as_array().unwrap().iter().find(named).unwrap();
    let id = template["id"].as_str().unwrap().to_owned();
    (server, cookie, id)
}

fn brief(template: &str) -> Value {
    json!({
        "template_id": template,
        "parameters": {
            "product_description": "A bottle with a filter.",
            "target_audience": "Commuters",
            "key_benefit": "Good water anywhere",
        },
    })
}

async fn launched(server: &Server, cookie: &str, template: &str) -> String {
    let reply = server.post(ALL, cookie, &brief(template)).await;
    assert_eq!(reply.status, StatusCode::ACCEPTED, "{:?}", reply.json());
    let id = reply.json()["execution_id"].as_str().unwrap().to_owned();
    assert_eq!(reply.header("location"), format!("{ALL}/{id}"));
    id
}

#[tokio::test]
async fn a_launch_is_accepted_and_its_status_is_cheap_to_poll() {
    let (server, cookie, template) = server().await;

    let id = launched(&server, &cookie, &template).await;
    let status = server.get(&format!("{ALL}/{id}/status"), &cookie).await;
    let again = from_page(Method::GET, &format!("{ALL}/{id}/status"), &cookie)
        .header("if-none-match", status.header("etag"))
        .body(axum::body::Body::empty())
        .unwrap();

    assert_eq!(status.json()["status"], "running");
    assert_eq!(server.status(again).await, StatusCode::NOT_MODIFIED);
    let events = server.get(&format!("{ALL}/{id}/events?after=1"), &cookie).await.json();
    assert_eq!(events["items"][0]["seq"], 2);
    assert_eq!(events["items"][0]["kind"], "execution.started");
    assert!(events["next_after"].is_null(), "there are no more than one answer holds");
}

#[tokio::test]
async fn wrong_values_are_named_and_nothing_is_launched() {
    let (server, cookie, template) = server().await;

    let body = json!({ "template_id": template, "parameters": { "copies": 99, "colour": "red" } });
    let reply = server.post(ALL, &cookie, &body).await;

    assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
    let json = reply.json();
    let paths: Vec<&str> =
        json["errors"].as_array().unwrap().iter().filter_map(|e| e["path"].as_str()).collect();
    for path in ["parameters.copies", "parameters.colour", "parameters.key_benefit"] {
        assert!(paths.contains(&path), "{path} is not among {paths:?}");
    }
    let none = server.get(ALL, &cookie).await.json();
    assert_eq!(none["items"], json!([]));
}

#[tokio::test]
async fn an_unknown_template_or_execution_is_not_found() {
    let (server, cookie, _) = server().await;
    let nobody = Uuid::now_v7().to_string();

    let launch = server.post(ALL, &cookie, &brief(&nobody)).await;
    let show = server.get(&format!("{ALL}/{nobody}"), &cookie).await;
    let pause = server.post(&format!("{ALL}/{nobody}/pause"), &cookie, &json!({})).await;

    for reply in [launch, show, pause] {
        assert_eq!(reply.status, StatusCode::NOT_FOUND, "{:?}", reply.json());
    }
}

#[tokio::test]
async fn an_execution_is_paused_resumed_and_stopped_and_then_allows_nothing() {
    let (server, cookie, template) = server().await;
    let id = launched(&server, &cookie, &template).await;
    let command =
        async |verb: &str| server.post(&format!("{ALL}/{id}/{verb}"), &cookie, &json!({})).await;
    let status =
        async || server.get(&format!("{ALL}/{id}/status"), &cookie).await.json()["status"].clone();

    assert_eq!(command("pause").await.status, StatusCode::NO_CONTENT);
    assert_eq!(status().await, "paused");
    assert_eq!(command("resume").await.status, StatusCode::NO_CONTENT);
    assert_eq!(status().await, "running");
    assert_eq!(command("stop").await.status, StatusCode::NO_CONTENT);
    assert_eq!(status().await, "stopped");

    let refused = command("resume").await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert_eq!(refused.json()["code"], "execution_over");
}

#[tokio::test]
async fn rel_l1_a_stream_that_is_come_back_to_goes_on_where_it_was() {
    let (server, cookie, template) = server().await;
    let id = launched(&server, &cookie, &template).await;
    // A process that leaves sends what there is and ends its streams: that makes them readable here.
    server.leaving.cancel();
    let path = format!("/api/v1/stream?executions={id}");

    let first = String::from_utf8(server.get(&path, &cookie).await.body).unwrap();
    let request = from_page(Method::GET, &path, &cookie)
        .header("last-event-id", format!("{id}:2"))
        .body(axum::body::Body::empty())
        .unwrap();
    let later = String::from_utf8(server.send(request).await.body).unwrap();

    let ids = |text: &str| -> Vec<i64> {
        let lines = text.lines().filter_map(|line| line.strip_prefix(&format!("id: {id}:")));
        lines.map(|seq| seq.parse().unwrap()).collect()
    };
    let all = ids(&first);
    assert!(all.len() > 3 && all == (1..=all.len() as i64).collect::<Vec<_>>(), "{first}");
    assert_eq!(ids(&later), all[2..]);
}

#[tokio::test]
async fn a_stream_of_what_is_not_ours_is_not_found() {
    let (server, cookie, _) = server().await;

    let stream = format!("/api/v1/stream?executions={}", Uuid::now_v7());
    assert_eq!(server.get(&stream, &cookie).await.status, StatusCode::NOT_FOUND);
    let none = server.get("/api/v1/stream?executions=", &cookie).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn jobs_and_artifacts_are_listed_and_a_text_is_read_whole() {
    let (server, cookie, template) = server().await;
    let id = launched(&server, &cookie, &template).await;
    let actor = server.actor(&cookie).await.unwrap();
    server.work_until_over(&actor, id.parse().unwrap()).await;
    let one = format!("{ALL}/{id}");

    let shown = server.get(&format!("{one}?expand=jobs,artifacts"), &cookie).await.json();
    let status = server.get(&format!("{one}/status"), &cookie).await.json();

    assert_eq!(
        (&status["status"], &status["progress_percent"]),
        (&json!("completed"), &json!(100))
    );
    assert_eq!(status["cost_micros"], bill_of(&shown));
    for part in ["status", "progress_percent"] {
        assert_eq!(shown[part], status[part], "{part}");
    }
    assert_eq!(shown["jobs"], server.get(&format!("{one}/jobs"), &cookie).await.json()["items"]);
    let listed = server.get(&format!("{one}/artifacts"), &cookie).await.json();
    assert_eq!(shown["artifacts"], listed["items"]);
    assert!(shown["jobs"].as_array().unwrap().iter().all(|job| job["status"] == "completed"));
    let nodes = shown["view"]["nodes"].as_array().unwrap();
    let summary = nodes.iter().flat_map(|node| node["artifacts"].as_array().unwrap());
    let summary = summary.into_iter().find(|artifact| artifact["type"] == "text").unwrap();
    let (artifact, excerpt) = (summary["id"].as_str().unwrap(), summary["excerpt"].as_str());
    let whole = server.get(&format!("{one}/artifacts/{artifact}"), &cookie).await.json();
    assert!(whole["content"].as_str().unwrap().starts_with(excerpt.unwrap()), "{whole}");
    let ask = json!({"execution": id, "artifact": artifact});
    let text = server.post("/api/fn/artifact_text", &cookie, &ask).await.json();
    assert_eq!(text, whole["content"]);
    let start = nodes.iter().find(|node| node["kind"] == "start").unwrap();
    let ask = json!({"execution": id, "node": start["id"], "whole": false});
    let gave = server.post("/api/fn/gave", &cookie, &ask).await.json();
    assert!(gave["values"]["all"].is_object() && gave["cut"] == false, "{gave}");
    let plain = server.get(&one, &cookie).await.json();
    assert!(plain.get("jobs").is_none() && plain.get("artifacts").is_none());
    assert!(server.get(&format!("{one}?expand=secrets"), &cookie).await.status.is_client_error());
}

fn bill_of(shown: &Value) -> i64 {
    let jobs = shown["jobs"].as_array().unwrap().iter();
    jobs.map(|job| job["bill"]["cost_micros"].as_i64().unwrap()).sum()
}

fn node(id: &str, kind: &str, config: Value) -> Value {
    let data = json!({"label": "", "config": config});
    json!({"id": id, "type": kind, "position": {"x": 0, "y": 0}, "data": data})
}

/// A text, and a model's score of it.
fn judged() -> Value {
    let edge = |source: &str, target: &str, port: Option<&str>| {
        json!({"id": format!("{source}-{target}"), "source": source, "target": target,
            "sourceHandle": port})
    };
    json!({
        "name": "Judged",
        "nodes": [
            node("start", "start", json!({})),
            node("write", "generate_copy", json!({"prompt": "A line"})),
            node("judge", "ai_review", json!({"criteria": "Clear", "threshold": 10})),
            node("end", "end", json!({})),
        ],
        "edges": [
            edge("start", "write", None),
            edge("write", "judge", Some("texts")),
            edge("judge", "end", None),
        ],
    })
}

/// A value that is made without a job.
fn shaped() -> Value {
    let operations = json!([{"op": "map", "value": "${item}!"}]);
    json!({
        "name": "Shaped",
        "nodes": [
            node("start", "start", json!({})),
            node("write", "generate_copy", json!({"prompt": "A line"})),
            node("shape", "transform", json!({"operations": operations})),
            node("end", "end", json!({})),
        ],
        "edges": [
            {"id": "e1", "source": "start", "target": "write"},
            {"id": "e2", "source": "write", "target": "shape", "sourceHandle": "texts"},
            {"id": "e3", "source": "shape", "target": "end"},
        ],
    })
}

#[tokio::test]
async fn what_an_execution_and_each_of_its_steps_gave_is_read_once_it_is_there() {
    let (server, cookie, _) = server().await;
    let template = server.post("/api/v1/workflows/templates", &cookie, &shaped()).await.json();
    let launch = json!({"template_id": template["id"]});
    let launched = server.post(ALL, &cookie, &launch).await.json();
    let id = launched["execution_id"].as_str().unwrap().to_owned();
    let shown = async || server.get(&format!("{ALL}/{id}"), &cookie).await.json();
    let gave = async |node: &str| {
        let reply = server.get(&format!("{ALL}/{id}/nodes/{node}/output"), &cookie).await;
        (reply.status, reply.json()["output"].clone())
    };

    assert_eq!(shown().await.get("output"), Some(&Value::Null));
    assert_eq!(gave("shape").await.0, StatusCode::NOT_FOUND);
    let actor = server.actor(&cookie).await.unwrap();
    server.work_until_over(&actor, id.parse().unwrap()).await;

    let (status, shaped) = gave("shape").await;
    let text = shaped["output"][0].as_str().unwrap();
    assert!(status == StatusCode::OK && text.ends_with('!'), "{shaped}");
    assert_eq!(shown().await["output"], shaped["output"]);
    assert_eq!(gave("nowhere").await.0, StatusCode::NOT_FOUND);
    let came = server.get(&format!("{ALL}/{id}/nodes/shape/input"), &cookie).await.json();
    assert!(came["input"]["input"][0].is_string(), "{came}");
}

#[tokio::test]
async fn what_an_ai_review_said_is_read_with_the_score_that_was_asked_for() {
    let (server, cookie, _) = server().await;
    let template = server.post("/api/v1/workflows/templates", &cookie, &judged()).await.json();
    let launch = json!({"template_id": template["id"]});
    let id = server.post(ALL, &cookie, &launch).await.json()["execution_id"].clone();
    let actor = server.actor(&cookie).await.unwrap();
    server.work_until_over(&actor, id.as_str().unwrap().parse().unwrap()).await;
    let path = format!("{ALL}/{}/artifacts", id.as_str().unwrap());
    let made = server.get(&path, &cookie).await.json();
    let of = |node: &str| {
        let made = made["items"].as_array().unwrap().iter().find(|row| row["node_id"] == node);
        made.unwrap()["id"].clone()
    };
    let ask = async |node: &str| {
        let asked = json!({"execution": id, "artifact": of(node)});
        server.post("/api/fn/judgement", &cookie, &asked).await.json()
    };

    let judgement = ask("judge").await;

    assert_eq!(judgement["threshold"], 10.0);
    assert_eq!(judgement["verdict"]["passed"], false);
    assert!(judgement["verdict"]["score"].as_f64().unwrap() > 0.0);
    assert!(!judgement["verdict"]["suggestions"].as_array().unwrap().is_empty());
    assert_eq!(ask("write").await, Value::Null);
}

#[tokio::test]
async fn an_artifact_belongs_to_its_execution() {
    let (server, cookie, template) = server().await;
    let id = launched(&server, &cookie, &template).await;
    let actor = server.actor(&cookie).await.unwrap();
    server.work_until_over(&actor, id.parse().unwrap()).await;
    let other = launched(&server, &cookie, &template).await;
    let made = server.get(&format!("{ALL}/{id}/artifacts"), &cookie).await.json();
    let artifact = made["items"][0]["id"].as_str().unwrap().to_owned();

    let elsewhere = server.get(&format!("{ALL}/{other}/artifacts/{artifact}"), &cookie).await;
    let unknown = server.get(&format!("{ALL}/{}/artifacts", Uuid::now_v7()), &cookie).await;

    assert_eq!((elsewhere.status, unknown.status), (StatusCode::NOT_FOUND, StatusCode::NOT_FOUND));
}

#[tokio::test]
async fn lists_are_filtered_and_read_in_pages() {
    let (server, cookie, template) = server().await;
    let mut launches = vec![];
    for _ in 0..3 {
        launches.push(launched(&server, &cookie, &template).await);
    }
    server.post(&format!("{ALL}/{}/stop", launches[0]), &cookie, &json!({})).await;
    let ids = |page: &Value| -> Vec<String> {
        let items = page["items"].as_array().unwrap().iter();
        items.map(|item| item["id"].as_str().unwrap().to_owned()).collect()
    };

    let first = server.get(&format!("{ALL}?limit=2"), &cookie).await.json();
    let cursor = first["next_cursor"].as_str().unwrap();
    let second = server.get(&format!("{ALL}?limit=2&cursor={cursor}"), &cookie).await.json();
    let stopped = server.get(&format!("{ALL}?status=cancelled,failed"), &cookie).await.json();
    let nobodys = format!("{ALL}?template_id={}", Uuid::now_v7());
    let nothing = server.get(&nobodys, &cookie).await.json();
    let wrong = server.get(&format!("{ALL}?status=asleep"), &cookie).await;

    assert_eq!(ids(&first), [launches[2].as_str(), &launches[1]]);
    assert_eq!(ids(&second), [launches[0].as_str()]);
    assert_eq!(second["next_cursor"], Value::Null);
    assert_eq!(ids(&stopped), [launches[0].as_str()]);
    assert_eq!(ids(&nothing), Vec::<String>::new());
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn documents_and_images_that_were_made_are_listed_in_pages() {
    let (server, cookie, template) = server().await;
    let id = launched(&server, &cookie, &template).await;
    let actor = server.actor(&cookie).await.unwrap();
    server.work_until_over(&actor, id.parse().unwrap()).await;

    for list in ["documents", "images"] {
        let path = format!("/api/v1/{list}");
        let all = server.get(&format!("{path}?execution={id}"), &cookie).await.json();
        let items = all["items"].as_array().unwrap();
        assert!(!items.is_empty(), "{list}");
        let first = server.get(&format!("{path}?limit=1"), &cookie).await.json();
        assert_eq!(first["items"][0]["id"], items[0]["id"], "{list}");
        assert_eq!(first["next_cursor"].is_null(), items.len() == 1, "{list}");
    }
}

#[tokio::test]
async fn an_execution_that_is_over_is_run_again_and_replayed_as_new_ones() {
    let (server, cookie, template) = server().await;
    let id = launched(&server, &cookie, &template).await;
    let at = |what: &str| format!("{ALL}/{id}/{what}");
    let early = server.post(&at("rerun"), &cookie, &json!({})).await;
    server.post(&at("stop"), &cookie, &json!({})).await;

    let rerun = server.post(&at("rerun"), &cookie, &json!({"from_node": "end"})).await;
    let replay = server.post(&at("replay"), &cookie, &json!({})).await;
    let stray = server.post(&at("rerun"), &cookie, &json!({"from": "end"})).await;

    assert_eq!(early.status, StatusCode::CONFLICT);
    assert_eq!(stray.status, StatusCode::UNPROCESSABLE_ENTITY);
    for reply in [rerun, replay] {
        assert_eq!(reply.status, StatusCode::ACCEPTED, "{:?}", reply.json());
        let anew = reply.json()["execution_id"].as_str().unwrap().to_owned();
        assert_eq!(reply.header("location"), format!("{ALL}/{anew}"));
        let shown = server.get(&format!("{ALL}/{anew}"), &cookie).await.json();
        assert_eq!(shown["kin"]["origin"]["id"], id.as_str());
    }
}

#[tokio::test]
async fn an_execution_is_linked_to_issues_of_other_systems_and_found_by_them() {
    let (server, cookie, template) = server().await;
    let mut body = brief(&template);
    body["external_refs"] = json!([{ "kind": "issue", "id": "shop#42", "address": "data:x" }]);
    let refused = server.post(ALL, &cookie, &body).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(refused.json()["errors"][0]["path"], "external_refs[0].address");
    body["external_refs"][0]["address"] = json!("https://git.example/42");
    let launched = server.post(ALL, &cookie, &body).await.json();
    let id = launched["execution_id"].as_str().unwrap();

    let refs = format!("{ALL}/{id}/external-refs");
    let run = json!({ "kind": "run", "id": "a/b 7" });
    let added = server.post(&refs, &cookie, &run).await;
    assert_eq!((added.status, &added.json()["items"][1]), (StatusCode::OK, &run));
    let shown = server.get(&format!("{ALL}/{id}"), &cookie).await.json();
    assert_eq!(shown["external_refs"][0]["address"], "https://git.example/42", "{shown}");
    for (query, count) in [
        ("external_ref=issue:shop%2342", 1),
        ("external_ref=run:a/b%207", 1),
        ("external_ref=issue:shop", 0),
        ("q=shop%2342", 1),
    ] {
        let found = server.get(&format!("{ALL}?{query}"), &cookie).await.json();
        assert_eq!(found["items"].as_array().unwrap().len(), count, "{query}: {found}");
    }
    let odd = server.get(&format!("{ALL}?external_ref=ticket:1"), &cookie).await;
    assert_eq!(odd.json()["errors"][0]["path"], "external_ref");

    let one = format!("{refs}?kind=run&id=a%2Fb%207");
    let left = server.json(Method::DELETE, &one, &cookie, &json!({})).await;
    assert_eq!(left.json()["items"].as_array().unwrap().len(), 1, "{:?}", left.json());
    let gone = server.json(Method::DELETE, &one, &cookie, &json!({})).await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
}
