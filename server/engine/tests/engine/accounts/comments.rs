//! Comments: threads, whose they are, whom they name, and what they go with.

use backend::actor::Actor;
use model::{
    access::Role,
    api::{
        account::DeletionForm,
        documents::NewDocument,
        listing::{Page, PageRequest},
    },
    comment::{
        CommentChange, CommentFilter, CommentThread, NewComment, ThreadState,
        subject::CommentSubject,
    },
    id::{CommentId, CommentThreadId, ExecutionId, UserId},
    problem::{Problem, ProblemKind},
};
use services::{
    Services,
    testing::{
        play::copies,
        world::{World, none},
    },
};
use store::error::EngineError;
use uuid::Uuid;

use super::people::{self, Instance, PASSWORD, code};

async fn document(it: &Instance) -> CommentSubject {
    let made = it.services.library.create_document(&it.owner.actor, NewDocument::default()).await;
    CommentSubject::Document { id: made.unwrap().id }
}

fn about(subject: &CommentSubject, text: &str) -> NewComment {
    NewComment { subject: Some(subject.clone()), thread_id: None, text: text.to_owned() }
}

fn reply(thread: CommentThreadId, text: &str) -> NewComment {
    NewComment { subject: None, thread_id: Some(thread), text: text.to_owned() }
}

fn change(text: &str) -> CommentChange {
    CommentChange { text: text.to_owned() }
}

fn names(name: &str, user: UserId) -> String {
    format!("@[{name}]({user}) look")
}

async fn threads(
    services: &Services,
    actor: &Actor,
    subject: &CommentSubject,
    state: Option<ThreadState>,
) -> Vec<CommentThread> {
    let filter = CommentFilter { subject: subject.clone(), state };
    let page = services.comments.list(actor, &filter, &PageRequest::default()).await;
    let Page { items, next_cursor } = page.unwrap();
    assert_eq!(next_cursor, None);
    items
}

async fn open(services: &Services, actor: &Actor, subject: &CommentSubject) -> i64 {
    services.comments.count(actor, std::slice::from_ref(subject)).await.unwrap()[0]
}

fn texts(thread: &CommentThread) -> Vec<&str> {
    thread.comments.iter().map(|row| row.text.as_str()).collect()
}

async fn unseen(services: &Services, actor: &Actor) -> Vec<String> {
    let attention = services.overview.attention(actor).await.unwrap();
    let mentions = services.overview.activity(actor).await.unwrap().mentions;
    assert_eq!(attention.mentions, i64::try_from(mentions.len()).unwrap());
    assert_eq!(attention.mention.as_ref(), mentions.first());
    mentions.into_iter().map(|row| row.excerpt).collect()
}

#[tokio::test]
async fn a_viewer_begins_a_thread_others_reply_and_it_is_resolved_and_opened_again() {
    let it = people::instance().await;
    let ben = it.join("Ben", Role::Viewer).await.actor;
    let (owner, comments) = (&it.owner.actor, &it.services.comments);
    let subject = document(&it).await;
    let script = "<script>alert(1)</script> **so**";
    let before = it.services.overview.attention(owner).await.unwrap().comment_revision;

    let thread = comments.add(&ben, about(&subject, script)).await.unwrap();
    let thread = comments.add(owner, reply(thread.id, " Fine.\r\nThanks ")).await.unwrap();

    assert_eq!(texts(&thread), [script, "Fine.\nThanks"], "the source is what is kept");
    let authors = thread.comments.iter().map(|row| row.author.as_ref().unwrap().name.as_str());
    assert_eq!(authors.collect::<Vec<_>>(), ["Ben", "Ada"]);
    assert_eq!(threads(&it.services, &ben, &subject, None).await, std::slice::from_ref(&thread));
    assert_eq!(open(&it.services, &ben, &subject).await, 1);
    let after = it.services.overview.attention(owner).await.unwrap().comment_revision;
    assert!(after > before, "open pages look again");

    let resolved = comments.resolve(&ben, thread.comments[1].id).await.unwrap();
    assert_eq!(resolved.resolution.unwrap().by.as_deref(), Some("Ben"));
    assert_eq!(open(&it.services, &ben, &subject).await, 0);
    assert_eq!(code(comments.add(owner, reply(thread.id, "And?")).await), "thread_resolved");
    assert!(threads(&it.services, &ben, &subject, Some(ThreadState::Open)).await.is_empty());
    let over = threads(&it.services, &ben, &subject, Some(ThreadState::Resolved)).await;
    assert_eq!(over.len(), 1);
    let reopened = comments.reopen(owner, thread.comments[0].id).await.unwrap();
    assert_eq!(reopened.resolution, None);
    assert_eq!(code(comments.add(owner, reply(thread.id, "And?")).await), "done");
    let actions: Vec<String> = sqlx::query_scalar(
        "SELECT action FROM audit_log WHERE action LIKE 'comment.%' ORDER BY id",
    )
    .fetch_all(&it.db.pool)
    .await
    .unwrap();
    let expected = ["created", "created", "resolved", "reopened", "created"];
    assert_eq!(actions, expected.map(|verb| format!("comment.{verb}")));
}

