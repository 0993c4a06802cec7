//! How long after it happened an event is read: by 50 readers of 20 busy executions in two workspaces,
//! over the sockets of one server process. The figures go to target/bench/crowd.json.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a measurement stops where it fails")]

#[allow(dead_code, reason = "a test measures its memory")]
#[path = "../tests/api/stream/process.rs"]
mod process;
#[allow(dead_code, reason = "tests use all of it")]
#[path = "../tests/api/support/mod.rs"]
mod support;

use std::{
    path::Path,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use futures::future::join_all;
use process::Process;
use serde_json::{Value, json};
use support::Server;
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
    time::timeout,
};

const READERS_OF_ONE: usize = 25;
/// As many as run at once in a workspace.
const EXECUTIONS_OF_ONE: usize = 10;
const PATIENCE: Duration = Duration::from_secs(600);
/// Milliseconds that an event should be with its reader after.
const AIM: f64 = 200.0;

/// The database runs on this machine: its clock is ours.
fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    i64::try_from(since.as_millis()).unwrap()
}

/// Milliseconds between what happened and its reading, event by event.
type Delays = Vec<f64>;

#[tokio::main]
async fn main() {
    let server = Server::start().await;
    let process = Process::serve(&server.db.url).await;
    let workspaces = [server.set_up().await, server.neighbour().await];
    let both = workspaces.iter().map(|cookie| watched(&server, &process, cookie));
    let mut delays = join_all(both).await.concat();
    delays.sort_by(f64::total_cmp);
    let figure = |name: &str, share: f64| {
        let value = delays[((delays.len() - 1) as f64 * share) as usize];
        let name = format!("event to one of 50 readers, 20 executions, {name}");
        json!({ "name": name, "value": value, "unit": "ms" })
    };
    let mut figures = [figure("p50", 0.5), figure("p95", 0.95), figure("p99", 0.99)];
    figures[1]["target"] = json!(AIM);
    let report = json!({
        "binary": env!("CARGO_BIN_EXE_atelier"), "samples": delays.len(), "figures": figures,
    });
    println!("{report}");
    let folder = std::env::var("ATELIER_BENCH_DIR")
        .unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/../target/bench").to_owned());
    std::fs::create_dir_all(&folder).unwrap();
    let text = serde_json::to_string_pretty(&report).unwrap();
    std::fs::write(Path::new(&folder).join("crowd.json"), text + "\n").unwrap();
}

/// Launches the executions of a workspace and reads them to their ends, by every reader.
async fn watched(server: &Server, process: &Process, cookie: &str) -> Delays {
    let actor = server.actor(cookie).await.unwrap();
    let cookies = server.browsers(&actor, READERS_OF_ONE).await;
    let executions = server.launch_several(&actor, EXECUTIONS_OF_ONE).await;
    let query = executions.join(",");
    let readers = cookies.iter().cycle().take(READERS_OF_ONE);
    let reading = readers.map(|cookie| follow(process, cookie, &query));
    timeout(PATIENCE, join_all(reading)).await.expect("the executions end").concat()
}

/// Reads the executions to their ends. What was already over when the reader came is not counted.
async fn follow(process: &Process, cookie: &str, executions: &str) -> Delays {
    let (begun, host) = (now(), process.address);
    let mut stream = TcpStream::connect(host).await.unwrap();
    let request = format!(
        "GET /api/v1/stream?executions={executions} HTTP/1.1\r\n\
         Host: {host}\r\nOrigin: http://{host}\r\nCookie: {cookie}\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut lines = BufReader::new(stream).lines();
    let (mut delays, mut over) = (vec![], 0);
    while over < EXECUTIONS_OF_ONE {
        let line = lines.next_line().await.unwrap().expect("the stream goes on");
        let Some(data) = line.strip_prefix("data: ") else { continue };
        let message: Value = serde_json::from_str(data).unwrap();
        let Some(at) = message["event"]["at"].as_i64() else { continue };
        if at > begun {
            delays.push((now() - at) as f64);
        }
        over += usize::from(message["event"]["kind"] == "execution.completed");
    }
    delays
}
