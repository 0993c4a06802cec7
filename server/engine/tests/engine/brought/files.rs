//! Files brought along for one execution.

use std::time::Duration;

use blobs::Digest;
use bytes::Bytes;
use model::{
    execution::state::ExecutionStatus, library::UploadKind, pages::LaunchRequest,
    problem::ProblemKind,
};
use serde_json::json;
use services::testing::{
    play::copies,
    world::{World, quick},
};

use crate::engine::brought::{launched, prompt, request, with_context};

const DAY: Duration = Duration::from_secs(24 * 3600 + 60);

pub fn image() -> Bytes {
    let image = image::RgbImage::from_fn(8, 8, |x, y| image::Rgb([x as u8 * 30, y as u8, 90]));
    let mut bytes = std::io::Cursor::new(vec![]);
    image.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner().into()
}

#[tokio::test]
async fn a_text_of_a_launch_is_read_and_an_image_is_seen() {
    let world = World::new().await;
    let worker = world.worker(quick());
    let (services, owner) = (&world.services, &world.owner);
    let text = Bytes::from_static("Our kettle whistles in C major.".as_bytes());
    let text = services.uploads.upload(owner, "notes.txt", text).await.unwrap();
    let seen = services.uploads.upload(owner, "photo.jpg", image()).await.unwrap();
    assert_eq!((text.kind, seen.kind), (UploadKind::Text, UploadKind::Image));
    assert_eq!(seen.media_type, "image/png", "what it is, whatever it is called");
    let template = world.publish(&with_context(json!({"mode": "launch"}))).await;

    let launch = LaunchRequest { upload_ids: vec![text.id, seen.id], ..request(template) };
    let execution = launched(&world, launch).await.unwrap().execution_id;
    let prompt = prompt(&world, execution).await;
    worker.stop().await;

    assert!(prompt.contains("# notes.txt\n\nOur kettle whistles in C major."), "{prompt}");
    assert_eq!(world.view(execution).await.status, ExecutionStatus::Completed);
    let along = services.executions.monitor(owner, execution).await.unwrap().brought;
    let named: Vec<_> = along.files.iter().map(|file| (file.id, file.name.as_str())).collect();
    assert_eq!(named, [(text.id, "notes.txt"), (seen.id, "photo.jpg")]);
    world.db.advance(DAY).await;
    assert_eq!(services.admin.sweep_uploads().await.unwrap(), 0, "what is used is kept");
    world.assert_sound().await;
}

#[tokio::test]
async fn files_that_no_launch_takes_are_gone_after_a_day_with_their_bytes() {
    let world = World::new().await;
    let (services, owner) = (&world.services, &world.owner);
    let bytes = image();
    let digest = Digest::from_content(&bytes);
    services.uploads.upload(owner, "a.png", bytes.clone()).await.unwrap();
    let library = services.library.add_image(owner, None, "b.png", bytes.clone()).await.unwrap();
    services.uploads.upload(owner, "c.txt", Bytes::from_static(b"forgotten")).await.unwrap();
    let text = Digest::from_content(b"forgotten");

    assert_eq!(services.admin.sweep_uploads().await.unwrap(), 0, "not within the day");
    world.db.advance(DAY).await;
    assert_eq!(services.admin.sweep_uploads().await.unwrap(), 2);

    assert!(!services.context().deps.blobs.has(text).await.unwrap());
    assert!(services.context().deps.blobs.has(digest).await.unwrap(), "the library still shows it");
    assert_eq!(services.library.image_file(owner, library.id).await.unwrap().bytes, bytes);
    assert_eq!(world.count("SELECT count(*) FROM blobs").await, 1);
}

#[tokio::test]
async fn a_file_is_taken_back_by_whom_it_belongs_to_until_a_launch_has_it() {
    let world = World::new().await;
    let (services, owner) = (&world.services, &world.owner);
    let neighbour = world.neighbour().await;
    let file = services.uploads.upload(owner, "a.txt", Bytes::from_static(b"words")).await.unwrap();

    let foreign =
        services.uploads.discard_upload(&neighbour, file.id).await.unwrap_err().into_problem();
    assert_eq!(foreign.kind, ProblemKind::NotFound);
    services.uploads.discard_upload(owner, file.id).await.unwrap();

    assert!(!services.context().deps.blobs.has(Digest::from_content(b"words")).await.unwrap());
    let template = world.publish(&copies(1)).await;
    let launch = LaunchRequest { upload_ids: vec![file.id], ..request(template) };
    let gone = launched(&world, launch).await.unwrap_err();
    assert_eq!(gone.kind, ProblemKind::NotFound);
    assert!(gone.errors[0].message.contains(&file.id.to_string()), "{gone:?}");
    assert_eq!(world.count("SELECT count(*) FROM workflow_executions").await, 0);
}

#[tokio::test]
async fn what_cannot_be_brought_along_is_refused_in_words_and_leaves_nothing() {
    let world = World::new().await;
    let (services, owner) = (&world.services, &world.owner);
    let mut big_image = image().to_vec();
    big_image.resize((10 << 20) + 1, 0);
    let cases = [
        ("empty.txt", Bytes::new(), "is empty"),
        ("blank.txt", Bytes::from_static(b" \n"), "no text"),
        ("odd.txt", Bytes::from_static(b"a\0b"), "images"),
        ("odd.md", Bytes::from_static(b"\xff\xfe\xfa words"), "images"),
        ("run.txt", Bytes::from_static(b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0"), "images"),
        ("cut.png", image().slice(..60), "damaged"),
        ("big.png", big_image.into(), "10.0 MB. The limit for images is 10 MB"),
        ("big.txt", vec![b'a'; (25 << 20) + 1].into(), "25.0 MB. The limit for files is 25 MB"),
    ];

    for (name, bytes, words) in cases {
        let problem = services.uploads.upload(owner, name, bytes).await.unwrap_err().into_problem();
        assert!(problem.detail.contains(name) && problem.detail.contains(words), "{problem:?}");
    }

    assert_eq!(world.count("SELECT count(*) FROM uploads").await, 0);
    assert_eq!(world.count("SELECT count(*) FROM blobs").await, 0);
}
