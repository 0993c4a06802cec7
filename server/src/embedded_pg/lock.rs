//! One process per data directory. The kernel frees the lock when its holder dies, however it dies.

use std::{
    fs::{File, OpenOptions},
    io::{Read, Seek, Write},
    path::{Path, PathBuf},
};

use anyhow::Result;

use super::with_path::WithPath;

/// Another process runs on the data directory.
#[derive(Debug, thiserror::Error)]
#[error(
    "another atelier (process {pid}) is using {}. Stop it, or set ATELIER_DATA_DIR to another \
     directory", data_dir.display()
)]
pub struct Locked {
    /// As its lock file says; may be empty.
    pid: String,
    data_dir: PathBuf,
}

/// The lock on a data directory, held until this is dropped.
#[derive(Debug)]
pub struct DataDirLock {
    _file: File,
}

impl DataDirLock {
    pub fn take(data_dir: &Path) -> Result<Self> {
        let path = data_dir.join("atelier.lock");
        let mut options = OpenOptions::new();
        let file = options.read(true).write(true).create(true).truncate(false).open(&path);
        let mut file = file.with_path("can't open", &path)?;
        if file.try_lock().is_err() {
            let mut pid = String::new();
            file.read_to_string(&mut pid).with_path("can't read", &path)?;
            return Err(Locked { pid: pid.trim().to_owned(), data_dir: data_dir.to_owned() }.into());
        }
        write_pid(&mut file).with_path("can't write", &path)?;
        Ok(Self { _file: file })
    }
}

fn write_pid(file: &mut File) -> std::io::Result<()> {
    file.set_len(0)?;
    file.rewind()?;
    writeln!(file, "{}", std::process::id())
}
