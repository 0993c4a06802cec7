//! Servers on the web that are played: those of older revisions, and those without a handshake.

use axum::{http::StatusCode, response::IntoResponse};
use outside::mcp::hash::definition_hash;

use super::{
    Arc, Heard, McpError, McpPort, Mutex, Posted, Response, Transport, Url, Value, at, call,
    client_for, in_events, in_json, in_type, json, play, request, server, text, tools,
};

/// How often a server says how far it is before it answers.
const NEWS: u32 = 100;

/// Answers as a server of the revision 2025-11-25 does; calls are answered so.
fn legacy(posted: &Posted, session: &str, called: &dyn Fn(&Posted) -> Response) -> Response {
    match posted.method() {
        "server/discover" => (StatusCode::BAD_REQUEST, "no session").into_response(),
        "initialize" => {
            let result = json!({
                "protocolVersion": "2025-11-25",
                "capabilities": { "tools": {} },
                "serverInfo": { "name": "played", "version": "1" },
            });
            let body = posted.result(&result).to_string();
            let headers = [("content-type", "application/json"), ("mcp-session-id", session)];
            (headers, body).into_response()
        }
        "tools/list" => in_json(&posted.result(&tools(&["do_it"]))),
        "tools/call" => called(posted),
        _ => StatusCode::ACCEPTED.into_response(),
    }
}

