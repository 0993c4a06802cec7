//! The stream of events: whoever loses the connection comes back and has every event once, in order.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use axum::{
    body::{Body, BodyDataStream},
    http::{Method, Response, StatusCode},
};
use engine::executors::Executors;
use futures::{StreamExt, future::join_all};
use model::{id::ExecutionId, pages::Control};
use rand::{RngExt, SeedableRng, rngs::StdRng};
use serde_json::Value;
use server::stream_limiter::{MOST_OF_ONE, MOST_OF_WORKSPACE};
use services::{
    Services,
    context::ServiceContext,
    testing::{
        dice::dice,
        play::{listening, rest},
        soak::{judge, soaking},
        world::{bare_services, quick},
    },
};
use sqlx::{
    PgPool, Postgres,
    pool::PoolConnection,
    postgres::{PgListener, PgPoolOptions},
};
use store::executions::parse_notice;

use crate::api::support::{Server, from_page};

/// Readers that are cut off again and again, and readers that take nothing for as long as anything happens:
/// two hundred in `make soak`.
fn crowd() -> (usize, usize) {
    if soaking() { (180, 20) } else { (18, 2) }
}
const EXECUTIONS: usize = 3;
/// How often the line to the database is away while something happens elsewhere.
fn cuts() -> usize {
    if soaking() { 10 } else { 4 }
}
/// Messages between two cuts while that one works.
const BETWEEN_CUTS: usize = 100;
const PATIENCE: Duration = Duration::from_secs(300);

/// A client of the stream: what it has read, and how to come back.
struct Reader<'a> {
    server: &'a Server,
    path: String,
    cookie: &'a str,
    last_id: String,
    seen: BTreeMap<String, i64>,
    over: usize,
    connections: usize,
}

impl<'a> Reader<'a> {
    fn new(server: &'a Server, cookie: &'a str, executions: &[String]) -> Self {
        let path = format!("/api/v1/stream?executions={}", executions.join(","));
        let (last_id, seen) = (String::new(), BTreeMap::new());
        Self { server, path, cookie, last_id, seen, over: 0, connections: 0 }
    }

    async fn connect(&mut self) -> BodyDataStream {
        let mut request = from_page(Method::GET, &self.path, self.cookie);
        if !self.last_id.is_empty() {
            request = request.header("last-event-id", &self.last_id);
        }
        let answer = self.server.open(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status(), StatusCode::OK);
        self.connections += 1;
        answer.into_body().into_data_stream()
    }

    /// Reads until so many messages have come whole, or the stream ends: says whether it goes on.
    async fn read(&mut self, stream: &mut BodyDataStream, messages: usize) -> bool {
        let (mut text, mut count) = (String::new(), 0);
        while count < messages && self.over < EXECUTIONS {
            let Some(bytes) = stream.next().await else { return false };
            text.push_str(std::str::from_utf8(&bytes.unwrap()).unwrap());
            while let Some(end) = text.find("\n\n") {
                count += usize::from(self.take(&text[..end]));
                text.drain(..end + 2);
            }
        }
        true
    }

    /// The last event it has of an execution.
    fn last_of(&self, execution: ExecutionId) -> i64 {
        self.seen.get(&execution.to_string()).copied().unwrap_or(0)
    }

    /// Notes a message that has an id; says whether it had one.
    fn take(&mut self, message: &str) -> bool {
        let field = |name: &str| message.lines().find_map(|line| line.strip_prefix(name));
        let Some(id) = field("id: ") else { return false };
        let data: Value = serde_json::from_str(field("data: ").unwrap()).unwrap();
        let execution = data["execution"].as_str().unwrap().to_owned();
        let seq = data["event"]["seq"].as_i64().unwrap();
        let last = self.seen.insert(execution, seq).unwrap_or(0);
        assert_eq!(seq, last + 1, "an event is missing, doubled or out of order");
        self.over += usize::from(data["event"]["kind"] == "execution.completed");
        id.clone_into(&mut self.last_id);
        true
    }

    /// Reads everything over connections that are cut after a few messages each.
    async fn read_in_pieces(mut self, mut dice: StdRng) -> Self {
        while self.over < EXECUTIONS {
            let mut stream = self.connect().await;
            self.read(&mut stream, dice.random_range(1..60)).await;
        }
        self
    }

