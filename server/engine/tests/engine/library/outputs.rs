//! Everything an execution has made in one archive.

use std::{collections::BTreeSet, io::Read};

use model::problem::ProblemKind;
use services::testing::world::{World, none, quick};
use zip::ZipArchive;

#[tokio::test]
async fn outputs_are_taken_away_as_files_under_names_of_their_own() {
    let world = World::new().await;
    let (services, owner) = (&world.services, &world.owner);
    let id = world.launch(world.template("Facebook Ads Campaign").await, none()).await;
    let early = services.artifacts.outputs_archive(owner, id).await.unwrap_err().into_problem();
    assert_eq!((early.kind, &*early.code), (ProblemKind::Conflict, "nothing_made"));
    let worker = world.worker(quick());
    world.wait_over(id).await;
    worker.stop().await;

    let made = services.artifacts.outputs_archive(owner, id).await.unwrap();

    assert!(made.name.ends_with(" outputs.zip") && made.media_type == "application/zip");
    assert_eq!(made.file.metadata().unwrap().len(), made.bytes);
    let mut archive = ZipArchive::new(made.file).unwrap();
    let (mut names, mut found) = (BTreeSet::new(), BTreeSet::new());
    for at in 0..archive.len() {
        let mut entry = archive.by_index(at).unwrap();
        let name = entry.name().unwrap().into_owned();
        assert!(entry.enclosed_name().is_some() && name.matches('/').count() == 1, "{name}");
        let mut bytes = vec![];
        entry.read_to_end(&mut bytes).unwrap();
        assert_eq!(name.ends_with(".png"), bytes.starts_with(b"\x89PNG"), "{name}");
        names.insert(name.to_lowercase());
        found.insert(bytes);
    }
    let list = services.artifacts.list(owner, id).await.unwrap();
    assert_eq!((names.len(), archive.len()), (list.len(), list.len()), "{names:?}");
    for row in list {
        let bytes = match row.image_id {
            Some(image) => services.library.image_file(owner, image).await.unwrap().bytes.to_vec(),
            None => {
                services.artifacts.artifact(owner, id, row.id).await.unwrap().text().into_bytes()
            }
        };
        assert!(found.contains(&bytes), "{} {} is missing", row.node_id, row.item);
    }
}

#[tokio::test]
async fn rel_s2_outputs_of_another_workspace_are_not_found() {
    let world = World::new().await;
    let id = world.launch(world.template("Facebook Ads Campaign").await, none()).await;
    let stranger = world.neighbour().await;

    let foreign = world.services.artifacts.outputs_archive(&stranger, id).await.unwrap_err();

    assert_eq!(foreign.into_problem().kind, ProblemKind::NotFound);
}
