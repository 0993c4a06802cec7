//! What the editor asks of the server: its page, drafts, versions, order, files.

use crate::api::support::{Reply, Server};
use axum::http::StatusCode;
use backend::actor::Actor;
use model::{
    access::Role,
    template::{blank_workflow, system_templates},
    workflow::MAX_BYTES,
};
use serde_json::{Value, json};

async fn server() -> (Server, String) {
    let server = Server::start().await;
    let cookie = server.set_up().await;
    (server, cookie)
}

async fn ask(server: &Server, cookie: &str, function: &str, body: &Value) -> Reply {
    server.post(&format!("/api/fn/{function}"), cookie, body).await
}

async fn said(server: &Server, cookie: &str, function: &str, body: &Value) -> Value {
    let reply = ask(server, cookie, function, body).await;
    assert_eq!(reply.status, StatusCode::OK, "{function}: {:?}", reply.json());
    reply.json()
}

/// A new workflow in the editor.
async fn started(server: &Server, cookie: &str) -> Value {
    let made = said(server, cookie, "start_workflow", &json!({})).await;
    said(server, cookie, "load_builder", &json!({ "id": made["id"] })).await
}

async fn save(server: &Server, cookie: &str, page: &Value, workflow: &Value) -> Value {
    let draft = json!({
        "template_id": page["id"],
        "draft_revision": page["draft_revision"],
        "workflow": workflow,
    });
    said(server, cookie, "save_draft", &json!({ "draft": draft })).await
}

#[tokio::test]
async fn a_new_workflow_has_a_start_and_an_end_and_is_not_published() {
    let (server, cookie) = server().await;

    let first = started(&server, &cookie).await;
    let second = started(&server, &cookie).await;

    assert_eq!(first["name"], "Untitled workflow");
    assert_eq!(second["name"], "Untitled workflow 2");
    assert_eq!((&first["version"], &first["editable"]), (&Value::Null, &json!(true)));
    let kinds: Vec<_> =
        first["workflow"]["nodes"].as_array().unwrap().iter().map(|node| &node["type"]).collect();
    assert_eq!(kinds, ["start", "end"]);
    assert_eq!(first["stock"]["text_models"][0]["is_sample"], true);
    let gallery = said(&server, &cookie, "load_gallery", &json!({})).await;
    let is_first = |card: &Value| card["name"] == "Untitled workflow";
    assert!(!gallery["cards"].as_array().unwrap().iter().any(is_first));
    assert!(gallery["drafts"].as_array().unwrap().iter().any(is_first));
}

#[tokio::test]
async fn a_draft_that_cannot_run_is_kept_and_loaded_again() {
    let (server, cookie) = server().await;
    let page = started(&server, &cookie).await;
    let mut drawn = page["workflow"].clone();
    drawn["nodes"][0]["position"]["x"] = json!(10.0);

    let saved = save(&server, &cookie, &page, &drawn).await;

    assert_eq!(saved, json!({ "outcome": "saved", "draft_revision": 2 }));
    let again = said(&server, &cookie, "load_builder", &json!({ "id": page["id"] })).await;
    assert_eq!((&again["workflow"], &again["draft_revision"]), (&drawn, &json!(2)));
}

#[tokio::test]
async fn a_draft_made_from_an_older_one_gets_the_newer_one_back_unless_it_is_that() {
    let (server, cookie) = server().await;
    let page = started(&server, &cookie).await;
    let (mut mine, mut theirs) = (page["workflow"].clone(), page["workflow"].clone());
    mine["nodes"][0]["position"]["x"] = json!(10.0);
    theirs["nodes"][1]["position"]["x"] = json!(900.0);
    save(&server, &cookie, &page, &theirs).await;

    let repeated = save(&server, &cookie, &page, &theirs).await;
    let behind = save(&server, &cookie, &page, &mine).await;

    assert_eq!(repeated, json!({ "outcome": "saved", "draft_revision": 2 }));
    assert_eq!((&behind["outcome"], &behind["draft_revision"]), (&json!("behind"), &json!(2)));
    assert_eq!(behind["workflow"], theirs);
}

#[tokio::test]
async fn what_came_with_the_product_is_shown_but_only_a_copy_of_it_is_changed() {
    let (server, cookie) = server().await;
    let gallery = said(&server, &cookie, "load_gallery", &json!({})).await;
    let id = &gallery["cards"][0]["id"];

    let page = said(&server, &cookie, "load_builder", &json!({ "id": id })).await;
    let draft = json!({ "template_id": id, "draft_revision": 1, "workflow": page["workflow"] });
    let refused = ask(&server, &cookie, "save_draft", &json!({ "draft": draft })).await;
    let copy = said(&server, &cookie, "clone_template", &json!({ "id": id })).await;
    let copied = said(&server, &cookie, "load_builder", &json!({ "id": copy["id"] })).await;

    assert_eq!((&page["editable"], &page["is_system"]), (&json!(false), &json!(true)));
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert_eq!((&copied["editable"], &copied["is_system"]), (&json!(true), &json!(false)));
}

