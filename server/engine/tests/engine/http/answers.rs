//! What becomes of answers, however they come.

use std::net::SocketAddr;

use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, StatusCode, header::CONTENT_TYPE},
    response::Redirect,
};
use futures::stream;
use model::execution::{state::ExecutionStatus, view::NodeView};
use serde_json::{Value, json};
use services::testing::world::{none, quick};

use crate::engine::bad_input::all_amiss;
use crate::engine::http::{assert_kept_out, failed, given, run, server, world};
use crate::engine::stub::{self, Then};

fn without_end() -> Body {
    let block = Bytes::from(vec![b'x'; 64 * 1024]);
    Body::from_stream(stream::repeat_with(move || Ok::<_, std::io::Error>(block.clone())))
}

/// A server that announces a gigabyte, and sends nothing of it.
async fn announcing() -> SocketAddr {
    let announced = b"HTTP/1.1 200 OK\r\ncontent-length: 1073741824\r\n\r\n".to_vec();
    stub::serve_bytes(announced, Then::StayOpen).await
}

/// A server that sends whoever asks on to this one.
async fn redirecting_to(place: SocketAddr) -> SocketAddr {
    server(move |_, _| Redirect::temporary(&format!("http://{place}/"))).await.0
}

#[tokio::test]
async fn an_error_is_told_in_the_other_sides_words_and_not_tried_again() {
    let (server, _arrived) =
        server(|_, _| (StatusCode::NOT_FOUND, r#"{"error":{"message":"No order 7"}}"#)).await;
    let world = world(&[server]).await;
    let url = format!("http://{server}/orders/7");

    let (code, words, attempts) = failed(&world, json!({ "url": url })).await;

    assert_eq!((code.as_str(), attempts), ("not_found", 1));
    assert_eq!(words, "127.0.0.1 answered 404 Not Found: No order 7.");
    let output = given(&world, json!({ "url": url, "expected_status": "2xx, 404" })).await;
    assert_eq!(output["status"], 404);
}

#[tokio::test]
async fn a_server_that_keeps_failing_is_told_after_the_last_attempt() {
    let (server, _arrived) = server(|_, _| (StatusCode::BAD_GATEWAY, "<h1>Oh no</h1>")).await;
    let world = world(&[server]).await;

    let (code, words, attempts) =
        failed(&world, json!({ "url": format!("http://{server}/") })).await;

    assert_eq!((code.as_str(), attempts), ("server_error", 2));
    assert!(words.starts_with("127.0.0.1 answered 502 Bad Gateway"), "{words}");
}

#[tokio::test]
async fn an_answer_is_read_as_what_it_is_or_as_what_is_asked() {
    let answer = |headers: &HeaderMap| match headers["x-case"].to_str().unwrap() {
        "problem" => ([(CONTENT_TYPE, "application/problem+json")], r#"{"a":1}"#),
        "plain" => ([(CONTENT_TYPE, "text/plain")], "\u{feff}{\"a\":1}\0"),
        _ => ([(CONTENT_TYPE, "text/html")], "<p>hi</p>"),
    };
    let (server, _arrived) = server(move |_, headers| answer(headers)).await;
    let world = world(&[server]).await;
    let url = format!("http://{server}/");
    let config = |case: &str, response: &str| json!({ "url": url, "response": response, "headers": [{ "name": "x-case", "value": case }] });
    let cases = [
        ("problem", "auto", json!({ "a": 1 })),
        ("problem", "text", json!("{\"a\":1}")),
        ("plain", "auto", json!("{\"a\":1}")),
        ("html", "auto", json!("<p>hi</p>")),
    ];
    for (case, response, expected) in cases {
        assert_eq!(
            given(&world, config(case, response)).await["body"],
            expected,
            "{case} {response}"
        );
    }

    let (code, words, attempts) = failed(&world, config("html", "json")).await;
    assert_eq!((code.as_str(), attempts), ("answer_not_json", 1));
    assert!(words.contains("isn't JSON") && words.contains("<p>hi</p>"), "{words}");
}

#[tokio::test]
async fn json_is_read_in_any_charset_with_any_mark_and_with_halves_of_characters() {
    let utf16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let plain = r#"{"n":"Müller €"}"#;
    let answers = [
        ("a", "application/json; charset=ISO-8859-15", b"{\"n\":\"M\xfcller \xa4\"}".to_vec()),
        ("b", "application/json", [b"\xef\xbb\xbf", plain.as_bytes()].concat()),
        ("c", "application/json; charset=utf-16le", utf16(plain)),
        ("c2", "application/json", [vec![0xff, 0xfe], utf16(plain)].concat()),
        ("tc2", "text/plain", [vec![0xff, 0xfe], utf16(plain)].concat()),
        ("sur", "application/json", br#"{"a":"\ud83d"}"#.to_vec()),
        ("dup", "application/json", br#"{"a":1,"a":2}"#.to_vec()),
        ("nul", "application/json", br#"{"a":"x\u0000y"}"#.to_vec()),
        (
            "fine",
            "application/json",
            br#"{"id":7615917337495251231,"u":18446744073709551615,"d":0.1}"#.to_vec(),
        ),
        ("txt", "text/plain", b"Use ${nodes.start.x}, {{name}}, {name}, $${x}, ${".to_vec()),
        ("big", "application/json", br#"{"big":12345678901234567890123}"#.to_vec()),
        ("huge", "application/json", br#"{"e":1e400}"#.to_vec()),
        ("nan", "application/json", br#"{"a":NaN}"#.to_vec()),
    ];
    let (server, _arrived) = server(move |_, headers| {
        let case = headers["x-case"].to_str().unwrap();
        let (_, kind, bytes) = answers.iter().find(|(name, ..)| *name == case).unwrap().clone();
        ([(CONTENT_TYPE, kind)], bytes)
    })
    .await;
    let world = world(&[server]).await;
    let config = |case: &str| json!({ "url": format!("http://{server}/"), "headers": [{ "name": "x-case", "value": case }] });

    let read = json!({ "n": "Müller €" });
    let cases = [
        ("a", read.clone()),
        ("b", read.clone()),
        ("c", read.clone()),
        ("c2", read),
        ("tc2", json!(plain)),
        ("sur", json!({ "a": "\u{fffd}" })),
        ("nul", json!({ "a": "xy" })),
        ("fine", json!({ "id": 7_615_917_337_495_251_231_i64, "u": u64::MAX, "d": 0.1 })),
        ("txt", json!("Use ${nodes.start.x}, {{name}}, {name}, $${x}, ${")),
    ];
    for (case, body) in cases {
        assert_eq!(given(&world, config(case)).await["body"], body, "{case}");
    }
    for (case, code, words) in [
        (
            "big",
            "answer_number_too_large",
            "the number 12345678901234567890123, which is too large",
        ),
        ("huge", "answer_number_too_large", "the number 1e400"),
        ("dup", "answer_name_doubled", "the name “a” twice"),
        ("nan", "answer_not_json", "isn't JSON"),
    ] {
        let (found, said, attempts) = failed(&world, config(case)).await;
        assert_eq!((found.as_str(), attempts), (code, 1), "{said}");
        assert!(said.contains(words), "{said}");
    }
    let as_text = json!({ "response": "text", "url": format!("http://{server}/"), "headers": [{ "name": "x-case", "value": "big" }] });
    assert_eq!(given(&world, as_text).await["body"], r#"{"big":12345678901234567890123}"#);
}

#[tokio::test]
async fn bytes_that_are_nothing_known_are_refused_and_deep_json_too() {
    let (server, _arrived) = server(move |_, headers: &HeaderMap| match headers.get("x-deep") {
        Some(levels) => {
            let levels = levels.to_str().unwrap().parse().unwrap();
            let deep = format!("{}{}", "[".repeat(levels), "]".repeat(levels));
            ([(CONTENT_TYPE, "application/json")], deep.into_bytes())
        }
        None => ([(CONTENT_TYPE, "application/zip")], vec![0xff, 0xfe, 0x00, 0x9f]),
    })
    .await;
    let world = world(&[server]).await;
    let url = format!("http://{server}/");

    let (code, words, _) = failed(&world, json!({ "url": url })).await;
    assert_eq!(code, "answer_not_text");
    assert!(words.contains("application/zip"), "{words}");
    for (levels, expected) in [(100_000, "answer_not_json"), (127, "unrecordable_output")] {
        let headers = json!([{ "name": "x-deep", "value": levels.to_string() }]);
        let (code, _, _) = failed(&world, json!({ "url": url, "headers": headers })).await;
        assert_eq!(code, expected);
    }
}

#[tokio::test]
async fn rel_s7_an_answer_without_end_or_of_a_gigabyte_is_cut_off() {
    let (endless, _arrived) = server(|_, _| without_end()).await;
    let announced = announcing().await;
    let world = world(&[endless, announced]).await;

    for (server, response) in [(endless, "auto"), (endless, "json"), (announced, "text")] {
        let config = json!({ "url": format!("http://{server}/"), "response": response });
        let (code, words, attempts) = failed(&world, config).await;
        assert_eq!((code.as_str(), attempts), ("answer_too_large", 1), "{words}");
    }
}

#[tokio::test]
async fn rel_s7_an_error_without_end_is_told_all_the_same() {
    let (server, _arrived) = server(|_, _| (StatusCode::BAD_REQUEST, without_end())).await;
    let world = world(&[server]).await;

    let (code, words, _) = failed(&world, json!({ "url": format!("http://{server}/") })).await;

    assert_eq!(code, "unexpected_status");
    assert!(
        words.starts_with("127.0.0.1 answered 400 Bad Request") && words.len() < 600,
        "{words}"
    );
}

#[tokio::test]
async fn rel_s7_a_redirect_to_a_private_place_fails_the_step() {
    let (private, mut arrived) = server(|_, _| "private").await;
    let server = redirecting_to(private).await;
    let world = world(&[server]).await;

    assert_kept_out(&world, server, &mut arrived).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_too_large_or_redirected_to_a_private_place_goes_on_where_its_author_said_so() {
    let (private, mut arrived) = server(|_, _| "private").await;
    let (endless, _arrived) = server(|_, _| without_end()).await;
    let (announced, redirecting) = (announcing().await, redirecting_to(private).await);
    let world = world(&[endless, announced, redirecting]).await;
    let _worker = world.worker(quick());
    let asked = |server: SocketAddr, response: &str| json!({ "config": { "url": format!("http://{server}/"), "response": response } });
    let large = "answer_too_large: ";
    let cases = [
        ("http_request", asked(endless, "auto"), large),
        ("http_request", asked(endless, "json"), large),
        ("http_request", asked(announced, "text"), large),
        ("http_request", asked(redirecting, "auto"), "address_refused: "),
    ];

    let wrong = all_amiss(&world, &cases, &["continue", "branch"]).await;

    assert_eq!(wrong, Vec::<String>::new());
    assert!(arrived.try_recv().is_err());
    world.assert_sound().await;
}

#[tokio::test]
async fn a_silent_server_ends_with_the_steps_own_time() {
    let silent = stub::serve_bytes(Vec::new(), Then::StayOpen).await;
    let world = world(&[silent]).await;
    let mut workflow = crate::engine::http::calling(&json!({ "url": format!("http://{silent}/") }));
    workflow.nodes[1].data.timeout_ms = Some(200);
    let worker = world.worker(services::testing::world::quick());

    let template = world.publish(&workflow).await;
    let id = world.launch(template, json!({})).await;
    let view = world.wait_over(id).await;
    worker.stop().await;

    let failure = view.node(&"call".into()).unwrap().failure.clone().unwrap();
    // The step's time and the call's own end together: either may say so.
    assert!(
        failure.code == "timeout" && failure.message.ends_with(" within 0.2 s."),
        "{failure:?}"
    );
    assert!(failure.may_have_happened);
}

#[tokio::test]
async fn an_image_is_put_into_the_library() {
    let png = {
        let mut bytes = std::io::Cursor::new(vec![]);
        image::RgbImage::new(3, 2).write_to(&mut bytes, image::ImageFormat::Png).unwrap();
        bytes.into_inner()
    };
    let (server, _arrived) = server(move |_, _| ([(CONTENT_TYPE, "image/png")], png.clone())).await;
    let world = world(&[server]).await;

    let (id, _) = run(&world, json!({ "url": format!("http://{server}/a.png") })).await;

    let output: Value = crate::engine::http::output(&world, id).await;
    let body = &output["body"];
    assert_eq!((&body["width"], &body["height"]), (&json!(3), &json!(2)));
    let image = serde_json::from_value(body["image_id"].clone()).unwrap();
    let kept = world.services.library.image_file(&world.owner, image).await.unwrap();
    assert_eq!(kept.media_type, "image/png");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_loop_over_large_answers_ends_and_calls_nobody_twice() {
    // Of 1.9 MB each, the last of them are beyond the 64 MiB that an execution may make.
    const ITERATIONS: usize = 38;
    let (server, mut arrived) = server(|_, _| "x".repeat(1_900_000)).await;
    let world = world(&[server]).await;
    let _worker = world.worker(quick());
    let each = json!({ "items": "${input.things}", "on_round_failure": "continue" });
    let call = json!({ "url": format!("http://{server}/"), "headers": [] });
    let place = json!({ "x": 0, "y": 0 });
    let workflow = json!({
        "name": "Heavy",
        "parameters": [{ "name": "things", "type": "list", "default": vec!["thing"; ITERATIONS] }],
        "nodes": [
            { "id": "start", "type": "start", "position": place, "data": {} },
            { "id": "each", "type": "for_each", "position": place, "data": { "config": each } },
            { "id": "call", "type": "http_request", "position": place, "parentId": "each", "data": { "config": call } },
            { "id": "end", "type": "end", "position": place, "data": {} },
        ],
        "edges": [
            { "id": "a", "source": "start", "target": "each" },
            { "id": "b", "source": "each", "sourceHandle": "item", "target": "call" },
            { "id": "c", "source": "call", "target": "each", "targetHandle": "result" },
            { "id": "d", "source": "each", "sourceHandle": "output", "target": "end" },
        ],
    });
    let template = world.publish(&serde_json::from_value(workflow).unwrap()).await;

    let view = world.wait_over(world.launch(template, none()).await).await;

    assert_eq!(view.status, ExecutionStatus::Failed);
    let code = |node: &NodeView| node.failure.as_ref().map(|failure| failure.code.clone());
    let codes: Vec<_> = view.nodes.iter().filter_map(code).collect();
    assert!(codes.contains(&"too_much_output".to_owned()), "rounds beyond 64 MiB: {codes:?}");
    assert_eq!(code(view.node(&"each".into()).unwrap()).as_deref(), Some("unrecordable_output"));
    let calls = std::iter::from_fn(|| arrived.try_recv().ok()).count();
    assert_eq!(calls, ITERATIONS);
    world.assert_sound().await;
}
