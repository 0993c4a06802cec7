//! The private PostgreSQL of an instance that was given no `DATABASE_URL`.
//!
//! Finds server binaries, makes the cluster on the first start, adopts a server that outlived a
//! killed process, keeps it running and stops it cleanly. Nothing here knows what is stored in it.

mod account;
mod binaries;
mod cluster;
mod fetch;
mod lock;
mod pid_file;
mod place;
mod postmaster;
mod server;
mod with_path;

use std::path::Path;

use anyhow::Result;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

pub use binaries::Programs;
pub(crate) use lock::Locked;

use cluster::Cluster;
use lock::DataDirLock;

/// A running private server; it goes on when this is dropped and ends with `stop`.
#[derive(Debug)]
pub struct EmbeddedPostgres {
    url: String,
    stop: CancellationToken,
    keeper: JoinHandle<()>,
    _lock: DataDirLock,
}

impl EmbeddedPostgres {
    /// Starts the server of a data directory, made on the first call. Refuses while another process
    /// has it.
    pub async fn start(data_dir: &Path, programs: &Programs) -> Result<Self> {
        let data_dir = place::make_data_dir(data_dir)?;
        let lock = DataDirLock::take(&data_dir)?;
        let cluster = Cluster::open(&data_dir, programs).await?;
        let (postmaster, url) = server::run(&cluster).await?;
        let stop = CancellationToken::new();
        let keeper = tokio::spawn(server::keep(cluster, postmaster, stop.clone()));
        Ok(Self { url, stop, keeper, _lock: lock })
    }

    /// Where the database is, with its password: never logged.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Stops the server cleanly and waits until it has gone.
    pub async fn stop(self) {
        self.stop.cancel();
        if let Err(error) = self.keeper.await {
            tracing::error!(%error, "the private PostgreSQL was not stopped");
        }
    }
}

/// Whether there is a database in a data directory.
pub fn is_made(data_dir: &Path) -> Result<bool> {
    Ok(place::find(data_dir)?.is_some())
}

/// The address of the server that another process runs in a data directory.
pub async fn attach(data_dir: &Path) -> Result<String> {
    server::address_of_running(data_dir).await
}
