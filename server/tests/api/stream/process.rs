//! The server as a process of its own, with a socket.

use std::{
    fs,
    net::{SocketAddr, TcpListener},
    process::{Child, Command, Stdio},
    time::Duration,
};

use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::ChildStderr,
    sync::mpsc::{self, UnboundedReceiver},
    time::timeout,
};

const PATIENCE: Duration = Duration::from_secs(300);
/// Words a second that its sample provider writes.
const PACE: &str = "400";

/// A server process on the database of another.
pub struct Process {
    child: Child,
    log: UnboundedReceiver<String>,
    pub address: SocketAddr,
    _files: TempDir,
}

impl Process {
    pub async fn serve(url: &str) -> Self {
        let files = TempDir::new().unwrap();
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = free.local_addr().unwrap();
        drop(free);
        let mut child = Command::new(env!("CARGO_BIN_EXE_atelier"))
            .arg("serve")
            .env("DATABASE_URL", url)
            .env("ATELIER_DATA_DIR", files.path())
            .env("ATELIER_LISTEN", address.to_string())
            .env("LEPTOS_SITE_ROOT", files.path())
            .env("ATELIER_SAMPLE_PACE", PACE)
            .env_remove("ATELIER_PUBLIC_URL")
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let log = read(ChildStderr::from_std(child.stderr.take().unwrap()).unwrap());
        let mut process = Self { child, log, address, _files: files };
        process.hear("Atelier is at").await;
        process
    }

    /// Waits for the next line of the log that says this.
    pub async fn hear(&mut self, words: &str) {
        let said = async {
            loop {
                let line = self.log.recv().await.expect("the process serves");
                if line.contains(words) {
                    return;
                }
            }
        };
        timeout(PATIENCE, said).await.expect("it is said in time");
    }

    /// Kibibytes, as the kernel counts them.
    pub fn memory(&self, what: &str) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find(|line| line.starts_with(what)).unwrap();
        line.split_whitespace().nth(1).unwrap().parse().unwrap()
    }

    /// From now on the peak is counted anew.
    pub fn forget_peak(&self) {
        fs::write(format!("/proc/{}/clear_refs", self.child.id()), "5").unwrap();
    }
}

/// All that is logged, whether somebody waits for it or not: the process would stand still at a full pipe.
fn read(log: ChildStderr) -> UnboundedReceiver<String> {
    let (sender, said) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        let mut lines = BufReader::new(log).lines();
        while let Ok(Some(line)) = lines.next_line().await {
            sender.send(line).ok();
        }
    });
    said
}

impl Drop for Process {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
