//! Starting, adopting and keeping the server of a cluster.

use std::{
    fs,
    net::{Ipv4Addr, TcpListener},
    os::unix::ffi::OsStrExt,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use store::instance;
use tokio::time;
use tokio_util::sync::CancellationToken;
use url::Url;

use super::{
    account,
    cluster::{self, Cluster, USER},
    pid_file::{self, Holder, PidFile},
    place::{self, ClusterDir},
    postmaster::Postmaster,
    with_path::WithPath,
};

const DATABASE: &str = "atelier";
const POLL: Duration = Duration::from_millis(30);
/// How long one that we found running may take to answer. One of our own may take as long as it
/// lives.
const ADOPTION: Duration = Duration::from_secs(60);
const STILL_WAITING: Duration = Duration::from_secs(10);
/// A killed server's children take a moment to notice; until then a new one is refused.
const STARTS: u32 = 20;
const BETWEEN_STARTS: Duration = Duration::from_millis(500);
const SOCKET_PREFIX: &str = ".s.PGSQL.";
const SOCKET_NAME: &str = "/.s.PGSQL.65535";
/// The least that any Unix allows for a socket's path, less the closing zero.
const SOCKET_PATH_MAX: usize = 103;
const LOG_MAX_BYTES: u64 = 10 << 20;

#[derive(Debug, thiserror::Error)]
#[error("PostgreSQL didn't start ({why}). The last lines of {}:\n{tail}", log.display())]
struct NotStarted {
    why: String,
    log: PathBuf,
    tail: String,
}

/// Gets the cluster served, by the server that already runs or by a new one; returns its address.
pub async fn run(cluster: &Cluster) -> Result<(Postmaster, String)> {
    let running = match adopt(cluster).await? {
        Some(running) => running,
        None => start(cluster).await?,
    };
    let url = address(&cluster.place, DATABASE)?;
    instance::create_database(&address(&cluster.place, "postgres")?, DATABASE)
        .await
        .context("the private PostgreSQL is running, but its database can't be used")?;
    Ok((running, url))
}

/// Starts the server again whenever it ends, until told to stop; then stops it.
pub async fn keep(cluster: Cluster, mut postmaster: Postmaster, stop: CancellationToken) {
    loop {
        let why = tokio::select! {
            () = stop.cancelled() => return postmaster.stop().await,
            why = postmaster.wait() => why,
        };
        tracing::error!(why, "the private PostgreSQL ended by itself; starting it again");
        let again = tokio::select! {
            () = stop.cancelled() => return,
            again = start(&cluster) => again,
        };
        match again {
            Ok(started) => postmaster = started,
            Err(error) => {
                tracing::error!("the private PostgreSQL does not start: {error:#}");
                time::sleep(BETWEEN_STARTS).await;
            }
        }
    }
}

pub async fn address_of_running(data_dir: &Path) -> Result<String> {
    match place::find(data_dir)? {
        Some(place) if matches!(Holder::find(&place.data()), Holder::Here(_)) => {
            address(&place, DATABASE)
        }
        _ => bail!("no atelier is running on {}. Start `atelier serve` first", data_dir.display()),
    }
}

/// The server that already has the cluster, once it answers; `None` when there is none. One that
/// runs on the folder that this one was copied from is left alone.
async fn adopt(cluster: &Cluster) -> Result<Option<Postmaster>> {
    let data = cluster.place.data();
    let pid = match Holder::find(&data) {
        Holder::Nobody => return Ok(None),
        Holder::Here(pid) => pid,
        Holder::Gone(pid) => {
            tracing::info!(pid, "removing the pid file of a PostgreSQL that was killed");
            forget(&cluster.place)?;
            return Ok(None);
        }
        Holder::Elsewhere(pid, original) => {
            tracing::warn!(
                pid,
                "{} is a copy of {}, made while PostgreSQL ran there: that one is left alone, and \
                 the copy recovers as after a crash. What was written during the copying may be \
                 missing or damaged in it: `atelier doctor` looks, and a backup is made with pg_dump",
                data.display(),
                original.display(),
            );
            forget(&cluster.place)?;
            return Ok(None);
        }
    };
    let begun = Instant::now();
    while pid_file::is_alive(pid) {
        if answers(&cluster.place).await {
            tracing::info!(pid, "going on with the PostgreSQL that was left running");
            return Ok(Some(Postmaster::Adopted(pid)));
        }
        if begun.elapsed() > ADOPTION {
            bail!(
                "a PostgreSQL server (process {pid}) is already running on {} but doesn't answer. \
                 Stop it, then start atelier again",
                data.display()
            );
        }
        time::sleep(POLL).await;
    }
    Ok(None)
}

/// Removes what says that a server has the place, where none has: its pid file, and the sockets
/// that were copied along with their locks.
fn forget(place: &ClusterDir) -> Result<()> {
    let (data, run) = (place.data(), place.run());
    pid_file::remove_stale(&data).with_path("can't remove the pid file in", &data)?;
    for entry in fs::read_dir(&run).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with(SOCKET_PREFIX) {
            fs::remove_file(entry.path())
                .with_path("can't remove the old socket", &entry.path())?;
        }
    }
    Ok(())
}

async fn start(cluster: &Cluster) -> Result<Postmaster> {
    for _ in 0..STARTS {
        match start_once(cluster).await {
            Err(error) if error.downcast_ref().is_some_and(NotStarted::is_passing) => {
                time::sleep(BETWEEN_STARTS).await;
            }
            other => return other,
        }
    }
    start_once(cluster).await
}