#[tokio::test]
async fn a_version_is_published_with_its_note_and_restored() {
    let (server, cookie) = server().await;
    let mut first = serde_json::to_value(&system_templates()[0].workflow).unwrap();
    first["name"] = json!("Spring ads");
    let form = json!({ "form": { "definition": first, "category": "blog", "unfinished": true } });
    let made = said(&server, &cookie, "create_template", &form).await;
    let id = &made["id"];
    let page = said(&server, &cookie, "load_builder", &json!({ "id": id })).await;
    let mut changed = first.clone();
    changed["nodes"][1]["data"]["label"] = json!("Another name");
    save(&server, &cookie, &page, &changed).await;

    let form = json!({ "note": "Renamed a step", "draft_revision": 2 });
    let published = said(&server, &cookie, "publish", &json!({ "id": id, "form": form })).await;
    let versions = said(&server, &cookie, "load_template_versions", &json!({ "id": id })).await;
    let restore = json!({ "id": id, "version": 1, "draft_revision": 2 });
    let restored = said(&server, &cookie, "restore_version", &restore).await;
    let again = said(&server, &cookie, "load_builder", &json!({ "id": id })).await;

    assert_eq!((&page["category"], &published["version"]), (&json!("blog"), &json!(2)));
    assert_eq!(versions[0]["note"], "Renamed a step");
    assert_eq!(restored["draft_revision"], 3);
    assert_eq!(again["workflow"], first);
}

