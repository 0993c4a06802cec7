//! A server that is a process of this machine: started from its arguments, watched, and ended with all
//! that it has started.
//!
//! The process leads a group of its own. Its end is always waited for; whatever of its group is left then
//! is killed.

use std::{
    io,
    pin::Pin,
    process::{ExitStatus, Stdio},
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};

use bytes::Bytes;
use rustix::process::{Pid, Signal, kill_process_group};
use tokio::{
    io::{AsyncRead, AsyncReadExt, ReadBuf},
    process::{Child, ChildStderr, ChildStdin, ChildStdout, Command},
    sync::watch,
    task::JoinHandle,
    time::{sleep, timeout},
};
use tokio_util::{
    sync::{CancellationToken, DropGuard},
    task::TaskTracker,
};
use vault::secret::Redactor;

use super::{
    limits::LARGEST_ANSWER,
    port::{McpError, StdioCommand},
    start_log::StartLog,
};
use crate::json;

/// How long a process has after the end of its input, and then after it was asked to end.
const AFTER_INPUT: Duration = Duration::from_secs(2);
const AFTER_TERM: Duration = Duration::from_secs(3);
/// How long its last words are waited for.
const LAST_WORDS: Duration = Duration::from_millis(500);
/// How much of its output is read at once, in bytes.
const PIECE: usize = 8 << 10;
/// How much of its standard error goes to the log.
const MOST_LINES: usize = 1_000;
const LONGEST_LINE: usize = 1_000;
/// What of this process's own environment it gets.
const INHERITED: [&str; 3] = ["PATH", "HOME", "LANG"];

/// Why a connection is over; none while it is not.
pub(super) type Fate = watch::Receiver<Option<McpError>>;

/// A process that has been started. When this is dropped, it is ended in the background.
pub(super) struct Process {
    pub(super) fate: Fate,
    stop: DropGuard,
    gone: CancellationToken,
    /// Ends when all is read that it has said.
    heard: JoinHandle<()>,
}

/// A process with the two ends of its pipes.
pub(super) struct Started {
    pub(super) process: Process,
    pub(super) input: ChildStdin,
    pub(super) output: BoundedLines,
}

/// Starts a process, which is watched by one of the tasks.
///
/// # Errors
/// When it cannot be started.
pub(super) fn start(
    server: &str,
    command: &StdioCommand,
    start_log: &Arc<StartLog>,
    tasks: &TaskTracker,
) -> Result<Started, McpError> {
    let failed = |reason: &str| {
        McpError::Unreachable(format!("Can't start the process of {server}: {reason}."))
    };
    let mut child = spawn(command).map_err(|error| failed(&error.to_string()))?;
    let group = child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
    let (Some(group), Some(input), Some(output), Some(errors)) =
        (group, child.stdin.take(), child.stdout.take(), child.stderr.take())
    else {
        return Err(failed("the program doesn't exist"));
    };
    let (teller, fate) = watch::channel(None);
    let teller = Arc::new(teller);
    let (stop, gone) = (CancellationToken::new(), CancellationToken::new());
    let watched = Watched { server: server.to_owned(), group, teller: teller.clone() };
    let said = ErrorOutput {
        server: server.to_owned(),
        redactor: command.redactor(),
        start_log: start_log.clone(),
        lines: 0,
    };
    let heard = tasks.spawn(log(errors, said, gone.clone()));
    // Whatever was forked before this has no limits of its own; it would have to be quick.
    let limited = limit(group, command);
    tasks.spawn(watched.until_gone(child, stop.clone(), gone.clone()));
    let process = Process { fate, stop: stop.drop_guard(), gone, heard };
    limited.map_err(|error| failed(&format!("can't set its limits: {error}")))?;
    let output = BoundedLines {
        server: server.to_owned(),
        output,
        line: vec![],
        ended: Bytes::new(),
        teller,
    };
    Ok(Started { process, input, output })
}

fn spawn(command: &StdioCommand) -> io::Result<Child> {
    let (program, arguments) = command
        .argv
        .split_first()
        .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "it has no program"))?;
    let inherited = INHERITED.iter().filter_map(|name| Some((name, std::env::var_os(name)?)));
    Command::new(program)
        .args(arguments)
        .env_clear()
        .envs(inherited)
        .envs(command.env.iter().map(|(name, value)| (name, value)))
        .process_group(0)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        // Only where the runtime itself ends: who is watched is waited for.
        .kill_on_drop(true)
        .spawn()
}

