//! Images of the library: put into words, deleted unless something needs them.

use bytes::Bytes;
use model::{
    api::documents::{ImageFilter, NewDocument},
    api::listing::PageRequest,
    id::ImageId,
    library::{Arrangement, MOST_IMAGE_CHARS},
    problem::ProblemKind,
};
use serde_json::json;
use services::testing::world::{World, quick};
use uuid::Uuid;

/// A small picture as PNG; another of every shade.
pub fn image(shade: u8) -> Bytes {
    let image = image::RgbImage::from_pixel(4, 4, image::Rgb([shade, 90, 200]));
    let mut bytes = std::io::Cursor::new(vec![]);
    image.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner().into()
}

async fn sent(world: &World, shade: u8) -> ImageId {
    let name = format!("cup-{shade}.png");
    let added = world.services.library.add_image(&world.owner, None, &name, image(shade)).await;
    added.unwrap().id
}

async fn listed(world: &World) -> Vec<ImageId> {
    let all = PageRequest::default();
    let page =
        world.services.library.images_page(&world.owner, &ImageFilter::default(), &all).await;
    page.unwrap().items.into_iter().map(|row| row.id).collect()
}

#[tokio::test]
async fn what_an_image_shows_is_said_everywhere_and_its_caption_on_one_document() {
    let world = World::new().await;
    let (services, owner) = (&world.services, &world.owner);
    let image = sent(&world, 1).await;
    let first = services.library.create_document(owner, NewDocument::default()).await.unwrap().id;
    let second = services.library.create_document(owner, NewDocument::default()).await.unwrap().id;
    for id in [first, second] {
        services.library.arrange(owner, id, Arrangement::Attach(vec![image])).await.unwrap();
    }

    services.library.describe_image(owner, image, " كوب \n شاي ").await.unwrap();
    services.library.caption(owner, first, image, "Served warm.").await.unwrap();
    services.library.arrange(owner, first, Arrangement::Order(vec![image])).await.unwrap();

    let on_first = services.library.attachments(owner, first).await.unwrap();
    let on_second = services.library.attachments(owner, second).await.unwrap();
    assert_eq!((on_first[0].alt.as_str(), on_second[0].alt.as_str()), ("كوب شاي", "كوب شاي"));
    assert_eq!((on_first[0].caption.as_str(), on_second[0].caption.as_str()), ("Served warm.", ""));
    let long = "x".repeat(MOST_IMAGE_CHARS + 1);
    let described =
        services.library.describe_image(owner, image, &long).await.unwrap_err().into_problem();
    let captioned =
        services.library.caption(owner, first, image, &long).await.unwrap_err().into_problem();
    assert!(described.detail.contains("1001") && captioned.detail.contains("1001"));
}

#[tokio::test]
async fn an_image_on_a_document_or_in_its_text_is_not_deleted() {
    let world = World::new().await;
    let (services, owner) = (&world.services, &world.owner);
    let (on, within, free) = (sent(&world, 1).await, sent(&world, 2).await, sent(&world, 3).await);
    let new = NewDocument {
        title: Some("Tea".to_owned()),
        content: format!("![cup](/api/v1/images/{within}/content)"),
        ..NewDocument::default()
    };
    let id = services.library.create_document(owner, new).await.unwrap().id;
    services.library.arrange(owner, id, Arrangement::Attach(vec![on])).await.unwrap();

    for image in [on, within] {
        let refused = services.library.delete_image(owner, image).await.unwrap_err().into_problem();
        assert_eq!((refused.kind, refused.code.as_str()), (ProblemKind::Conflict, "image_in_use"));
        assert!(refused.errors[0].message.contains("document “Tea”"), "{refused:?}");
    }
    services.library.delete_image(owner, free).await.unwrap();

    assert_eq!(listed(&world).await, [within, on]);
    assert_eq!(world.count("SELECT count(*) FROM blobs").await, 2, "its bytes are gone");
    let again = services.library.delete_image(owner, free).await.unwrap_err().into_problem();
    assert_eq!(again.kind, ProblemKind::NotFound);
    world.assert_sound().await;
}

#[tokio::test]
async fn an_output_leaves_the_library_and_stays_with_its_execution() {
    let world = World::new().await;
    let (services, owner) = (&world.services, &world.owner);
    let template = world.template("Instagram Post").await;
    let worker = world.worker(quick());
    let execution = world.launch(template, json!({})).await;
    let view = world.wait_over(execution).await;
    worker.stop().await;
    let document = view.documents[0].id;
    let image = services.library.attachments(owner, document).await.unwrap()[0].id;
    services.library.arrange(owner, document, Arrangement::Detach(image)).await.unwrap();

    services.library.delete_image(owner, image).await.unwrap();

    assert!(!listed(&world).await.contains(&image));
    assert!(services.library.image_file(owner, image).await.is_ok(), "the monitor still shows it");
    let attach = services.library.arrange(owner, document, Arrangement::Attach(vec![image])).await;
    assert_eq!(attach.unwrap_err().into_problem().kind, ProblemKind::NotFound);
    world.assert_sound().await;
}

#[tokio::test]
async fn rel_s2_images_of_others_are_refused_in_the_words_for_what_is_not_there() {
    let world = World::new().await;
    let services = &world.services;
    let theirs = sent(&world, 1).await;
    let neighbour = world.neighbour().await;
    let own =
        services.library.create_document(&neighbour, NewDocument::default()).await.unwrap().id;

    let mut answers = vec![];
    for id in [theirs, ImageId(Uuid::now_v7())] {
        answers.push([
            services
                .library
                .describe_image(&neighbour, id, "Mine")
                .await
                .unwrap_err()
                .into_problem(),
            services.library.delete_image(&neighbour, id).await.unwrap_err().into_problem(),
            services.library.caption(&neighbour, own, id, "Mine").await.unwrap_err().into_problem(),
        ]);
    }

    assert_eq!(answers[0], answers[1]);
    assert!(answers[0].iter().all(|problem| problem.kind == ProblemKind::NotFound));
    assert_eq!(listed(&world).await, [theirs]);
}
