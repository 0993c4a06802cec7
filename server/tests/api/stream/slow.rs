//! Readers that take next to nothing, beside many that read: cut off, for little memory, unnoticed by the
//! others.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use super::process::Process;
use crate::api::support::Server;
use futures::future::join_all;
use model::id::ExecutionId;
use serde_json::Value;
use services::testing::soak::{STALL, judge, soaking};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpSocket, TcpStream},
    time::{interval, timeout},
};
use tokio_util::sync::CancellationToken;

/// Readers that read, beside those that take next to nothing.
fn readers() -> usize {
    if soaking() { 180 } else { 60 }
}
const SLOW: usize = 24;
/// Some MiB: more than the kernel keeps for a reader that takes nothing.
const HISTORY: i64 = 40_000;
/// What all readers together may cost.
const MOST_KIB: u64 = 50 * 1024;
const PATIENCE: Duration = Duration::from_secs(300);

impl Process {
    /// Waits until it has cut so many readers off.
    async fn cut_off(&mut self, readers: usize) {
        for _ in 0..readers {
            self.hear("took nothing for too long").await;
        }
    }

    /// Opens it as soon as there is a place.
    async fn place(&self, cookie: &str, from: (ExecutionId, i64)) -> TcpStream {
        loop {
            if let Some(stream) = self.open(cookie, from, Room::Usual).await {
                return stream;
            }
        }
    }

    /// Opens the stream of an execution from an event on; none where there is no place for it.
    async fn open(&self, cookie: &str, from: (ExecutionId, i64), room: Room) -> Option<TcpStream> {
        let socket = TcpSocket::new_v4().unwrap();
        if matches!(room, Room::Little) {
            socket.set_recv_buffer_size(4096).unwrap();
        }
        let mut stream = socket.connect(self.address).await.unwrap();
        let (host, (execution, after)) = (self.address, from);
        let request = format!(
            "GET /api/v1/stream?executions={execution}&after={execution}:{after} HTTP/1.1\r\n\
             Host: {host}\r\nOrigin: http://{host}\r\nCookie: {cookie}\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut head = [0; 12];
        stream.read_exact(&mut head).await.unwrap();
        match &head {
            b"HTTP/1.1 200" => Some(stream),
            b"HTTP/1.1 429" => None,
            other => panic!("{}", String::from_utf8_lossy(other)),
        }
    }
}

/// What the kernel keeps for a reader.
enum Room {
    Usual,
    Little,
}

/// Gives an execution that is over a long history; the number of its last event.
async fn lengthen(server: &Server, execution: ExecutionId) -> i64 {
    server.db.leave_unexamined();
    let sql = "WITH one AS (
                   SELECT execution_id, at, jsonb_build_array(event) AS events
                     FROM execution_events, jsonb_array_elements(events) event
                    WHERE execution_id = $1 ORDER BY length(event::text) DESC LIMIT 1),
               longer AS (
                   UPDATE workflow_executions SET event_seq = event_seq + $2
                    WHERE id = $1 RETURNING event_seq),
               more AS (
                   INSERT INTO execution_events (execution_id, seq, at, events)
                   SELECT execution_id, event_seq - $2 + n, at, events
                     FROM one, longer, generate_series(1, $2) n)
               SELECT event_seq FROM longer";
    let last = sqlx::query_scalar(sql).bind(execution.0).bind(HISTORY);
    last.fetch_one(&server.db.pool).await.unwrap()
}

/// What a reader has of an execution.
#[derive(Default)]
struct Seen {
    /// The numbers of its events.
    seqs: Vec<i64>,
    /// How old those were that happened while it read, in milliseconds.
    lags: Vec<i64>,
}

/// The database runs on this machine: its clock is ours.
fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    i64::try_from(since.as_millis()).unwrap()
}

/// Reads events until the execution is complete.
async fn follow(stream: TcpStream) -> Seen {
    let begun = now();
    let mut lines = BufReader::new(stream).lines();
    let mut seen = Seen::default();
    while let Some(line) = lines.next_line().await.unwrap() {
        if let Some(id) = line.strip_prefix("id: ") {
            seen.seqs.push(id.rsplit(':').next().unwrap().parse().unwrap());
        }
        let Some(data) = line.strip_prefix("data: ") else { continue };
        let message: Value = serde_json::from_str(data).unwrap();
        let at = message["event"]["at"].as_i64().filter(|at| *at > begun);
        seen.lags.extend(at.map(|at| now() - at));
        if message["event"]["kind"] == "execution.completed" {
            break;
        }
    }
    seen
}

