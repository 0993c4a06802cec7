//! Documents as people write them: versions, search, removal, through the services and the database.

use std::time::Duration;

use backend::actor::Actor;
use model::{
    api::{
        compare::{Comparison, Side},
        documents::{DocumentChange, DocumentFilter, NewDocument, VersionOrigin},
        listing::PageRequest,
        templates::NewTemplate,
    },
    document::DocumentStatus,
    id::DocumentId,
    problem::ProblemKind,
};
use serde_json::json;
use services::testing::{
    play::copies,
    world::{World, none, quick},
};

async fn made(world: &World, title: &str, content: &str) -> DocumentId {
    let (title, content) = (Some(title.to_owned()), content.to_owned());
    let new = NewDocument { title, content, ..NewDocument::default() };
    world.services.library.create_document(&world.owner, new).await.unwrap().id
}

/// Writes the text as the next revision.
async fn write(world: &World, actor: &Actor, id: DocumentId, content: &str) {
    let revision = world.services.library.document(actor, id).await.unwrap().revision;
    let content = Some(content.to_owned());
    let change = DocumentChange { revision, content, ..DocumentChange::default() };
    world.services.library.save_document(actor, id, change).await.unwrap();
}

/// Number, origin and whether it is kept of every version, the latest first.
async fn versions(world: &World, id: DocumentId) -> Vec<(i32, VersionOrigin, bool)> {
    let rows = world.services.library.document_versions(&world.owner, id).await.unwrap();
    rows.into_iter().map(|row| (row.number, row.origin, row.kept)).collect()
}

/// A document that a workflow wrote.
async fn written_by_a_workflow(world: &World) -> DocumentId {
    let template = world.publish(&copies(1)).await;
    let worker = world.worker(quick());
    let execution = world.launch(template, none()).await;
    let view = world.wait_over(execution).await;
    worker.stop().await;
    view.documents[0].id
}

#[tokio::test]
async fn a_sitting_is_one_version_and_what_a_workflow_wrote_another() {
    use VersionOrigin::{Person, Workflow};
    let world = World::new().await;
    let id = written_by_a_workflow(&world).await;
    assert_eq!(versions(&world, id).await, [(1, Workflow, false)]);

    write(&world, &world.owner, id, "A first try.").await;
    write(&world, &world.owner, id, "A second try.").await;
    assert_eq!(versions(&world, id).await, [(2, Person, false), (1, Workflow, true)]);

    world.db.advance(Duration::from_secs(31 * 60)).await;
    write(&world, &world.owner, id, "After lunch.").await;
    let kept = [(3, Person, false), (2, Person, true), (1, Workflow, true)];
    assert_eq!(versions(&world, id).await, kept);
    let second = world.services.library.document_version(&world.owner, id, 2).await.unwrap();
    assert_eq!(second.content, "A second try.");

    world.services.library.keep_document_version(&world.owner, id).await.unwrap();
    world.services.library.keep_document_version(&world.owner, id).await.unwrap();
    assert_eq!(versions(&world, id).await[0], (3, Person, true), "the same is kept once");
}

#[tokio::test]
async fn restoring_makes_a_new_version_and_loses_nothing() {
    let world = World::new().await;
    let (services, owner) = (&world.services, &world.owner);
    let id = made(&world, "Tea", "A warm cup.").await;
    services.library.keep_document_version(owner, id).await.unwrap();
    write(&world, owner, id, "A cold cup.").await;

    let compared = services.library.compare_document_versions(owner, id, 1, 2).await.unwrap();
    services.library.restore_document_version(owner, id, 1).await.unwrap();

    let Comparison::Text { pieces } = compared else { panic!("{compared:?}") };
    let new: Vec<_> = pieces.iter().filter(|piece| piece.side == Side::After).collect();
    assert_eq!((new.len(), new[0].text.as_str()), (1, "cold"));
    let page = services.library.document(owner, id).await.unwrap();
    assert_eq!((page.content.as_str(), page.revision), ("A warm cup.", 3));
    let rows = services.library.document_versions(owner, id).await.unwrap();
    assert_eq!(rows.iter().map(|row| row.restored).collect::<Vec<_>>(), [Some(1), None, None]);
    assert_eq!(
        services.library.document_version(owner, id, 2).await.unwrap().content,
        "A cold cup."
    );
    let again = services.library.restore_document_version(owner, id, 3).await.unwrap_err();
    assert_eq!(again.into_problem().code, "current_already");
}

#[tokio::test]
async fn a_save_on_an_older_revision_is_refused_and_changes_nothing() {
    let world = World::new().await;
    let id = made(&world, "Tea", "A warm cup.").await;
    write(&world, &world.owner, id, "A cold cup.").await;
    let title = Some("Coffee".to_owned());
    let stale = DocumentChange { revision: 1, title, ..DocumentChange::default() };

    let refused = world.services.library.save_document(&world.owner, id, stale).await.unwrap_err();

    let problem = refused.into_problem();
    assert_eq!((problem.kind, problem.code.as_str()), (ProblemKind::Conflict, "document_changed"));
    assert_eq!(world.services.library.document(&world.owner, id).await.unwrap().title, "Tea");
}

async fn found(world: &World, filter: DocumentFilter) -> Vec<DocumentId> {
    let all = PageRequest::default();
    let page = world.services.library.documents_page(&world.owner, &filter, &all).await.unwrap();
    page.items.into_iter().map(|row| row.id).collect()
}

