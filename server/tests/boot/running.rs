//! Processes of the binary, each in a folder of its own.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    process::{Child, ChildStderr, Command, Output, Stdio},
    sync::mpsc::{self, Receiver, RecvTimeoutError},
    thread,
    time::{Duration, Instant},
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use services::testing::db::{self, TestDb};
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};

use crate::folder::folder;

/// Only what hangs takes longer: a server itself gives up on an answer after half as long.
pub const PATIENCE: Duration = Duration::from_secs(300);

/// A folder of its own, an address of its own.
pub struct Instance {
    pub dir: TempDir,
    pub address: SocketAddr,
    database: Option<Database>,
}

/// A migrated database on the server that all tests share.
struct Database {
    db: TestDb,
    _runtime: Runtime,
}

impl Database {
    fn new() -> Self {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        Self { db: runtime.block_on(db::fresh()), _runtime: runtime }
    }
}

/// A process that is serving.
pub struct Running {
    pub child: Child,
    log: Receiver<String>,
}

impl Instance {
    /// One that makes a PostgreSQL of its own.
    pub fn new() -> Self {
        let dir = folder();
        fs::create_dir(dir.path().join("site")).unwrap();
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        Self { dir, address, database: None }
    }

    /// One that is given a database, for tests that are about something else.
    pub fn with_database() -> Self {
        Self { database: Some(Database::new()), ..Self::new() }
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_atelier"));
        command.args(arguments);
        self.with_settings(command)
    }

    pub fn with_settings(&self, mut command: Command) -> Command {
        command
            .env_remove("DATABASE_URL")
            .env_remove("ATELIER_PUBLIC_URL")
            .env("LEPTOS_SITE_ROOT", self.dir.path().join("site"))
            .env("ATELIER_DATA_DIR", self.dir.path().join("data"))
            .env("ATELIER_LISTEN", self.address.to_string())
            .env("ATELIER_LOG_FORMAT", "json")
            .envs(self.database.iter().map(|database| ("DATABASE_URL", &database.db.url)));
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    pub fn serve(&self) -> Running {
        Running::of(self.command(&["serve"]), "Atelier is at")
    }

    /// Serves until it could; whether it came and went well.
    pub fn serve_once(&self) -> bool {
        let mut running = self.serve();
        running.send(Signal::SIGTERM);
        running.end()
    }

    /// Tries to sign in as somebody who is not there, each from an address of their own.
    pub fn guess(&self, number: u8) -> String {
        let body = format!(r#"{{"email":"{number}@example.org","password":"wrong password"}}"#);
        self.post("session", &format!("X-Forwarded-For: 203.0.113.{number}\r\n"), &body)
    }

    pub fn set_up(&self) -> String {
        let body = r#"{"name":"Ada","email":"ada@example.org","password":"correct horse","workspace":"Studio"}"#;
        self.post("set-up", "", body)
    }

    fn post(&self, path: &str, headers: &str, body: &str) -> String {
        let (host, length) = (self.address, body.len());
        self.ask(&format!(
            "POST /api/v1/{path} HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\n{headers}\
             Content-Type: application/json\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
        ))
    }

    pub fn ask(&self, request: &str) -> String {
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut reply = String::new();
        stream.read_to_string(&mut reply).unwrap();
        reply
    }

    pub fn get(&self, path: &str) -> String {
        let host = self.address;
        self.ask(&format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"))
    }
}

impl Running {
    /// Starts a process and waits for a word in its log.
    pub fn of(mut command: Command, word: &str) -> Self {
        let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
        let log = read(child.stderr.take().unwrap());
        let running = Self { child, log };
        running.read_until(word);
        running
    }

    pub fn read_until(&self, word: &str) {
        let (mut seen, until) = (String::new(), Instant::now() + PATIENCE);
        while !seen.contains(word) {
            let line = self.line(until);
            let line = line.unwrap_or_else(|error| panic!("no `{word}` ({error}) in:\n{seen}"));
            seen.extend([line.as_str(), "\n"]);
        }
    }

    fn line(&self, until: Instant) -> Result<String, RecvTimeoutError> {
        self.log.recv_timeout(until.saturating_duration_since(Instant::now()))
    }

    /// Whether its log ends in time, as it does with the process.
    fn falls_silent(&self) -> bool {
        let until = Instant::now() + PATIENCE;
        while self.line(until).is_ok() {}
        self.line(until) == Err(RecvTimeoutError::Disconnected)
    }

    pub fn send(&self, signal: Signal) {
        kill(Pid::from_raw(i32::try_from(self.child.id()).unwrap()), signal).unwrap();
    }

    /// Waits for the end and says whether it was a success.
    pub fn end(&mut self) -> bool {
        assert!(self.falls_silent(), "the process does not end");
        self.child.wait().unwrap().success()
    }
}

impl Drop for Running {
    /// A failed test leaves no process behind, and no database of a process: that of one which has to be
    /// killed ends by itself once its files are gone.
    fn drop(&mut self) {
        if self.child.try_wait().unwrap().is_none() {
            self.send(Signal::SIGTERM);
            if !self.falls_silent() {
                self.child.kill().ok();
            }
            self.child.wait().unwrap();
        }
    }
}

/// A process whose log nobody reads.
pub struct Unheard {
    child: Child,
    log: BufReader<ChildStderr>,
}

impl Unheard {
    /// Starts a process; its log is read until a word in it.
    pub fn after(mut command: Command, word: &str) -> Self {
        let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
        let log = BufReader::new(child.stderr.take().unwrap());
        let mut unheard = Self { child, log };
        let mut line = String::new();
        while !line.contains(word) {
            line.clear();
            let length = unheard.log.read_line(&mut line).unwrap();
            assert!(length > 0, "it ended before it said `{word}`");
        }
        unheard
    }

    /// Asks it to leave; whether that was a success, and how many bytes of its log nobody has read.
    pub fn end(mut self) -> (bool, usize) {
        kill(Pid::from_raw(i32::try_from(self.child.id()).unwrap()), Signal::SIGTERM).unwrap();
        let success = self.child.wait().unwrap().success();
        let mut unread = vec![];
        self.log.read_to_end(&mut unread).unwrap();
        (success, unread.len())
    }
}

impl Drop for Unheard {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().unwrap();
    }
}

/// All that is logged, whether somebody waits for it or not: the process would stand still at a full pipe.
fn read(log: ChildStderr) -> Receiver<String> {
    let (sender, said) = mpsc::channel();
    thread::spawn(move || {
        let lines = BufReader::new(log).lines().map_while(Result::ok);
        lines.for_each(|line| drop(sender.send(line)));
    });
    said
}