impl NotStarted {
    /// Leftovers of a killed server, or a port somebody else was quicker to take.
    fn is_passing(&self) -> bool {
        let passing = ["is still in use", "Address already in use", "lock file"];
        passing.iter().any(|why| self.tail.contains(why))
    }
}

async fn start_once(cluster: &Cluster) -> Result<Postmaster> {
    let mut postmaster = Postmaster::Child(spawn(cluster)?);
    let mut said = Instant::now();
    loop {
        if let Some(why) = postmaster.ended() {
            let log = cluster.place.log();
            let tail = tail_of(&log);
            return Err(NotStarted { why, log, tail }.into());
        }
        if PidFile::read(&cluster.place.data()).map(|file| file.pid) == postmaster.pid()
            && answers(&cluster.place).await
        {
            return Ok(postmaster);
        }
        if said.elapsed() > STILL_WAITING {
            tracing::info!("PostgreSQL is still recovering");
            said = Instant::now();
        }
        time::sleep(POLL).await;
    }
}

fn spawn(cluster: &Cluster) -> Result<tokio::process::Child> {
    let ClusterDir { base, account } = &cluster.place;
    let run = cluster.place.run();
    account::make_private_dir(&run, account.as_ref())?;
    let program = cluster.binaries.program("postgres");
    let log = open_log(&cluster.place)?;
    let mut command = account::command(&program, account.as_ref(), base);
    command.arg("-D").arg(cluster.place.data());
    for setting in settings(&run)? {
        command.arg("-c").arg(setting);
    }
    command
        .stdout(log.try_clone().with_path("can't open", &cluster.place.log())?)
        .stderr(log)
        // Out of the terminal's group: Ctrl-C is for us, and we stop the server last.
        .process_group(0);
    command.spawn().with_path("can't run", &program)
}

fn settings(run: &Path) -> Result<Vec<String>> {
    let mut settings: Vec<String> = [
        "max_connections=200",
        "shared_buffers=64MB",
        "max_wal_size=1GB",
        "password_encryption=scram-sha-256",
        "logging_collector=off",
        "log_destination=stderr",
        "log_timezone=UTC",
        "timezone=UTC",
        "unix_socket_permissions=0700",
        "jit=off",
    ]
    .map(str::to_owned)
    .to_vec();
    if run.as_os_str().len() + SOCKET_NAME.len() <= SOCKET_PATH_MAX {
        settings.push("listen_addresses=".to_owned());
        settings.push(format!("unix_socket_directories={}", quoted(run)));
    } else {
        settings.push("listen_addresses=127.0.0.1".to_owned());
        settings.push("unix_socket_directories=".to_owned());
        settings.push(format!("port={}", port(run).with_path("can't find a free port for", run)?));
    }
    Ok(settings)
}

/// A list of folders in PostgreSQL's words: commas and blanks belong to names only in quotes.
fn quoted(path: &Path) -> String {
    let text = String::from_utf8_lossy(path.as_os_str().as_bytes()).replace('"', "\"\"");
    format!("\"{text}\"")
}

/// The port of the last time while it is free: a restart keeps its address.
fn port(run: &Path) -> std::io::Result<u16> {
    let kept = run.join("port");
    let last = fs::read_to_string(&kept).ok().and_then(|text| text.trim().parse::<u16>().ok());
    let free = |port| TcpListener::bind((Ipv4Addr::LOCALHOST, port)).and_then(|it| it.local_addr());
    let port = free(last.unwrap_or(0)).or_else(|_| free(0))?.port();
    fs::write(&kept, port.to_string())?;
    Ok(port)
}

fn open_log(place: &ClusterDir) -> Result<fs::File> {
    let log = place.log();
    if fs::metadata(&log).is_ok_and(|meta| meta.len() > LOG_MAX_BYTES) {
        let old = log.with_extension("old");
        fs::rename(&log, &old).with_path("can't rename", &log)?;
    }
    fs::OpenOptions::new().create(true).append(true).open(&log).with_path("can't open", &log)
}

fn tail_of(log: &Path) -> String {
    let text = fs::read(log).map(|text| String::from_utf8_lossy(&text).into_owned());
    let text = text.unwrap_or_default();
    let lines: Vec<&str> = text.lines().rev().take(8).collect();
    lines.into_iter().rev().collect::<Vec<_>>().join("\n")
}

async fn answers(place: &ClusterDir) -> bool {
    match address(place, "postgres") {
        Ok(url) => instance::is_reachable(&url).await,
        Err(_) => false,
    }
}

/// The address of the server that serves the place at this moment.
fn address(place: &ClusterDir, database: &str) -> Result<String> {
    let data = place.data();
    let file = PidFile::read(&data)
        .with_context(|| format!("can't read the pid file in {}", data.display()))?;
    let base = format!("postgres://{USER}@127.0.0.1:{}/{database}", file.port);
    let mut url = Url::parse(&base).with_path("can't connect to", &data)?;
    // Refused only where there is no host.
    let _ = url.set_password(Some(&cluster::read_password(place)?));
    if file.has_socket {
        // Where it is now, and not where it was when the server began: folders are moved.
        url.query_pairs_mut().append_pair("host", &place.run().to_string_lossy());
    }
    Ok(url.into())
}