#[cfg(target_os = "linux")]
fn limit(process: Pid, command: &StdioCommand) -> rustix::io::Result<()> {
    use rustix::{
        io::Errno,
        process::{Resource, Rlimit, prlimit},
    };
    let limits = [
        (Resource::Core, Some(0)),
        (Resource::Data, command.memory_bytes),
        (Resource::Cpu, command.cpu_seconds),
    ];
    for (resource, most) in limits.into_iter().filter(|(_, most)| most.is_some()) {
        match prlimit(Some(process), resource, Rlimit { current: most, maximum: most }) {
            // It has ended already: nothing is left to limit.
            Ok(_) | Err(Errno::SRCH) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

#[cfg(not(target_os = "linux"))]
fn limit(_process: Pid, command: &StdioCommand) -> rustix::io::Result<()> {
    match (command.memory_bytes, command.cpu_seconds) {
        (None, None) => Ok(()),
        _ => Err(rustix::io::Errno::NOSYS),
    }
}

impl Process {
    /// Waits until the process is gone.
    pub(super) async fn gone(&self) {
        self.gone.cancelled().await;
    }

    /// Ends the process, and waits until it is gone and what it said is read.
    pub(super) async fn end(self) {
        drop(self.stop);
        self.gone.cancelled().await;
        // A reader that has panicked reads no more.
        let _ = self.heard.await;
    }
}

/// A process whose end is waited for.
struct Watched {
    server: String,
    group: Pid,
    teller: Arc<watch::Sender<Option<McpError>>>,
}

impl Watched {
    async fn until_gone(self, mut child: Child, stop: CancellationToken, gone: CancellationToken) {
        let ended = tokio::select! {
            ended = child.wait() => ended,
            () = stop.cancelled() => self.end(&mut child).await,
        };
        // What it has forked must not outlive it.
        self.signal(Signal::KILL);
        let how = ended.map_or_else(|error| error.to_string(), |status| status.to_string());
        let words = format!("The process of {} ended ({how}).", self.server);
        tracing::debug!(server = self.server, how, "a server's process has ended");
        tell_once(&self.teller, McpError::Lost(words));
        gone.cancel();
    }

    async fn end(&self, child: &mut Child) -> io::Result<ExitStatus> {
        if let Ok(ended) = timeout(AFTER_INPUT, child.wait()).await {
            return ended;
        }
        self.signal(Signal::TERM);
        if let Ok(ended) = timeout(AFTER_TERM, child.wait()).await {
            return ended;
        }
        tracing::warn!(server = self.server, "a server's process does not end and is killed");
        self.signal(Signal::KILL);
        child.wait().await
    }

    fn signal(&self, signal: Signal) {
        // A group without members is what is hoped for.
        let _ = kill_process_group(self.group, signal);
    }
}

/// The first reason is the one that counts.
fn tell_once(teller: &watch::Sender<Option<McpError>>, reason: McpError) {
    teller.send_if_modified(|told| {
        let is_first = told.is_none();
        if is_first {
            *told = Some(reason);
        }
        is_first
    });
}

/// What a process says on its standard error, without the keys that it got.
struct ErrorOutput {
    server: String,
    redactor: Redactor,
    start_log: Arc<StartLog>,
    /// How many lines there were.
    lines: usize,
}

impl ErrorOutput {
    fn note(&mut self, line: &[u8]) {
        let server = &self.server;
        self.lines += 1;
        if self.lines <= MOST_LINES {
            let line = self.redactor.clean_line(&String::from_utf8_lossy(line), LONGEST_LINE);
            tracing::info!(server, %line, "a server's process says");
            self.start_log.note(line);
        }
    }
}

/// Notes what a process says, and reads on when it is too much.
async fn log(mut errors: ChildStderr, mut said: ErrorOutput, gone: CancellationToken) {
    let read = async {
        let (mut buffer, mut line) = (vec![0; 4096], vec![]);
        while let Ok(length @ 1..) = errors.read(&mut buffer).await {
            for byte in buffer.iter().take(length) {
                if *byte != b'\n' {
                    if line.len() < LONGEST_LINE {
                        line.push(*byte);
                    }
                    continue;
                }
                said.note(&line);
                line.clear();
            }
        }
        if !line.is_empty() {
            said.note(&line);
        }
        let ErrorOutput { server, lines, .. } = said;
        if lines > MOST_LINES {
            tracing::info!(server, lines, "most of what a server's process said is left out");
        }
    };
    tokio::select! {
        () = read => {}
        // A process that has left its group may keep the pipe.
        () = async { gone.cancelled().await; sleep(LAST_WORDS).await } => {}
    }
}

/// The standard output of a process, in clean JSON, whose lines are not longer than an answer may be.
pub(super) struct BoundedLines {
    server: String,
    output: ChildStdout,
    /// The line that has not ended.
    line: Vec<u8>,
    /// Lines that have ended and are not read on yet.
    ended: Bytes,
    teller: Arc<watch::Sender<Option<McpError>>>,
}

impl AsyncRead for BoundedLines {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        while self.ended.is_empty() {
            let mut piece = [0; PIECE];
            let mut piece = ReadBuf::new(&mut piece);
            ready!(Pin::new(&mut self.output).poll_read(context, &mut piece))?;
            let read = piece.filled();
            if read.is_empty() && self.line.is_empty() {
                return Poll::Ready(Ok(()));
            }
            let end = read.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
            let mut ended = std::mem::take(&mut self.line);
            if read.is_empty() || end > 0 {
                ended.extend_from_slice(&read[..end]);
                self.line = read[end..].to_vec();
                let ended = String::from_utf8_lossy(&ended);
                self.ended = json::clean(&ended).into_owned().into();
                continue;
            }
            ended.extend_from_slice(read);
            self.line = ended;
            if self.line.len() > LARGEST_ANSWER {
                let words =
                    format!("{} answers with more than {LARGEST_ANSWER} bytes.", self.server);
                tell_once(&self.teller, McpError::Protocol(words.clone()));
                return Poll::Ready(Err(io::Error::other(words)));
            }
        }
        let most = buffer.remaining().min(self.ended.len());
        buffer.put_slice(&self.ended.split_to(most));
        Poll::Ready(Ok(()))
    }
}
