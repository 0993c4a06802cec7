//! Bodies and files that people really send.

use axum::{
    body::Body,
    http::{Method, StatusCode, header},
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::api::support::{Reply, Server, from_page};

const TEMPLATES: &str = "/api/v1/workflows/templates";
const EXECUTIONS: &str = "/api/v1/workflows/executions";

const CONTRACT: &str = include_str!("../../../app/model/tests/formats/contract_node.json");
const RECORD: &str = include_str!("../../../app/model/tests/formats/record_keys.json");
const TAKEN: &str = include_str!("../../../app/model/tests/formats/narrow_steps.json");
const ORDER: &str = include_str!("../../../app/model/tests/formats/parameter_order.json");
const N8N: &str = include_str!("../../../app/model/tests/formats/n8n.json");

struct Stage {
    server: Server,
    cookie: String,
}

impl Stage {
    async fn start() -> Self {
        let server = Server::start().await;
        let cookie = server.set_up().await;
        Self { server, cookie }
    }

    /// Sends a text as it is: the order of its keys counts.
    async fn send(&self, method: Method, path: &str, body: String) -> Reply {
        let request = from_page(method, path, &self.cookie)
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(body));
        self.server.send(request.unwrap()).await
    }

    async fn import(&self, file: &str, more: &str) -> Reply {
        self.send(Method::POST, TEMPLATES, format!("{{\"definition\": {file}{more}}}")).await
    }

    async fn made(&self, file: &str) -> Value {
        let reply = self.import(file, "").await;
        assert_eq!(reply.status, StatusCode::CREATED, "{:?}", reply.json());
        reply.json()
    }

    async fn get(&self, path: &str) -> Reply {
        self.server.get(path, &self.cookie).await
    }

    async fn workspace(&self) -> Uuid {
        self.server.actor(&self.cookie).await.unwrap().workspace.0
    }

    async fn project(&self) -> String {
        let projects = self.get("/api/v1/projects").await.json();
        projects["items"][0]["id"].as_str().unwrap().to_owned()
    }
}

fn texts(list: &Value, key: &str) -> Vec<String> {
    let items = list.as_array().unwrap().iter();
    items.map(|item| item[key].as_str().unwrap_or_default().to_owned()).collect()
}

#[tokio::test]
async fn contracts_and_records_become_templates_whose_form_keeps_its_order() {
    let stage = Stage::start().await;

    stage.made(CONTRACT).await;
    let record = stage.made(RECORD).await;
    let ordered = stage.made(ORDER).await;
    let bare = stage.send(Method::POST, TEMPLATES, ORDER.replace("\"Order\"", "\"Bare\"")).await;

    let notes = record["notes"].to_string();
    for key in ["is_system_template", "estimated_time_minutes", "success_rate"] {
        assert!(notes.contains(key), "{notes}");
    }
    for saved in [ordered, bare.json()] {
        let path = format!("{TEMPLATES}/{}/draft", saved["id"].as_str().unwrap());
        let draft = stage.get(&path).await.json();
        let names = texts(&draft["workflow"]["parameters"], "name");
        assert_eq!(names, ["topic", "style", "brand_voice", "audience"]);
    }
}

#[tokio::test]
async fn a_taken_name_is_refused_or_numbered_as_the_importer_asks() {
    let stage = Stage::start().await;

    let refused = stage.import(TAKEN, "").await;
    let second = stage.import(TAKEN, ", \"rename\": true").await;
    let third = stage.import(TAKEN, ", \"rename\": true").await;

    assert_eq!(
        (refused.status, &refused.json()["code"]),
        (StatusCode::CONFLICT, &json!("name_taken"))
    );
    assert_eq!(second.json()["name"], "Facebook Ads Campaign (2)");
    assert_eq!(third.json()["name"], "Facebook Ads Campaign (3)");
}

#[tokio::test]
async fn a_file_of_another_product_is_named_in_the_refusal() {
    let stage = Stage::start().await;

    let refused = stage.import(N8N, "").await;

    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let error = &refused.json()["errors"][0];
    assert_eq!(error["message"], "This is an n8n workflow with 2 nodes.");
    assert!(error["fix"].as_str().unwrap().contains("Rebuild them here"));
}

#[tokio::test]
async fn yaml_is_told_as_yaml_however_it_is_sent() {
    let stage = Stage::start().await;
    let yaml = "name: Mine\nsteps:\n  - name: a\n    tool: x.y\n";
    let labelled = from_page(Method::POST, EXECUTIONS, &stage.cookie)
        .header(header::CONTENT_TYPE, "application/yaml")
        .body(Body::from(yaml));

    for refused in [
        stage.send(Method::POST, TEMPLATES, yaml.to_owned()).await,
        stage.send(Method::POST, TEMPLATES, json!({ "definition": yaml }).to_string()).await,
        stage.server.send(labelled.unwrap()).await,
    ] {
        let problem = refused.json();
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{problem}");
        assert_eq!(problem["errors"][0]["message"], "This is YAML.");
        assert!(problem["errors"][0]["fix"].as_str().unwrap().contains("Convert it to JSON"));
    }
}

