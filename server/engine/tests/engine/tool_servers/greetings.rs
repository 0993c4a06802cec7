//! How servers are greeted that do not know the newest revision, and those that are slow to start.

use std::{future::pending, path::Path};

use axum::{Json, Router, http::StatusCode, response::IntoResponse};
use outside::mcp::port::StdioCommand;
use tempfile::TempDir;

use super::{
    Arc, Counts, Duration, Heard, McpError, McpPort, Posted, Response, ServerAddress, Transport,
    Url, Value, at, client_for, in_json, in_type, json, play, request, server, stub, tools,
};

const SCRIPT: &str = include_str!("greeted.sh");

/// A process that is greeted, and the file in which each start of it leaves a line.
fn process(way: &str, folder: &TempDir) -> (ServerAddress, std::path::PathBuf) {
    let file = folder.path().join(way);
    let name = file.to_string_lossy().into_owned();
    let argv = ["/bin/sh", "-c", SCRIPT, "greeted", way, &name].map(str::to_owned).into();
    let env = vec![("KEY".to_owned(), "canary-5e1f".to_owned())];
    let command = StdioCommand { argv, env, memory_bytes: None, cpu_seconds: None };
    (server(Transport::Stdio(Arc::new(command))), file)
}

fn starts(file: &Path) -> usize {
    std::fs::read_to_string(file).unwrap_or_default().lines().count()
}

/// What an older server answers to anything but the newest greeting.
fn older(posted: &Posted) -> Response {
    let about = json!({
        "protocolVersion": "2025-06-18", "capabilities": { "tools": {} },
        "serverInfo": { "name": "played", "version": "1" },
    });
    match posted.method() {
        "initialize" => in_json(&posted.result(&about)),
        "tools/list" => in_json(&posted.result(&tools(&["do_it"]))),
        _ => StatusCode::ACCEPTED.into_response(),
    }
}