#[tokio::test]
async fn documents_are_found_by_words_tag_status_and_origin() {
    let world = World::new().await;
    let by_workflow = written_by_a_workflow(&world).await;
    let execution =
        world.services.library.document(&world.owner, by_workflow).await.unwrap().execution;
    let tea = made(&world, "Чай в Москве", "Herbal tea, un-sweetened; it's warm.").await;
    let change = DocumentChange {
        revision: 1,
        status: Some(DocumentStatus::Published),
        tags: Some(vec!["Spring".into()]),
        ..DocumentChange::default()
    };
    world.services.library.save_document(&world.owner, tea, change).await.unwrap();
    let words = |q: &str| DocumentFilter { q: q.to_owned(), ..DocumentFilter::default() };
    let all = DocumentFilter::default;

    for q in [
        "herbal",
        "HERB",
        "it's un-sweetened",
        "sweetened",
        "чай",
        "москв ЧАЙ",
        "warm & | ! :* ( '",
    ] {
        assert_eq!(found(&world, words(q)).await, [tea], "{q}");
    }
    for q in ["herbals", "tea coffee", "erbal", "%", "-", "' & !"] {
        assert_eq!(found(&world, words(q)).await, [], "{q}");
    }
    let tag = Some("Spring".to_owned());
    assert_eq!(found(&world, DocumentFilter { tag, ..all() }).await, [tea]);
    let status = Some(DocumentStatus::Published);
    assert_eq!(found(&world, DocumentFilter { status, ..all() }).await, [tea]);
    assert_eq!(found(&world, DocumentFilter { execution, ..all() }).await, [by_workflow]);
    assert_eq!(found(&world, words(" ")).await.len(), 2);
    let shelf = world.services.library.document_shelf(&world.owner).await.unwrap();
    assert_eq!((shelf.tags, shelf.projects[0].documents), (vec!["Spring".to_owned()], 2));
    let makers: Vec<_> = shelf.executions.iter().map(|(id, _)| Some(*id)).collect();
    assert_eq!(makers, [execution]);
    assert!(shelf.executions[0].1.ends_with(" #1"), "{:?}", shelf.executions);
    let template = Some(shelf.templates[0].0);
    assert_eq!(found(&world, DocumentFilter { template, ..all() }).await, [by_workflow]);
}

#[tokio::test]
async fn a_search_sees_one_spelling_of_a_word_in_every_script() {
    let world = World::new().await;
    let decomposed = "e\u{301}clair";
    let titles =
        ["Grüße aus München", "Straße", "日本語ワークフロー", "اَلْعَرَبِيَّةُ", "Ёлка", decomposed];
    for title in titles {
        made(&world, title, "").await;
    }
    let found = async |q: &str| {
        let filter = DocumentFilter { q: q.to_owned(), ..DocumentFilter::default() };
        let (library, all) = (&world.services.library, PageRequest::default());
        let page = library.documents_page(&world.owner, &filter, &all).await.unwrap();
        page.items.into_iter().map(|row| row.title).collect::<Vec<_>>()
    };

    for (q, title) in [
        ("grusse munchen", titles[0]),
        ("GRÜSSE", titles[0]),
        ("ＭＵＮＣＨＥＮ＇＼", titles[0]),
        ("strasse", titles[1]),
        ("本語", titles[2]),
        ("語", titles[2]),
        ("ﾜｰｸﾌﾛｰ", titles[2]),
        ("العربية", titles[3]),
        ("елка", titles[4]),
        ("éclair", titles[5]),
    ] {
        assert_eq!(found(q).await, [title], "{q}");
    }
    assert_eq!(found("日語").await, <[String; 0]>::default());
}

#[tokio::test]
async fn the_search_has_an_index() {
    let world = World::new().await;
    made(&world, "Tea", "Warm.").await;
    let mut conn = world.db.pool.acquire().await.unwrap();
    sqlx::query("SET enable_seqscan = off").execute(&mut *conn).await.unwrap();

    let plan: Vec<String> = sqlx::query_scalar(
        "EXPLAIN SELECT id FROM documents
          WHERE document_words(title, content) @@ search_query('tea')",
    )
    .fetch_all(&mut *conn)
    .await
    .unwrap();

    assert!(plan.join(" ").contains("documents_by_words"), "{plan:#?}");
}

#[tokio::test]
async fn a_document_that_a_template_or_an_execution_needs_is_not_deleted() {
    let world = World::new().await;
    let (services, owner) = (&world.services, &world.owner);
    let (used, free) = (made(&world, "Tea", "Warm.").await, made(&world, "Coffee", "Hot.").await);
    let mut definition = serde_json::to_value(copies(1)).unwrap();
    definition["nodes"][1]["data"]["config"]["context_documents"] =
        json!({"mode": "chosen", "ids": [used]});
    let new: NewTemplate =
        serde_json::from_value(json!({"definition": definition, "name": "Tea letter"})).unwrap();
    let template = services.templates.create_template(owner, new).await.unwrap().id;
    world.launch(template, none()).await;

    let refused = services.library.delete_document(owner, used).await.unwrap_err().into_problem();
    services.library.delete_document(owner, free).await.unwrap();

    assert_eq!(refused.code, "document_in_use");
    let users: Vec<_> = refused.errors.iter().map(|error| error.message.as_str()).collect();
    assert_eq!(users.len(), 2, "{users:?}");
    assert!(users[0].contains("workflow “Tea letter”") && users[1].contains("run"));
    assert!(services.library.document(owner, used).await.is_ok());
    assert!(services.library.document(owner, free).await.is_err());
}