    /// Reads what is there of an old connection, then the rest over new ones.
    async fn wake(mut self, mut stream: BodyDataStream) -> Self {
        self.read(&mut stream, usize::MAX).await;
        while self.over < EXECUTIONS {
            stream = self.connect().await;
            self.read(&mut stream, usize::MAX).await;
        }
        self
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rel_l1_whoever_is_cut_off_or_falls_asleep_has_every_event_once_and_in_order() {
    let server = Server::start().await;
    let cookie = server.set_up().await;
    let owner = server.actor(&cookie).await.unwrap();
    let executions = server.launch_several(&owner, EXECUTIONS).await;
    let (readers, sleepers) = crowd();
    let cookies = server.browsers(&owner, readers + sleepers).await;
    let mut browsers = cookies.iter().cycle();
    let mut browser = || browsers.next().unwrap();
    let mut asleep = vec![];
    for _ in 0..sleepers {
        let mut reader = Reader::new(&server, browser(), &executions);
        let stream = reader.connect().await;
        asleep.push((reader, stream));
    }

    let worker = server.worker();
    let reading = (0..readers).map(|_| Reader::new(&server, browser(), &executions));
    let mut dice = dice();
    let reading = reading.map(|reader| reader.read_in_pieces(StdRng::from_rng(&mut dice)));
    let reading = join_all(reading);
    // It takes a minute and a half beside other tests on a slow machine.
    let patience = Duration::from_secs(600);
    let awake = tokio::time::timeout(patience, reading).await.expect("all is read in time");
    let woken = join_all(asleep.into_iter().map(|(reader, stream)| reader.wake(stream)));
    let woken = tokio::time::timeout(patience, woken).await.expect("all is read in time");
    worker.stop().await;

    let events = &awake[0].seen;
    assert!(events.len() == EXECUTIONS && events.values().all(|last| *last > 100), "{events:?}");
    assert!(awake.iter().chain(&woken).all(|reader| reader.seen == *events));
    let cuts: usize = awake.iter().map(|reader| reader.connections - 1).sum();
    assert!(cuts > readers, "only {cuts} connections were cut");
}

/// The one connection on which a process hears of what others do.
struct Line(PgPool);

impl Line {
    fn lay(server: &Server) -> Self {
        let options = store::connect_options(&server.db.url, "line").unwrap();
        Self(
            PgPoolOptions::new()
                .max_connections(1)
                // Nobody learns by giving up that the line is away.
                .acquire_timeout(2 * PATIENCE)
                .connect_lazy_with(options),
        )
    }

    /// Cuts it, once it is there. It is away until what this gives is dropped.
    async fn cut(&self, server: &Server) -> PoolConnection<Postgres> {
        let count = async |sql: &'static str| {
            sqlx::query_scalar::<_, i64>(sql).fetch_one(&server.db.pool).await.unwrap()
        };
        let there = "SELECT count(*) FROM pg_stat_activity
                      WHERE datname = current_database() AND application_name = 'line'
                        AND query LIKE 'LISTEN%'";
        let end = "SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity
                    WHERE datname = current_database() AND application_name = 'line'";
        let cutting = async {
            while count(there).await == 0 {
                rest().await;
            }
            // Who waits for the place has it before the process comes back for it.
            tokio::join!(self.0.acquire(), count(end)).0
        };
        tokio::time::timeout(PATIENCE, cutting).await.expect("there is a line again").unwrap()
    }
}

/// Waits until processes were told of an event.
async fn told(witness: &mut PgListener, execution: ExecutionId, seq: i64) {
    let telling = async {
        loop {
            let words = witness.recv().await.unwrap();
            let (_, notice) = parse_notice(words.payload()).unwrap();
            if notice.execution == execution && notice.seq >= seq {
                break;
            }
        }
    };
    tokio::time::timeout(PATIENCE, telling).await.expect("it is told");
}

#[tokio::test(flavor = "multi_thread")]
async fn rel_l1_a_reader_misses_nothing_when_the_line_to_the_database_is_cut() {
    let server = Server::start().await;
    let cookie = server.set_up().await;
    let owner = server.actor(&cookie).await.unwrap();
    // Of what another process does, this one hears by the line alone.
    let elsewhere = bare_services(server.db.pool.clone()).await;
    let line = Line::lay(&server);
    let context = server.services.context().clone();
    let hearing = Services::with_context(ServiceContext { pool: line.0.clone(), ..context });
    let ear = server.worker_of(&hearing, Executors::default(), listening());
    let mut witness = PgListener::connect(&server.db.url).await.unwrap();
    witness.listen("atelier_events").await.unwrap();
    let executions = server.launch_several(&owner, EXECUTIONS).await;
    let mut reader = Reader::new(&server, &cookie, &executions);
    let mut stream = reader.connect().await;

    let steered: ExecutionId = executions[0].parse().unwrap();
    let mut longest = Duration::ZERO;
    for turn in 0..cuts() {
        let away = line.cut(&server).await;
        let noticing = async {
            while server.services.context().bus.is_listening() {
                rest().await;
            }
        };
        tokio::time::timeout(PATIENCE, noticing).await.expect("the process knows that it is deaf");
        let control = if turn % 2 == 0 { Control::Pause } else { Control::Resume };
        elsewhere.executions.control(&owner, steered, control).await.unwrap();
        let last = elsewhere.executions.pulse(&owner, steered).await.unwrap().event_seq;
        told(&mut witness, steered, last).await;
        drop(away);
        let back = Instant::now();
        while reader.last_of(steered) < last {
            let reading = reader.read(&mut stream, 1);
            let goes_on = tokio::time::timeout(PATIENCE, reading).await.expect("news come in time");
            assert!(goes_on, "the reader keeps its connection");
        }
        longest = longest.max(back.elapsed());
    }

    let executors = Executors::standard(&server.services.context().deps);
    let worker = server.worker_of(&elsewhere, executors, quick());
    while reader.over < EXECUTIONS {
        let reading = reader.read(&mut stream, BETWEEN_CUTS);
        let goes_on = tokio::time::timeout(PATIENCE, reading).await.expect("news come in time");
        assert!(goes_on, "the reader keeps its connection");
        drop(line.cut(&server).await);
    }
    worker.stop().await;
    ear.stop().await;

    assert!(reader.seen.values().all(|last| *last > 100), "{:?}", reader.seen);
    let longest = i64::try_from(longest.as_millis()).unwrap();
    // By itself a reader looks again after 15 seconds.
    judge("from the line's return to what was missed", longest, 2_000, 12_000);
}

/// Opens a stream of one execution.
async fn opened(server: &Server, cookie: &str, execution: &str) -> Response<Body> {
    let path = format!("/api/v1/stream?executions={execution}");
    server.open(from_page(Method::GET, &path, cookie).body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn rel_s18_a_session_has_eight_streams_and_a_ninth_when_one_is_closed() {
    let server = Server::start().await;
    let cookie = server.set_up().await;
    let owner = server.actor(&cookie).await.unwrap();
    let execution = server.launch(&owner).await.to_string();
    let mut open = vec![];
    for _ in 0..MOST_OF_ONE {
        open.push(opened(&server, &cookie, &execution).await);
    }
    assert!(open.iter().all(|answer| answer.status() == StatusCode::OK));

    let ninth = opened(&server, &cookie, &execution).await;
    assert_eq!(ninth.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(ninth.headers()["content-type"], "application/problem+json");
    assert_eq!(ninth.headers()["retry-after"], "10");
    let other = server.session(owner.user, owner.workspace).await;
    assert_eq!(opened(&server, &other, &execution).await.status(), StatusCode::OK);

    open.pop();
    assert_eq!(opened(&server, &cookie, &execution).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn rel_s18_a_workspace_has_four_hundred_streams_and_the_server_says_when_to_come_back() {
    let server = Server::start().await;
    let cookie = server.set_up().await;
    let owner = server.actor(&cookie).await.unwrap();
    let execution = server.launch(&owner).await.to_string();
    let mut open = vec![];
    while open.len() < MOST_OF_WORKSPACE {
        let cookie = server.member(owner.workspace, owner.role).await;
        for _ in 0..MOST_OF_ONE.min(MOST_OF_WORKSPACE - open.len()) {
            let answer = opened(&server, &cookie, &execution).await;
            assert_eq!(answer.status(), StatusCode::OK, "{} are open", open.len());
            open.push(answer);
        }
    }

    let more = opened(&server, &cookie, &execution).await;
    assert_eq!(more.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(more.headers()["retry-after"], "10");

    open.truncate(MOST_OF_WORKSPACE - 1);
    assert_eq!(opened(&server, &cookie, &execution).await.status(), StatusCode::OK);
}
