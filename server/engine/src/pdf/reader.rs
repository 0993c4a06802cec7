//! Where PDF files are read: apart from what else the server does.

use std::{path::PathBuf, process::Stdio, time::Duration};

use bytes::Bytes;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    process::Command,
    sync::Semaphore,
    time::timeout,
};

use super::pages::{self, Found};

/// What a process that reads is asked for: a PDF on its input, a [`Found`] in JSON on its output.
pub const COMMAND: &str = "read-pdf";
/// How long one file may take.
const PATIENCE: Duration = Duration::from_secs(20);
/// Most bytes of an answer.
const MOST_ANSWERED: u64 = 4 << 20;

/// A reading may take all the memory a process is given for it.
static READING: Semaphore = Semaphore::const_new(2);

/// Who reads PDF files.
#[derive(Debug, Clone)]
pub enum PdfReader {
    /// A thread of this process; only a panic is contained.
    Here,
    /// A process of this program with [`COMMAND`], which limits its own memory and time: whatever a
    /// file does to it, endless nesting included, ends that process alone.
    Apart(PathBuf),
}

impl PdfReader {
    /// Reads a PDF, however broken or hostile; two at a time.
    pub async fn read(&self, bytes: Bytes) -> Found {
        let _turn = READING.acquire().await;
        match self {
            Self::Here => {
                let read = tokio::task::spawn_blocking(move || pages::read(&bytes)).await;
                read.unwrap_or(Found::Damaged)
            }
            Self::Apart(program) => {
                let read = timeout(PATIENCE, apart(program.clone(), bytes)).await;
                let read = read.unwrap_or(Ok(Found::TooMuch));
                read.unwrap_or_else(|error| {
                    tracing::warn!(error = &error as &dyn std::error::Error, "no PDF can be read");
                    Found::Damaged
                })
            }
        }
    }
}

async fn apart(program: PathBuf, bytes: Bytes) -> std::io::Result<Found> {
    // Nothing of the server's surroundings, keys among them, is where a hostile file is read.
    let mut child = Command::new(program)
        .arg(COMMAND)
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()?;
    if let Some(mut input) = child.stdin.take() {
        // One that ended early says why by how it ended.
        let _ = input.write_all(&bytes).await;
    }
    let mut answer = vec![];
    if let Some(output) = child.stdout.take() {
        output.take(MOST_ANSWERED).read_to_end(&mut answer).await?;
    }
    let ended = child.wait().await?;
    if ended.code().is_none() {
        return Ok(Found::TooMuch);
    }
    Ok(serde_json::from_slice(&answer).unwrap_or(Found::Damaged))
}
