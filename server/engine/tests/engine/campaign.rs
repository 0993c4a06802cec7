//! The Facebook Ads Campaign, from launch to documents with images.

use model::execution::state::{ExecutionStatus, NodeStatus};
use serde_json::json;
use services::testing::world::{World, none, quick};

#[tokio::test]
async fn a_campaign_with_the_sample_provider_ends_as_a_document_with_a_primary_image() {
    let world = World::new().await;
    let worker = world.worker(quick());
    let template = world.template("Facebook Ads Campaign").await;

    let id = world.launch(template, none()).await;
    let view = world.wait_over(id).await;
    worker.stop().await;
    world.assert_sound().await;

    assert_eq!(view.status, ExecutionStatus::Completed, "{view:#?}");
    assert_eq!(view.progress_percent(), 100);
    assert!(view.nodes.iter().all(|node| node.status == NodeStatus::Completed));
    assert!(view.bill().cost_micros > 0 && view.bill().sample_calls > 0);
    let documents = world.services.library.documents(&world.owner).await.unwrap();
    let with_image = documents.iter().find(|row| row.attachments == 1).expect("an attachment");
    let document = world.services.library.document(&world.owner, with_image.id).await.unwrap();
    assert!(document.sample && document.images[0].is_primary && document.images[0].sample);
    let image =
        world.services.library.image_file(&world.owner, document.images[0].id).await.unwrap();
    assert_eq!(image.media_type, "image/png");
}

#[tokio::test]
async fn the_campaign_preset_makes_ten_copies_and_five_images() {
    let world = World::new().await;
    let worker = world.worker(quick());
    let template = world.template("Facebook Ads Campaign").await;

    let id = world.launch(template, json!({"copies": 10, "images": 5})).await;
    let view = world.wait_over(id).await;
    worker.stop().await;
    world.assert_sound().await;

    assert_eq!(view.status, ExecutionStatus::Completed, "{view:#?}");
    assert!(view.nodes.iter().any(|node| node.items_done() == (10, 10)));
    assert!(view.nodes.iter().any(|node| node.items_done() == (5, 5)));
    let documents = world.services.library.documents(&world.owner).await.unwrap();
    assert_eq!(documents.iter().filter(|row| row.attachments == 1).count(), 10);
}
