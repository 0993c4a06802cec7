//! The user that the server runs as: PostgreSQL refuses to run as root.

use std::{
    fs,
    os::unix::fs::{MetadataExt, PermissionsExt, chown},
    path::Path,
    process::Stdio,
};

use anyhow::{Context, Result};
use nix::unistd::{Gid, Uid, User, geteuid};
use tokio::process::Command;

use super::with_path::WithPath;

/// An unprivileged user; `None` of it means ourselves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    pub name: String,
    pub uid: u32,
    pub gid: u32,
}

impl Account {
    /// The user to run the server of a folder as: nobody else unless we are root, then the
    /// folder's present owner, or `postgres`, or `nobody`.
    pub fn for_cluster(data: &Path) -> Result<Option<Self>> {
        if !geteuid().is_root() {
            return Ok(None);
        }
        if let Ok(meta) = fs::metadata(data)
            && meta.uid() != 0
        {
            let user = User::from_uid(Uid::from_raw(meta.uid())).ok().flatten();
            let name = user.map_or_else(|| meta.uid().to_string(), |user| user.name);
            return Ok(Some(Self { name, uid: meta.uid(), gid: meta.gid() }));
        }
        let known = ["postgres", "nobody"].iter().find_map(|name| User::from_name(name).ok()?);
        let user = known.context(
            "PostgreSQL doesn't run as root, and this machine has neither a user `postgres` nor \
             `nobody`. Run atelier as a regular user",
        )?;
        Ok(Some(Self { name: user.name, uid: user.uid.as_raw(), gid: Gid::as_raw(user.gid) }))
    }
}

/// A command that runs as the account, with a clean environment, in the folder.
pub fn command(program: &Path, account: Option<&Account>, folder: &Path) -> Command {
    let mut command = Command::new(program);
    command.env_clear().env("LC_ALL", "C").stdin(Stdio::null()).current_dir(folder);
    if let Some(path) = std::env::var_os("PATH") {
        command.env("PATH", path);
    }
    if let Some(account) = account {
        command.uid(account.uid).gid(account.gid);
    }
    command
}

/// Makes a folder with these permissions, or gives them to the one that is there.
pub fn make_dir(path: &Path, mode: u32) -> Result<()> {
    fs::create_dir_all(path).with_path("can't create", path)?;
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
        .with_path("can't set the permissions of", path)
}

/// Makes a folder only the account can read.
pub fn make_private_dir(path: &Path, account: Option<&Account>) -> Result<()> {
    make_dir(path, 0o700)?;
    give(path, account)
}

pub fn give(path: &Path, account: Option<&Account>) -> Result<()> {
    let Some(account) = account else { return Ok(()) };
    chown(path, Some(account.uid), Some(account.gid)).with_path("can't change the owner of", path)
}

/// Whether the account gets as far as the folder: asked of the kernel, by going there.
pub async fn reaches(account: &Account, program: &Path, folder: &Path) -> bool {
    let mut command = command(program, Some(account), folder);
    let done = command.arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().await;
    done.is_ok_and(|status| status.success())
}
