//! The server's main process: one we started, or one that outlived the process that did.

use std::{process::ExitStatus, time::Duration};

use nix::{
    sys::signal::{self, Signal},
    unistd::Pid,
};
use tokio::{process::Child, time};

use super::pid_file;

const POLL: Duration = Duration::from_millis(200);
const FAST_STOP: Duration = Duration::from_secs(30);
const HARD_STOP: Duration = Duration::from_secs(10);

#[derive(Debug)]
pub enum Postmaster {
    Child(Child),
    /// One that another process has started, by its process id.
    Adopted(i32),
}

impl Postmaster {
    /// The process id; none once the server has ended.
    pub fn pid(&self) -> Option<i32> {
        match self {
            Self::Child(child) => child.id().and_then(|pid| i32::try_from(pid).ok()),
            Self::Adopted(pid) => Some(*pid),
        }
    }

    /// How the server ended; none while it runs.
    pub fn ended(&mut self) -> Option<String> {
        match self {
            Self::Child(child) => child.try_wait().ok().flatten().map(|status| words(&status)),
            Self::Adopted(pid) => (!pid_file::is_alive(*pid)).then(|| "it is gone".to_owned()),
        }
    }

    /// Waits until the server has ended. Gives how it ended.
    pub async fn wait(&mut self) -> String {
        match self {
            Self::Child(child) => match child.wait().await {
                Ok(status) => words(&status),
                Err(error) => error.to_string(),
            },
            Self::Adopted(pid) => {
                while pid_file::is_alive(*pid) {
                    time::sleep(POLL).await;
                }
                "it is gone".to_owned()
            }
        }
    }

    /// Stops the server: first by a fast shutdown, after 30 s by an immediate one.
    pub async fn stop(&mut self) {
        self.send(Signal::SIGINT);
        if time::timeout(FAST_STOP, self.wait()).await.is_ok() {
            return;
        }
        tracing::warn!("PostgreSQL takes long to stop; it will recover at the next start");
        self.send(Signal::SIGQUIT);
        if time::timeout(HARD_STOP, self.wait()).await.is_err() {
            tracing::error!(pid = self.pid(), "PostgreSQL does not stop");
        }
    }

    fn send(&self, what: Signal) {
        if let Some(pid) = self.pid()
            && let Err(error) = signal::kill(Pid::from_raw(pid), what)
        {
            tracing::debug!(%error, pid, "PostgreSQL has gone already");
        }
    }
}

fn words(status: &ExitStatus) -> String {
    format!("it ended with {status}")
}
