//! Where this machine keeps PostgreSQL's server programs, and which of them fit.

use std::{
    collections::BTreeSet,
    env, fs,
    path::{Path, PathBuf},
    process::Stdio,
};

use anyhow::{Context, Result, bail};
use tokio::process::Command;

use super::fetch;

const LEAST_MAJOR: u32 = 15;
const FETCHED_MAJOR: u32 = 17;

/// The programs of one installed PostgreSQL server.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Binaries {
    pub major: u32,
    /// The folder with `postgres` and `initdb`.
    pub folder: PathBuf,
}

impl Binaries {
    pub fn program(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

/// Where server programs may come from.
#[derive(Debug, Clone)]
pub struct Programs {
    /// Folders to look in.
    pub folders: Vec<PathBuf>,
    /// Whether one is fetched, when the network allows, where none of them has a server that fits.
    pub fetch: bool,
}

impl Programs {
    /// Every folder in which systems are known to put PostgreSQL's server programs; none is fetched.
    pub fn of_this_machine() -> Self {
        Self { folders: machine_places(), fetch: false }
    }

    /// The server that fits: of the cluster's own version when there is one, else the newest.
    /// Fetched ones are kept in `kept`.
    pub async fn choose(&self, cluster: Option<(u32, &Path)>, kept: &Path) -> Result<Binaries> {
        let mut folders = self.folders.clone();
        folders.extend(subfolders(kept, "bin"));
        let lacking = match pick(&folders, cluster).await {
            Err(lacking) if self.fetch => lacking,
            other => return other,
        };
        let major = cluster.map_or(FETCHED_MAJOR, |(needed, _)| needed);
        match fetch::fetch(major, kept).await {
            Ok(folder) => pick(&[folder], cluster).await,
            Err(why) => {
                tracing::warn!("PostgreSQL {major} could not be fetched: {why:#}");
                Err(lacking)
            }
        }
    }
}

fn machine_places() -> Vec<PathBuf> {
    let mut places: Vec<PathBuf> =
        env::var_os("PATH").map(|path| env::split_paths(&path).collect()).unwrap_or_default();
    for (parent, inner) in [
        ("/usr/lib/postgresql", "bin"),
        ("/usr/libexec", ""),
        ("/usr", "bin"),
        ("/opt/homebrew/opt", "bin"),
        ("/usr/local/opt", "bin"),
        ("/Library/PostgreSQL", "bin"),
        ("/Applications/Postgres.app/Contents/Versions", "bin"),
    ] {
        places.extend(subfolders(Path::new(parent), inner));
    }
    places.push(PathBuf::from("/usr/local/pgsql/bin"));
    places
}

fn subfolders(parent: &Path, inner: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(parent).into_iter().flatten().flatten();
    entries.map(|entry| entry.path().join(inner)).collect()
}

async fn pick(folders: &[PathBuf], cluster: Option<(u32, &Path)>) -> Result<Binaries> {
    let found = find(folders).await;
    let Some((needed, cluster)) = cluster else {
        let newest = found.into_iter().rfind(|binaries| binaries.major >= LEAST_MAJOR);
        return newest.with_context(|| {
            format!(
                "no PostgreSQL server (version 15 or later) found on this machine. Install one \
                 with `{}`, or set DATABASE_URL to a server elsewhere",
                install_command(LEAST_MAJOR)
            )
        });
    };
    if let Some(binaries) = found.iter().find(|binaries| binaries.major == needed) {
        return Ok(binaries.clone());
    }
    let majors: BTreeSet<u32> = found.iter().map(|binaries| binaries.major).collect();
    let words: Vec<String> = majors.iter().map(|major| format!("version {major}")).collect();
    let found = if words.is_empty() { "none".to_owned() } else { words.join(", ") };
    bail!(
        "the database in {} was created by PostgreSQL {needed}, but this machine has only {found}. \
         Install the right version with `{}`, or move the directory away to start over",
        cluster.display(),
        install_command(needed)
    )
}

async fn find(folders: &[PathBuf]) -> BTreeSet<Binaries> {
    let mut found = BTreeSet::new();
    for folder in folders {
        // Links lead to the real folder: it is where the server's libraries are found from.
        let Ok(program) = fs::canonicalize(folder.join("postgres")) else { continue };
        let Some(folder) = program.parent().map(Path::to_owned) else { continue };
        if folder.join("initdb").is_file()
            && let Some(major) = major_of(&program).await
        {
            found.insert(Binaries { major, folder });
        }
    }
    found
}

async fn major_of(postgres: &Path) -> Option<u32> {
    let said = Command::new(postgres).arg("--version").stderr(Stdio::null()).output().await.ok()?;
    parse_version(&String::from_utf8_lossy(&said.stdout))
}

/// `postgres (PostgreSQL) 15.18 (Debian 15.18-1)` is 15; `18beta1` is 18.
fn parse_version(said: &str) -> Option<u32> {
    let version = said.split("(PostgreSQL)").nth(1)?.trim_start();
    let end = version.find(|c: char| !c.is_ascii_digit()).unwrap_or(version.len());
    version[..end].parse().ok()
}

fn install_command(major: u32) -> String {
    let release = fs::read_to_string("/etc/os-release").unwrap_or_default();
    let families: Vec<&str> = release
        .lines()
        .filter_map(|line| line.strip_prefix("ID=").or_else(|| line.strip_prefix("ID_LIKE=")))
        .flat_map(|names| names.trim_matches('"').split_whitespace())
        .collect();
    let is = |name: &str| families.contains(&name);
    if cfg!(target_os = "macos") {
        format!("brew install postgresql@{major}")
    } else if is("alpine") {
        format!("apk add postgresql{major}")
    } else if is("fedora") || is("rhel") {
        format!("sudo dnf install postgresql{major}-server")
    } else if is("arch") {
        "sudo pacman -S postgresql".to_owned()
    } else {
        format!("sudo apt-get install -y postgresql-{major}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_read_whatever_follows_it() {
        let said = ["15.18 (Debian 15.18-0+deb12u1)", "16.2", "18beta1", "17"];

        let majors =
            said.map(|version| parse_version(&format!("postgres (PostgreSQL) {version}\n")));

        assert_eq!(majors, [Some(15), Some(16), Some(18), Some(17)]);
        assert_eq!(parse_version("zsh: not found"), None);
    }
}
