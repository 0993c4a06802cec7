//! The cluster on disk: made once, atomically, and matched with the programs of its version.

use std::{fs, io::Write, os::unix::fs::OpenOptionsExt, path::Path};

use anyhow::{Result, bail};

use super::{
    account,
    binaries::{Binaries, Programs},
    place::{self, ClusterDir},
    with_path::WithPath,
};

pub const USER: &str = "atelier";

const DRAFT: &str = "data.new.";

#[derive(Debug)]
pub struct Cluster {
    pub place: ClusterDir,
    pub binaries: Binaries,
}

impl Cluster {
    /// The cluster of a data directory, made when there is none.
    pub async fn open(data_dir: &Path, programs: &Programs) -> Result<Self> {
        let kept = place::for_programs(data_dir);
        if let Some(place) = place::find(data_dir)? {
            place::claim(data_dir, &place)?;
            let data = place.data();
            let needed = major_of(&data)?;
            let binaries = programs.choose(Some((needed, &data)), &kept).await?;
            if let Some(user) = &place.account {
                place::check_reachable(user, &binaries.program("postgres"), &place.base).await?;
            }
            return Ok(Self { place, binaries });
        }
        let binaries = programs.choose(None, &kept).await?;
        let place = place::make(data_dir, &binaries.program("postgres")).await?;
        place::claim(data_dir, &place)?;
        let cluster = Self { place, binaries };
        cluster.init().await?;
        Ok(cluster)
    }

    /// Made aside and renamed last: a start that was killed half way leaves nothing that looks
    /// whole.
    async fn init(&self) -> Result<()> {
        let draft = format!("{DRAFT}{}", std::process::id());
        let (data, draft) = (self.place.data(), self.place.base.join(draft));
        tracing::info!(
            "making a private PostgreSQL {} database in {}",
            self.binaries.major,
            data.display()
        );
        write_password(&self.place)?;
        let mut said = String::new();
        // Not every system has C.UTF-8; without it only the order of accented capitals suffers.
        for locale in ["C.UTF-8", "C"] {
            remove_drafts(&self.place.base);
            match self.initdb(&draft, locale).await? {
                None => return fs::rename(&draft, &data).with_path("can't rename", &draft),
                Some(why) => said = why,
            }
        }
        remove_drafts(&self.place.base);
        bail!("PostgreSQL couldn't create a database in {}:\n{said}", data.display())
    }

    /// What initdb complained about; `None` when it did its work.
    async fn initdb(&self, data: &Path, locale: &str) -> Result<Option<String>> {
        let program = self.binaries.program("initdb");
        let ClusterDir { base, account } = &self.place;
        let mut command = account::command(&program, account.as_ref(), base);
        command
            .arg("-D")
            .arg(data)
            .args(["-U", USER, "-A", "scram-sha-256", "-E", "UTF8", "--data-checksums"])
            .arg(format!("--locale={locale}"))
            .arg(format!("--pwfile={}", self.place.password().display()));
        let done = command.output().await.with_path("can't run", &program)?;
        let failed = !done.status.success();
        Ok(failed.then(|| String::from_utf8_lossy(&done.stderr).trim().to_owned()))
    }
}

pub fn read_password(place: &ClusterDir) -> Result<String> {
    let path = place.password();
    let password =
        fs::read_to_string(&path).with_path("can't read the database's password in", &path)?;
    Ok(password.trim().to_owned())
}

fn write_password(place: &ClusterDir) -> Result<()> {
    let path = place.password();
    if path.exists() {
        return Ok(());
    }
    let mut file = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&path)
        .with_path("can't create", &path)?;
    let password = hex::encode(rand::random::<[u8; 24]>());
    writeln!(file, "{password}").with_path("can't write", &path)?;
    file.sync_all().with_path("can't write", &path)?;
    account::give(&path, place.account.as_ref())
}

/// What killed starts left behind. One whose initdb still runs keeps its own name, and is removed
/// later.
fn remove_drafts(base: &Path) {
    for entry in fs::read_dir(base).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with(DRAFT)
            && let Err(error) = fs::remove_dir_all(entry.path())
        {
            tracing::debug!(%error, "a half-made database is still being written");
        }
    }
}

fn major_of(data: &Path) -> Result<u32> {
    let path = data.join("PG_VERSION");
    let text = fs::read_to_string(&path).with_path("can't read", &path)?;
    text.trim().parse().with_path("can't parse", &path)
}
