//! Folders for the PostgreSQL that a test makes.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::{fs, os::unix::fs::PermissionsExt};

use nix::sys::statvfs::statvfs;
use tempfile::TempDir;

/// What lies here is in memory: nothing waits for a disk.
const IN_MEMORY: &str = "/dev/shm";
/// More than the databases of all tests at once take.
const ROOM: u128 = 2 << 30;

/// A folder that an unprivileged user can reach; in memory, where there is room.
pub fn folder() -> TempDir {
    let has_room = statvfs(IN_MEMORY).is_ok_and(|found| {
        u128::from(found.blocks_available()) * u128::from(found.fragment_size()) >= ROOM
    });
    let made = if has_room { TempDir::new_in(IN_MEMORY) } else { TempDir::new() };
    let dir = made.unwrap();
    fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o755)).unwrap();
    dir
}