/// Takes a byte a second until that is enough; gives the connection back.
async fn sip(mut stream: TcpStream, enough: CancellationToken) -> TcpStream {
    let mut second = interval(Duration::from_secs(1));
    while enough.run_until_cancelled(second.tick()).await.is_some() {
        stream.read_u8().await.expect("there is more than it takes");
    }
    stream
}

/// What is still there to be read of a connection that was cut.
async fn rest(mut stream: TcpStream) -> String {
    let mut text = vec![];
    // A reset is an end as well.
    timeout(PATIENCE, stream.read_to_end(&mut text)).await.expect("the connection ends").ok();
    String::from_utf8_lossy(&text).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn rel_l1_readers_that_take_next_to_nothing_are_cut_off_and_cost_little_memory() {
    let server = Server::start().await;
    let cookie = server.set_up().await;
    let owner = server.actor(&cookie).await.unwrap();
    let old = server.launch(&owner).await;
    server.work_until_over(&owner, old).await;
    let last = lengthen(&server, old).await;
    let sleepy = server.browsers(&owner, SLOW).await;
    let awake = server.browsers(&owner, readers()).await;
    let mut process = Process::serve(&server.db.url).await;
    // What the first requests and the first execution cost is the process's, not the readers'.
    let first = server.launch(&owner).await;
    let stream = process.open(&cookie, (first, 0), Room::Usual).await.unwrap();
    timeout(PATIENCE, follow(stream)).await.expect("the first is served");
    let before = process.memory("VmRSS");
    process.forget_peak();

    let (begun, enough) = (Instant::now(), CancellationToken::new());
    let mut slow = vec![];
    for cookie in sleepy.iter().cycle().take(SLOW) {
        slow.push(process.open(cookie, (old, 0), Room::Little).await.unwrap());
    }
    // The others take nothing at all.
    let sipping = slow.split_off(SLOW / 2).into_iter();
    let sipping: Vec<_> = sipping.map(|it| tokio::spawn(sip(it, enough.clone()))).collect();
    let live = server.launch(&owner).await;
    let mut fast = vec![];
    for cookie in awake.iter().cycle().take(readers()) {
        let stream = process.open(cookie, (live, 0), Room::Usual).await.unwrap();
        fast.push(tokio::spawn(follow(stream)));
    }
    let reading = timeout(PATIENCE, join_all(fast));
    let cutting = async {
        process.cut_off(SLOW).await;
        begun.elapsed()
    };
    let (seen, cut) = tokio::join!(reading, cutting);
    enough.cancel();
    slow.extend(join_all(sipping).await.into_iter().map(Result::unwrap));
    let seen = seen.expect("the readers are served").into_iter();
    let seen: Vec<Seen> = seen.map(Result::unwrap).collect();
    let mut again = vec![];
    for cookie in sleepy.iter().cycle().take(SLOW) {
        let place = process.place(cookie, (old, last));
        again.push(timeout(PATIENCE, place).await.expect("they lose their places"));
    }

    let first = &seen[0].seqs;
    let end = i64::try_from(first.len()).unwrap();
    assert!(end > 100 && first.iter().copied().eq(1..=end), "{first:?}");
    assert!(seen.iter().all(|reader| reader.seqs == *first));
    let mut lags: Vec<i64> = seen.iter().flat_map(|reader| reader.lags.iter().copied()).collect();
    lags.sort_unstable();
    let p95 = lags.get(lags.len() * 95 / 100).copied().unwrap_or_default();
    let cost = process.memory("VmHWM").saturating_sub(before);
    println!("{} readers and {SLOW} that took next to nothing cost {cost} KiB", readers());
    judge("from an event to its reader, 95 of 100", p95, 300, STALL);
    let cut = i64::try_from(cut.as_millis()).unwrap();
    judge("from their opening to the last of the slow that was cut off", cut, 15_000, 300_000);
    assert!(cost < MOST_KIB, "{cost} KiB");
    for stream in slow {
        let (text, event) = (rest(stream).await, |seq| format!("id: {old}:{seq}\n"));
        assert!(text.contains(&event(1)) && !text.contains(&event(last)));
    }
    drop(again);
}