#[tokio::test]
async fn a_list_is_refused_where_an_object_is_wanted() {
    let stage = Stage::start().await;
    let document = stage.server.post("/api/v1/documents", &stage.cookie, &json!({})).await.json();
    let document = format!("/api/v1/documents/{}", document["id"].as_str().unwrap());

    for (method, path, body) in [
        (Method::POST, "/api/v1/projects", json!(["Array project"])),
        (Method::POST, "/api/v1/documents", json!(["Title", "Text"])),
        (Method::PUT, document.as_str(), json!([1, "Title"])),
        (Method::POST, TEMPLATES, json!([{ "nodes": [] }])),
        (Method::POST, EXECUTIONS, json!([Uuid::nil(), {}])),
        (
            Method::POST,
            EXECUTIONS,
            json!({ "template_id": Uuid::nil(), "context_documents": ["all"] }),
        ),
        (Method::POST, "/api/v1/nodes/validate", json!([])),
        (Method::POST, "/api/v1/workflows/executions/several", json!(["stop", []])),
    ] {
        let refused = stage.server.json(method, path, &stage.cookie, &body).await;

        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{path} {body}");
        let words = refused.json()["errors"][0]["message"].as_str().unwrap_or_default().to_owned();
        assert!(words.ends_with("must be an object, but it is a list."), "{path}: {words}");
    }
}

