//! Servers of the newest revision that are played: what they ask back, and what they want to be cached.

use super::{
    Arc, Counts, McpError, McpPort, Posted, Response, RmcpClient, ServerAddress, Transport, Url,
    Value, at, call, client_for, in_json, json, play, server, tools,
};

/// Plays a server that answers its calls so; counts what is asked.
async fn stateless(
    answer: impl Fn(usize) -> Value + Send + Sync + 'static,
) -> (RmcpClient, ServerAddress, Counts) {
    let counts = Counts::default();
    let counted = counts.clone();
    let url = play(move |posted| {
        let count =
            counted.lock().unwrap().entry(posted.method().to_owned()).or_default().to_owned();
        *counted.lock().unwrap().entry(posted.method().to_owned()).or_default() += 1;
        respond(&posted, count, &answer)
    })
    .await;
    (client_for(&[&url]), server(Transport::Http(at(&url))), counts)
}

fn respond(posted: &Posted, count: usize, answer: &impl Fn(usize) -> Value) -> Response {
    assert_eq!(posted.header("mcp-protocol-version"), "2026-07-28");
    assert_eq!(posted.header("mcp-method"), posted.method());
    let cached = json!({ "resultType": "complete", "ttlMs": 3_600_000, "cacheScope": "public" });
    let mut result = match posted.method() {
        "server/discover" => json!({
            "supportedVersions": ["2026-07-28"], "capabilities": { "tools": {} }, "instructions": "Ask.",
        }),
        // Each list is another one.
        "tools/list" => tools(&[["first", "second"][count.min(1)]]),
        _ => return in_json(&posted.result(&answer(count))),
    };
    for (name, value) in cached.as_object().unwrap() {
        result[name] = value.clone();
    }
    in_json(&posted.result(&result))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rel_s13_a_list_is_asked_for_each_time_whatever_the_server_wants_cached() {
    let (client, server, counts) = stateless(|_| json!({})).await;

    let first = client.list_tools(&server).await.unwrap();
    let second = client.list_tools(&server).await.unwrap();

    assert_eq!((first.tools[0].name.as_str(), second.tools[0].name.as_str()), ("first", "second"));
    assert_eq!(first.instructions.as_deref(), Some("Ask."));
    assert_eq!(counts.lock().unwrap()["tools/list"], 2);
    assert_eq!(counts.lock().unwrap()["server/discover"], 1, "one connection serves both");
    client.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rel_s13_a_list_that_cannot_be_had_is_an_error_and_never_the_last_one() {
    let dead = Arc::new(std::sync::atomic::AtomicBool::new(false));
    let is_dead = dead.clone();
    let url: Url = play(move |posted| {
        if is_dead.load(std::sync::atomic::Ordering::Relaxed) {
            return axum::response::IntoResponse::into_response(
                axum::http::StatusCode::BAD_GATEWAY,
            );
        }
        respond(&posted, 0, &|_| json!({}))
    })
    .await;
    let (client, server) = (client_for(&[&url]), server(Transport::Http(at(&url))));
    client.list_tools(&server).await.unwrap();

    dead.store(true, std::sync::atomic::Ordering::Relaxed);
    let failed = client.list_tools(&server).await;

    assert!(matches!(failed, Err(McpError::Unreachable(_))), "{failed:?}");
    client.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn questions_and_tasks_fail_in_words() {
    let question = json!({
        "resultType": "input_required",
        "inputRequests": { "branch": {
            "method": "elicitation/create",
            "params": {
                "message": "Which branch?",
                "requestedSchema": { "type": "object", "properties": {} },
            },
        } },
    });
    let at = "2026-11-20T08:00:00Z";
    let task = json!({
        "resultType": "task", "taskId": "t", "status": "working", "createdAt": at, "lastUpdatedAt": at,
        "ttlMs": null,
    });
    for (result, words) in [(question, "asks a question"), (task, "into a task")] {
        let (client, server, counts) = stateless(move |_| result.clone()).await;

        let failed = call(&client, &server, "do_it").await.unwrap_err();

        assert!(matches!(&failed, McpError::Question(told) if told.contains(words)), "{failed:?}");
        assert_eq!(counts.lock().unwrap()["tools/call"], 1);
        client.close().await;
    }
}
