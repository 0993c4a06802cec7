//! What releases have left behind: a dump of a database of each in `releases/`, named by the newest
//! migration that it had. The oldest was written by hand; the others are [kept](keep) before a release.

use std::{
    fs::{self, File},
    io::{Read, Write},
    path::{Path, PathBuf},
    process::Command,
};

use engine::{store, testing::world::World};
use flate2::{Compression, read::GzDecoder, write::GzEncoder};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/proof/releases");

/// A release and what it has left.
pub struct Release {
    pub newest_migration: i64,
    pub dump: String,
}

/// All of them, the oldest first.
pub fn releases() -> Vec<Release> {
    let files = fs::read_dir(FOLDER).unwrap().map(|file| file.unwrap().path());
    let mut all: Vec<Release> = files.map(|file| read(&file)).collect();
    all.sort_by_key(|release| release.newest_migration);
    assert!(!all.is_empty(), "no release has left anything in {FOLDER}");
    all
}

fn read(file: &Path) -> Release {
    let name = file.file_name().unwrap().to_str().unwrap();
    let number = name.strip_suffix(".sql.gz").and_then(|number| number.parse().ok());
    let newest_migration = number.unwrap_or_else(|| panic!("{name} is no dump of a release"));
    let mut dump = String::new();
    GzDecoder::new(File::open(file).unwrap()).read_to_string(&mut dump).unwrap();
    Release { newest_migration, dump }
}

/// Keeps what this release has left in a world.
pub async fn keep(world: &World) {
    let mut command = Command::new("pg_dump");
    command.args(["--inserts", "--rows-per-insert=100", "--no-owner", "--no-privileges"]);
    command.args(["-d", &world.db.url]);
    let dumped = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    assert!(dumped.status.success(), "{}", String::from_utf8_lossy(&dumped.stderr));
    let dump = plain(&String::from_utf8(dumped.stdout).unwrap());
    let file = PathBuf::from(format!("{FOLDER}/{}.sql.gz", store::newest_migration()));
    let mut packed = GzEncoder::new(File::create(&file).unwrap(), Compression::best());
    packed.write_all(dump.as_bytes()).unwrap();
    packed.finish().unwrap();
    let size = fs::metadata(&file).unwrap().len();
    println!("{}: {size} bytes, {} unpacked", file.display(), dump.len());
}

/// Without what is meant for psql, or not known to every PostgreSQL.
fn plain(dump: &str) -> String {
    let left_out = ["\\restrict ", "\\unrestrict ", "SET transaction_timeout "];
    let stays = |line: &&str| !left_out.iter().any(|start| line.starts_with(start));
    dump.split_inclusive('\n').filter(stays).collect()
}