/// An older server that answers the newest greeting so, and how often each method was called.
async fn play_older(greeted: fn(&Posted) -> Response) -> (Url, Counts) {
    let counts = Counts::default();
    let counted = counts.clone();
    let url = play(move |posted| {
        *counted.lock().unwrap().entry(posted.method().to_owned()).or_default() += 1;
        if posted.method() == "server/discover" { greeted(&posted) } else { older(&posted) }
    });
    (url.await, counts)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_a_server_on_the_web_answers_to_the_newest_greeting_it_is_used() {
    let ways: [fn(&Posted) -> Response; 8] = [
        |_| StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        |_| StatusCode::BAD_GATEWAY.into_response(),
        |_| StatusCode::METHOD_NOT_ALLOWED.into_response(),
        |_| StatusCode::ACCEPTED.into_response(),
        |posted| in_json(&posted.result(&json!({}))),
        |posted| in_json(&posted.result(&json!({ "supportedVersions": ["2099-01-01"] }))),
        |_| in_type("text/html", "<title>Welcome</title>".to_owned()),
        |_| {
            in_json(
                &json!({ "jsonrpc": "2.0", "id": 99, "error": { "code": -1, "message": "No" } }),
            )
        },
    ];
    for (place, way) in ways.into_iter().enumerate() {
        let (url, counts) = play_older(way).await;
        let (client, server) = (client_for(&[&url]), server(Transport::Http(at(&url))));

        let listing = client.list_tools(&server).await;
        let renewed = client.check(&server).await;

        let revision = listing.unwrap_or_else(|error| panic!("{place}: {error}")).protocol;
        assert_eq!(revision.as_deref(), Some("2025-06-18"), "{place}");
        assert!(renewed.is_ok(), "{place}");
        let counts = counts.lock().unwrap().clone();
        let greetings = (counts["server/discover"], counts["initialize"]);
        assert_eq!(greetings, (1, 2), "{place}: a check is a new connection, by the way that did");
        client.close().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn events_of_other_names_before_an_answer_are_passed_over() {
    let url = play(|posted| {
        let answer = match posted.method() {
            "tools/list" => posted.result(&tools(&["do_it"])),
            "server/discover" => json!({ "jsonrpc": "2.0", "id": posted.message["id"], "error": { "code": -32601, "message": "No" } }),
            "initialize" => posted.result(&json!({
                "protocolVersion": "2025-06-18", "capabilities": { "tools": {} },
                "serverInfo": { "name": "played", "version": "1" },
            })),
            _ => return StatusCode::ACCEPTED.into_response(),
        };
        let ping = "event: ping\ndata: {}\n\n";
        in_type("text/event-stream", format!("{ping}event: message\ndata: {answer}\n\n"))
    })
    .await;
    let (client, server) = (client_for(&[&url]), server(Transport::Http(at(&url))));

    assert_eq!(client.list_tools(&server).await.unwrap().tools.len(), 1);
    client.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_that_ends_at_the_newest_greeting_is_started_again_with_the_older_one() {
    let folder = tempfile::tempdir().unwrap();
    for way in ["exits", "empty"] {
        let (client, (server, file)) = (client_for(&[]), process(way, &folder));

        assert_eq!(client.list_tools(&server).await.unwrap().tools.len(), 1, "{way}");
        assert_eq!(starts(&file), 2, "{way}");
        assert!(client.check(&server).await.is_ok(), "{way}");
        assert_eq!(starts(&file), 3, "{way}: the way is remembered");
        client.close().await;
    }
}

/// A server on the web that never answers the newest greeting.
async fn silent() -> Url {
    let answer = |Json(message): Json<Value>| async move {
        let posted = Posted { headers: Default::default(), message };
        if posted.method() == "server/discover" { pending().await } else { older(&posted) }
    };
    let address = stub::serve(Router::new().fallback(answer)).await;
    format!("http://{address}/mcp").parse().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn silence_and_late_answers_to_the_newest_greeting_harm_nothing() {
    let (folder, url) = (tempfile::tempdir().unwrap(), silent().await);
    let (client, (late, file)) = (client_for(&[&url]), process("late", &folder));
    let silent = ServerAddress { name: "silent".to_owned(), ..server(Transport::Http(at(&url))) };

    let listed = tokio::join!(client.list_tools(&late), client.list_tools(&silent));

    assert_eq!(listed.0.unwrap().tools.len(), 1);
    assert_eq!(listed.1.unwrap().tools.len(), 1);
    assert_eq!(starts(&file), 1, "a slow start is not begun anew");
    client.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_start_goes_on_when_nobody_waits_for_it_any_more() {
    let folder = tempfile::tempdir().unwrap();
    let (client, (server, file)) = (client_for(&[]), process("slow", &folder));
    let mut short = request("do_it", json!({}));
    short.time_limit = Duration::from_secs(1);

    let failed = client.call_tool(&server, short, &Heard::default()).await.unwrap_err();

    let is_told = |words: &str| words.contains("is still starting after ");
    assert!(matches!(&failed, McpError::Unreachable(words) if is_told(words)), "{failed:?}");
    std::fs::write(file.with_extension("go"), "").unwrap();

    assert_eq!(client.list_tools(&server).await.unwrap().tools.len(), 1);
    assert_eq!(starts(&file), 1);
    client.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_checks_a_program_that_dies_at_its_start_reads_its_last_words() {
    let folder = tempfile::tempdir().unwrap();
    let (client, (server, _)) = (client_for(&[]), process("dies", &folder));

    let (failed, said) = client.check(&server).await.unwrap_err();

    assert!(matches!(&failed, McpError::Unreachable(words) if words.contains("exit status: 1")));
    assert!(said.starts_with("ModuleNotFoundError: No module named 'mcp'\nwith the key"), "{said}");
    assert!(!said.contains("canary"), "{said}");
    client.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_of_the_transport_before_is_named_as_what_it_is() {
    let stream = || async { in_type("text/event-stream", "event: endpoint\ndata: /m\n\n".into()) };
    let router = Router::new().route("/sse", axum::routing::get(stream));
    let url: Url = format!("http://{}/sse", stub::serve(router).await).parse().unwrap();
    let (client, server) = (client_for(&[&url]), server(Transport::Http(at(&url))));

    let failed = client.list_tools(&server).await.unwrap_err();

    assert!(matches!(&failed, McpError::Protocol(words) if words.contains("HTTP+SSE")), "{failed}");
    client.close().await;
}
