//! Who changes what of a step in a run: every way to change one × who asks × field.

use axum::{
    body::Body,
    http::{Method, StatusCode, header},
};
use model::access::Role;
use serde_json::{Value, json};

use crate::api::support::{Reply, Server, by_program, from_page};

const TEMPLATES: &str = "/api/v1/workflows/templates";
const EXECUTIONS: &str = "/api/v1/workflows/executions";

/// A workflow whose steps all follow its start, each by id, type and configuration.
fn drawn(name: &str, steps: &[(&str, &str, Value)]) -> Value {
    let node = |(id, kind, config): &(&str, &str, Value)| {
        json!({"id": id, "type": kind, "position": {"x": 0, "y": 0},
               "data": {"label": id, "config": config}})
    };
    let ends = [("start", "start", json!({})), ("end", "end", json!({}))];
    let joined = |(id, ..): &(&str, &str, Value)| {
        let edge = |source: &str, target: &str| json!({"id": format!("{source}-{target}"), "source": source, "target": target});
        [edge("start", id), edge(id, "end")]
    };
    let nodes: Vec<Value> = ends.iter().chain(steps).map(node).collect();
    let edges: Vec<Value> = steps.iter().flat_map(joined).collect();
    json!({"name": name, "nodes": nodes, "edges": edges})
}

fn all_kinds() -> Value {
    let issue = json!({"owner": "a", "repo": "b", "number": 1});
    let steps = [
        ("write", "generate_copy", json!({"prompt": "A headline"})),
        ("locked", "generate_copy", json!({"prompt": "A headline", "prompt_locked": true})),
        ("call", "tool", json!({"tool": "github.getIssue", "params": issue})),
        ("fetch", "http_request", json!({"url": "https://api.example.com/items"})),
        ("run", "sub_workflow", json!({"template": "Child"})),
    ];
    drawn("All kinds", &steps)
}

/// Fields of its steps, each with another value.
fn fields() -> [(&'static str, &'static str, Value); 11] {
    [
        ("write", "prompt", json!("Another headline")),
        ("write", "model", json!("another-model")),
        ("locked", "prompt", json!("Another headline")),
        ("locked", "prompt_locked", json!(false)),
        ("call", "tool", json!("github.createIssue")),
        ("call", "params", json!({"owner": "a", "repo": "b", "number": 2})),
        ("fetch", "url", json!("https://elsewhere.example.com")),
        ("fetch", "method", json!("DELETE")),
        ("fetch", "headers", json!({"X-From": "elsewhere"})),
        ("fetch", "secret_header", json!("X-Key")),
        ("run", "template", json!("Other")),
    ]
}

/// Who asks: a person by their cookie, or a program by its token.
enum Caller {
    Page(String),
    Program(String),
}

impl Caller {
    /// A token that launches, of this role.
    async fn launching(server: &Server, owner: &str, role: &str) -> Self {
        let form = json!({"name": role, "role": role, "scope": "launch"});
        let made = server.post("/api/v1/tokens", owner, &form).await;
        assert_eq!(made.status, StatusCode::CREATED, "{:?}", made.json());
        Self::Program(made.json()["token"].as_str().unwrap().to_owned())
    }

    async fn post(&self, server: &Server, path: &str, body: &Value) -> Reply {
        let request = match self {
            Self::Page(cookie) => from_page(Method::POST, path, cookie),
            Self::Program(key) => by_program(Method::POST, path, key),
        };
        let request = request.header(header::CONTENT_TYPE, "application/json");
        server.send(request.body(Body::from(body.to_string())).unwrap()).await
    }
}

