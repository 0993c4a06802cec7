//! Images that were paid for, and a storage that does not take them.

use std::{
    future::pending,
    io,
    sync::{
        Arc,
        atomic::{AtomicU8, AtomicUsize, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use axum::{Json, Router, routing::post};
use base64::{Engine, engine::general_purpose::STANDARD};
use blobs::{BlobError, BlobStream, Blobs, Digest};
use bytes::Bytes;
use model::{
    execution::{
        state::{ExecutionStatus as Status, PauseReason},
        view::ExecutionView,
    },
    id::ExecutionId,
    pages::Control,
    workflow::{Backoff, Jitter, RetryPolicy, Workflow},
};
use serde_json::json;
use services::testing::{
    play::{graph, patient},
    world::{World, none},
};

use super::wire;
use crate::engine::stub;

/// What the storage does with files.
#[derive(Clone, Copy)]
#[repr(u8)]
enum Mood {
    Takes,
    Refuses,
    /// It fails as a service does that cannot be reached.
    Fails,
    Hangs,
}

/// A storage that does as it is told.
struct Moody {
    store: Arc<dyn Blobs>,
    mood: Arc<AtomicU8>,
}

#[async_trait]
impl Blobs for Moody {
    async fn put(&self, bytes: Bytes) -> Result<Digest, BlobError> {
        let mood = self.mood.load(Ordering::SeqCst);
        let failed = || io::Error::other("RequestTimeTooSkewed");
        match mood {
            mood if mood == Mood::Refuses as u8 => Err(BlobError::Denied(failed())),
            mood if mood == Mood::Fails as u8 => {
                Err(BlobError::Io { doing: "storing a blob", source: failed() })
            }
            mood if mood == Mood::Hangs as u8 => pending().await,
            _ => self.store.put(bytes).await,
        }
    }

    async fn read(&self, digest: Digest) -> Result<BlobStream, BlobError> {
        self.store.read(digest).await
    }

    async fn delete(&self, digest: Digest) -> Result<(), BlobError> {
        self.store.delete(digest).await
    }

    async fn older_than(&self, age: Duration) -> Result<Vec<Digest>, BlobError> {
        self.store.older_than(age).await
    }

    async fn has(&self, digest: Digest) -> Result<bool, BlobError> {
        self.store.has(digest).await
    }
}

/// A workspace whose images are paid for at a server that counts them, and a storage that begins to
/// do so as soon as one is asked for.
struct Studio {
    world: World,
    mood: Arc<AtomicU8>,
    calls: Arc<AtomicUsize>,
}

const CHARGES: &str = "SELECT count(*) FROM spend_ledger";
const KEPT: &str = "SELECT count(*) FROM paid_images";

impl Studio {
    async fn new(from_the_first_call: Mood) -> Self {
        let (mood, calls) = (Arc::new(AtomicU8::new(Mood::Takes as u8)), Arc::default());
        let (turned, counted): (_, Arc<AtomicUsize>) = (mood.clone(), Arc::clone(&calls));
        let draw = move || async move {
            if counted.fetch_add(1, Ordering::SeqCst) == 0 {
                turned.store(from_the_first_call as u8, Ordering::SeqCst);
            }
            Json(json!({"data": [{"b64_json": STANDARD.encode(wire::png())}]}))
        };
        let router = Router::new().route("/v1/images/generations", post(draw));
        let mut world = World::with_providers(stub::provider(stub::serve(router).await)).await;
        let store = world.services.context().deps.blobs.clone();
        world.change_deps(|deps| deps.blobs = Arc::new(Moody { store, mood: mood.clone() }));
        Self { world, mood, calls }
    }

    fn turn(&self, mood: Mood) {
        self.mood.store(mood as u8, Ordering::SeqCst);
    }

    fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }

    async fn launch(&self) -> ExecutionId {
        self.world.launch(self.world.publish(&poster()).await, none()).await
    }

    /// Waits until it is paused for the storage, by something later than `seq`.
    async fn paused(&self, id: ExecutionId, seq: i64) -> ExecutionView {
        let is = |view: &ExecutionView| view.status == Status::Paused && view.seq > seq;
        let view = self.world.wait(id, is).await;
        assert_eq!(view.pause_reason, Some(PauseReason::Storage), "{view:#?}");
        view
    }

    async fn resume(&self, id: ExecutionId) {
        self.world
            .services
            .executions
            .control(&self.world.owner, id, Control::Resume)
            .await
            .unwrap();
    }

    /// It completes with its image in the library, which was paid for once.
    async fn completes(&self, id: ExecutionId) {
        let view = self.world.wait_over(id).await;
        assert_eq!(view.status, Status::Completed, "{view:#?}");
        assert_eq!(self.calls(), 1, "one call");
        assert_eq!(self.world.count(CHARGES).await, 1, "one charge");
        assert_eq!(self.world.count(KEPT).await, 0, "the storage has it");
        let digest = sqlx::query_scalar::<_, String>("SELECT digest FROM images");
        let digest = digest.fetch_one(&self.world.db.pool).await.unwrap().parse().unwrap();
        assert!(self.world.services.context().deps.blobs.has(digest).await.unwrap());
        self.world.assert_sound().await;
    }
}

/// One image, tried three times without much of a pause.
fn poster() -> Workflow {
    let paint = ("paint", "generate_image", json!({"prompt": "A cup of tea", "quantity": 1}));
    let mut workflow = graph(&[paint], &[("start", "paint"), ("paint", "end")]);
    workflow.nodes[0].data.retry = Some(RetryPolicy {
        max_attempts: 3,
        backoff: Backoff::Fixed,
        initial_delay_ms: 1,
        max_delay_ms: 1,
        jitter: Jitter::None,
        ..RetryPolicy::default()
    });
    workflow
}

#[tokio::test]
async fn rel_e7_a_storage_that_takes_nothing_is_found_out_before_an_image_is_paid_for() {
    for mood in [Mood::Refuses, Mood::Fails] {
        let studio = Studio::new(Mood::Takes).await;
        studio.turn(mood);
        let worker = studio.world.worker(patient());
        let id = studio.launch().await;

        let seq = studio.paused(id, 0).await.seq;
        studio.resume(id).await;
        studio.paused(id, seq).await;
        assert_eq!(studio.calls(), 0, "nothing was asked for");
        assert_eq!(studio.world.count(CHARGES).await, 0);

        studio.turn(Mood::Takes);
        studio.resume(id).await;
        studio.completes(id).await;
        worker.stop().await;
    }
}

#[tokio::test]
async fn rel_e7_an_image_that_was_paid_for_is_kept_until_the_storage_takes_it() {
    for mood in [Mood::Refuses, Mood::Fails] {
        let studio = Studio::new(mood).await;
        let worker = studio.world.worker(patient());
        let id = studio.launch().await;

        let view = studio.paused(id, 0).await;
        let words = view.pause_message.clone().unwrap();
        assert!(words.contains("The image is already paid for"), "{words}");
        assert_eq!((studio.world.count(KEPT).await, studio.world.count(CHARGES).await), (1, 1));
        studio.resume(id).await;
        studio.paused(id, view.seq).await;
        worker.stop().await;

        studio.turn(Mood::Takes);
        studio.resume(id).await;
        let worker = studio.world.worker(patient());
        studio.completes(id).await;
        worker.stop().await;
    }
}

#[tokio::test]
async fn rel_e1_an_image_whose_worker_leaves_while_the_storage_takes_its_time_is_paid_for_once() {
    let studio = Studio::new(Mood::Hangs).await;
    let worker = studio.world.worker(patient());
    let id = studio.launch().await;
    studio.world.until(KEPT, 1).await;

    worker.stop().await;
    assert_eq!(studio.world.count(CHARGES).await, 0, "nobody has reported it");
    studio.turn(Mood::Takes);
    let worker = studio.world.worker(patient());
    studio.completes(id).await;
    worker.stop().await;
}

#[tokio::test]
async fn an_image_that_is_to_show_something_else_meanwhile_is_made_anew() {
    let studio = Studio::new(Mood::Refuses).await;
    let worker = studio.world.worker(patient());
    let id = studio.launch().await;
    let seq = studio.paused(id, 0).await.seq;
    let inputs = "UPDATE paid_images SET inputs = jsonb_set(inputs, '{prompt}', '\"Coffee\"')";
    sqlx::query(inputs).execute(&studio.world.db.pool).await.unwrap();
    studio.resume(id).await;
    studio.paused(id, seq).await;
    assert_eq!(studio.calls(), 1, "it waits for the storage first");

    studio.turn(Mood::Takes);
    studio.resume(id).await;
    let view = studio.world.wait_over(id).await;

    assert_eq!((view.status, studio.calls()), (Status::Completed, 2));
    assert_eq!(studio.world.count(KEPT).await, 0);
    worker.stop().await;
}

#[tokio::test]
async fn what_waits_for_storage_goes_on_by_itself_when_there_is_room() {
    let studio = Studio::new(Mood::Refuses).await;
    let worker = studio.world.worker(patient());
    let id = studio.launch().await;
    studio.paused(id, 0).await;
    let admin = &studio.world.services.admin;

    assert_eq!(admin.resume_after_storage().await.unwrap(), 0, "it still takes nothing");
    assert!(admin.check_disk().await.is_err(), "the process is not ready");
    studio.turn(Mood::Takes);
    assert_eq!(admin.resume_after_storage().await.unwrap(), 1);

    assert_eq!(studio.world.wait_over(id).await.status, Status::Completed);
    assert_eq!(studio.calls(), 1, "it was paid for once");
    worker.stop().await;
    studio.world.assert_sound().await;
}
