//! What servers on the web are not let do, and what their refusals mean.

use std::convert::Infallible;

use axum::{
    body::{Body, Bytes},
    http::StatusCode,
    response::IntoResponse,
};
use futures::stream;
use outside::outbound::{OutboundClient, OutboundPolicy};

use super::{
    Counts, HttpAddress, McpError, McpPort, Posted, Response, RmcpClient, ServerAddress, Transport,
    Url, Value, at, call, client_for, in_events, in_json, in_type, json, play, server, with_key,
};

type Way = fn(HttpAddress) -> Transport;

/// Both ways to a server on the web.
const WAYS: [Way; 2] = [Transport::Http, Transport::JsonRpc];

async fn asked(way: Way, url: &Url) -> McpError {
    let (client, server) = (client_for(&[url]), server(way(with_key(url))));
    let failed = call(&client, &server, "do_it").await.unwrap_err();
    client.close().await;
    failed
}

fn refusal(status: u16, header: &'static str, value: &'static str) -> Response {
    (StatusCode::from_u16(status).unwrap(), [(header, value)], "canary-5e1f").into_response()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_status_says_whether_the_call_was_carried_out() {
    for way in WAYS {
        let with = async |status: u16| {
            let url = play(move |_| refusal(status, "x-nothing", "0")).await;
            asked(way, &url).await
        };
        let told_to_wait = async |status: u16| {
            let url = play(move |_| refusal(status, "retry-after", "7")).await;
            asked(way, &url).await
        };
        assert!(matches!(with(401).await, McpError::Unauthorized(_)));
        assert!(matches!(with(403).await, McpError::Unauthorized(_)));
        assert!(matches!(with(404).await, McpError::Protocol(_)));
        for status in [429, 503] {
            let limited = told_to_wait(status).await;
            let waits = matches!(&limited, McpError::Limited(Some(wait), _) if wait.as_secs() == 7);
            assert!(waits, "{limited:?}");
        }
    }
    // While it is greeted nothing can have been done.
    let broken = play(|_| refusal(502, "x-nothing", "0")).await;
    assert!(matches!(asked(Transport::Http, &broken).await, McpError::Unreachable(_)));
    assert!(matches!(asked(Transport::JsonRpc, &broken).await, McpError::Gateway(_)));
    // A gateway explains itself in JSON, too; a broken server may have carried out the call.
    let away = json!({ "error": { "message": "away" } });
    for (status, is_away) in [(503, true), (500, false)] {
        let status = StatusCode::from_u16(status).unwrap();
        let away = away.clone();
        let url = play(move |_| (status, axum::Json(away.clone())).into_response()).await;
        let failed = asked(Transport::JsonRpc, &url).await;
        assert_eq!(matches!(failed, McpError::Unreachable(_)), is_away, "{failed:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rel_s7_a_server_of_tools_leads_nobody_to_another_address() {
    let counts = Counts::default();
    let reached = counts.clone();
    let inside = play(move |posted| {
        *reached.lock().unwrap().entry(posted.method().to_owned()).or_default() += 1;
        in_json(&posted.result(&json!({})))
    })
    .await;
    let to: &'static str = inside.to_string().leak();
    for way in WAYS {
        for status in [301, 302, 307, 308] {
            let url = play(move |_| refusal(status, "location", to)).await;
            let failed = asked(way, &url).await;
            assert!(
                matches!(&failed, McpError::Protocol(words) if words.contains("redirect")),
                "{failed:?}"
            );
        }
        let outbound = OutboundClient::new(OutboundPolicy::default()).unwrap();
        let guarded = RmcpClient::new(outbound.clone(), outbound);
        let failed = guarded.list_tools(&server(way(at(&inside)))).await.unwrap_err();
        assert!(
            matches!(&failed, McpError::Protocol(words) if words.contains("public")),
            "{failed:?}"
        );
    }
    assert!(counts.lock().unwrap().is_empty(), "nobody has come there");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rel_s7_a_server_of_the_operator_is_reached_for_the_operator_only() {
    let url = play(|posted| in_json(&posted.result(&json!({ "tools": [] })))).await;
    let outbound = OutboundClient::new(OutboundPolicy::default()).unwrap();
    let vouched = OutboundClient::new(OutboundPolicy::default().allow_url(&url)).unwrap();
    let client = RmcpClient::new(outbound, vouched);
    let of_workspace = server(Transport::JsonRpc(at(&url)));
    let of_operator = ServerAddress { workspace: None, ..of_workspace.clone() };

    assert!(client.list_tools(&of_operator).await.is_ok());
    assert!(client.list_tools(&of_workspace).await.is_err());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rel_s10_a_key_that_a_server_of_tools_repeats_is_masked_and_none_is_sent_in_the_clear() {
    let url = play(|posted| {
        let words = format!("{} is wrong", posted.header("authorization"));
        let words = words.replace("Bearer ", "The key ");
        in_json(&json!({ "jsonrpc": "2.0", "id": posted.message["id"], "error": { "code": -1, "message": words } }))
    })
    .await;

    let told = asked(Transport::JsonRpc, &url).await.to_string();

    assert!(told.contains("is wrong") && !told.contains("canary"), "{told}");
    let open: Url = "http://tools.example.org/mcp".parse().unwrap();
    for way in WAYS {
        let refused = asked_unvouched(way, &open).await;
        assert!(
            matches!(&refused, McpError::Protocol(words) if words.contains("https")),
            "{refused:?}"
        );
    }
}

async fn asked_unvouched(way: Way, url: &Url) -> McpError {
    call(&client_for(&[]), &server(way(with_key(url))), "do_it").await.unwrap_err()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_of_a_hundred_megabytes_is_refused_in_words_however_it_comes() {
    let kinds = [("application/json", ""), ("text/event-stream", "data: ")];
    for (media_type, start) in kinds {
        for way in WAYS {
            let url = play(move |posted| match posted.method() {
                "server/discover" => in_json(&posted.result(&discovered())),
                _ => endless(&posted, media_type, start),
            });
            let failed = asked(way, &url.await).await;
            let is_told = |words: &str| words.contains("bytes");
            assert!(matches!(&failed, McpError::Protocol(words) if is_told(words)), "{failed:?}");
        }
    }
}

/// A hundred megabytes of an answer, whose length nobody has announced.
fn endless(posted: &Posted, media_type: &'static str, start: &str) -> Response {
    let id = &posted.message["id"];
    let text = r#""result":{"content":[{"type":"text","text":""#;
    let first = format!(r#"{start}{{"jsonrpc":"2.0","id":{id},{text}"#);
    let megabyte = Bytes::from("x".repeat(1 << 20));
    let pieces = std::iter::once(Bytes::from(first)).chain(std::iter::repeat_n(megabyte, 100));
    let body = Body::from_stream(stream::iter(pieces.map(Ok::<_, Infallible>)));
    ([("content-type", media_type)], body).into_response()
}

fn discovered() -> Value {
    json!({
        "resultType": "complete", "supportedVersions": ["2026-07-28"], "capabilities": { "tools": {} },
        "ttlMs": 0, "cacheScope": "private",
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_lies_about_the_protocol_is_refused_in_words() {
    let greets = |answer: fn(&Posted) -> Response| {
        move |posted: Posted| match posted.method() {
            "server/discover" => in_json(&posted.result(&discovered())),
            _ => answer(&posted),
        }
    };
    let cases: [fn(&Posted) -> Response; 4] = [
        |_| in_json(&json!({ "jsonrpc": "2.0", "id": 4711, "result": { "content": [] } })),
        |_| in_type("text/html", "<html>Welcome</html>".to_owned()),
        |_| in_json(&json!({ "hello": "world" })),
        |_| in_type("application/json", "{".to_owned()),
    ];
    for case in cases {
        let failed = asked(Transport::Http, &play(greets(case)).await).await;
        assert!(matches!(failed, McpError::Protocol(_)), "{failed:?}");
    }
    // A stream that ends without the answer: nobody knows what became of the call.
    let failed = asked(Transport::Http, &play(greets(|_| in_events(&[]))).await).await;
    assert!(matches!(failed, McpError::Lost(_)), "{failed:?}");
}
