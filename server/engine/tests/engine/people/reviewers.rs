//! Reviews that name people: who may decide, who counts, who is asked after others have gone.

use backend::actor::Actor;
use model::{
    access::Role,
    api::{
        listing::PageRequest,
        reviews::{ReassignForm, ReviewFilter, ReviewScope},
        templates::NewTemplate,
    },
    execution::{
        event::EventKind,
        state::{ExecutionStatus, PauseReason},
        view::ExecutionView,
    },
    id::{ExecutionId, UserId},
    pages::{LaunchRequest, ReviewCard},
    problem::Problem,
    review::{
        Approval, Decision, Verdict,
        assignment::{Assignment, ReviewActor, Reviewers, Stuck},
    },
    template::TemplateCategory,
    workflow::Workflow,
};
use serde_json::{Value, json};
use services::testing::{
    play::graph,
    world::{World, none, quick},
};
use store::error::{EngineError, Result};
use uuid::Uuid;

use super::graph::{echoing, text};

/// start → write → check → end, the review set up as `config` says.
fn reviewed(config: Value) -> Workflow {
    graph(
        &[("write", "generate_copy", text("Hello")), ("check", "review", config)],
        &[("start", "write"), ("write.texts", "check"), ("check.approved", "end")],
    )
}

/// A review by these people of whom so many must approve.
fn by(people: &[&Actor], approvals: u32) -> Workflow {
    let people: Vec<UserId> = people.iter().map(|person| person.user).collect();
    reviewed(json!({"reviewers": "people", "people": people, "approvals": approvals}))
}

/// The owner launches it, and its review waits.
async fn awaiting(world: &World, workflow: &Workflow) -> (ExecutionId, ReviewCard) {
    let execution = world.launch(world.publish(workflow).await, none()).await;
    let waits = |view: &ExecutionView| view.pause_reason == Some(PauseReason::Review);
    world.wait(execution, waits).await;
    let cards = world.services.reviews.list_open(&world.owner).await.unwrap();
    (execution, cards.into_iter().find(|card| card.execution_id == execution).unwrap())
}

async fn approve(world: &World, actor: &Actor, card: &ReviewCard) -> Result<()> {
    let decision = Decision::Approve(Approval::default());
    world.services.reviews.decide(actor, card.id, decision).await
}

async fn shown(world: &World, actor: &Actor, card: &ReviewCard) -> ReviewCard {
    world.services.reviews.review(actor, card.id).await.unwrap()
}

async fn waits_for(world: &World, actor: &Actor) -> (i64, usize) {
    let filter = ReviewFilter { scope: ReviewScope::Me };
    let first = PageRequest::default();
    let listed = world.services.reviews.list(actor, filter, &first).await.unwrap().items.len();
    (world.services.reviews.count_waiting(actor).await.unwrap().0, listed)
}

fn to(people: &[&Actor]) -> ReassignForm {
    ReassignForm {
        reviewers: Reviewers::People,
        people: people.iter().map(|person| person.user).collect(),
        ..ReassignForm::default()
    }
}

