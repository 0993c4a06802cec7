//! `postmaster.pid`: whether a server has the cluster, and where it listens.

use std::{
    fs,
    path::{Path, PathBuf},
};

use nix::{errno::Errno, sys::signal, unistd::Pid};

/// What a running server wrote about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PidFile {
    /// Its process.
    pub pid: i32,
    /// The port, also part of the socket's name.
    pub port: u16,
    /// The folder of its socket; empty when it has none.
    pub socket_dir: PathBuf,
}

impl PidFile {
    /// Reads the file of a cluster; `None` when there is none or it is half written.
    pub fn read(data: &Path) -> Option<Self> {
        Self::parse(&fs::read_to_string(path(data)).ok()?)
    }

    fn parse(text: &str) -> Option<Self> {
        let lines: Vec<&str> = text.lines().collect();
        Some(Self {
            pid: lines.first()?.trim().parse().ok()?,
            port: lines.get(3)?.trim().parse().ok()?,
            socket_dir: PathBuf::from(lines.get(4)?.trim()),
        })
    }

    /// Whether that process lives and is a PostgreSQL server: numbers are used again.
    pub fn is_served(&self) -> bool {
        is_alive(self.pid) && is_postgres(self.pid)
    }
}

/// The process in the file, even when the rest of it is not written yet.
pub fn first_line(data: &Path) -> Option<i32> {
    fs::read_to_string(path(data)).ok()?.lines().next()?.trim().parse().ok()
}

/// Removes a file whose process is gone or is something else.
pub fn remove_stale(data: &Path) -> std::io::Result<()> {
    fs::remove_file(path(data))
}

/// Whether a process lives. One that has ended and waits for its parent does not.
pub fn is_alive(pid: i32) -> bool {
    let answers = signal::kill(Pid::from_raw(pid), None) != Err(Errno::ESRCH);
    answers && !is_zombie(pid)
}

/// Whether a process is a PostgreSQL server. Where that cannot be seen, it is taken for one.
pub fn is_postgres(pid: i32) -> bool {
    let Ok(line) = fs::read(format!("/proc/{pid}/cmdline")) else {
        return !Path::new("/proc/self").exists();
    };
    let program = line.split(|byte| *byte == 0).next().unwrap_or_default();
    let program = String::from_utf8_lossy(program);
    Path::new(program.as_ref()).file_name().is_some_and(|name| name == "postgres")
}

fn is_zombie(pid: i32) -> bool {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    // The name before the state may hold anything, parentheses too.
    stat.rsplit(')').next().is_some_and(|rest| rest.trim_start().starts_with('Z'))
}

fn path(data: &Path) -> PathBuf {
    data.join("postmaster.pid")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_file_names_process_port_and_socket() {
        let text = "4711\n/d/data\n1700000000\n5433\n/d/run\n\n 1 2\nready   \n";

        let file = PidFile::parse(text);

        let socket_dir = PathBuf::from("/d/run");
        assert_eq!(file, Some(PidFile { pid: 4711, port: 5433, socket_dir }));
    }

    #[test]
    fn a_half_written_file_is_no_file() {
        assert_eq!(PidFile::parse("4711\n/d/data\n"), None);
    }

    #[test]
    fn this_test_is_alive_and_no_postgres() {
        let me = i32::try_from(std::process::id()).unwrap_or(0);

        assert!(is_alive(me) && !is_postgres(me));
    }
}
