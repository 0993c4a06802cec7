//! Streams of people whose access ends or is lowered: on this process they are over before the answer to
//! whoever ends it, on others as soon as these hear of it.

use std::time::Duration;

use crate::api::support::{Server, by_program, from_page};
use axum::{
    body::{Body, BodyDataStream},
    http::{Method, StatusCode, request::Builder},
};
use engine::executors::Executors;
use futures::{FutureExt, StreamExt};
use model::access::Role;
use serde_json::{Value, json};
use services::testing::{
    play::{listening, rest},
    world::bare_services,
};

const STREAM: &str = "/api/v1/stream?workspace=true";
/// A stream looks by itself whether it may go on only every 15 seconds.
const BY_NEWS: Duration = Duration::from_secs(12);

async fn open(server: &Server, request: Builder) -> BodyDataStream {
    let answer = server.open(request.body(Body::empty()).unwrap()).await;
    assert_eq!(answer.status(), StatusCode::OK);
    answer.into_body().into_data_stream()
}

async fn open_with(server: &Server, cookie: &str) -> BodyDataStream {
    open(server, from_page(Method::GET, STREAM, cookie)).await
}

/// Whether a stream is over by now, whatever was sent before.
fn is_over(stream: &mut BodyDataStream) -> bool {
    loop {
        match stream.next().now_or_never() {
            Some(Some(_)) => {}
            Some(None) => return true,
            None => return false,
        }
    }
}

#[tokio::test]
async fn a_stream_is_over_before_the_answer_to_whoever_ends_the_access() {
    let server = Server::start().await;
    let cookie = server.set_up().await;
    let owner = server.actor(&cookie).await.unwrap();
    let mut own = open_with(&server, &cookie).await;
    let member = server.member(owner.workspace, Role::Editor).await;
    let user = server.actor(&member).await.unwrap().user;
    let form = json!({ "name": "ci", "role": "viewer" });
    let token = server.post("/api/v1/tokens", &member, &form).await.json();
    let key = token["token"].as_str().unwrap();
    let [one, revoked] = [
        format!("/api/v1/members/{user}"),
        format!("/api/v1/tokens/{}", token["id"].as_str().unwrap()),
    ];

    for (method, path, body) in [
        (Method::PUT, &one, json!({ "role": "viewer" })),
        (Method::DELETE, &revoked, Value::Null),
        (Method::DELETE, &one, json!({})),
    ] {
        let mut streams = vec![open_with(&server, &member).await];
        if path == &one && method == Method::PUT {
            streams.push(open(&server, by_program(Method::GET, STREAM, key)).await);
        }
        assert!(!streams.iter_mut().any(is_over));
        let done = server.json(method.clone(), path, &cookie, &body).await;
        assert!(done.status.is_success(), "{method} {path} {:?}", done.json());
        assert!(streams.iter_mut().all(is_over), "{method} {path}");
    }
    assert!(!is_over(&mut own), "others go on");
    let again = server.get(STREAM, &member).await;
    assert_eq!(again.status, StatusCode::CONFLICT, "{:?}", again.json());
}

#[tokio::test]
async fn a_stream_is_over_when_its_process_hears_that_another_has_ended_the_access() {
    let server = Server::start().await;
    let cookie = server.set_up().await;
    let owner = server.actor(&cookie).await.unwrap();
    let ear = server.worker_of(&server.services, Executors::default(), listening());
    while !server.services.context().bus.is_listening() {
        rest().await;
    }
    let member = server.member(owner.workspace, Role::Viewer).await;
    let user = server.actor(&member).await.unwrap().user;
    let mut stream = open_with(&server, &member).await;

    let elsewhere = bare_services(server.db.pool.clone()).await;
    elsewhere.members.remove(&owner, user, None).await.unwrap();

    let end = async { while stream.next().await.is_some() {} };
    tokio::time::timeout(BY_NEWS, end).await.expect("it hears of it");
    ear.stop().await;
}