#[tokio::test]
async fn text_of_any_format_is_read_and_junk_says_what_is_wrong_with_it() {
    let (server, cookie) = server().await;
    let canonical = blank_workflow("Mine").to_json();
    let flow = include_str!("../../../app/model/tests/react_flow/dialect_a.json");

    let read = said(&server, &cookie, "read_workflow", &json!({ "text": canonical })).await;
    let foreign = said(&server, &cookie, "read_workflow", &json!({ "text": flow })).await;
    let steps = include_str!("../../../app/model/tests/steps/issue_to_pr.json");
    let listed = said(&server, &cookie, "read_workflow", &json!({ "text": steps })).await;
    let needed = json!({ "text": steps, "order": "needed" });
    let needed = said(&server, &cookie, "read_workflow", &needed).await;
    let junk = ask(&server, &cookie, "read_workflow", &json!({ "text": "{ no" })).await;

    let edges = |read: &Value| read["workflow"]["edges"].as_array().unwrap().len();
    assert_eq!((edges(&listed), edges(&needed)), (4, 5));
    assert_eq!(read["workflow"]["name"], "Mine");
    assert!(!foreign["workflow"]["nodes"].as_array().unwrap().is_empty());
    assert_eq!(junk.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(!junk.json()["errors"].as_array().unwrap().is_empty(), "{:?}", junk.json());
}

/// A step as files have it.
fn step(id: &str) -> Value {
    let position = json!({ "x": 0, "y": 0 });
    json!({ "id": id, "type": "transform", "position": position, "data": { "config": {} } })
}

#[tokio::test]
async fn hostile_texts_are_refused_in_words() {
    let (server, cookie) = server().await;
    let flow = |nodes: Value, edges: Value| {
        json!({ "schemaVersion": 1, "name": "Hostile", "nodes": nodes, "edges": edges }).to_string()
    };
    let one = flow(json!([step("x")]), json!([]));
    let placed = |x: &str| one.replace("\"x\":0", &format!("\"x\":{x}"));
    let deep = format!("\"config\":{{\"a\":{}{}}}", "[".repeat(900), "]".repeat(900));
    let many: Value = (0..10_000).map(|at| step(&format!("n{at}"))).collect();
    let mut numbered = step("x");
    numbered["id"] = json!(5);
    let hostile = [
        "   \n".to_owned(),
        "Dear all, please find the workflow attached.".to_owned(),
        "null".to_owned(),
        one[..one.len() - 9].to_owned(),
        "[".repeat(200_000),
        one.replace("\"config\":{}", &deep),
        placed("1e300"),
        placed("1e999"),
        placed("NaN"),
        flow(json!(7), json!([])),
        flow(json!(["x"]), json!([])),
        flow(json!([numbered]), json!([])),
        flow(many, json!([])),
    ];
    for text in hostile {
        let refused = ask(&server, &cookie, "read_workflow", &json!({ "text": text })).await;

        let start = text.get(..80).unwrap_or(&text);
        assert!(refused.status.is_client_error(), "{start}: {}", refused.status);
        let detail = refused.json()["detail"].as_str().unwrap_or_default().to_owned();
        assert!(detail.split(' ').count() > 2, "{start}: {detail}");
    }
}

#[tokio::test]
async fn what_can_be_read_and_is_no_drawing_is_refused_by_name() {
    let (server, cookie) = server().await;
    let sound = step("x");
    let mut within = step("x");
    within["parentId"] = json!("x");
    let astray = json!({ "id": "e", "source": "x", "target": "gone" });
    let cases = [
        (json!([sound, sound]), json!([]), "The step x already exists."),
        (json!([sound]), json!([astray]), "The connection e would start or end at a missing step."),
        (json!([within]), json!([]), "x would be inside itself, or inside a missing step."),
    ];
    for (nodes, edges, why) in cases {
        let text = json!({ "schemaVersion": 1, "name": "Odd", "nodes": nodes, "edges": edges });
        let text = json!({ "text": text.to_string() });
        let refused = ask(&server, &cookie, "read_workflow", &text).await;

        assert_eq!(
            (refused.status, &refused.json()["detail"]),
            (StatusCode::UNPROCESSABLE_ENTITY, &json!(why))
        );
    }
}

#[tokio::test]
async fn a_workflow_as_large_as_allowed_is_read_whatever_json_makes_of_its_text() {
    let (server, cookie) = server().await;
    let mut text = serde_json::to_string(&blank_workflow("Large")).unwrap();
    text.push_str(&"\n".repeat(MAX_BYTES - text.len()));

    let read = said(&server, &cookie, "read_workflow", &json!({ "text": text })).await;
    let more = ask(&server, &cookie, "read_workflow", &json!({ "text": text + "\n" })).await;

    assert_eq!(read["workflow"]["name"], "Large");
    let why = more.json()["errors"][0]["message"].as_str().unwrap().to_owned();
    assert!(why.contains("the limit is 1048576"), "{why}");
}

#[tokio::test]
async fn tidied_cards_follow_their_edges_and_do_not_overlap() {
    let (server, cookie) = server().await;
    for template in system_templates() {
        let request = json!({ "workflow": template.workflow, "sizes": [] });

        let placed = said(&server, &cookie, "tidy", &json!({ "request": request })).await;

        let left = |id: &str| {
            let place = placed.as_array().unwrap().iter().find(|place| place["id"] == *id).unwrap();
            place["position"]["x"].as_f64().unwrap()
        };
        // A step in a loop has its place inside that.
        let parent = |id: &model::id::NodeId| {
            template.workflow.node(id).and_then(|node| node.parent_id.clone())
        };
        let beside = template.workflow.edges.iter();
        let beside = beside.filter(|edge| parent(&edge.source) == parent(&edge.target));
        for edge in beside {
            let (from, to) = (left(edge.source.as_str()), left(edge.target.as_str()));
            assert!(from + 240.0 < to, "{}: {from} → {to}", template.key);
        }
    }
}

#[tokio::test]
async fn who_may_not_edit_sees_what_is_published_and_no_names_of_secrets() {
    let (server, cookie) = server().await;
    let Actor { workspace, .. } = server.actor(&cookie).await.unwrap();
    let viewer = server.member(workspace, Role::Viewer).await;
    let template = &system_templates()[0];
    let gallery = said(&server, &cookie, "load_gallery", &json!({})).await;
    let cards = gallery["cards"].as_array().unwrap();
    let card = cards.iter().find(|card| card["name"] == template.workflow.name.as_str()).unwrap();
    let page = said(&server, &cookie, "clone_template", &json!({ "id": card["id"] })).await;
    let page = said(&server, &cookie, "load_builder", &json!({ "id": page["id"] })).await;
    let secret = json!({ "name": "key", "value": "hidden", "hosts": ["example.com"] });
    server.post("/api/v1/secrets", &cookie, &secret).await;
    let seen = said(&server, &viewer, "load_builder", &json!({ "id": card["id"] })).await;

    assert_eq!(seen["editable"], false);
    assert_eq!(seen["stock"]["secrets"], json!([]));
    let nodes = |page: &Value| page["workflow"]["nodes"].as_array().unwrap().len();
    assert_eq!(nodes(&seen), template.workflow.nodes.len());
    let unpublished = json!({ "id": started(&server, &cookie).await["id"] });
    let hidden = ask(&server, &viewer, "load_builder", &unpublished).await;
    assert_eq!(hidden.status, StatusCode::NOT_FOUND);
    let changed = json!({ "draft": { "template_id": page["id"], "draft_revision": page["draft_revision"], "workflow": page["workflow"] } });
    let refused = ask(&server, &viewer, "save_draft", &changed).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
}