#[tokio::test]
async fn whoever_wrote_a_comment_changes_it_and_they_or_an_admin_deletes_it() {
    let it = people::instance().await;
    let ben = it.join("Ben", Role::Editor).await.actor;
    let admin = it.join("Cleo", Role::Admin).await.actor;
    let comments = &it.services.comments;
    let subject = document(&it).await;
    let thread = comments.add(&ben, about(&subject, "One")).await.unwrap();
    let thread = comments.add(&it.owner.actor, reply(thread.id, "Two")).await.unwrap();
    let [own, other] = [thread.comments[0].id, thread.comments[1].id];

    let same = comments.change(&ben, own, change(" One ")).await.unwrap();
    let edited = comments.change(&ben, own, change("Once")).await.unwrap();

    assert_eq!(same.comments[0].edited_at, None);
    assert_eq!(texts(&edited), ["Once", "Two"]);
    assert!(edited.comments[0].edited_at.is_some() && edited.comments[1].edited_at.is_none());
    for answer in [
        comments.change(&admin, own, change("Mine")).await.map(drop),
        comments.change(&ben, other, change("Mine")).await.map(drop),
        comments.delete(&ben, other).await,
    ] {
        assert_eq!(answer.unwrap_err().into_problem().kind, ProblemKind::Forbidden);
    }
    comments.delete(&admin, other).await.unwrap();
    assert_eq!(texts(&threads(&it.services, &ben, &subject, None).await[0]), ["Once"]);
    comments.delete(&ben, own).await.unwrap();
    assert!(threads(&it.services, &ben, &subject, None).await.is_empty(), "no empty thread stays");
    assert_eq!(code(comments.add(&ben, reply(thread.id, "Late")).await), "not_found");
    for gone in [own, CommentId(Uuid::now_v7())] {
        assert_eq!(code(comments.delete(&ben, gone).await), "not_found");
        assert_eq!(code(comments.resolve(&ben, gone).await), "not_found");
    }
}

#[tokio::test]
async fn a_member_who_is_named_is_told_until_they_have_seen_it_and_nobody_else_is() {
    let it = people::instance().await;
    let ben = it.join("Ben", Role::Runner).await.actor;
    let cleo = it.join("Cleo Ruiz", Role::Viewer).await.actor;
    let (owner, comments) = (&it.owner.actor, &it.services.comments);
    let subject = document(&it).await;
    let found = comments.find_people(&ben, "ru").await.unwrap();
    assert_eq!(found.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["Cleo Ruiz"]);
    assert_eq!(comments.find_people(&ben, "").await.unwrap().len(), 3);
    assert!(comments.find_people(&ben, "%\u{0}").await.unwrap().is_empty(), "no pattern is meant");

    let text = format!("{} and {}", names("Boss", ben.user), names("No", UserId(Uuid::now_v7())));
    let thread = comments.add(owner, about(&subject, &text)).await.unwrap();

    let id = thread.comments[0].id;
    let named = thread.comments[0].mentions.iter().map(|one| one.name.as_str());
    assert_eq!(named.collect::<Vec<_>>(), ["Ben"], "by the name they have");
    assert_eq!(unseen(&it.services, &ben).await, ["@Boss look and @No look"]);
    assert!(unseen(&it.services, &cleo).await.is_empty());
    comments.see_mentions(&cleo, &subject).await.unwrap();
    comments.see_mentions(&ben, &subject).await.unwrap();
    assert!(unseen(&it.services, &ben).await.is_empty());

    let both = format!("{} {}", names("Ben", ben.user), names("Cleo", cleo.user));
    comments.change(owner, id, change(&both)).await.unwrap();
    assert!(unseen(&it.services, &ben).await.is_empty(), "they have seen that they are named");
    assert_eq!(unseen(&it.services, &cleo).await.len(), 1);
    let own = comments.add(&ben, reply(thread.id, &names("Ben", ben.user))).await.unwrap();
    assert_eq!(own.comments[1].mentions.len(), 1);
    assert!(unseen(&it.services, &ben).await.is_empty(), "nobody is told of their own words");
    it.services.members.remove(owner, cleo.user, None).await.unwrap();
    let left = threads(&it.services, owner, &subject, None).await;
    assert_eq!(left[0].comments[0].mentions.len(), 1, "who is gone is named no more");
}

