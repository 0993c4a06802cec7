//! Templates that people made: described, archived, restored and deleted, and what is counted of them.

use model::{
    access::Role,
    agent_library::form::ArchiveChange,
    api::templates::{
        CloneRequest, DraftChange, EnabledChange, NewTemplate, PublishRequest, Removal,
    },
    execution::state::NodeStatus,
    id::{ExecutionId, NodeId, TemplateId, UserId},
    pages::{Control, GalleryPage, LaunchRequest},
    problem::ProblemKind,
    review::{Approval, Decision},
    template::TemplateCategory,
    validate::{Code, Issue},
    workflow::Workflow,
};
use serde_json::json;
use services::testing::{
    play::graph,
    world::{World, none, quick},
};
use uuid::Uuid;

/// Somebody decides, and it is over when that has approved.
fn asking() -> Workflow {
    let nodes = [("check", "review", json!({ "instructions": "Good?" }))];
    graph(&nodes, &[("start", "check"), ("check.approved", "end")])
}

async fn create(world: &World, name: &str) -> TemplateId {
    let form = NewTemplate {
        definition: serde_json::to_value(asking()).unwrap(),
        name: Some(name.to_owned()),
        description: None,
        category: TemplateCategory::Other,
        example_output: String::new(),
        unfinished: false,
        rename: false,
    };
    world.services.templates.create_template(&world.owner, form).await.unwrap().id
}

async fn gallery(world: &World) -> GalleryPage {
    world.services.drafts.gallery_page(&world.owner).await.unwrap()
}

async fn waiting(world: &World, template: TemplateId) -> ExecutionId {
    let id = world.launch(template, none()).await;
    let waits = |status: NodeStatus| status == NodeStatus::AwaitingReview;
    world.wait(id, |view| view.nodes.iter().any(|node| waits(node.status))).await;
    id
}

#[tokio::test]
async fn what_people_say_of_a_template_is_on_its_card_at_once_and_in_no_version() {
    let world = World::new().await;
    let id = create(&world, "Spring mail").await;
    let change = DraftChange {
        draft_revision: None,
        definition: None,
        name: Some(" Summer mail ".to_owned()),
        description: Some("Writes the mail.".to_owned()),
        category: Some(TemplateCategory::Email),
        example_output: Some("# Hello".to_owned()),
        tags: Some(vec!["#shop".to_owned(), "Shop".to_owned()]),
        unfinished: true,
    };
    let templates = &world.services.templates;

    let saved = templates.save_draft(&world.owner, id, change.clone()).await.unwrap();

    assert_eq!((saved.name.as_str(), saved.version), ("Summer mail", Some(1)));
    let page = templates.template(&world.owner, id).await.unwrap();
    assert_eq!((page.version, page.example_output.as_str()), (1, "# Hello"));
    let card = page.card;
    assert_eq!((card.name.as_str(), card.category.as_str()), ("Summer mail", "email"));
    assert_eq!(
        (card.description.as_str(), card.tags),
        ("Writes the mail.", vec!["shop".to_owned()])
    );
    let copy = templates.clone_template(&world.owner, id, CloneRequest::default()).await.unwrap();
    assert_eq!(templates.draft(&world.owner, copy.id).await.unwrap().tags, ["shop"]);
    let wrong = DraftChange { tags: Some(vec!["a\u{202E}b".to_owned()]), ..change };
    let refused = templates.save_draft(&world.owner, id, wrong).await.unwrap_err().into_problem();
    assert!(refused.field_message("tags").is_some(), "{refused:?}");
}

#[tokio::test]
async fn an_archived_template_is_out_of_sight_until_it_is_restored() {
    let world = World::new().await;
    let (id, templates) = (create(&world, "Old mail").await, &world.services.templates);
    let archive = async |archived: bool| {
        templates.archive_template(&world.owner, id, ArchiveChange { archived }).await
    };

    archive(true).await.unwrap();
    archive(true).await.unwrap();

    let page = gallery(&world).await;
    assert!(page.cards.iter().all(|card| card.id != id));
    assert_eq!(page.archived.iter().map(|row| row.id).collect::<Vec<_>>(), [id]);
    assert!(templates.template(&world.owner, id).await.is_err());
    archive(false).await.unwrap();
    let page = gallery(&world).await;
    assert!(page.cards.iter().any(|card| card.id == id) && page.archived.is_empty());
    let sql = "SELECT action FROM audit_log WHERE action LIKE 'template.%archived' ORDER BY action";
    let told: Vec<String> = sqlx::query_scalar(sql).fetch_all(&world.db.pool).await.unwrap();
    assert_eq!(told, ["template.archived", "template.unarchived"], "the second time was nothing");
}

