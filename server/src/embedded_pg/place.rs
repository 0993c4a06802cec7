//! Where the cluster lies: in the data directory, or, when root's unprivileged user cannot get
//! there, under `/var/lib/atelier`. Once decided it is written down, so that it never moves by
//! itself.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Result, bail};
use nix::unistd::geteuid;
use sha2::{Digest, Sha256};

use super::{
    account::{self, Account},
    pid_file::Holder,
    with_path::WithPath,
};

const ELSEWHERE: &str = "/var/lib/atelier";

/// The folder of a cluster and of everything around it.
#[derive(Debug, Clone)]
pub struct ClusterDir {
    /// Holds `data`, `run`, `password` and `log`.
    pub base: PathBuf,
    /// Whom it belongs to, when that is not us.
    pub account: Option<Account>,
}

impl ClusterDir {
    pub fn data(&self) -> PathBuf {
        self.base.join("data")
    }

    pub fn run(&self) -> PathBuf {
        self.base.join("run")
    }

    pub fn password(&self) -> PathBuf {
        self.base.join("password")
    }

    pub fn log(&self) -> PathBuf {
        self.base.join("log")
    }
}

/// Makes the data directory and returns its real path.
pub fn make_data_dir(data_dir: &Path) -> Result<PathBuf> {
    if !data_dir.exists() {
        // Root's unprivileged user has to pass through; what lies inside protects itself.
        account::make_dir(data_dir, if geteuid().is_root() { 0o711 } else { 0o700 })?;
    }
    fs::canonicalize(data_dir).with_path("can't open", data_dir)
}

/// Where fetched server programs are kept: as root, where an unprivileged user gets to them.
pub fn for_programs(data_dir: &Path) -> PathBuf {
    let parent = if geteuid().is_root() { Path::new(ELSEWHERE) } else { data_dir };
    parent.join("postgresql")
}

/// Where the cluster of a data directory lies, if it was made.
pub fn find(data_dir: &Path) -> Result<Option<ClusterDir>> {
    let elsewhere = elsewhere(data_dir);
    let base = elsewhere.clone().unwrap_or_else(|| data_dir.join("postgres"));
    let data = base.join("data");
    if !data.join("PG_VERSION").is_file() {
        return match elsewhere {
            None => Ok(None),
            Some(base) => bail!(
                "the database should be in {} according to {}, but isn't. Move it back there, or \
                 delete that file to start over",
                base.display(),
                pointer(data_dir).display()
            ),
        };
    }
    let account = Account::for_cluster(&data)?;
    Ok(Some(ClusterDir { base, account }))
}

/// Writes down that a cluster elsewhere belongs to a data directory. Refuses where it belongs to
/// another one, of which this is a copy; one that was moved keeps what it had.
pub fn claim(data_dir: &Path, place: &ClusterDir) -> Result<()> {
    if elsewhere(data_dir).is_none() {
        return Ok(());
    }
    let path = place.base.join("owner");
    let known = fs::read_to_string(&path).ok().map(|written| PathBuf::from(written.trim()));
    let is_ours = match &known {
        Some(known) if known == data_dir => return Ok(()),
        Some(known) => elsewhere(known).as_ref() != Some(&place.base),
        // Of a release that wrote no owner: by its name, or as nobody uses it.
        None => {
            place.base.ends_with(short_hash(data_dir))
                || !matches!(Holder::find(&place.data()), Holder::Here(_))
        }
    };
    if !is_ours {
        bail!(
            "{} is a copy of {}, but its database in {} was not copied. Start the original, or \
             restore a dump (pg_dump) in a new directory, and leave postgres.location out of the copy",
            data_dir.display(),
            known.unwrap_or_else(|| PathBuf::from("another directory")).display(),
            place.base.display()
        );
    }
    fs::write(&path, format!("{}\n", data_dir.display())).with_path("can't write", &path)
}

/// Makes the folder for a new cluster; `program` is one the account has to be able to run there.
pub async fn make(data_dir: &Path, program: &Path) -> Result<ClusterDir> {
    let account = Account::for_cluster(&data_dir.join("postgres/data"))?;
    let base = data_dir.join("postgres");
    account::make_private_dir(&base, account.as_ref())?;
    let Some(user) = &account else { return Ok(ClusterDir { base, account }) };
    if account::reaches(user, program, &base).await {
        return Ok(ClusterDir { base, account });
    }
    let elsewhere = Path::new(ELSEWHERE).join(short_hash(data_dir));
    fs::remove_dir_all(&base).with_path("can't remove", &base)?;
    account::make_dir(Path::new(ELSEWHERE), 0o755)?;
    account::make_private_dir(&elsewhere, account.as_ref())?;
    check_reachable(user, program, &elsewhere).await?;
    let pointer = pointer(data_dir);
    fs::write(&pointer, format!("{}\n", elsewhere.display())).with_path("can't write", &pointer)?;
    tracing::warn!(
        "PostgreSQL runs as the user {}, who cannot reach {}: the database lies in {}",
        user.name,
        data_dir.display(),
        elsewhere.display(),
    );
    Ok(ClusterDir { base: elsewhere, account })
}

/// Refuses when the account cannot get to an existing cluster.
pub async fn check_reachable(user: &Account, program: &Path, base: &Path) -> Result<()> {
    if account::reaches(user, program, base).await {
        return Ok(());
    }
    bail!(
        "PostgreSQL doesn't run as root, and the user {} can't access {}. Allow access to its \
         parent folders (chmod o+x), or run atelier as that user",
        user.name,
        base.display()
    )
}

/// Where the cluster lies, when that is not in the data directory.
fn elsewhere(data_dir: &Path) -> Option<PathBuf> {
    let written = fs::read_to_string(pointer(data_dir)).ok()?;
    Some(PathBuf::from(written.trim()))
}

fn pointer(data_dir: &Path) -> PathBuf {
    data_dir.join("postgres.location")
}

fn short_hash(path: &Path) -> String {
    let digest = Sha256::digest(path.as_os_str().as_encoded_bytes());
    hex::encode(&digest[..6])
}