#[tokio::test]
async fn what_somebody_said_stays_without_them_when_their_account_is_deleted() {
    let it = people::instance().await;
    let ben = it.join("Ben", Role::Viewer).await.actor;
    let subject = document(&it).await;
    let thread = it.services.comments.add(&ben, about(&subject, "So be it")).await.unwrap();
    it.services.comments.resolve(&ben, thread.comments[0].id).await.unwrap();
    let form = DeletionForm { email: people::address("Ben"), password: PASSWORD.to_owned() };

    it.services.profile.delete_account(&ben, form).await.unwrap();

    let left = threads(&it.services, &it.owner.actor, &subject, None).await;
    assert_eq!(texts(&left[0]), ["So be it"]);
    assert_eq!(left[0].comments[0].author, None);
    assert_eq!(left[0].resolution.as_ref().unwrap().by, None);
}

#[tokio::test]
async fn comments_on_steps_are_read_with_the_whole_and_go_with_it() {
    let world = World::new().await;
    let (owner, comments) = (&world.owner, &world.services.comments);
    let template = world.publish(&copies(1)).await;
    let execution = world.launch(template, none()).await;
    let of_template = |node: Option<&str>| CommentSubject::Template {
        id: template,
        node_id: node.map(Into::into),
    };
    let of_execution = |id: ExecutionId, node: Option<&str>| CommentSubject::Execution {
        id,
        node_id: node.map(Into::into),
    };
    let first = copies(1).nodes[1].id.clone();
    for subject in [
        of_template(None),
        of_template(Some(first.as_str())),
        of_execution(execution, None),
        of_execution(execution, Some(first.as_str())),
    ] {
        comments.add(owner, about(&subject, "Here")).await.unwrap();
    }

    let whole = threads(&world.services, owner, &of_execution(execution, None), None).await;
    let step = of_execution(execution, Some(first.as_str()));
    let at_step = threads(&world.services, owner, &step, None).await;

    assert_eq!((whole.len(), at_step.len()), (2, 1));
    assert!(at_step[0].step.is_some() && whole[1].step.is_none());
    assert_eq!(open(&world.services, owner, &of_template(None)).await, 2);
    assert_eq!(open(&world.services, owner, &step).await, 1);
    let told = |answer: Result<CommentThread, EngineError>| -> Problem {
        answer.unwrap_err().into_problem()
    };
    let gone = of_execution(execution, Some("nowhere"));
    assert!(told(comments.add(owner, about(&gone, "x")).await).detail.contains("step"));
    let nobodys = of_execution(ExecutionId(Uuid::now_v7()), Some(first.as_str()));
    assert!(told(comments.add(owner, about(&nobodys, "x")).await).detail.contains("execution"));
    let stranger = world.neighbour().await;
    for subject in [of_template(None), step] {
        assert_eq!(code(comments.add(&stranger, about(&subject, "x")).await), "not_found");
        assert_eq!(open(&world.services, &stranger, &subject).await, 0);
    }
    sqlx::query("DELETE FROM workflow_executions").execute(&world.db.pool).await.unwrap();
    sqlx::query("DELETE FROM workflow_templates").execute(&world.db.pool).await.unwrap();
    assert_eq!(world.count("SELECT count(*) FROM comments").await, 0);
    assert_eq!(world.count("SELECT count(*) FROM comment_threads").await, 0);
}