#[tokio::test]
async fn the_launch_of_the_founding_contract_works_as_it_is_written() {
    let stage = Stage::start().await;
    let template = stage.made(ORDER).await["id"].clone();
    let document =
        stage.server.post("/api/v1/documents", &stage.cookie, &json!({ "title": "Brief" })).await;
    let document = document.json()["id"].clone();
    let launch = |context: Value| {
        let (workspace, project) = (stage.workspace(), stage.project());
        let (template, context) = (template.clone(), context.clone());
        async move {
            json!({
                "template_id": template, "workspace_id": workspace.await,
                "project_id": project.await, "parameters": { "topic": "x" },
                "context_documents": context,
            })
        }
    };

    for (context, brought) in [
        (json!({ "mode": "all" }), vec![document.clone()]),
        (json!({ "mode": "selected", "document_ids": [document] }), vec![document.clone()]),
        (json!({ "mode": "none" }), vec![]),
    ] {
        let body = launch(context).await;
        let launched = stage.server.post(EXECUTIONS, &stage.cookie, &body).await;
        assert_eq!(launched.status, StatusCode::ACCEPTED, "{body} {:?}", launched.json());
        let shown = stage.get(launched.header("location")).await.json();
        let ids = shown["brought"]["documents"].as_array().unwrap().iter();
        assert_eq!(ids.map(|one| one["id"].clone()).collect::<Vec<_>>(), brought);
    }
    for (mut body, key, value, status) in [
        (
            launch(json!({ "mode": "all" })).await,
            "workspace_id",
            json!(Uuid::now_v7()),
            StatusCode::NOT_FOUND,
        ),
        (
            launch(json!({ "mode": "selected" })).await,
            "auto_run",
            json!(true),
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        (
            launch(json!({ "mode": "all" })).await,
            "reference_files",
            json!([{ "url": "https://example.com/a.pdf", "type": "brand_guidelines" }]),
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
    ] {
        body[key] = value;
        let refused = stage.server.post(EXECUTIONS, &stage.cookie, &body).await;
        assert_eq!(refused.status, status, "{key} {:?}", refused.json());
    }
}

#[tokio::test]
async fn lists_are_asked_for_by_workspace_and_project() {
    let stage = Stage::start().await;
    let (own, project) = (stage.workspace().await, stage.project().await);
    let template = stage.made(ORDER).await["id"].clone();
    let body = json!({ "template_id": template });
    stage.server.post(EXECUTIONS, &stage.cookie, &body).await;
    let other = json!({ "name": "Other" });
    let other = stage.server.post("/api/v1/projects", &stage.cookie, &other).await.json();
    let other = other["id"].as_str().unwrap();

    for list in
        ["/projects", "/documents", "/images", "/workflows/templates", "/workflows/executions"]
    {
        let path = format!("/api/v1{list}");
        let found = stage.get(&format!("{path}?workspace_id={own}")).await;
        assert_eq!(found.status, StatusCode::OK, "{list} {:?}", found.json());
        let limited = stage.get(&format!("{path}?workspace_id={own}&limit=1")).await;
        assert_eq!(limited.status, StatusCode::OK, "{list}");
        let strange = stage.get(&format!("{path}?workspace_id={}", Uuid::now_v7())).await;
        assert_eq!(strange.status, StatusCode::NOT_FOUND, "{list}");
        let unread = stage.get(&format!("{path}?workspace_id=all")).await;
        assert_eq!(unread.status, StatusCode::BAD_REQUEST, "{list}");
    }
    let count = |reply: Reply| reply.json()["items"].as_array().map_or(0, Vec::len);
    let executions =
        |project: &str| format!("{EXECUTIONS}?workspace_id={own}&project_id={project}");
    assert_eq!(count(stage.get(&executions(&project)).await), 1);
    assert_eq!(count(stage.get(&executions(other)).await), 0);
    let templates = format!("{TEMPLATES}?category=all&project_id=");
    assert!(count(stage.get(&format!("{templates}{other}")).await) > 1);
    let unknown = stage.get(&format!("{templates}{}", Uuid::now_v7())).await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    let documents = stage.get(&format!("/api/v1/documents?project_id={other}")).await;
    assert_eq!((documents.status, count(documents)), (StatusCode::OK, 0));
}

#[tokio::test]
async fn what_is_said_of_a_stop_stands_in_its_log_and_what_nobody_reads_is_refused() {
    let stage = Stage::start().await;
    let template = stage.made(ORDER).await["id"].clone();
    let body = json!({ "template_id": template });
    let launched = stage.server.post(EXECUTIONS, &stage.cookie, &body).await.json();
    let path = format!("{EXECUTIONS}/{}", launched["execution_id"].as_str().unwrap());
    let ask = async |verb: &str, body: Value| {
        stage.server.post(&format!("{path}/{verb}"), &stage.cookie, &body).await
    };

    let paused = ask("pause", json!({ "why": "lunch" })).await;
    assert_eq!(paused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(paused.json()["errors"][0]["path"], "why");
    assert_eq!(ask("pause", json!({})).await.status, StatusCode::NO_CONTENT);
    let resumed = ask("resume", json!({ "updated_parameters": { "topic": "y" } })).await;
    assert_eq!(resumed.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(resumed.json()["errors"][0]["fix"].as_str().unwrap().contains("edit-node"));
    assert_eq!(stage.get(&format!("{path}/status")).await.json()["status"], "paused");
    let long = ask("stop", json!({ "reason": "x".repeat(501) })).await;
    assert_eq!(long.status, StatusCode::UNPROCESSABLE_ENTITY);
    let stopped = ask("stop", json!({ "reason": " Wrong\nparameters " })).await;
    assert_eq!(stopped.status, StatusCode::NO_CONTENT, "{:?}", stopped.json());

    let events = stage.get(&format!("{path}/events")).await.json();
    let last = events["items"].as_array().unwrap().last().unwrap();
    assert!(last.to_string().contains("\"message\":\"Wrong parameters\""), "{last}");
}

#[tokio::test]
async fn a_template_is_changed_without_saying_on_which_draft() {
    let stage = Stage::start().await;
    let id = stage.made(CONTRACT).await["id"].as_str().unwrap().to_owned();
    let path = format!("{TEMPLATES}/{id}");

    let renamed = stage.send(Method::PUT, &path, r#"{"name": "Renamed"}"#.to_owned()).await;
    let again = stage.send(Method::PUT, &path, CONTRACT.to_owned()).await;

    assert_eq!(renamed.json()["draft_revision"], 2, "{:?}", renamed.json());
    assert_eq!(
        (&again.json()["draft_revision"], &again.json()["name"]),
        (&json!(3), &json!("Contract node"))
    );
    let stale =
        stage.send(Method::PUT, &path, r#"{"name": "X", "draft_revision": 1}"#.to_owned()).await;
    assert_eq!(stale.json()["code"], "stale_draft");
    let clone =
        json!({ "name": "Copy", "description": "Mine", "workspace_id": stage.workspace().await });
    let copy = stage.server.post(&format!("{path}/clone"), &stage.cookie, &clone).await;
    assert_eq!(copy.status, StatusCode::CREATED, "{:?}", copy.json());
}

#[tokio::test]
async fn a_new_drawing_with_a_taken_name_is_kept_under_a_free_one_and_a_published_one_refused() {
    let stage = Stage::start().await;
    let ask = async |function: &str, body: Value| {
        stage.server.post(&format!("/api/fn/{function}"), &stage.cookie, &body).await
    };
    let draft = async |id: &Value| {
        let page = ask("load_builder", json!({ "id": id })).await.json();
        let mut draft = json!({ "template_id": id });
        draft["draft_revision"] = page["draft_revision"].clone();
        draft["workflow"] = page["workflow"].clone();
        draft["workflow"]["name"] = json!("Facebook Ads Campaign");
        json!({ "draft": draft })
    };
    let new = ask("start_workflow", json!({})).await.json()["id"].clone();
    let published = stage.made(CONTRACT).await["id"].clone();

    let kept = ask("save_draft", draft(&new).await).await.json();
    let refused = ask("save_draft", draft(&published).await).await;
    let read = json!({ "text": TAKEN, "order": "written", "template": published });
    let read = ask("read_workflow", read).await.json();

    let name = json!("Facebook Ads Campaign (2)");
    assert_eq!((&kept["outcome"], &kept["name"]), (&json!("renamed"), &name), "{kept}");
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert_eq!(read["workflow"]["name"], "Facebook Ads Campaign (3)", "{read}");
    assert!(
        read["notes"].to_string().contains("already exists, so this workflow is called"),
        "{read}"
    );
}

/// Files that no import may take: each is refused in words.
fn hostile_files() -> Vec<String> {
    let node = |id: &str| json!({"id": id, "type": "start", "position": {"x": 0, "y": 0}, "data": {"label": id}});
    let file = |name: &str, nodes: Vec<Value>, edges: Value| {
        json!({"schemaVersion": 1, "name": name, "nodes": nodes, "edges": edges}).to_string()
    };
    let edge = |id: &str, source: &str, target: &str| json!({"id": id, "source": source, "target": target});
    let many = |count: usize| (0..count).map(|place| node(&format!("n{place}"))).collect();
    vec![
        file("Too many steps", many(501), json!([])),
        file("Far too many steps", many(100_000), json!([])),
        file("Twice", vec![node("a"), node("a")], json!([])),
        file(
            "Circle",
            vec![node("a"), node("b")],
            json!([edge("e", "a", "b"), edge("f", "b", "a")]),
        ),
        file("Two\r\nlines", vec![node("a")], json!([])),
        file("Turned \u{202e}around", vec![node("a")], json!([])),
        file(&"long".repeat(600_000), vec![node("a")], json!([])),
        "[".repeat(100_000),
        format!("{}1{}", "{\"nodes\": [".repeat(2_000), "]}".repeat(2_000)),
        "{\"name\": \"Odd\", \"nodes\": [], \"edges\": [], \"__proto__\": {\"admin\": true}}"
            .to_owned(),
        "{\"name\": \"No number\", \"nodes\": NaN}".to_owned(),
    ]
}

#[tokio::test]
async fn rel_s14_a_hostile_import_is_refused_in_words_and_leaves_nothing() {
    let stage = Stage::start().await;
    let count = async || stage.get(TEMPLATES).await.json()["items"].as_array().unwrap().len();
    let before = count().await;

    for file in hostile_files() {
        let refused = stage.import(&file, "").await;
        let begins: String = file.chars().take(60).collect();
        assert!(refused.status.is_client_error(), "{}: {begins}", refused.status);
    }
    assert_eq!(count().await, before);
    // Files that somebody has changed at one place, the same ones each time.
    let mut random = 0x5eed_u64;
    for turn in 0..300 {
        let file = [CONTRACT, RECORD, TAKEN, ORDER][turn % 4];
        random =
            random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let place = file.floor_char_boundary((random >> 33) as usize % file.len());
        let end = file.ceil_char_boundary((place + (random >> 20) as usize % 20).min(file.len()));
        let put = ["", "null", "[]", "{}", "\"\\u0000\"", "1e999", "\"${input.x}\""][turn % 7];
        let changed = format!("{}{put}{}", &file[..place], &file[end..]);
        let reply = stage.import(&changed, ", \"rename\": true").await;
        assert!(!reply.status.is_server_error(), "{turn}: {:?}", reply.json());
    }
}

#[tokio::test]
async fn rel_s14_a_step_of_an_unknown_type_is_kept_and_never_runs() {
    let stage = Stage::start().await;
    let file = json!({"schemaVersion": 1, "name": "Shell", "edges": [], "nodes": [
        {"id": "run", "type": "shell", "position": {"x": 0, "y": 0}, "data": {"label": "Run", "config": {"command": "id"}}},
    ]});

    let made = stage.import(&file.to_string(), ", \"unfinished\": true").await;
    let id = made.json()["id"].as_str().unwrap().to_owned();
    let publish = "{}".to_owned();
    let published = stage.send(Method::POST, &format!("{TEMPLATES}/{id}/publish"), publish).await;
    let launched =
        stage.send(Method::POST, EXECUTIONS, json!({ "definition": file }).to_string()).await;

    assert_eq!(made.status, StatusCode::CREATED);
    assert_eq!(published.status, StatusCode::UNPROCESSABLE_ENTITY, "{:?}", published.json());
    assert_eq!(launched.status, StatusCode::UNPROCESSABLE_ENTITY, "{:?}", launched.json());
}
