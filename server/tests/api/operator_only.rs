//! Programs of this machine are the operator's alone: whatever a workspace writes starts none.

use std::{fs, path::Path};

use axum::http::Method;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::api::support::Server;

const SERVERS: &str = "/api/v1/mcp-servers";
const TEMPLATES: &str = "/api/v1/workflows/templates";
const EXECUTIONS: &str = "/api/v1/workflows/executions";

/// Ways to write a program that leaves a file behind, for whoever would start it.
fn programs(marker: &Path) -> [Value; 5] {
    let touch = format!("touch {}", marker.display());
    [
        json!(touch),
        json!(["/bin/sh", "-c", touch]),
        json!({"command": "npx", "args": ["-c", touch], "env": {"NODE_OPTIONS": "--require /tmp/x"}}),
        json!(format!("stdio:///bin/sh?c={touch}")),
        json!(format!("https://tools.example.org/$({touch})`{touch}`; {touch}")),
    ]
}

/// Attempts to register a server that is this program: all are refused.
fn registrations(program: &Value) -> [(Method, &'static str, Value); 4] {
    let url = "https://tools.example.org/mcp";
    [
        json!({"name": "files", "kind": "stdio", "url": program}),
        json!({"name": "files", "kind": "stdio", "url": url, "command": program}),
        json!({"name": "files", "kind": "http", "url": url, "command": program}),
        json!({"name": "files", "kind": "http", "url": url, "env": {"NODE_OPTIONS": program}}),
    ]
    .map(|form| (Method::POST, SERVERS, form))
}

/// Attempts to bring the program in with a workflow: as a file, a launch, a context.
fn workflows(program: &Value) -> [(Method, &'static str, Value); 4] {
    let steps = json!({"name": "s12", "steps": [
        {"name": "run", "tool": "files.run", "params": {"command": program}}]});
    let with_servers =
        json!({"name": "s12", "mcpServers": {"files": program}, "steps": steps["steps"]});
    let context = json!({"mcp": program, "servers": {"files": program}});
    [
        (Method::POST, TEMPLATES, json!({"definition": steps, "unfinished": true, "rename": true})),
        (Method::POST, TEMPLATES, json!({"definition": with_servers, "rename": true})),
        (Method::POST, EXECUTIONS, json!({"definition": steps, "context": context})),
        (
            Method::POST,
            EXECUTIONS,
            json!({"definition": steps, "env": {"NODE_OPTIONS": program, "PATH": program}}),
        ),
    ]
}

/// The processes of this machine whose arguments name the file.
fn processes(marker: &Path) -> usize {
    let name = marker.display().to_string();
    let folders = fs::read_dir("/proc").into_iter().flatten().flatten();
    let lines = folders.filter_map(|folder| fs::read(folder.path().join("cmdline")).ok());
    lines.filter(|line| String::from_utf8_lossy(line).contains(&name)).count()
}

#[tokio::test]
async fn rel_s12_forty_attempts_to_have_a_program_started_start_none() {
    let server = Server::start().await;
    let cookie = server.set_up().await;
    let folder = TempDir::new().unwrap();
    let marker = folder.path().join("started");
    let (mut attempts, mut clones) = (0, vec![]);

    for program in programs(&marker) {
        for (method, path, body) in registrations(&program) {
            let refused = server.json(method, path, &cookie, &body).await;
            assert!(refused.status.is_client_error(), "{body}: {:?}", refused.json());
            attempts += 1;
        }
        for (method, path, body) in workflows(&program) {
            let reply = server.json(method, path, &cookie, &body).await;
            assert!(!reply.status.is_server_error(), "{body}: {:?}", reply.json());
            if let Some(template) = reply.json()["id"].as_str().filter(|_| path == TEMPLATES) {
                clones.push(format!("{TEMPLATES}/{template}/clone"));
            }
            attempts += 1;
        }
    }
    for clone in &clones {
        let reply = server.post(clone, &cookie, &json!({})).await;
        assert!(!reply.status.is_server_error(), "{:?}", reply.json());
    }
    let owner = server.actor(&cookie).await.unwrap();
    let registered = server.services.tools.list_servers(&owner).await.unwrap();

    assert_eq!((attempts, clones.is_empty()), (40, false));
    assert!(registered.iter().all(|server| server.name != "files"), "{registered:?}");
    assert_eq!((marker.exists(), processes(&marker)), (false, 0));
}
