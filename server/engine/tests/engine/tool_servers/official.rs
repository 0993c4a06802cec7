//! The protocol's own servers, which speak the revision of 2025-11-25.

use std::{net::SocketAddr, path::PathBuf, process::Stdio};

use outside::mcp::port::StdioCommand;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    net::TcpListener,
    process::{Child, Command},
};

use super::{
    Arc, Heard, McpError, McpPort, ServerAddress, ToolContent, Transport, Url, Value, at,
    client_for, json, request, server, text,
};

/// The program of one of the servers, as npm installs it.
fn program(name: &str) -> String {
    let end2end = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../end2end");
    let path = end2end.join("node_modules/@modelcontextprotocol").join(name).join("dist/index.js");
    assert!(path.exists(), "{name} is not installed; run: tools/prepare test");
    path.to_string_lossy().into_owned()
}

fn official(name: &str, argument: &str, env: &[(&str, &str)]) -> ServerAddress {
    let mut argv = vec!["node".to_owned(), program(name)];
    argv.extend(Some(argument.to_owned()).filter(|argument| !argument.is_empty()));
    let env = env.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let command = StdioCommand { argv, env, memory_bytes: Some(2 << 30), cpu_seconds: Some(600) };
    server(Transport::Stdio(Arc::new(command)))
}

/// Uses every kind of answer of the server that has everything.
async fn assert_has_everything(server: &ServerAddress, url: &[&Url]) {
    let (client, heard) = (client_for(url), Heard::default());
    let call = async |tool: &str, arguments: Value| {
        client.call_tool(server, request(tool, arguments), &heard).await
    };

    let listing = client.list_tools(server).await.unwrap();
    assert_eq!(listing.protocol.as_deref(), Some("2025-11-25"));
    assert_eq!(listing.refused, []);
    assert!(listing.tools.iter().any(|tool| tool.name == "echo"), "{listing:?}");

    assert_eq!(text(&call("echo", json!({"message": "ä"})).await.unwrap()), "Echo: ä");
    let weather = call("get-structured-content", json!({"location": "Chicago"})).await.unwrap();
    assert_eq!(weather.structured.unwrap()["temperature"], 36);
    let image = call("get-tiny-image", json!({})).await.unwrap();
    let is_png = |part: &ToolContent| matches!(part, ToolContent::Image(kind, bytes) if kind == "image/png" && bytes.starts_with(b"\x89PNG"));
    assert!(image.content.iter().any(is_png));
    let links = call("get-resource-links", json!({"count": 2})).await.unwrap();
    let is_link = |part: &&ToolContent| matches!(part, ToolContent::Link(..));
    assert_eq!(links.content.iter().filter(is_link).count(), 2);
    let steps = json!({"duration": 0.02, "steps": 2});
    call("trigger-long-running-operation", steps).await.unwrap();
    assert_eq!(*heard.progress.lock().unwrap(), ["1/2 ", "2/2 "]);
    let wrong = call("echo", json!({})).await;
    assert!(matches!(wrong, Err(McpError::Tool(_) | McpError::Protocol(_))), "{wrong:?}");
    client.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_server_that_has_everything_is_used_as_a_process() {
    assert_has_everything(&official("server-everything", "stdio", &[]), &[]).await;
}

/// Starts the same server over HTTP, on a port that was free a moment ago.
async fn over_http() -> (Child, SocketAddr) {
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let mut child = Command::new("node")
        .args([&program("server-everything"), "streamableHttp"])
        .env("PORT", free.port().to_string())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    while let Some(line) = lines.next_line().await.unwrap() {
        if line.contains("listening") {
            return (child, free);
        }
    }
    panic!("the server does not listen");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_server_that_has_everything_is_used_over_http() {
    let (mut child, address) = over_http().await;
    let url = Url::parse(&format!("http://127.0.0.1:{}/mcp", address.port())).unwrap();

    assert_has_everything(&server(Transport::Http(at(&url))), &[&url]).await;

    child.kill().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_are_read_where_the_operator_lets_them_be_read() {
    let folder = tempfile::tempdir().unwrap();
    let folder_path = folder.path().canonicalize().unwrap();
    let path = folder_path.join("note.txt");
    std::fs::write(&path, "Hello").unwrap();
    let server = official("server-filesystem", &folder_path.to_string_lossy(), &[]);
    let (client, heard) = (client_for(&[]), Heard::default());

    let inside = request("read_text_file", json!({ "path": path.to_string_lossy() }));
    let answer = client.call_tool(&server, inside, &heard).await.unwrap();
    let outside = request("read_text_file", json!({ "path": "/etc/passwd" }));
    let refused = client.call_tool(&server, outside, &heard).await;

    assert_eq!(answer.structured.unwrap()["content"], "Hello");
    assert!(matches!(refused, Err(McpError::Tool(_))), "{refused:?}");
    client.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_memory_keeps_what_it_was_told() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("memory.jsonl");
    let server = official("server-memory", "", &[("MEMORY_FILE_PATH", &file.to_string_lossy())]);
    let (client, heard) = (client_for(&[]), Heard::default());
    let entity = json!({ "name": "Ada", "entityType": "person", "observations": ["Likes tea"] });

    let told = request("create_entities", json!({ "entities": [entity] }));
    client.call_tool(&server, told, &heard).await.unwrap();
    client.close().await;
    let graph = client.call_tool(&server, request("read_graph", json!({})), &heard).await.unwrap();

    assert_eq!(graph.structured.unwrap()["entities"][0]["name"], "Ada");
    client.close().await;
}
