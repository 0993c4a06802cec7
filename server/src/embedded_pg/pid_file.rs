//! `postmaster.pid`: whether a server has the cluster, and where it listens.

use std::{
    fs,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
};

use nix::{errno::Errno, sys::signal, unistd::Pid};

/// What a running server wrote about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PidFile {
    pub pid: i32,
    /// The port, also part of the socket's name.
    pub port: u16,
    /// Whether it listens on a socket, which lies beside the cluster.
    pub has_socket: bool,
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
            has_socket: !lines.get(4)?.trim().is_empty(),
        })
    }
}

/// The process that holds a cluster, by the cluster's pid file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Holder {
    Nobody,
    /// A server that has ended; its process id may have been given to another program since.
    Gone(i32),
    /// A server that runs on this folder.
    Here(i32),
    /// A server that runs on another folder, of which this one is a copy made meanwhile.
    Elsewhere(i32, PathBuf),
}

impl Holder {
    pub fn find(data: &Path) -> Self {
        let text = fs::read_to_string(path(data)).unwrap_or_default();
        let mut lines = text.lines();
        // The process is there even when the rest is not written yet.
        let pid = lines.next().and_then(|line| line.trim().parse().ok());
        let Some(pid) = pid else { return Self::Nobody };
        if !(is_alive(pid) && is_postgres(pid)) {
            return Self::Gone(pid);
        }
        let written = lines.next().map(|line| PathBuf::from(line.trim()));
        // A server's working directory stays its folder, even when that has been renamed since.
        let at_work = PathBuf::from(format!("/proc/{pid}/cwd"));
        let (folder, named) = match (identity(&at_work), written) {
            (Some(folder), written) => {
                (Some(folder), fs::read_link(&at_work).ok().or(written).unwrap_or_default())
            }
            (None, Some(written)) => (identity(&written), written),
            (None, None) => return Self::Here(pid),
        };
        if folder.is_some() && folder == identity(data) {
            return Self::Here(pid);
        }
        Self::Elsewhere(pid, named)
    }
}

/// The device and inode of a folder: two paths may lead to the same folder, and a path may lead to
/// another folder than before.
fn identity(folder: &Path) -> Option<(u64, u64)> {
    fs::metadata(folder).ok().map(|meta| (meta.dev(), meta.ino()))
}

/// Removes the file of a server that is gone or has another folder.
pub fn remove_stale(data: &Path) -> std::io::Result<()> {
    fs::remove_file(path(data))
}

/// Whether a process is alive. A zombie, which has ended and waits for its parent, is not.
pub fn is_alive(pid: i32) -> bool {
    let answers = signal::kill(Pid::from_raw(pid), None) != Err(Errno::ESRCH);
    answers && !is_zombie(pid)
}

/// Whether a process is a PostgreSQL server. Where there is no `/proc` it is assumed to be one.
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
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_whole_file_names_process_port_and_socket() {
        let text = "4711\n/d/data\n1700000000\n5433\n/d/run\n\n 1 2\nready   \n";

        let file = PidFile::parse(text);

        assert_eq!(file, Some(PidFile { pid: 4711, port: 5433, has_socket: true }));
    }

    #[test]
    fn a_half_written_file_is_no_file() {
        assert_eq!(PidFile::parse("4711\n/d/data\n"), None);
    }

    #[test]
    fn without_a_pid_file_nobody_has_it_and_a_number_of_another_program_is_nobodys() {
        let folder = tempfile::TempDir::new().unwrap();
        assert_eq!(Holder::find(folder.path()), Holder::Nobody);
        let me = i32::try_from(std::process::id()).unwrap();

        fs::write(folder.path().join("postmaster.pid"), format!("{me}\n/d/data\n")).unwrap();

        assert_eq!(Holder::find(folder.path()), Holder::Gone(me));
    }

    #[test]
    fn this_test_is_alive_and_no_postgres() {
        let me = i32::try_from(std::process::id()).unwrap_or(0);

        assert!(is_alive(me) && !is_postgres(me));
    }
}
