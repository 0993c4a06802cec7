//! Templates over the API: made from any dialect, changed without loss, published, removed.

use axum::http::{Method, StatusCode};
use model::{access::Role, template::system_templates};
use serde_json::{Value, json};
use store::accounts;
use uuid::Uuid;

use crate::api::support::{Reply, Server, from_page};

const ALL: &str = "/api/v1/workflows/templates";

async fn server() -> (Server, String) {
    let server = Server::start().await;
    let cookie = server.set_up().await;
    (server, cookie)
}

/// A workflow that runs, in the canonical format.
fn workflow(name: &str) -> Value {
    let template = system_templates().remove(0);
    let mut workflow = serde_json::to_value(&template.workflow).unwrap();
    workflow["name"] = json!(name);
    workflow
}

fn dialect(name: &str) -> Value {
    let text = match name {
        "a" => include_str!("../../../app/model/tests/react_flow/dialect_a.json"),
        _ => include_str!("../../../app/model/tests/react_flow/dialect_b.json"),
    };
    serde_json::from_str(text).unwrap()
}

async fn made(server: &Server, cookie: &str, body: &Value) -> (String, Value) {
    let reply = server.post(ALL, cookie, body).await;
    assert_eq!(reply.status, StatusCode::CREATED, "{:?}", reply.json());
    let id = reply.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(reply.header("location"), format!("{ALL}/{id}"));
    (id, reply.json())
}

async fn put(server: &Server, cookie: &str, id: &str, body: &Value) -> Reply {
    server.json(Method::PUT, &format!("{ALL}/{id}"), cookie, body).await
}

async fn delete(server: &Server, cookie: &str, id: &str) -> Reply {
    server.json(Method::DELETE, &format!("{ALL}/{id}"), cookie, &json!({})).await
}

async fn system(server: &Server, cookie: &str, name: &str) -> String {
    let all = server.get(&format!("{ALL}?limit=200"), cookie).await.json();
    let named = |item: &&Value| item["name"] == name;
    all["items"].as_array().unwrap().iter().find(named).unwrap()["id"].as_str().unwrap().to_owned()
}

fn codes(reply: &Reply) -> Vec<String> {
    let json = reply.json();
    let errors = json["errors"].as_array().cloned().unwrap_or_default();
    errors.iter().filter_map(|error| error["code"].as_str().map(str::to_owned)).collect()
}

#[tokio::test]
async fn a_canonical_definition_becomes_a_published_template_that_is_read_back_canonically() {
    let (server, cookie) = server().await;
    let sent = workflow("Spring ads");

    let (id, saved) = made(&server, &cookie, &sent).await;

    assert_eq!((&saved["version"], &saved["draft_revision"]), (&json!(1), &json!(1)));
    let page = server.get(&format!("{ALL}/{id}"), &cookie).await.json();
    assert_eq!(page["card"]["workflow"], sent);
    assert_eq!(page["card"]["is_system"], false);
    let list = server.get(ALL, &cookie).await.json();
    assert_eq!(list["items"][0]["name"], "Spring ads");
    assert_eq!(list["items"][0]["node_count"], sent["nodes"].as_array().unwrap().len());
}

#[tokio::test]
async fn both_react_flow_dialects_are_imported_with_notes_and_their_category() {
    let (server, cookie) = server().await;
    let mut b = dialect("b");
    b["name"] = json!("Imported ads");

    let (a_id, a) = made(&server, &cookie, &dialect("a")).await;
    let (_, b) = made(&server, &cookie, &b).await;

    assert!(!a["notes"].as_array().unwrap().is_empty(), "{a}");
    assert_eq!((&a["version"], &b["version"]), (&json!(1), &json!(1)), "{a} {b}");
    let page = server.get(&format!("{ALL}/{a_id}"), &cookie).await.json();
    assert_eq!(page["card"]["category"], "social_media");
    assert_eq!(page["card"]["workflow"]["schemaVersion"], 1);
}

#[tokio::test]
async fn a_definition_with_problems_is_refused_with_each_of_them_and_nothing_is_kept() {
    let (server, cookie) = server().await;
    let cyclic = json!({"name": "Loop", "nodes": [
        {"id": "node-1", "type": "merge", "position": {"x": 0, "y": 0}, "data": {"label": "A"}},
        {"id": "node-2", "type": "generate_copy", "position": {"x": 0, "y": 0},
         "data": {"label": "B", "config": {"prompt": "x", "quantity": 99}}}],
        "edges": [{"id": "e1", "source": "node-1", "target": "node-2"},
                  {"id": "e2", "source": "node-2", "target": "node-1"},
                  {"id": "e3", "source": "node-2", "target": "nowhere"}]});

    let reply = server.post(ALL, &cookie, &cyclic).await;

    assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{:?}", reply.json());
    let codes = codes(&reply);
    for code in ["cycle_detected", "invalid_connection", "value_out_of_range"] {
        assert!(codes.iter().any(|found| found == code), "{code} is not among {codes:?}");
    }
    let json = reply.json();
    let errors = json["errors"].as_array().unwrap();
    let range = errors.iter().find(|error| error["code"] == "value_out_of_range").unwrap();
    assert_eq!((&range["node_id"], &range["field"]), (&json!("node-2"), &json!("quantity")));
    let list = server.get(&format!("{ALL}?limit=200"), &cookie).await.json();
    assert_eq!(list["items"].as_array().unwrap().len(), system_templates().len());
}