fn done(posted: &Posted, words: &str) -> Value {
    posted.result(&json!({ "content": [{ "type": "text", "text": words }] }))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_older_server_is_spoken_to_in_its_revision_and_session() {
    let sessions = Arc::new(Mutex::new(vec![]));
    let seen = sessions.clone();
    let url = play(move |posted| {
        seen.lock()
            .unwrap()
            .push((posted.method().to_owned(), posted.header("mcp-session-id").to_owned()));
        legacy(&posted, "s1", &|posted| {
            let token = &posted.message["params"]["_meta"]["progressToken"];
            let said = |part: u32| {
                let params = json!({
                    "progressToken": token, "progress": part, "total": NEWS, "message": "Part",
                });
                json!({ "jsonrpc": "2.0", "method": "notifications/progress", "params": params })
            };
            let said = (1..=NEWS).map(said).chain([done(posted, "done")]);
            in_events(&said.collect::<Vec<_>>())
        })
    })
    .await;
    let (client, server) = (client_for(&[&url]), server(Transport::Http(at(&url))));
    let heard = Heard::default();

    let listing = client.list_tools(&server).await.unwrap();
    let answer = client.call_tool(&server, request("do_it", json!({})), &heard).await.unwrap();

    assert_eq!(listing.protocol.as_deref(), Some("2025-11-25"));
    assert_eq!(text(&answer), "done");
    let told: Vec<String> = (1..=NEWS).map(|done| format!("{done}/{NEWS} Part")).collect();
    assert_eq!(*heard.progress.lock().unwrap(), told, "all, in their order");
    let seen = sessions.lock().unwrap().clone();
    let session = |method: &str| seen.iter().find(|(name, _)| name == method).unwrap().1.as_str();
    assert_eq!((session("server/discover"), session("initialize")), ("", ""));
    assert_eq!((session("tools/list"), session("tools/call")), ("s1", "s1"));
    client.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_that_the_server_has_forgotten_is_made_anew_and_the_call_carried_out_once() {
    let calls = Arc::new(Mutex::new(vec![]));
    let seen = calls.clone();
    let greeted = Arc::new(Mutex::new(0));
    let url = play(move |posted| {
        let mut greeted = greeted.lock().unwrap();
        *greeted += usize::from(posted.method() == "initialize");
        let is_forgotten =
            posted.header("mcp-session-id") == "s1" && posted.method() == "tools/call";
        if is_forgotten {
            return StatusCode::NOT_FOUND.into_response();
        }
        legacy(&posted, &format!("s{greeted}"), &|posted| {
            seen.lock().unwrap().push(posted.header("mcp-session-id").to_owned());
            in_json(&done(posted, "done"))
        })
    })
    .await;
    let (client, server) = (client_for(&[&url]), server(Transport::Http(at(&url))));

    let answer = call(&client, &server, "do_it").await.unwrap();

    assert_eq!(text(&answer), "done");
    assert_eq!(*calls.lock().unwrap(), ["s2"]);
    client.close().await;
}

/// Plays a server without a handshake.
async fn bare(answer: impl Fn(&Posted) -> Response + Send + Sync + 'static) -> Url {
    play(move |posted| answer(&posted)).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_without_a_handshake_lists_and_calls() {
    let url = bare(|posted| match posted.method() {
        "tools/list" if posted.message["params"]["cursor"].is_null() => {
            let mut first = tools(&["first"]);
            first["nextCursor"] = json!("2");
            in_json(&posted.result(&first))
        }
        "tools/list" => in_json(&posted.result(&tools(&["second"]))),
        "tools/call" => {
            let params = &posted.message["params"];
            let key = &params["_meta"][mcp_sample::IDEMPOTENCY_META];
            in_json(&posted.result(&json!({ "echo": params["arguments"], "key": key })))
        }
        other => panic!("{other}"),
    })
    .await;
    let (client, server) = (client_for(&[&url]), server(Transport::JsonRpc(at(&url))));

    let listing = client.list_tools(&server).await.unwrap();
    let called = request("first", json!({ "a": 1 }));
    let answer = client.call_tool(&server, called, &Heard::default()).await.unwrap();

    let names: Vec<_> = listing.tools.iter().map(|tool| tool.name.as_str()).collect();
    assert_eq!((listing.protocol, names), (None, vec!["first", "second"]));
    assert_eq!(answer.structured, Some(json!({ "echo": { "a": 1 }, "key": "key-7" })));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_without_a_handshake_answers_what_was_asked_or_nothing() {
    type Way = fn(&Posted) -> Response;
    let cases: [(Way, McpError); 6] = [
        (
            |posted| {
                in_json(
                    &json!({ "jsonrpc": "2.0", "id": posted.message["id"], "error": { "code": -32000, "message": "No." } }),
                )
            },
            McpError::Tool("No.".to_owned()),
        ),
        (
            |posted| {
                let both = json!({ "id": posted.message["id"], "result": {}, "error": { "code": 1, "message": "No." } });
                in_json(&both)
            },
            McpError::Tool("No.".to_owned()),
        ),
        (
            |posted| {
                in_json(&posted.result(
                    &json!({ "isError": true, "content": [{ "type": "text", "text": "No." }] }),
                ))
            },
            McpError::Tool("No.".to_owned()),
        ),
        (
            |_| in_json(&json!({ "jsonrpc": "2.0", "id": 99, "result": {} })),
            McpError::Protocol("played answers with a response without a request.".to_owned()),
        ),
        (
            |_| (StatusCode::OK, "<html>Welcome</html>").into_response(),
            McpError::Protocol("played answers with something that isn't JSON.".to_owned()),
        ),
        (
            |posted| in_json(&json!({ "id": posted.message["id"] })),
            McpError::Protocol("played answers with neither a result nor an error.".to_owned()),
        ),
    ];
    for (way, expected) in cases {
        let url = bare(way).await;
        let (client, server) = (client_for(&[&url]), server(Transport::JsonRpc(at(&url))));
        assert_eq!(call(&client, &server, "do_it").await, Err(expected));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rel_s13_eight_kinds_of_mutation_are_noticed() {
    let tool = |name: &str, description: &str, schema: Value| json!({ "name": name, "description": description, "inputSchema": schema });
    let schema =
        json!({ "type": "object", "properties": { "a": { "type": "string", "maxLength": 9 } } });
    let reordered: Value = serde_json::from_str(
        r#"{"properties": {"a": {"maxLength": 9, "type": "string"}}, "type": "object"}"#,
    )
    .unwrap();
    let widened = json!({ "type": "object", "properties": { "a": { "type": "string" } } });
    let narrowed =
        json!({ "type": "object", "properties": { "a": { "type": "string", "maxLength": 1 } } });
    let before = tool("do_it", "Does it.", schema.clone());
    let mut destructive = before.clone();
    destructive["annotations"] = json!({ "destructiveHint": true });
    let read_back = |tools: Vec<Value>| async move {
        let url = bare(move |posted| in_json(&posted.result(&json!({ "tools": tools })))).await;
        let address = server(Transport::JsonRpc(at(&url)));
        let listing = client_for(&[&url]).list_tools(&address).await.unwrap();
        let found = listing.tools.iter().find(|tool| tool.name == "do_it");
        (found.map(definition_hash), listing.tools.len(), listing.refused.len())
    };

    let (hash, ..) = read_back(vec![before.clone()]).await;
    let same = read_back(vec![tool("do_it", "Does it.", reordered)]).await;
    assert_eq!(same, (hash.clone(), 1, 0), "the order of keys is no change");
    let shadow = tool("do_it", "Does something else.", schema.clone());
    let mutations = [
        vec![tool("do_it", "Does it, and mails it.", schema.clone())],
        vec![tool("do_it", "Does\u{200B} it.", schema.clone())],
        vec![tool("do_it", "Does it.", widened)],
        vec![tool("do_it", "Does it.", narrowed)],
        vec![tool("did_it", "Does it.", schema)],
        vec![before.clone(), shadow],
        vec![destructive],
        vec![],
    ];
    for tools in mutations {
        let (now, ..) = read_back(tools.clone()).await;
        assert_ne!(now, hash, "{tools:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn odd_parts_and_long_numbers_of_a_result_arrive_as_they_are() {
    let results = [
        (r#"{"structuredContent": {"id": 12345678901234567890123}, "content": []}"#, 0),
        (r#"{"content": [{"type": "text", "text": "Done."}, {"type": "ui"}]}"#, 2),
        (r#"{"content": null}"#, 0),
    ];
    for (result, parts) in results {
        let url = play(move |posted| {
            legacy(&posted, "s1", &|posted| {
                let id = &posted.message["id"];
                let body = format!(r#"{{"jsonrpc": "2.0", "id": {id}, "result": {result}}}"#);
                in_type("application/json", body)
            })
        })
        .await;
        let (client, server) = (client_for(&[&url]), server(Transport::Http(at(&url))));

        let answer = call(&client, &server, "do_it").await.unwrap();

        assert_eq!(answer.content.len(), parts, "{answer:?}");
        let id = answer.structured.map(|data| data["id"].clone());
        assert_eq!(id, result.contains("id").then(|| json!("12345678901234567890123")));
        client.close().await;
    }
}
