//! The collector against everybody who stores: what is needed stays, what is not goes.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use async_trait::async_trait;
use blobs::{BlobError, BlobStream, Blobs, Digest};
use bytes::Bytes;
use model::{execution::state::ExecutionStatus, library::Upload};
use services::testing::{
    play::rest,
    world::{World, none, quick},
};
use tokio_util::sync::CancellationToken;

use crate::engine::blobs::place::Place;

const DAY: Duration = Duration::from_secs(24 * 3600);
/// Only what hangs takes longer.
const PATIENCE: Duration = Duration::from_secs(300);
const ROUNDS: usize = 40;
const UPLOADERS: usize = 4;

/// A store in which everything seems to have lain for long: no grace hides a race.
struct Old(Arc<dyn Blobs>);

#[async_trait]
impl Blobs for Old {
    async fn put(&self, bytes: Bytes) -> Result<Digest, BlobError> {
        self.0.put(bytes).await
    }

    async fn read(&self, digest: Digest) -> Result<BlobStream, BlobError> {
        self.0.read(digest).await
    }

    async fn delete(&self, digest: Digest) -> Result<(), BlobError> {
        self.0.delete(digest).await
    }

    async fn older_than(&self, _: Duration) -> Result<Vec<Digest>, BlobError> {
        self.0.older_than(Duration::ZERO).await
    }

    async fn has(&self, digest: Digest) -> Result<bool, BlobError> {
        self.0.has(digest).await
    }
}

async fn world(place: &Place) -> World {
    let mut world = World::new().await;
    world.change_deps(|deps| deps.blobs = Arc::new(Old(place.store.clone())));
    world
}

async fn run(world: &World, sql: &'static str) {
    sqlx::query(sql).execute(&world.db.pool).await.unwrap();
}

/// The digests that images and files need.
async fn needed(world: &World) -> BTreeSet<Digest> {
    let sql = "SELECT digest FROM images UNION SELECT digest FROM uploads";
    let found: Vec<String> = sqlx::query_scalar(sql).fetch_all(&world.db.pool).await.unwrap();
    found.iter().map(|digest| digest.parse().unwrap()).collect()
}

/// Few texts, so that one takes back what another has just brought.
fn text(uploader: usize, round: usize) -> Bytes {
    Bytes::from(format!("Text number {}.", (uploader * 7 + round * round) % 5))
}

async fn upload(world: &World, text: &Bytes) -> Upload {
    let name = "brief.txt";
    world.services.uploads.upload(&world.owner, name, text.clone()).await.unwrap()
}

/// Brings files, looks whether they are there, and takes every other back. What it left in the store
/// before, as whoever is killed does, goes meanwhile.
async fn bring_and_take(world: &World, uploader: usize) {
    let store = &world.services.context().deps.blobs;
    let left = store.put(Bytes::from(format!("Left by {uploader}."))).await.unwrap();
    for round in 0..ROUNDS {
        let text = text(uploader, round);
        let file = upload(world, &text).await;
        let found = store.get(Digest::from_content(&text)).await;
        assert!(found.is_ok_and(|found| found == text), "round {round} of {uploader}");
        if (uploader + round).is_multiple_of(2) {
            world.services.uploads.discard_upload(&world.owner, file.id).await.unwrap();
        }
    }
    let going = async {
        while store.has(left).await.unwrap() {
            rest().await;
        }
    };
    tokio::time::timeout(PATIENCE, going).await.expect("what nobody needs goes");
}

/// Collects without a pause, as if all that is there were old.
async fn collect(world: &World, stop: &CancellationToken) -> usize {
    let mut deleted = 0;
    while !stop.is_cancelled() {
        run(world, "UPDATE blobs SET created_at = created_at - interval '2 days'").await;
        deleted += world.services.admin.collect_garbage().await.unwrap();
    }
    deleted
}

