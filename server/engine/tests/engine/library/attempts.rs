//! What test runs and earlier attempts wrote: kept, and left out of lists until it counts or
//! somebody changes it. And the lineage of a document with its images.

use std::collections::BTreeMap;

use model::{
    api::{
        documents::{DocumentChange, DocumentFilter, DocumentShelf},
        lineage::Subject,
        listing::PageRequest,
        templates::NewTemplate,
    },
    document::{Aside, DocumentStatus},
    execution::{run_scope::RunScope, state::PauseReason, view::ExecutionView},
    id::{DocumentId, ExecutionId, NodeId},
    library::DocumentRow,
    pages::{LaunchRequest, TestRequest},
    review::{Approval, Decision},
    template::TemplateCategory,
    workflow::Workflow,
};
use serde_json::json;
use services::testing::{
    play::{copies, graph},
    world::{World, none, quick},
};

/// Two texts are reviewed, and get an image each.
fn campaign() -> Workflow {
    let attach =
        json!({"documents": "${nodes.write.documents}", "images": "${nodes.image.images}"});
    graph(
        &[
            ("write", "generate_copy", json!({"prompt": "An ad for tea", "quantity": 2})),
            ("image", "generate_image", json!({"prompt": "A cup of tea", "quantity": 2})),
            ("check", "review", json!({})),
            ("attach", "attach_to_document", attach),
        ],
        &[
            ("start", "write"),
            ("start", "image"),
            ("write.texts", "check"),
            ("write", "attach"),
            ("image", "attach"),
            ("check.approved", "end"),
            ("attach", "end"),
        ],
    )
}

async fn decide(world: &World, execution: ExecutionId, decision: Decision) {
    let waits = |view: &ExecutionView| view.pause_reason == Some(PauseReason::Review);
    world.wait(execution, waits).await;
    let review = world.services.reviews.list_open(&world.owner).await.unwrap().remove(0);
    world.services.reviews.decide(&world.owner, review.id, decision).await.unwrap();
}

async fn listed(world: &World, aside: bool) -> Vec<DocumentRow> {
    let filter = DocumentFilter { aside, ..DocumentFilter::default() };
    let all = PageRequest::default();
    world.services.library.documents_page(&world.owner, &filter, &all).await.unwrap().items
}

fn ids(rows: &[DocumentRow]) -> Vec<DocumentId> {
    rows.iter().map(|row| row.id).collect()
}

fn titles(rows: &[DocumentRow]) -> Vec<String> {
    let mut titles: Vec<String> = rows.iter().map(|row| row.title.clone()).collect();
    titles.sort();
    titles
}

async fn shelf(world: &World) -> DocumentShelf {
    world.services.library.document_shelf(&world.owner).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_test_run_wrote_is_listed_once_somebody_changes_it() {
    let world = World::new().await;
    let _worker = world.worker(quick());
    let form = NewTemplate {
        definition: serde_json::to_value(copies(1)).unwrap(),
        name: None,
        description: None,
        category: TemplateCategory::Other,
        example_output: String::new(),
        unfinished: false,
        rename: false,
    };
    let made = world.services.templates.create_template(&world.owner, form).await.unwrap();
    let launch = LaunchRequest::for_template(made.id);
    let request = TestRequest { launch, part: RunScope::Whole, given: BTreeMap::new() };
    let launched = world.services.drafts.test_run(&world.owner, request).await.unwrap();
    let view = world.wait_over(launched.execution_id).await;
    let id = view.documents[0].id;

    assert_eq!((listed(&world, false).await, ids(&listed(&world, true).await)), (vec![], vec![id]));
    let page = world.services.library.document(&world.owner, id).await.unwrap();
    assert_eq!(page.aside, Some(Aside::Test));
    let launch = world.services.templates.launch_page(&world.owner, made.id).await.unwrap();
    assert!(launch.documents.is_empty(), "no launch offers it: {:?}", launch.documents);
    let before = shelf(&world).await;
    assert_eq!((before.aside, before.projects[0].documents, before.executions), (1, 0, vec![]));
    let status = Some(DocumentStatus::Draft);
    let change = DocumentChange { revision: 1, status, ..DocumentChange::default() };
    world.services.library.save_document(&world.owner, id, change).await.unwrap();

    assert_eq!((ids(&listed(&world, false).await), shelf(&world).await.aside), (vec![id], 0));
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_a_text_that_was_written_again_lists_have_the_attempt_that_counts() {
    let world = World::new().await;
    let _worker = world.worker(quick());
    let template = world.publish(&campaign()).await;
    let execution = world.launch(template, none()).await;
    decide(&world, execution, Decision::Changes { reason: "shorter".to_owned() }).await;
    decide(&world, execution, Decision::Approve(Approval::default())).await;
    let view = world.wait_over(execution).await;

    let (now, aside) = (listed(&world, false).await, listed(&world, true).await);
    assert_eq!((now.len(), aside.len()), (2, 2));
    assert!(aside.iter().all(|row| row.aside == Some(Aside::Superseded)), "{aside:?}");
    assert_eq!(titles(&now), titles(&aside), "an attempt has the title of the one before it");

    let artifacts = &world.services.artifacts;
    let write = view.node(&NodeId("write".to_owned())).unwrap();
    let made = artifacts.versions(&world.owner, execution, write.artifacts[0].id).await.unwrap();
    artifacts.use_version(&world.owner, execution, made[0].row.id).await.unwrap();

    let (after, aside) = (ids(&listed(&world, false).await), listed(&world, true).await);
    assert_eq!((after.len(), aside.len()), (2, 2));
    assert_eq!(after.iter().filter(|id| ids(&now).contains(id)).count(), 1, "the other stayed");
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_lineage_of_a_document_has_its_image() {
    let world = World::new().await;
    let _worker = world.worker(quick());
    let template = world.publish(&campaign()).await;
    let execution = world.launch(template, none()).await;
    decide(&world, execution, Decision::Approve(Approval::default())).await;
    let document = world.wait_over(execution).await.documents[0].id;

    let subject = Subject::Document(document);
    let page = world.services.artifacts.lineage(&world.owner, subject).await.unwrap();

    let this = page.entries.iter().filter(|entry| entry.distance == 0);
    let mut kinds: Vec<&str> = this.map(|entry| entry.node_kind.as_str()).collect();
    kinds.sort_unstable();
    assert_eq!(kinds, ["generate_copy", "generate_image"]);
}