/// Every way to change a field of a step: in an execution that runs, or in a new one.
fn ways(running: &str, over: &str, step: &str, field: &str, value: &Value) -> [(String, Value); 6] {
    let config = json!({field: value});
    let rerun = json!({"config": {step: config}});
    let named = json!({"node_id": step, "config": config});
    let edit = json!({"command": "edit_node", "node_id": step, "config": config});
    let at = |execution: &str, verb: &str| format!("{EXECUTIONS}/{execution}/{verb}");
    [
        (at(running, "retry-node"), named.clone()),
        (at(running, "edit-node"), named),
        (at(running, &format!("steps/{step}/trigger")), json!({"config": config})),
        (at(over, "rerun"), rerun.clone()),
        ("/api/fn/control".to_owned(), json!({"execution": running, "control": edit})),
        ("/api/fn/rerun_execution".to_owned(), json!({"execution": over, "request": rerun})),
    ]
}

#[tokio::test]
async fn rel_s1_nobody_changes_in_a_run_what_its_author_has_not_opened() {
    let server = Server::start().await;
    let cookie = server.set_up().await;
    let owner = server.actor(&cookie).await.unwrap();
    let child = [("inner", "generate_copy", json!({"prompt": "A line"}))];
    let mut template = json!(null);
    for definition in [drawn("Child", &child), drawn("Other", &child), all_kinds()] {
        let made = server.post(TEMPLATES, &cookie, &definition).await;
        assert_eq!(made.status, StatusCode::CREATED, "{:?}", made.json());
        template = made.json()["id"].clone();
    }
    let launch = async || {
        let launched = server.post(EXECUTIONS, &cookie, &json!({"template_id": template})).await;
        assert_eq!(launched.status, StatusCode::ACCEPTED, "{:?}", launched.json());
        launched.json()["execution_id"].as_str().unwrap().to_owned()
    };
    let (running, over) = (launch().await, launch().await);
    let stopped = server.post(&format!("{EXECUTIONS}/{over}/stop"), &cookie, &json!({})).await;
    assert_eq!(stopped.status, StatusCode::NO_CONTENT);
    let token = Caller::launching(&server, &cookie, "runner").await;
    let callers = [
        (Caller::Page(server.member(owner.workspace, Role::Runner).await), "forbidden"),
        (Caller::launching(&server, &cookie, "editor").await, "token_scope"),
        (Caller::Page(server.member(owner.workspace, Role::Editor).await), ""),
    ];
    let again = json!({});
    let rerun = token.post(&server, &format!("{EXECUTIONS}/{over}/rerun"), &again).await;
    assert_eq!(rerun.status, StatusCode::ACCEPTED, "as it was: {:?}", rerun.json());
    let Caller::Program(key) = &token else { panic!("a program's") };
    let read = by_program(Method::GET, &format!("{EXECUTIONS}/{running}"), key);
    assert_eq!(server.send(read.body(Body::empty()).unwrap()).await.status, StatusCode::OK);

    for (caller, code) in [(token, "token_scope")].iter().chain(&callers) {
        for (step, field, value) in fields() {
            let is_prompt = (step, field) == ("write", "prompt");
            let is_open = code.is_empty() || (*code == "forbidden" && is_prompt);
            for (path, body) in ways(&running, &over, step, field, &value) {
                let reply = caller.post(&server, &path, &body).await;
                let told = reply.json();
                let words = format!("{code} {path} {body}: {} {told}", reply.status);
                assert_eq!(reply.status != StatusCode::FORBIDDEN, is_open, "{words}");
                assert!(!reply.status.is_server_error(), "{words}");
                if is_open && field == "prompt" && path.ends_with("edit-node") {
                    assert_eq!(reply.status, StatusCode::NO_CONTENT, "{words}");
                } else if !is_open {
                    assert_eq!(told["code"], *code, "{words}");
                }
                if *code == "forbidden" && !is_open {
                    let detail = told["detail"].as_str().unwrap();
                    let named = format!("The {field} of “{step}” can't be changed. ");
                    assert!(detail.starts_with(&named), "{words}");
                    assert_eq!(told["errors"][0]["path"], format!("config.{field}"), "{words}");
                }
            }
        }
    }
}