async fn race(place: Place) {
    let world = world(&place).await;
    let campaign = world.template("Facebook Ads Campaign").await;
    let mut executions = vec![];
    for _ in 0..3 {
        executions.push(world.launch(campaign, none()).await);
    }
    let worker = world.worker(quick());
    let stop = CancellationToken::new();

    let work = async {
        let uploads = (0..UPLOADERS).map(|uploader| bring_and_take(&world, uploader));
        futures::future::join_all(uploads).await;
        for id in &executions {
            assert_eq!(world.wait_over(*id).await.status, ExecutionStatus::Completed);
        }
        stop.cancel();
    };
    let (deleted, ()) = tokio::join!(collect(&world, &stop), work);
    assert!(deleted >= UPLOADERS, "only {deleted} were deleted");
    worker.stop().await;

    let needed = needed(&world).await;
    for digest in &needed {
        assert!(place.store.get(*digest).await.is_ok(), "{digest} is needed and gone");
    }
    world.db.advance(2 * DAY).await;
    world.services.admin.collect_garbage().await.unwrap();
    let left = place.store.older_than(Duration::ZERO).await.unwrap();
    assert_eq!(left.into_iter().collect::<BTreeSet<_>>(), needed, "{deleted} went on the way");
    assert!(world.services.admin.diagnose().await.unwrap().is_empty());
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rel_e16_a_folders_collector_takes_nothing_from_uploads_and_jobs_that_race_it() {
    race(Place::files().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rel_e16_a_buckets_collector_takes_nothing_from_uploads_and_jobs_that_race_it() {
    race(Place::s3().await).await;
}

/// A store that tells when it has what was put, and waits for the word to say so.
struct Slow {
    store: Arc<dyn Blobs>,
    stored: tokio::sync::Notify,
    go_on: tokio::sync::Notify,
}

#[async_trait]
impl Blobs for Slow {
    async fn put(&self, bytes: Bytes) -> Result<Digest, BlobError> {
        let put = self.store.put(bytes).await;
        self.stored.notify_one();
        self.go_on.notified().await;
        put
    }

    async fn read(&self, digest: Digest) -> Result<BlobStream, BlobError> {
        self.store.read(digest).await
    }

    async fn delete(&self, digest: Digest) -> Result<(), BlobError> {
        self.store.delete(digest).await
    }

    async fn older_than(&self, _: Duration) -> Result<Vec<Digest>, BlobError> {
        self.store.older_than(Duration::ZERO).await
    }

    async fn has(&self, digest: Digest) -> Result<bool, BlobError> {
        self.store.has(digest).await
    }
}

#[tokio::test]
async fn rel_e16_bytes_that_are_stored_and_not_yet_needed_are_spared() {
    let place = Place::files().await;
    let mut world = World::new().await;
    let slow = Slow {
        store: place.store.clone(),
        stored: tokio::sync::Notify::new(),
        go_on: tokio::sync::Notify::new(),
    };
    let slow = Arc::new(slow);
    world.change_deps(|deps| deps.blobs = slow.clone());
    let words = Bytes::from_static(b"On its way.");

    let between = async {
        slow.stored.notified().await;
        run(&world, "UPDATE blobs SET created_at = created_at - interval '2 days'").await;
        let deleted = world.services.admin.collect_garbage().await.unwrap();
        slow.go_on.notify_one();
        deleted
    };
    let (file, deleted) = tokio::join!(upload(&world, &words), between);

    assert_eq!(deleted, 0);
    assert_eq!(place.store.get(Digest::from_content(&words)).await.unwrap(), words);
    world.services.uploads.discard_upload(&world.owner, file.id).await.unwrap();
    assert!(!place.store.has(Digest::from_content(&words)).await.unwrap());
}

#[tokio::test]
async fn what_a_killed_process_left_behind_goes_after_a_day() {
    let place = Place::files().await;
    let world = world(&place).await;
    let words = Bytes::from_static(b"Nobody came back for it.");
    place.store.put(words.clone()).await.unwrap();
    let digest = Digest::from_content(&words).to_string();
    let (pool, kind) = (&world.db.pool, (24, "text/plain"));
    store::blobs::hold(pool, world.owner.workspace, &digest, kind.0, kind.1).await.unwrap();

    assert_eq!(world.services.admin.collect_garbage().await.unwrap(), 0, "it is held");
    world.db.advance(DAY + Duration::from_secs(60)).await;

    assert_eq!(world.services.admin.collect_garbage().await.unwrap(), 1);
    assert!(!place.store.has(Digest::from_content(&words)).await.unwrap());
    assert_eq!(world.count("SELECT count(*) FROM blob_holds").await, 0);
}
