//! One process per data directory. The kernel frees the lock when its holder dies, however it dies.

use std::{
    fs::{File, OpenOptions},
    io::{Read, Seek, Write},
    path::Path,
};

use nix::fcntl::{Flock, FlockArg};

use super::problem::{PgError, Result, WithPath};

/// The lock on a data directory, held until this is dropped.
#[derive(Debug)]
pub struct DataDirLock {
    _file: Flock<File>,
}

impl DataDirLock {
    /// Takes the lock; the error names the process that has it.
    pub fn take(data_dir: &Path) -> Result<Self> {
        let path = data_dir.join("atelier.lock");
        let mut options = OpenOptions::new();
        let file = options.read(true).write(true).create(true).truncate(false).open(&path);
        match Flock::lock(file.with_path("can't open", &path)?, FlockArg::LockExclusiveNonblock) {
            Ok(mut file) => {
                write_pid(&mut file).with_path("can't write", &path)?;
                Ok(Self { _file: file })
            }
            Err((mut file, _)) => {
                let mut pid = String::new();
                file.read_to_string(&mut pid).with_path("can't read", &path)?;
                Err(PgError::Locked { pid: pid.trim().to_owned(), data_dir: data_dir.to_owned() })
            }
        }
    }
}

fn write_pid(file: &mut File) -> std::io::Result<()> {
    file.set_len(0)?;
    file.rewind()?;
    writeln!(file, "{}", std::process::id())
}
