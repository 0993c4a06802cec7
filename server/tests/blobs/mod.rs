//! `atelier blobs move`, and a process whose files lie in a bucket.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::{collections::BTreeSet, fs, path::PathBuf, process::Output, sync::Arc};

use blobs::{Blobs, Digest, FileBlobs};
use bytes::Bytes;
use s3_blobs::{
    S3Blobs,
    testing::{S3Server, SECRET_KEY},
};
use services::testing::world::World;
use tempfile::TempDir;
use tokio::process::Command;

/// What lies in the folder before anything is moved.
fn texts() -> Vec<Bytes> {
    (0..7).map(|n| Bytes::from(format!("Text {n}."))).collect()
}

/// The same with one that is sent in parts, which takes its time in a debug build.
fn with_a_large_one() -> Vec<Bytes> {
    let mut texts = texts();
    texts[6] = Bytes::from("A long story. ".repeat(600_000));
    texts
}

/// A workspace with files in the data directory of a process, and a service with a bucket.
struct Stage {
    world: World,
    data: TempDir,
    server: S3Server,
}

impl Stage {
    async fn new() -> Self {
        Self::with(texts()).await
    }

    async fn with(texts: Vec<Bytes>) -> Self {
        let (mut world, data) = (World::new().await, TempDir::new().unwrap());
        let folder = FileBlobs::open(data.path().join("blobs")).unwrap();
        world.change_deps(|deps| deps.blobs = Arc::new(folder));
        for text in texts {
            world.services.uploads.upload(&world.owner, "brief.txt", text).await.unwrap();
        }
        Self { world, data, server: S3Server::start().await }
    }

    async fn run(&self, arguments: &[&str]) -> (Option<i32>, String) {
        let output = self.command(arguments).output().await.unwrap();
        (output.status.code(), said(&output))
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_atelier"));
        command
            .args(arguments)
            .env("DATABASE_URL", &self.world.db.url)
            .env("ATELIER_DATA_DIR", self.data.path())
            .env("LEPTOS_SITE_ROOT", self.data.path())
            .env("ATELIER_LISTEN", "127.0.0.1:0")
            .env("ATELIER_SECRET_KEY", "5e".repeat(32))
            .env("ATELIER_LOG", "trace")
            .envs(self.server.environment())
            .kill_on_drop(true);
        command
    }

    fn in_folder(&self, digest: Digest) -> PathBuf {
        let name = digest.to_string();
        self.data.path().join("blobs").join(&name[..2]).join(&name[2..])
    }

    fn in_bucket(&self, digest: Digest) -> PathBuf {
        let name = digest.to_string();
        self.server.bucket().join(&name[..2]).join(&name[2..])
    }
}

/// Everything it wrote, in which the secret key is not.
fn said(output: &Output) -> String {
    let said = [&output.stdout[..], &output.stderr[..]].concat();
    let said = String::from_utf8_lossy(&said).into_owned();
    assert!(!said.contains(SECRET_KEY), "the secret key shows");
    said
}

#[tokio::test]
async fn rel_e15_files_move_to_a_bucket_and_back_and_each_is_proven() {
    let texts = with_a_large_one();
    let stage = Stage::with(texts.clone()).await;
    let lost = Digest::from_content(b"Text 0.");
    fs::remove_file(stage.in_folder(lost)).unwrap();

    let (code, said) = stage.run(&["blobs", "move", "--to", "s3"]).await;

    assert!(said.contains("6 copied and verified, 0 already there"), "{said}");
    assert!(code == Some(2) && said.contains(&format!("{lost} is missing")), "{said}");
    let bucket = S3Blobs::open(&stage.server.settings("")).await.unwrap();
    for text in &texts[1..] {
        assert!(bucket.get(Digest::from_content(text)).await.unwrap() == text);
        assert!(
            stage.in_folder(Digest::from_content(text)).exists(),
            "the old place keeps everything"
        );
    }

    // Back into a folder that has nothing but one damaged file.
    fs::remove_dir_all(stage.data.path().join("blobs")).unwrap();
    let damaged = Digest::from_content(b"Text 1.");
    fs::create_dir_all(stage.in_folder(damaged).parent().unwrap()).unwrap();
    fs::write(stage.in_folder(damaged), b"Text 7.").unwrap();
    let (code, said) = stage.run(&["blobs", "move", "--to", "files"]).await;

    assert!(code == Some(2) && said.contains("6 copied and verified, 0 already there"), "{said}");
    for text in &texts[1..] {
        assert!(fs::read(stage.in_folder(Digest::from_content(text))).unwrap() == text[..]);
    }
}