#[tokio::test]
async fn a_name_is_given_once_per_workspace() {
    let (server, cookie) = server().await;
    let (id, _) = made(&server, &cookie, &workflow("Spring ads")).await;
    made(&server, &cookie, &workflow("Autumn ads")).await;

    let again = server.post(ALL, &cookie, &workflow("Autumn ads")).await;
    let change = json!({"draft_revision": 1, "name": "Autumn ads"});
    let renamed = put(&server, &cookie, &id, &change).await;
    let nameless = server.post(ALL, &cookie, &workflow(" ")).await;

    for taken in [again, renamed] {
        assert_eq!(
            (taken.status, &taken.json()["code"]),
            (StatusCode::CONFLICT, &json!("name_taken"))
        );
    }
    assert_eq!(nameless.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(nameless.json()["errors"][0]["path"], "name");
}

#[tokio::test]
async fn a_change_made_on_an_older_draft_is_refused_and_loses_nothing() {
    let (server, cookie) = server().await;
    let (id, _) = made(&server, &cookie, &workflow("Spring ads")).await;

    let first = json!({"draft_revision": 1, "description": "First"});
    let first = put(&server, &cookie, &id, &first).await;
    let second = json!({"base_version": 1, "description": "Second"});
    let second = put(&server, &cookie, &id, &second).await;

    assert_eq!(first.json()["draft_revision"], 2, "{:?}", first.json());
    assert_eq!(
        (second.status, &second.json()["code"]),
        (StatusCode::CONFLICT, &json!("stale_draft"))
    );
    let draft = server.get(&format!("{ALL}/{id}/draft"), &cookie).await;
    assert_eq!(draft.json()["description"], "First");
    let matching = from_page(Method::PUT, &format!("{ALL}/{id}"), &cookie)
        .header("content-type", "application/json")
        .header("if-match", draft.header("etag"))
        .body(workflow("Spring ads").to_string().into())
        .unwrap();
    assert_eq!(server.send(matching).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_published_version_never_changes_and_a_draft_with_problems_is_not_published() {
    let (server, cookie) = server().await;
    let (id, _) = made(&server, &cookie, &workflow("Spring ads")).await;
    let publish = format!("{ALL}/{id}/publish");
    let mut longer = workflow("Spring ads");
    longer["description"] = json!("With a new brief");

    let same = server.post(&publish, &cookie, &json!({"note": "Again"})).await;
    put(&server, &cookie, &id, &json!({"draft_revision": 1, "definition": longer})).await;
    let second = server.post(&publish, &cookie, &json!({"note": "A new brief"})).await;
    let mut broken = workflow("Spring ads");
    broken["edges"] = json!([]);
    let change = json!({"draft_revision": 2, "definition": broken, "unfinished": true});
    let kept = put(&server, &cookie, &id, &change).await;
    let third = server.post(&publish, &cookie, &json!({})).await;

    assert_eq!(
        (same.status, &same.json()["code"]),
        (StatusCode::CONFLICT, &json!("nothing_to_publish"))
    );
    assert_eq!(second.json()["version"], 2, "{:?}", second.json());
    assert_eq!(kept.status, StatusCode::OK, "{:?}", kept.json());
    assert_eq!(third.status, StatusCode::UNPROCESSABLE_ENTITY);
    let versions = server.get(&format!("{ALL}/{id}/versions"), &cookie).await.json();
    assert_eq!(versions["items"][0]["note"], "A new brief");
    assert_eq!(versions["items"][0]["created_by"], "Ada");
    assert_eq!(versions["items"].as_array().unwrap().len(), 2);
    let first = server.get(&format!("{ALL}/{id}/versions/1"), &cookie).await.json();
    assert_eq!(first["workflow"], workflow("Spring ads"));
}

#[tokio::test]
async fn a_system_template_is_cloned_and_never_changed() {
    let (server, cookie) = server().await;
    let id = system(&server, &cookie, "Facebook Ads Campaign").await;
    let clone = format!("{ALL}/{id}/clone");

    let changed = put(&server, &cookie, &id, &json!({"draft_revision": 1, "name": "Mine"})).await;
    let published = server.post(&format!("{ALL}/{id}/publish"), &cookie, &json!({})).await;
    let deleted = delete(&server, &cookie, &id).await;
    let no_body = from_page(Method::POST, &clone, &cookie).body(axum::body::Body::empty());
    let first = server.send(no_body.unwrap()).await;
    let second = server.post(&clone, &cookie, &json!({})).await;
    let named = server.post(&clone, &cookie, &json!({"name": "Mine"})).await;

    for refused in [changed, published, deleted] {
        assert_eq!(refused.status, StatusCode::CONFLICT);
        assert_eq!(refused.json()["code"], "system_template");
        assert!(refused.json()["detail"].as_str().unwrap().contains("Clone it"));
    }
    for (reply, name) in [
        (first, "Facebook Ads Campaign (copy)"),
        (second, "Facebook Ads Campaign (copy 2)"),
        (named, "Mine"),
    ] {
        assert_eq!(reply.status, StatusCode::CREATED, "{:?}", reply.json());
        assert_eq!((&reply.json()["name"], &reply.json()["version"]), (&json!(name), &json!(1)));
    }
    let copy = system(&server, &cookie, "Mine").await;
    let page = server.get(&format!("{ALL}/{copy}"), &cookie).await.json();
    assert_eq!(
        (&page["card"]["is_system"], &page["card"]["category"]),
        (&json!(false), &json!("paid_ads"))
    );
}

#[tokio::test]
async fn a_template_is_deleted_or_archived_when_executions_need_it() {
    let (server, cookie) = server().await;
    let (unused, _) = made(&server, &cookie, &workflow("Unused")).await;
    let (used, _) = made(&server, &cookie, &workflow("Used")).await;
    let page = server.get(&format!("{ALL}/{used}"), &cookie).await.json();
    let parameters = page["card"]["workflow"]["parameters"].as_array().unwrap().iter();
    let parameters: serde_json::Map<String, Value> = parameters
        .map(|p| (p["name"].as_str().unwrap().to_owned(), p["example"].clone()))
        .filter(|(_, example)| !example.is_null())
        .collect();
    let body = json!({"template_id": used, "parameters": parameters});
    let launched = server.post("/api/v1/workflows/executions", &cookie, &body).await;
    assert_eq!(launched.status, StatusCode::ACCEPTED, "{:?}", launched.json());

    let (gone, kept) =
        (delete(&server, &cookie, &unused).await, delete(&server, &cookie, &used).await);

    assert_eq!(gone.json(), json!({"outcome": "deleted"}));
    assert_eq!(kept.json(), json!({"outcome": "archived"}));
    for id in [&unused, &used] {
        assert_eq!(server.get(&format!("{ALL}/{id}"), &cookie).await.status, StatusCode::NOT_FOUND);
        assert_eq!(delete(&server, &cookie, id).await.status, StatusCode::NOT_FOUND);
    }
    let execution = launched.header("location").to_owned();
    assert_eq!(server.get(&execution, &cookie).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_list_is_read_to_its_end_in_pages_that_neither_repeat_nor_leave_out() {
    let (server, cookie) = server().await;
    let mut seen = vec![];
    let mut next = format!("{ALL}?limit=3");

    loop {
        let page = server.get(&next, &cookie).await.json();
        let names = page["items"].as_array().unwrap().iter();
        seen.extend(names.map(|item| item["name"].as_str().unwrap().to_owned()));
        // What is added meanwhile comes before everything and disturbs nothing.
        made(&server, &cookie, &workflow(&format!("Added after {}", seen.len()))).await;
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        next = format!("{ALL}?limit=3&cursor={cursor}");
    }

    let mut wanted: Vec<_> = system_templates().into_iter().map(|t| t.workflow.name).collect();
    wanted.sort();
    seen.sort();
    assert_eq!(seen, wanted);
    for wrong in ["limit=0", "limit=201", "cursor=nonsense", "category=blog&colour=red"] {
        let status = server.get(&format!("{ALL}?{wrong}"), &cookie).await.status;
        assert!(status.is_client_error(), "{wrong} {status}");
    }
}

#[tokio::test]
async fn categories_are_counted_and_filter_the_list() {
    let (server, cookie) = server().await;

    let all = server.get(&format!("{ALL}/categories/list"), &cookie).await.json();
    let ads = server.get(&format!("{ALL}?category=paid_ads"), &cookie).await.json();

    let named = |item: &&Value| item["key"] == "paid_ads";
    let counted = all["items"].as_array().unwrap().iter().find(named).unwrap();
    assert_eq!(counted["templates"], ads["items"].as_array().unwrap().len());
    assert_eq!(ads["items"][0]["name"], "Facebook Ads Campaign");
}

#[tokio::test]
async fn rel_s2_a_template_of_another_workspace_is_not_found() {
    let (server, cookie) = server().await;
    let (id, _) = made(&server, &cookie, &workflow("Spring ads")).await;
    let elsewhere = model::id::WorkspaceId(Uuid::now_v7());
    let mut conn = server.db.pool.acquire().await.unwrap();
    accounts::insert_workspace(&mut conn, elsewhere, "Elsewhere").await.unwrap();
    let other = server.member(elsewhere, Role::Owner).await;
    let one = format!("{ALL}/{id}");

    let replies = [
        server.get(&one, &other).await,
        server.get(&format!("{one}/draft"), &other).await,
        server.get(&format!("{one}/versions"), &other).await,
        server.get(&format!("{one}/versions/1"), &other).await,
        put(&server, &other, &id, &json!({"draft_revision": 1, "name": "Theirs"})).await,
        server.post(&format!("{one}/clone"), &other, &json!({})).await,
        server.post(&format!("{one}/publish"), &other, &json!({})).await,
        delete(&server, &other, &id).await,
    ];

    for reply in replies {
        assert_eq!(reply.status, StatusCode::NOT_FOUND, "{:?}", reply.json());
    }
    assert_eq!(server.get(ALL, &other).await.json()["items"], json!([]));
}

#[tokio::test]
async fn node_types_are_listed_and_nodes_and_connections_checked() {
    let (server, cookie) = server().await;
    let check = async |what: &str, body: Value| {
        server.post(&format!("/api/v1/nodes/{what}"), &cookie, &body).await
    };
    let node = |quantity: i64| {
        json!({"id": "copy", "type": "generate_copy", "position": {"x": 0, "y": 0},
               "data": {"label": "Copy", "config": {"prompt": "x", "quantity": quantity}}})
    };
    let mut cyclic = workflow("Loop");
    let (first, last) = (cyclic["nodes"][1]["id"].clone(), cyclic["nodes"][2]["id"].clone());

    let types = server.get("/api/v1/nodes/types", &cookie).await.json();
    let sound = check("validate", workflow("Sound")).await;
    let (fits, too_many) = (check("validate", node(3)).await, check("validate", node(99)).await);
    let connected = check("validate-connections", workflow("Sound")).await;
    cyclic["edge"] = json!({"id": "back", "source": last, "target": first});
    let cycle = check("validate-connections", cyclic).await;

    assert!(types["items"].as_array().unwrap().iter().any(|t| t["key"] == "generate_copy"));
    let nodes = workflow("Sound")["nodes"].as_array().unwrap().len();
    assert_eq!(sound.json()["execution_order"].as_array().unwrap().len(), nodes);
    assert_eq!((fits.status, too_many.status), (StatusCode::OK, StatusCode::UNPROCESSABLE_ENTITY));
    assert_eq!(codes(&too_many), ["value_out_of_range"]);
    assert_eq!(connected.json()["valid"], true, "{:?}", connected.json());
    assert_eq!(codes(&cycle), ["cycle_detected"], "{:?}", cycle.json());
}

#[tokio::test]
async fn a_template_is_switched_off_with_a_reason_and_on_again() {
    let (server, cookie) = server().await;
    let (id, _) = made(&server, &cookie, &workflow("Spring ads")).await;
    let path = format!("{ALL}/{id}/enabled");
    let switch = async |body: Value| server.json(Method::PUT, &path, &cookie, &body).await;

    assert_eq!(codes(&switch(json!({ "enabled": false })).await), ["required"]);
    let off = switch(json!({ "enabled": false, "reason": "Posts twice" })).await;
    assert_eq!(off.status, StatusCode::OK, "{:?}", off.json());
    assert_eq!(off.json()["disabled"]["reason"], "Posts twice");

    let launch = json!({ "template_id": id });
    let refused = server.post("/api/v1/workflows/executions", &cookie, &launch).await;
    assert_eq!(
        (refused.status, &refused.json()["code"]),
        (StatusCode::CONFLICT, &json!("workflow_off"))
    );
    let page = server.get(&format!("{ALL}/{id}"), &cookie).await.json();
    assert_eq!(page["card"]["disabled"]["reason"], "Posts twice", "{page}");
    let draft = server.get(&format!("{ALL}/{id}/draft"), &cookie).await.json();
    assert_eq!(draft["disabled"]["reason"], "Posts twice", "{draft}");
    let on = switch(json!({ "enabled": true })).await.json();
    assert_eq!((&on["enabled"], &on["disabled"]), (&json!(true), &Value::Null));
}
