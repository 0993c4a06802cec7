//! What is the directory's alone: what lies in it, and a disk that is full.

use std::fs::File;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, SystemTime};

use blobs::{BlobError, Blobs, Digest, FileBlobs};
use bytes::Bytes;
use model::execution::failure::{Failure, FailureClass, HoldReason};

use crate::engine::blobs::place::files;

const LIMITED_STORE: &str = "ATELIER_TEST_LIMITED_STORE";

fn large() -> Bytes {
    Bytes::from(vec![7; 1024 * 1024])
}

#[tokio::test]
async fn the_same_bytes_are_stored_once_even_by_twenty_at_a_time() {
    let directory = tempfile::tempdir().unwrap();
    let store = FileBlobs::open(directory.path()).unwrap();

    let puts = (0..20).map(|_| store.put(large()));
    for digest in futures::future::join_all(puts).await {
        assert_eq!(store.get(digest.unwrap()).await.unwrap(), large());
    }

    assert_eq!(files(directory.path()).len(), 1);
}

#[tokio::test]
async fn a_blob_of_a_store_that_is_away_is_not_lost() {
    let directory = tempfile::tempdir().unwrap();
    let root = directory.path().join("store");
    let store = FileBlobs::open(&root).unwrap();
    let (kept, unknown) = (store.put(large()).await.unwrap(), Digest::from_content(b"unknown"));

    assert!(matches!(store.get(unknown).await, Err(BlobError::Missing(_))));
    std::fs::rename(&root, directory.path().join("away")).unwrap();
    assert!(matches!(store.get(kept).await, Err(BlobError::Io { .. })));
}

#[tokio::test]
async fn opening_throws_away_abandoned_writes_and_spares_those_under_way() {
    let directory = tempfile::tempdir().unwrap();
    FileBlobs::open(directory.path()).unwrap();
    let (abandoned, fresh) =
        (directory.path().join("incoming/old"), directory.path().join("incoming/new"));
    let hours_ago = SystemTime::now() - Duration::from_secs(7_200);
    File::create(&abandoned).unwrap().set_modified(hours_ago).unwrap();
    File::create(&fresh).unwrap();

    FileBlobs::open(directory.path()).unwrap();

    assert_eq!(files(directory.path()), [fresh]);
}

/// Plays the full disk: a child of this very test may not write files beyond a few KiB, and the
/// signal for it is ignored, so that its writes fail as they do on a full disk.
#[tokio::test]
async fn rel_e7_a_full_disk_holds_loses_nothing_and_works_again_with_room() {
    if let Some(root) = std::env::var_os(LIMITED_STORE) {
        return fill_up(Path::new(&root)).await;
    }
    let directory = tempfile::tempdir().unwrap();
    let store = FileBlobs::open(directory.path()).unwrap();
    let earlier = store.put(Bytes::from_static(b"earlier")).await.unwrap();

    let child = Command::new("sh")
        .args(["-c", "trap '' XFSZ; ulimit -f 16; exec \"$0\" rel_e7_a_full_disk --nocapture"])
        .arg(std::env::current_exe().unwrap())
        .env(LIMITED_STORE, directory.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&child.stdout);
    assert!(child.status.success() && said.contains("1 passed"), "{said}");

    assert_eq!(files(directory.path()).len(), 1, "nothing half-written is left");
    assert_eq!(store.get(earlier).await.unwrap(), "earlier");
    let digest = store.put(large()).await.unwrap();
    assert_eq!(store.get(digest).await.unwrap(), large());
}

async fn fill_up(root: &Path) {
    let store = FileBlobs::open(root).unwrap();

    let error = store.put(large()).await.unwrap_err();

    assert!(matches!(error, BlobError::Full(_)), "{error:?}");
    let failure = Failure::from(error);
    assert_eq!(failure.class, FailureClass::Hold { reason: HoldReason::Storage });
    assert!(!store.has(Digest::from_content(&large())).await.unwrap());
    store.put(Bytes::from_static(b"earlier")).await.unwrap();
}
