//! A program that asks servers over HTTP, with a token, and hears when it has to come back.

use std::{
    net::SocketAddr,
    sync::atomic::{AtomicI64, AtomicUsize, Ordering},
    time::{Duration, Instant},
};

use model::{
    access::{Role, TokenScope},
    account::TokenForm,
    api::executions::ExecutionPulse,
    id::{ExecutionId, TemplateId},
};
use serde_json::{Value, json};
use services::testing::world::World;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use uuid::Uuid;

/// Only what hangs takes longer; never what a test is about.
const PATIENCE: Duration = Duration::from_secs(300);

/// What is asked of a server.
#[derive(Debug, Clone, Copy)]
pub enum Question {
    /// To launch a template: once, however often it is asked with this key.
    Launch(TemplateId, Uuid),
    /// Where an execution stands.
    Pulse(ExecutionId),
    /// All that its page shows.
    Monitor(ExecutionId),
    /// To `pause` or `resume` it.
    Order(ExecutionId, &'static str),
}

impl Question {
    fn text(self, server: SocketAddr, token: &str) -> String {
        let (method, path) = match self {
            Self::Launch(..) => ("POST", String::new()),
            Self::Pulse(id) => ("GET", format!("/{id}/status")),
            Self::Monitor(id) => ("GET", format!("/{id}")),
            Self::Order(id, order) => ("POST", format!("/{id}/{order}")),
        };
        let (key, body) = match self {
            Self::Launch(template, key) => {
                let body = json!({"template_id": template}).to_string();
                (format!("Idempotency-Key: {key}\r\n"), body)
            }
            _ => (String::new(), String::new()),
        };
        let length = body.len();
        format!(
            "{method} /api/v1/workflows/executions{path} HTTP/1.1\r\nHost: {server}\r\n\
             Authorization: Bearer {token}\r\nContent-Type: application/json\r\n{key}\
             Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
        )
    }

    fn is_answered_by(self, status: u16) -> bool {
        match self {
            Self::Launch(..) => status == 202,
            Self::Pulse(_) | Self::Monitor(_) => status == 200,
            // It may be over before the order comes.
            Self::Order(..) => matches!(status, 204 | 409),
        }
    }
}

/// What came back.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    /// Seconds, where it says that they are to pass before it is asked again.
    retry_after: Option<u64>,
    pub json: Value,
}

impl Reply {
    fn read(text: &str) -> Self {
        let (head, body) = text.split_once("\r\n\r\n").expect("a whole answer");
        let seconds = head.lines().find_map(|line| line.strip_prefix("retry-after: "));
        Self {
            status: head.split(' ').nth(1).unwrap().parse().unwrap(),
            retry_after: seconds.map(|seconds| seconds.parse().unwrap()),
            json: serde_json::from_str(body).unwrap_or(Value::Null),
        }
    }
}

/// Acts for the owner of a world, and counts what it hears.
#[derive(Debug, Default)]
pub struct Client {
    token: String,
    asked: AtomicUsize,
    refused: AtomicUsize,
    longest_ms: AtomicI64,
}

impl Client {
    pub async fn of(world: &World) -> Self {
        let name = "Fleet".to_owned();
        let form =
            TokenForm { name, role: Role::Owner, scope: TokenScope::Full, expires_in_days: None };
        let made = world.services.accounts.create_token(&world.owner, form).await.unwrap();
        Self { token: made.key.reveal().to_owned(), ..Self::default() }
    }

    /// How often it asked, how often it was told to come back, and how many milliseconds the
    /// longest answer took.
    pub fn heard(&self) -> (usize, usize, i64) {
        let count = |counted: &AtomicUsize| counted.load(Ordering::SeqCst);
        (count(&self.asked), count(&self.refused), self.longest_ms.load(Ordering::SeqCst))
    }

    /// Asks once. Panics where no answer comes.
    pub async fn ask(&self, server: SocketAddr, question: Question) -> Reply {
        let begun = Instant::now();
        let answer = tokio::time::timeout(PATIENCE, self.exchange(server, question)).await;
        let answer = answer.unwrap_or_else(|_| panic!("no end of an answer to {question:?}"));
        let answer = answer.unwrap_or_else(|error| panic!("no answer to {question:?}: {error}"));
        let took = i64::try_from(begun.elapsed().as_millis()).unwrap();
        self.longest_ms.fetch_max(took, Ordering::SeqCst);
        self.asked.fetch_add(1, Ordering::SeqCst);
        Reply::read(&answer)
    }

    async fn exchange(&self, server: SocketAddr, question: Question) -> std::io::Result<String> {
        let mut stream = TcpStream::connect(server).await?;
        stream.write_all(question.text(server, &self.token).as_bytes()).await?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await?;
        Ok(answer)
    }

    /// Asks without a pause until the answer is right. Panics where another one says anything but
    /// that it is away for the moment, and when to come back.
    pub async fn insist(&self, server: SocketAddr, question: Question) -> Value {
        let begun = Instant::now();
        loop {
            let reply = self.ask(server, question).await;
            if question.is_answered_by(reply.status) {
                return reply.json;
            }
            let comes_back = reply.status == 503 && reply.retry_after.is_some();
            assert!(comes_back, "{question:?} was answered {reply:?}");
            self.refused.fetch_add(1, Ordering::SeqCst);
            assert!(begun.elapsed() < PATIENCE, "still no right answer: {reply:?}");
        }
    }

    pub async fn launch(&self, server: SocketAddr, template: TemplateId) -> ExecutionId {
        let launch = Question::Launch(template, Uuid::now_v7());
        let mut launched = self.insist(server, launch).await;
        serde_json::from_value(launched["execution_id"].take()).unwrap()
    }

    pub async fn pulse(&self, server: SocketAddr, id: ExecutionId) -> ExecutionPulse {
        let pulse = self.insist(server, Question::Pulse(id)).await;
        serde_json::from_value(pulse).unwrap()
    }
}
