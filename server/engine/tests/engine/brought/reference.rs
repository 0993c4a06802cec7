//! Files of documents: read wherever the document is, kept as long as anything has them.

use std::time::Duration;

use backend::actor::Actor;
use bytes::Bytes;
use model::{
    api::documents::NewDocument,
    id::{DocumentId, UploadId},
    library::MOST_FILES,
    pages::LaunchRequest,
    problem::ProblemKind,
};
use serde_json::json;
use services::testing::world::{World, quick};
use uuid::Uuid;

use crate::engine::brought::{files::image, launched, prompt, request, with_context};

const DAY: Duration = Duration::from_secs(24 * 3600 + 60);

async fn letter(world: &World, actor: &Actor) -> DocumentId {
    let new = NewDocument { title: Some("Letter".to_owned()), ..NewDocument::default() };
    world.services.library.create_document(actor, new).await.unwrap().id
}

async fn add(world: &World, id: DocumentId, name: &str, text: &str) -> UploadId {
    let bytes = Bytes::from(text.to_owned());
    world.services.library.add_document_file(&world.owner, id, name, bytes).await.unwrap().id
}

#[tokio::test]
async fn the_files_of_a_context_document_are_read_with_it() {
    let world = World::new().await;
    let (services, owner) = (&world.services, &world.owner);
    let worker = world.worker(quick());
    let id = letter(&world, owner).await;
    let file = add(&world, id, "قواعد.txt", "Always call the kettle Mathilda.").await;
    services.library.add_document_file(owner, id, "photo.png", image()).await.unwrap();
    let template = world.publish(&with_context(json!({"mode": "launch"}))).await;
    let with_it = || LaunchRequest { document_ids: vec![id], ..request(template) };

    let first = launched(&world, with_it()).await.unwrap().execution_id;
    let read = prompt(&world, first).await;
    services.library.drop_document_file(owner, id, file).await.unwrap();
    let second = launched(&world, with_it()).await.unwrap().execution_id;
    let after = prompt(&world, second).await;
    worker.stop().await;

    assert!(read.contains("# قواعد.txt\n\nAlways call the kettle Mathilda."), "{read}");
    assert!(!after.contains("Mathilda"), "{after}");
    assert_eq!(services.library.document_files(owner, id).await.unwrap().len(), 1);
    world.assert_sound().await;
}

#[tokio::test]
async fn a_file_stays_as_long_as_its_document_and_then_goes_with_its_bytes() {
    let world = World::new().await;
    let (services, owner) = (&world.services, &world.owner);
    let id = letter(&world, owner).await;
    let file = add(&world, id, "notes.txt", "Milk first.").await;

    world.db.advance(DAY).await;
    assert_eq!(services.admin.sweep_uploads().await.unwrap(), 0, "the document has it");
    let discarded = services.uploads.discard_upload(owner, file).await.unwrap_err().into_problem();
    assert_eq!(discarded.kind, ProblemKind::NotFound, "it is the document's now");
    let read = services.library.document_file(owner, id, file).await.unwrap();
    assert_eq!((read.name.as_str(), &read.bytes[..]), ("notes.txt", &b"Milk first."[..]));
    services.library.delete_document(owner, id).await.unwrap();

    assert_eq!(services.admin.sweep_uploads().await.unwrap(), 1);
    assert_eq!(world.count("SELECT count(*) FROM blobs").await, 0);
    world.assert_sound().await;
}

#[tokio::test]
async fn a_document_has_at_most_so_many_files_and_what_is_refused_leaves_nothing() {
    let world = World::new().await;
    let (services, owner) = (&world.services, &world.owner);
    let id = letter(&world, owner).await;
    for at in 0..MOST_FILES {
        add(&world, id, "notes.txt", &format!("Cup {at}.")).await;
    }

    let more =
        services.library.add_document_file(owner, id, "x.txt", Bytes::from_static(b"More.")).await;
    let odd =
        services.library.add_document_file(owner, id, "x.png", Bytes::from_static(b"\0\x01")).await;

    let detail = more.unwrap_err().into_problem().detail;
    assert!(detail.contains("has 20 files, and the limit is 20"), "{detail}");
    assert_eq!(odd.unwrap_err().into_problem().code, "file_refused");
    let blobs = i64::try_from(MOST_FILES).unwrap();
    assert_eq!(world.count("SELECT count(*) FROM blobs").await, blobs);
    world.assert_sound().await;
}

#[tokio::test]
async fn rel_s2_files_of_others_are_refused_in_the_words_for_what_is_not_there() {
    let world = World::new().await;
    let services = &world.services;
    let theirs = letter(&world, &world.owner).await;
    let file = add(&world, theirs, "notes.txt", "Milk first.").await;
    let neighbour = world.neighbour().await;
    let own = letter(&world, &neighbour).await;

    let mut answers = vec![];
    for (id, file) in [(theirs, file), (DocumentId(Uuid::now_v7()), UploadId(Uuid::now_v7()))] {
        let new = ("x.txt", Bytes::from_static(b"Mine."));
        answers.push([
            services.library.document_files(&neighbour, id).await.unwrap_err().into_problem(),
            services
                .library
                .add_document_file(&neighbour, id, new.0, new.1)
                .await
                .unwrap_err()
                .into_problem(),
            services.library.document_file(&neighbour, id, file).await.unwrap_err().into_problem(),
            services
                .library
                .drop_document_file(&neighbour, id, file)
                .await
                .unwrap_err()
                .into_problem(),
            services
                .library
                .drop_document_file(&neighbour, own, file)
                .await
                .unwrap_err()
                .into_problem(),
        ]);
    }

    assert_eq!(answers[0], answers[1]);
    assert!(answers[0].iter().all(|problem| problem.kind == ProblemKind::NotFound));
    assert_eq!(services.library.document_files(&world.owner, theirs).await.unwrap().len(), 1);
}