#[tokio::test]
async fn what_came_with_atelier_is_not_archived_and_who_may_not_edit_archives_nothing() {
    let world = World::new().await;
    let (templates, change) = (&world.services.templates, ArchiveChange { archived: true });
    let shipped = world.template("Email Campaign").await;
    let runner = backend::actor::Actor { role: Role::Runner, ..world.owner.clone() };
    let own = create(&world, "Mine").await;

    let system = templates.archive_template(&world.owner, shipped, change).await;
    let unable = templates.archive_template(&runner, own, change).await;

    assert_eq!(system.unwrap_err().into_problem().code, "system_template");
    assert_eq!(unable.unwrap_err().into_problem().kind, ProblemKind::Forbidden);
}

#[tokio::test]
async fn stopped_runs_are_neither_success_nor_failure_and_replays_are_not_counted() {
    let world = World::new().await;
    let worker = world.worker(quick());
    let (id, executions) = (create(&world, "Counted").await, &world.services.executions);
    let first = waiting(&world, id).await;
    let review = world.services.reviews.list_open(&world.owner).await.unwrap().remove(0).id;
    let approve = Decision::Approve(Approval::default());
    world.services.reviews.decide(&world.owner, review, approve).await.unwrap();
    world.wait_over(first).await;
    let second = waiting(&world, id).await;
    executions.control(&world.owner, second, Control::Stop { reason: None }).await.unwrap();
    world.wait_over(second).await;

    let replay = executions.replay(&world.owner, first, None).await.unwrap().execution_id;
    world.wait_over(replay).await;

    let page = world.services.templates.template(&world.owner, id).await.unwrap();
    let stats = page.card.stats;
    assert_eq!((stats.uses, stats.completed, stats.ended), (2, 1, 1));
    let kept = world.services.templates.delete_template(&world.owner, id).await.unwrap();
    assert_eq!(kept, Removal::Archived);
    worker.stop().await;
    world.assert_sound().await;
}

#[tokio::test]
async fn the_editor_publishing_and_a_launch_refuse_what_is_not_there_at_the_same_place() {
    let world = World::new().await;
    let templates = &world.services.templates;
    let child = create(&world, "Child").await;
    let off = EnabledChange { enabled: false, reason: "Posts twice".to_owned() };
    templates.set_template_enabled(&world.owner, child, off).await.unwrap();
    let stranger = json!({"reviewers": "people", "people": [UserId(Uuid::now_v7())]});
    for (kind, config, field) in [
        ("tool", json!({"tool": "github.getIsue", "params": {}}), "tool"),
        ("agent", json!({"agent": "nobody", "prompt": "Write"}), "agent"),
        ("sub_workflow", json!({"template": "Child"}), "template"),
        ("review", stranger, "people[0]"),
    ] {
        let port = match kind {
            "review" => "it.approved",
            "agent" => "it.done",
            _ => "it",
        };
        let drawn = graph(&[("it", kind, config)], &[("start", "it"), (port, "end")]);
        let form = NewTemplate {
            definition: serde_json::to_value(&drawn).unwrap(),
            name: Some(format!("Draft of {kind}")),
            description: None,
            category: TemplateCategory::Other,
            example_output: String::new(),
            unfinished: true,
            rename: false,
        };
        let draft = templates.create_template(&world.owner, form).await.unwrap();
        assert_eq!((draft.version, draft.issues.iter().any(Issue::blocks)), (None, false));

        let shown = templates.unavailable(&world.owner, draft.id).await.unwrap();
        let publish = PublishRequest::default();
        let published = templates.publish_template(&world.owner, draft.id, publish).await;
        let revision = Some(draft.draft_revision);
        let launch =
            LaunchRequest { draft_revision: revision, ..LaunchRequest::for_template(draft.id) };
        let launched = world.services.executions.launch(&world.owner, launch).await;

        let [issue] = &shown[..] else { panic!("{kind} {shown:?}") };
        assert_eq!((issue.code, issue.field.as_deref()), (Code::Unavailable, Some(field)));
        let published = published.unwrap_err().into_problem();
        assert_eq!(published.errors[0].message, issue.message, "{kind}");
        let launched = launched.unwrap_err().into_problem();
        let place = |node: Option<&str>| assert_eq!(node, Some("it"), "{kind} {launched:?}");
        place(issue.node_id.as_ref().map(NodeId::as_str));
        place(launched.errors[0].node_id.as_deref());
    }
    let viewer = backend::actor::Actor { role: Role::Viewer, ..world.owner.clone() };
    assert!(templates.unavailable(&viewer, child).await.is_err());
}
