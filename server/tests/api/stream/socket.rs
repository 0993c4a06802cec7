//! The stream over a WebSocket, read by a real client.

use std::time::Duration;

use super::process::Process;
use crate::api::support::Server;
use axum::http::StatusCode;
use futures::StreamExt;
use model::id::ExecutionId;
use serde_json::Value;
use tokio::{net::TcpStream, time::timeout};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{Error, client::IntoClientRequest},
};

const PATIENCE: Duration = Duration::from_secs(300);

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

impl Process {
    /// Opens a socket, as a page of this origin where there is one.
    async fn socket(
        &self,
        query: &str,
        cookie: &str,
        origin: Option<&str>,
    ) -> Result<Socket, Error> {
        let address = format!("ws://{}/api/v1/stream/socket?{query}", self.address);
        let mut request = address.into_client_request().unwrap();
        request.headers_mut().insert("cookie", cookie.parse().unwrap());
        if let Some(origin) = origin {
            request.headers_mut().insert("origin", origin.parse().unwrap());
        }
        timeout(PATIENCE, connect_async(request)).await.unwrap().map(|(socket, _)| socket)
    }
}

/// Reads so many events, or until the execution is complete; their numbers and the id of the last.
async fn read(socket: &mut Socket, most: usize) -> (Vec<i64>, String) {
    let (mut seen, mut last) = (vec![], String::new());
    while seen.len() < most {
        let message = timeout(PATIENCE, socket.next()).await.expect("news come").unwrap().unwrap();
        let Ok(text) = message.to_text() else { continue };
        let message: Value = serde_json::from_str(text).unwrap();
        if message["kind"] == "event" {
            seen.push(message["event"]["seq"].as_i64().unwrap());
            message["id"].as_str().unwrap().clone_into(&mut last);
            if message["event"]["kind"] == "execution.completed" {
                break;
            }
        }
    }
    (seen, last)
}

/// A process, its owner in a browser, and an execution under way.
struct Stage {
    server: Server,
    cookie: String,
    process: Process,
    origin: String,
    execution: ExecutionId,
}

impl Stage {
    async fn set() -> Self {
        let server = Server::start().await;
        let cookie = server.set_up().await;
        let owner = server.actor(&cookie).await.unwrap();
        let process = Process::serve(&server.db.url).await;
        let origin = format!("http://{}", process.address);
        let execution = server.launch(&owner).await;
        Self { server, cookie, process, origin, execution }
    }
}

/// What the server answered instead of becoming a socket.
fn refused(socket: Result<Socket, Error>) -> StatusCode {
    match socket {
        Err(Error::Http(answer)) => answer.status(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rel_l1_a_socket_that_is_come_back_to_goes_on_where_it_was() {
    let stage = Stage::set().await;
    let Stage { cookie, process, origin, execution, .. } = &stage;

    let query = format!("executions={execution}");
    let mut first = process.socket(&query, cookie, Some(origin)).await.unwrap();
    let (mut seen, last) = read(&mut first, 40).await;
    drop(first);
    let query = format!("executions={execution}&after={last}");
    let mut second = process.socket(&query, cookie, Some(origin)).await.unwrap();
    seen.extend(read(&mut second, usize::MAX).await.0);

    let end = i64::try_from(seen.len()).unwrap();
    assert!(end > 100 && seen.iter().copied().eq(1..=end), "{seen:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn rel_s6_a_socket_is_opened_for_no_foreign_page_and_no_stranger() {
    let Stage { server, cookie, process, origin, execution } = Stage::set().await;
    let query = format!("executions={execution}");
    let nobody = "atelier_sid=x";
    let cases = [
        (cookie.as_str(), Some("https://evil.example"), StatusCode::FORBIDDEN),
        (cookie.as_str(), None, StatusCode::FORBIDDEN),
        (nobody, Some(origin.as_str()), StatusCode::UNAUTHORIZED),
    ];

    for (cookie, origin, status) in cases {
        assert_eq!(refused(process.socket(&query, cookie, origin).await), status, "{origin:?}");
    }
    let nobodys = format!("executions={}", ExecutionId(uuid::Uuid::now_v7()));
    let strange = process.socket(&nobodys, &cookie, Some(&origin)).await;
    assert_eq!(refused(strange), StatusCode::NOT_FOUND);
    let plain = server.get(&format!("/api/v1/stream/socket?{query}"), &cookie).await;
    assert_eq!(
        (plain.status, &plain.json()["code"]),
        (StatusCode::BAD_REQUEST, &"no_websocket".into())
    );
    assert!(process.socket(&query, &cookie, Some(&origin)).await.is_ok());
}