fn problem<T>(answer: Result<T>) -> Problem {
    match answer.map(drop) {
        Ok(()) => panic!("it was done"),
        Err(error) => EngineError::into_problem(error),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_three_who_are_named_two_settle_it_each_counts_once_and_nobody_else_does() {
    let world = World::new().await;
    let _worker = world.worker_with(echoing(), quick());
    let ben = world.join("Ben", Role::Runner).await;
    let cleo = world.join("Cleo", Role::Editor).await;
    let dan = world.join("Dan", Role::Viewer).await;
    let (execution, card) = awaiting(&world, &by(&[&ben, &cleo, &dan], 2)).await;
    assert_eq!(waits_for(&world, &ben).await, (1, 1));
    assert_eq!(waits_for(&world, &world.owner).await, (0, 0));
    assert!(!card.may_decide && card.may_reassign && card.stuck.is_none());

    assert_eq!(problem(approve(&world, &world.owner, &card).await).code, "not_yours");
    assert_eq!(problem(approve(&world, &dan, &card).await).code, "forbidden");
    approve(&world, &ben, &card).await.unwrap();
    assert_eq!(problem(approve(&world, &ben, &card).await).code, "approved_before");
    assert_eq!(waits_for(&world, &ben).await, (0, 0));
    assert_eq!(waits_for(&world, &cleo).await, (1, 1));
    approve(&world, &cleo, &card).await.unwrap();

    let view = world.wait_over(execution).await;
    assert_eq!(view.status, ExecutionStatus::Completed);
    let page = PageRequest::default();
    let past = world.services.reviews.decisions(&dan, &page).await.unwrap().items;
    let [decided] = &past[..] else { panic!("{past:?}") };
    assert_eq!((decided.verdict, decided.by.user), (Verdict::Approved, Some(cleo.user)));
    let before: Vec<&str> = decided.approvals.iter().map(|one| one.by.name.as_str()).collect();
    assert_eq!((decided.by.name.as_str(), before), ("Cleo", vec!["Ben"]));
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_whose_last_approval_comes_at_once_one_is_told_of_the_other() {
    let world = World::new().await;
    let _worker = world.worker_with(echoing(), quick());
    let ben = world.join("Ben", Role::Runner).await;
    let cleo = world.join("Cleo", Role::Runner).await;
    let dan = world.join("Dan", Role::Runner).await;
    let (execution, card) = awaiting(&world, &by(&[&ben, &cleo, &dan], 2)).await;
    approve(&world, &ben, &card).await.unwrap();

    let (first, second) = tokio::join!(approve(&world, &cleo, &card), approve(&world, &dan, &card));

    let (late, name) = if first.is_ok() { (second, "Cleo") } else { (first, "Dan") };
    let late = problem(late);
    assert_eq!(late.detail, format!("{name} already decided: Approved."));
    world.wait_over(execution).await;
    let end = shown(&world, &world.owner, &card).await.end.unwrap();
    assert_eq!((end.verdict, end.by.as_str()), (Verdict::Approved, name));
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_launched_it_decides_only_after_an_admin_has_said_why() {
    let world = World::new().await;
    let _worker = world.worker_with(echoing(), quick());
    let ben = world.join("Ben", Role::Editor).await;
    let (execution, card) = awaiting(&world, &reviewed(json!({"exclude_author": true}))).await;
    assert_eq!(waits_for(&world, &world.owner).await, (0, 0));
    assert_eq!(waits_for(&world, &ben).await, (1, 1));
    assert_eq!(problem(approve(&world, &world.owner, &card).await).code, "not_yours");

    let lets_in = ReassignForm { exclude_author: Some(false), ..ReassignForm::default() };
    let reassign = async |actor: &Actor, reason: Option<&str>| {
        let reason = reason.map(str::to_owned);
        let form = ReassignForm { reason, ..lets_in.clone() };
        world.services.reviews.reassign(actor, card.id, form).await
    };
    assert_eq!(problem(reassign(&ben, Some("Let them")).await).code, "forbidden");
    let unsaid = problem(reassign(&world.owner, None).await);
    assert_eq!(unsaid.errors[0].path.as_deref(), Some("reason"));
    reassign(&world.owner, Some("Nobody else is here today")).await.unwrap();
    approve(&world, &world.owner, &card).await.unwrap();

    assert_eq!(world.wait_over(execution).await.status, ExecutionStatus::Completed);
    let audited = "SELECT count(*) FROM audit_log WHERE action = 'review.reassign'
                    AND detail ->> 'reason' = 'Nobody else is here today'";
    assert_eq!(world.count(audited).await, 1);
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_named_gives_it_to_others_who_are_asked_again_when_it_is_made_again() {
    let world = World::new().await;
    let _worker = world.worker_with(echoing(), quick());
    let ben = world.join("Ben", Role::Runner).await;
    let cleo = world.join("Cleo", Role::Runner).await;
    let dan = world.join("Dan", Role::Runner).await;
    let (execution, card) = awaiting(&world, &by(&[&ben], 1)).await;
    let reviews = &world.services.reviews;

    let stranger = problem(reviews.reassign(&dan, card.id, to(&[&dan])).await);
    assert_eq!(stranger.code, "forbidden");
    reviews.reassign(&ben, card.id, to(&[&cleo])).await.unwrap();
    assert_eq!(problem(approve(&world, &ben, &card).await).code, "not_yours");
    let again = Decision::Changes { reason: "Warmer".to_owned() };
    reviews.decide(&cleo, card.id, again).await.unwrap();

    let asked_again = |view: &ExecutionView| {
        view.pause_reason == Some(PauseReason::Review)
            && view.nodes.iter().any(|node| node.review.as_ref().is_some_and(|r| r.id != card.id))
    };
    world.wait(execution, asked_again).await;
    assert_eq!(waits_for(&world, &cleo).await, (1, 1), "not Ben again");
    let given = world.events(execution).await.into_iter().find_map(|event| match event.kind {
        EventKind::ReviewReassigned(given) => Some(given),
        _ => None,
    });
    let given = given.unwrap();
    assert_eq!((given.by.name.as_str(), given.names), ("Ben", vec!["Cleo".to_owned()]));
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_review_that_nobody_left_can_decide_waits_for_admins_until_it_is_given_to_others() {
    let world = World::new().await;
    let _worker = world.worker_with(echoing(), quick());
    let ben = world.join("Ben", Role::Runner).await;
    let cleo = world.join("Cleo", Role::Editor).await;
    let (_, card) = awaiting(&world, &by(&[&ben, &cleo], 2)).await;
    let members = &world.services.members;
    members.remove(&world.owner, ben.user, None).await.unwrap();
    let stuck = shown(&world, &world.owner, &card).await;
    assert_eq!(stuck.stuck, Some(Stuck::TooFew));
    assert_eq!(stuck.people.iter().filter(|person| person.name.is_none()).count(), 1);
    members.change_role(&world.owner, cleo.user, Role::Viewer).await.unwrap();

    assert_eq!(shown(&world, &world.owner, &card).await.stuck, Some(Stuck::Nobody));
    assert_eq!(waits_for(&world, &world.owner).await, (1, 1));

    let dan = world.join("Dan", Role::Runner).await;
    let reassign =
        |people: &[&Actor]| world.services.reviews.reassign(&world.owner, card.id, to(people));
    let gone = problem(reassign(&[&ben, &dan]).await);
    assert_eq!(gone.errors[0].path.as_deref(), Some("people[0]"));
    let alone = problem(reassign(&[&dan]).await);
    assert_eq!(alone.errors[0].path.as_deref(), Some("people"), "two have to approve");
    reassign(&[&dan, &world.owner]).await.unwrap();
    assert_eq!(shown(&world, &world.owner, &card).await.stuck, None);
    assert_eq!(waits_for(&world, &dan).await, (1, 1));
}

#[tokio::test]
async fn people_who_are_not_here_are_named_by_no_version_and_no_launch_waits_for_too_few() {
    let world = World::new().await;
    let ben = world.join("Ben", Role::Runner).await;
    let stranger = Actor { user: UserId(Uuid::now_v7()), ..ben.clone() };
    let create = async |people: &[&Actor], unfinished: bool| {
        let form = NewTemplate {
            definition: serde_json::to_value(by(people, 1)).unwrap(),
            name: None,
            description: None,
            category: TemplateCategory::Other,
            example_output: String::new(),
            unfinished,
            rename: true,
        };
        world.services.templates.create_template(&world.owner, form).await
    };

    let refused = problem(create(&[&ben, &stranger], false).await);

    let wrong = &refused.errors[0];
    assert_eq!(wrong.code, "unknown_person");
    assert!(wrong.path.as_ref().unwrap().ends_with(".data.config.people[1]"), "{wrong:?}");
    assert_eq!(wrong.node_id.as_deref(), Some("check"));
    create(&[&ben, &stranger], true).await.unwrap();
    let template = create(&[&ben], false).await.unwrap().id;
    world.services.members.remove(&world.owner, ben.user, None).await.unwrap();
    let launch = LaunchRequest::for_template(template);
    let refused = problem(world.services.executions.launch(&world.owner, launch).await);
    assert_eq!(refused.errors[0].code, "too_few_people");
}

#[tokio::test]
async fn the_database_says_of_everybody_what_the_rule_says() {
    let world = World::new().await;
    let (own, other) = (UserId(Uuid::now_v7()), UserId(Uuid::now_v7()));
    for reviewers in Reviewers::ALL.iter().copied() {
        for (people, author) in [(own, own), (own, other), (other, own), (other, other)] {
            for (role, exclude_author) in
                Role::ALL.into_iter().flat_map(|role| [(role, true), (role, false)])
            {
                let assignment = Assignment { reviewers, people: vec![people], exclude_author };
                let is_author = author == own;
                let actor = ReviewActor { user: Some(own), role, is_author };
                let said: bool =
                    sqlx::query_scalar("SELECT engine_may_decide($1, ARRAY[$2], $3, $4, $5)")
                        .bind(reviewers.as_str())
                        .bind(people.0)
                        .bind(exclude_author.then_some(author.0))
                        .bind(own.0)
                        .bind(role.as_str())
                        .fetch_one(&world.db.pool)
                        .await
                        .unwrap();
                let rule = assignment.may_decide(&actor);
                assert_eq!(said, rule.is_ok(), "{assignment:?} {actor:?}");
            }
        }
    }
}
