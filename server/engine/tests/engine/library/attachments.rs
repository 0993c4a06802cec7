//! Images on documents, through the services and the database.

use model::{execution::state::ExecutionStatus, library::Arrangement};
use serde_json::json;
use services::testing::world::{World, quick};

#[tokio::test]
async fn the_next_image_becomes_primary_when_the_primary_is_detached() {
    let world = World::new().await;
    let worker = world.worker(quick());
    let template = world.template("Facebook Ads Campaign").await;
    let id = world.launch(template, json!({"copies": 1, "images": 2})).await;
    assert_eq!(world.wait_over(id).await.status, ExecutionStatus::Completed);
    worker.stop().await;
    let (services, owner) = (&world.services, &world.owner);
    let documents = services.library.documents(owner).await.unwrap();
    let document = documents.iter().find(|row| row.attachments > 0).unwrap().id;
    let images = services.library.attachments(owner, document).await.unwrap();
    let (first, second) = (images[0].id, images[1].id);

    let swapped =
        services.library.arrange(owner, document, Arrangement::MakePrimary(second)).await.unwrap();
    let left =
        services.library.arrange(owner, document, Arrangement::Detach(second)).await.unwrap();
    let again =
        services.library.arrange(owner, document, Arrangement::Attach(vec![second, first])).await;

    assert!(swapped[0].id == second && swapped[0].is_primary && !swapped[1].is_primary);
    assert!(left.len() == 1 && left[0].id == first && left[0].is_primary);
    let again = again.unwrap();
    assert_eq!(again.iter().map(|image| image.id).collect::<Vec<_>>(), [first, second]);
    assert_eq!(again.iter().filter(|image| image.is_primary).count(), 1);
}