#[tokio::test]
async fn rel_e15_a_move_that_is_broken_off_goes_on_where_it_was() {
    let stage = Stage::new().await;
    stage.server.fail(1, "PUT", 507, "XMinioStorageFull");
    let (code, said) = stage.run(&["blobs", "move", "--to", "s3"]).await;
    assert!(code == Some(1) && said.contains("Free up space"), "{said}");

    let (code, said) = stage.run(&["blobs", "move", "--to", "s3"]).await;
    assert!(code == Some(0) && said.contains("All 7 are copied"), "{said}");
    let (gone, damaged) = (Digest::from_content(b"Text 2."), Digest::from_content(b"Text 3."));
    fs::remove_file(stage.in_bucket(gone)).unwrap();
    fs::write(stage.in_bucket(damaged), b"Text 9.").unwrap();
    let late = Bytes::from_static(b"Stored while it ran.");
    stage.world.services.uploads.upload(&stage.world.owner, "late.txt", late).await.unwrap();

    let (code, said) = stage.run(&["blobs", "move", "--to", "s3"]).await;

    let counted = said.contains("3 copied and verified, 5 already there and verified");
    assert!(code == Some(0) && counted, "{said}");
}

#[tokio::test]
async fn a_bucket_gives_its_files_to_another_prefix_without_a_download() {
    let stage = Stage::new().await;
    stage.run(&["blobs", "move", "--to", "s3"]).await;

    let (code, said) = stage.run(&["blobs", "move", "--to", "s3://atelier/other"]).await;

    assert!(code == Some(0) && said.contains("7 copied and verified"), "{said}");
    let other = S3Blobs::open(&stage.server.settings("other")).await.unwrap();
    let there: BTreeSet<_> =
        other.older_than(std::time::Duration::ZERO).await.unwrap().into_iter().collect();
    assert_eq!(there, texts().iter().map(|text| Digest::from_content(text)).collect());
}

#[tokio::test]
async fn a_bucket_that_is_set_wrongly_ends_the_start_with_what_to_look_at() {
    let stage = Stage::new().await;
    let wrong = [
        ("S3_ENDPOINT", "http://127.0.0.1:1", "can't reach"),
        ("S3_BUCKET", "elsewhere", "NoSuchBucket"),
        ("S3_SECRET_ACCESS_KEY", "not-this-one", "denied access"),
    ];

    for (name, value, words) in wrong {
        let output = stage.command(&["serve"]).env(name, value).output().await.unwrap();
        let said = said(&output);
        // What still runs in the process may log after it.
        let told = said.lines().rfind(|line| line.starts_with("atelier: ")).unwrap_or_default();
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(told.contains(words) && told.contains("S3_ENDPOINT"), "{said}");
        assert!(!said.contains("not-this-one"), "the wrong key shows");
    }
}

#[tokio::test]
async fn a_move_without_a_bucket_says_what_to_set() {
    let stage = Stage::new().await;
    let mut command = stage.command(&["blobs", "move", "--to", "files"]);
    for (name, _) in stage.server.environment() {
        command.env_remove(name);
    }

    let output = command.output().await.unwrap();

    let said = said(&output);
    assert!(output.status.code() == Some(1) && said.contains("Set S3_BUCKET"), "{said}");
}
