//! What releases have left behind: a dump of a database of each in `releases/`, and what it asks of it,
//! named by the newest migration that it had. [Kept](keep) before a release.

use std::{
    collections::BTreeSet,
    fs::{self, File},
    io::{Read, Write},
    path::{Path, PathBuf},
    process::Command,
};

use flate2::{Compression, read::GzDecoder, write::GzEncoder};
use serde_json::Value;
use services::testing::world::World;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/proof/releases");

/// Every statement that this release knows when it is compiled.
const STATEMENTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../.sqlx");

/// A release, what it has left, and what it asks of its database; of the oldest that is not known.
pub struct Release {
    pub newest_migration: i64,
    pub dump: String,
    pub statements: Option<Vec<String>>,
}

/// The newest migration of each of them.
pub fn kept() -> BTreeSet<i64> {
    let files = fs::read_dir(FOLDER).unwrap().map(|file| file.unwrap().path());
    let numbers =
        files.filter_map(|file| file.file_name()?.to_str()?.split('.').next()?.parse::<i64>().ok());
    let numbers: BTreeSet<i64> = numbers.collect();
    assert!(!numbers.is_empty(), "no release has left anything in {FOLDER}");
    numbers
}

/// The one that had no newer migration.
pub fn release(newest_migration: i64) -> Release {
    let statements = unpacked(&statements_of(newest_migration));
    Release {
        newest_migration,
        dump: unpacked(&dump_of(newest_migration)).expect("a dump of a release"),
        statements: statements.map(|all| serde_json::from_str(&all).unwrap()),
    }
}

fn dump_of(newest_migration: i64) -> PathBuf {
    format!("{FOLDER}/{newest_migration}.sql.gz").into()
}

fn statements_of(newest_migration: i64) -> PathBuf {
    format!("{FOLDER}/{newest_migration}.statements.json.gz").into()
}

/// What a file says; none if there is none.
fn unpacked(file: &Path) -> Option<String> {
    let mut said = String::new();
    GzDecoder::new(File::open(file).ok()?).read_to_string(&mut said).unwrap();
    Some(said)
}

fn pack(file: &Path, said: &str) {
    let mut packed = GzEncoder::new(File::create(file).unwrap(), Compression::best());
    packed.write_all(said.as_bytes()).unwrap();
    packed.finish().unwrap();
    let size = fs::metadata(file).unwrap().len();
    println!("{}: {size} bytes, {} unpacked", file.display(), said.len());
}

/// Keeps what this release has left in a world.
pub async fn keep(world: &World) {
    let mut command = Command::new("pg_dump");
    command.args(["--inserts", "--rows-per-insert=100", "--no-owner", "--no-privileges"]);
    command.args(["-d", &world.db.url]);
    let dumped = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    assert!(dumped.status.success(), "{}", String::from_utf8_lossy(&dumped.stderr));
    let dump = plain(&String::from_utf8(dumped.stdout).unwrap());
    pack(&dump_of(store::newest_migration()), &dump);
    let statements = serde_json::to_string(&statements()).unwrap();
    pack(&statements_of(store::newest_migration()), &statements);
}

/// Every statement that this release knows, in the order of its letters.
fn statements() -> BTreeSet<String> {
    let files = fs::read_dir(STATEMENTS).unwrap().map(|file| file.unwrap().path());
    let query = |file: PathBuf| {
        let said: Value = serde_json::from_slice(&fs::read(file).unwrap()).unwrap();
        said["query"].as_str().unwrap().to_owned()
    };
    files.map(query).collect()
}

/// Without what is meant for psql, or not known to every PostgreSQL.
fn plain(dump: &str) -> String {
    let left_out = ["\\restrict ", "\\unrestrict ", "SET transaction_timeout "];
    let stays = |line: &&str| !left_out.iter().any(|start| line.starts_with(start));
    dump.split_inclusive('\n').filter(stays).collect()
}
