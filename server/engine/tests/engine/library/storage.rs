//! What the files of a workspace take up.

use super::images::image;
use backend::actor::Actor;
use bytes::Bytes;
use model::{
    access::Role,
    api::documents::NewDocument,
    pages::{StorageKind, StoragePlace, StorageUse},
};
use services::testing::world::World;

#[tokio::test]
async fn what_is_stored_is_counted_once_by_what_it_is_kept_for() {
    let world = World::new().await;
    let (services, owner) = (&world.services, &world.owner);
    services.library.add_image(owner, None, "cup.png", image(1)).await.unwrap();
    services.uploads.upload(owner, "again.png", image(1)).await.unwrap();
    let document = services.library.create_document(owner, NewDocument::default()).await.unwrap();
    let brief = Bytes::from_static(b"What the shop is about.");
    services.library.add_document_file(owner, document.id, "brief.txt", brief).await.unwrap();
    services.uploads.upload(owner, "notes.txt", Bytes::from_static(b"Tea.")).await.unwrap();

    let used = services.admin.storage_use(owner).await.unwrap();

    let files: Vec<_> = used.shares.iter().map(|share| (share.kind, share.files)).collect();
    assert_eq!(
        files,
        [
            (StorageKind::AddedImage, 1),
            (StorageKind::DocumentFile, 1),
            (StorageKind::LaunchFile, 1)
        ]
    );
    assert_eq!(used.bytes(), world.count("SELECT sum(bytes)::bigint FROM blobs").await);
    let [cup, brief, notes] = &used.largest[..] else { panic!("{:?}", used.largest) };
    assert!(matches!(cup.place, Some(StoragePlace::Project(_))), "{cup:?}");
    assert_eq!(brief.place, Some(StoragePlace::Document(document.id)));
    assert_eq!((brief.name.as_str(), brief.bytes), ("brief.txt", 23));
    assert_eq!((notes.name.as_str(), notes.place), ("notes.txt", None), "no launch has it yet");
    let neighbour = world.neighbour().await;
    assert_eq!(services.admin.storage_use(&neighbour).await.unwrap(), StorageUse::default());
    let editor = Actor { role: Role::Editor, ..owner.clone() };
    assert!(services.admin.storage_use(&editor).await.is_err());
}

#[tokio::test]
async fn an_image_that_was_made_leads_to_how_and_what_nothing_needs_says_so() {
    let world = World::new().await;
    let (services, owner) = (&world.services, &world.owner);
    world.db.leave_unexamined();
    let image = services.library.add_image(owner, None, "cup.png", image(1)).await.unwrap();
    let made = "UPDATE images SET execution_id = gen_random_uuid()";
    sqlx::query(made).execute(&world.db.pool).await.unwrap();
    services.uploads.upload(owner, "notes.txt", Bytes::from_static(b"Tea.")).await.unwrap();
    sqlx::query("DELETE FROM uploads").execute(&world.db.pool).await.unwrap();

    let used = services.admin.storage_use(owner).await.unwrap();

    let kinds: Vec<_> = used.shares.iter().map(|share| share.kind).collect();
    assert_eq!(kinds, [StorageKind::MadeImage, StorageKind::Unneeded]);
    let places: Vec<_> = used.largest.iter().map(|file| file.place).collect();
    assert_eq!(places, [Some(StoragePlace::MadeImage(image.id)), None]);
}
