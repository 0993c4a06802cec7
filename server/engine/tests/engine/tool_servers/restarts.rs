//! Servers on the web that restart: they forget their sessions, and each says so in its own way.

use std::sync::MutexGuard;

use axum::{http::StatusCode, response::IntoResponse};

use super::{
    Arc, McpError, McpPort, Mutex, Posted, Response, RmcpClient, ServerAddress, Transport, at,
    call, client_for, in_json, json, play, server, text, tools,
};

/// What a server does that forgets its sessions.
#[derive(Default)]
struct State {
    /// How often it was greeted: the number of the one session that it knows.
    greeted: usize,
    /// It answers this to requests in other sessions.
    forgotten: u16,
    /// It answers this to every call.
    calls: Option<u16>,
    /// The sessions in which calls have arrived.
    called: Vec<String>,
}

struct Restarting {
    state: Arc<Mutex<State>>,
    client: RmcpClient,
    server: ServerAddress,
}

impl Restarting {
    async fn new(forgotten: u16) -> Self {
        let state = Arc::new(Mutex::new(State { forgotten, ..State::default() }));
        let shared = state.clone();
        let url = play(move |posted| shared.lock().unwrap().answer(&posted)).await;
        let (client, server) = (client_for(&[&url]), server(Transport::Http(at(&url))));
        Self { state, client, server }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// From now on it knows no session that it has given out.
    fn restart(&self) {
        self.state().greeted += 100;
    }
}

impl State {
    fn answer(&mut self, posted: &Posted) -> Response {
        let status = |status: u16| {
            let words = json!({ "jsonrpc": "2.0", "id": null, "error": { "code": -32000, "message": "No valid session" } });
            (StatusCode::from_u16(status).unwrap(), axum::Json(words)).into_response()
        };
        let session = posted.header("mcp-session-id");
        match posted.method() {
            "server/discover" => return status(400),
            "initialize" => {
                self.greeted += 1;
                let about = json!({
                    "protocolVersion": "2025-06-18", "capabilities": { "tools": {} },
                    "serverInfo": { "name": "played", "version": "1" },
                });
                let session = [("mcp-session-id", format!("s{}", self.greeted))];
                return (session, in_json(&posted.result(&about))).into_response();
            }
            _ if session != format!("s{}", self.greeted) => return status(self.forgotten),
            _ => {}
        }
        match posted.method() {
            "tools/list" => in_json(&posted.result(&tools(&["do_it"]))),
            "tools/call" => {
                self.called.push(session.to_owned());
                match self.calls {
                    Some(refused) => status(refused),
                    None => in_json(
                        &posted.result(&json!({ "content": [{ "type": "text", "text": "done" }] })),
                    ),
                }
            }
            _ => StatusCode::ACCEPTED.into_response(),
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restarted_server_is_greeted_anew_whatever_it_says_and_the_call_goes_on() {
    for forgotten in [400, 401, 404, 503] {
        let played = Restarting::new(forgotten).await;
        let Restarting { client, server, .. } = &played;
        client.list_tools(server).await.unwrap();

        played.restart();
        let answer = call(client, server, "do_it").await;
        assert_eq!(text(&answer.unwrap()), "done", "{forgotten}");
        assert_eq!(played.state().called, ["s102"], "{forgotten}: it is carried out once");

        played.restart();
        assert!(client.list_tools(server).await.is_ok(), "{forgotten}");
        client.close().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broken_session_ends_and_a_call_that_may_have_been_carried_out_is_not_repeated() {
    let played = Restarting::new(500).await;
    let Restarting { client, server, .. } = &played;
    client.list_tools(server).await.unwrap();

    played.restart();
    let failed = call(client, server, "do_it").await;
    assert!(matches!(failed, Err(McpError::Tool(_) | McpError::Lost(_))), "{failed:?}");
    assert!(played.state().called.is_empty());
    let listed = client.list_tools(server).await;

    assert!(listed.is_ok(), "a list asks nothing of anybody: {listed:?}");
    assert_eq!(text(&call(client, server, "do_it").await.unwrap()), "done");
    client.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_server_refuses_in_a_new_session_too_is_refused_in_its_words() {
    let played = Restarting::new(404).await;
    let Restarting { client, server, .. } = &played;
    client.list_tools(server).await.unwrap();
    played.state().calls = Some(400);

    let failed = call(client, server, "do_it").await.unwrap_err();

    assert!(failed.to_string().contains("No valid session"), "{failed:?}");
    assert_eq!(played.state().called, ["s1", "s2"]);
    client.close().await;
}
