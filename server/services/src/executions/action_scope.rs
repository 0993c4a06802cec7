//! How far an actor may change executions: which fields of steps, and as far as reviews are
//! concerned; and what is said of a command that is refused.

use backend::actor::{Actor, forbidden};
use model::{
    access::{self, Permission},
    api::listing::Page,
    decide::Refused,
    execution::action_policy::ActorScope,
    id::{ExecutionId, NodeId, UserId},
    pages::ReviewCard,
    problem::{FieldProblem, Problem, ProblemKind},
    review::assignment::{NotYours, ReviewActor},
    workflow::Workflow,
};
use serde_json::{Map, Value};
use sqlx::PgConnection;
use store::{
    error::Result,
    executions,
    page_query::PageQuery,
    reviews::{self, ReviewQuery},
};

use super::history::effective_workflow;
use crate::context::OrNotFound;
use engine::launch::reviewed;

/// How far the actor may change what steps of an execution do, as far as reviews are concerned.
/// `changes` are the fields of a step that it is asked for.
///
/// # Errors
/// As [`require_changes`].
pub(crate) async fn actor_scope_for_execution(
    conn: &mut PgConnection,
    actor: &Actor,
    id: ExecutionId,
    changes: Option<(&NodeId, &Map<String, Value>)>,
) -> Result<ActorScope> {
    let role = actor.role_in_reviews();
    if access::can(role, Permission::RepairExecution) {
        return Ok(ActorScope::for_role(role));
    }
    let found = executions::find(conn, actor.workspace, id).await?.or_not_found("run")?;
    let changed = executions::changed_nodes(conn, actor.workspace, id).await?;
    let workflow = effective_workflow(found.definition, changed)?;
    require_changes(actor, &workflow, changes)?;
    actor_scope_for_workflow(conn, actor, &workflow, found.author).await
}

/// The same in a definition that has been read, of an execution that `author` launched.
pub(crate) async fn actor_scope_for_workflow(
    conn: &mut PgConnection,
    actor: &Actor,
    workflow: &Workflow,
    author: Option<UserId>,
) -> Result<ActorScope> {
    let role = actor.role_in_reviews();
    let scope = ActorScope::for_actor(ReviewActor { role, ..review_actor(actor, author) });
    if access::can(role, Permission::RepairExecution) {
        Ok(scope)
    } else {
        reviewed::look_below(conn, actor.workspace, workflow, scope).await
    }
}

/// Refuses changes of steps' configurations that the actor may not make.
///
/// # Errors
/// Forbidden, with each field that the actor may not change.
pub(super) fn require_changes<'a>(
    actor: &Actor,
    workflow: &Workflow,
    changes: impl IntoIterator<Item = (&'a NodeId, &'a Map<String, Value>)>,
) -> Result<(), Problem> {
    let fields = changes.into_iter().flat_map(|(id, of)| of.keys().map(move |field| (id, field)));
    let mut refused = None::<Problem>;
    for (id, field) in fields {
        actor.require(Permission::ControlExecution)?;
        // What is not there is not found later.
        let Some(node) = workflow.node(&id.in_round("")) else { continue };
        let needed = node.data.config.permission_to_change(field);
        let Err(lacks) = actor.require(needed) else { continue };
        let words = format!("The {field} of “{}” can't be changed.", node.title());
        let detail = format!("{words} {}", lacks.detail);
        let problem = refused.get_or_insert(Problem { detail, ..lacks });
        let wrong = FieldProblem::field("not_open", format!("config.{field}"), words);
        problem.errors.push(FieldProblem { node_id: Some(id.to_string()), ..wrong });
    }
    refused.map_or(Ok(()), Err)
}

/// The actor, as reviews of an execution see them that `author` has launched.
pub(crate) fn review_actor(actor: &Actor, author: Option<UserId>) -> ReviewActor {
    ReviewActor { user: Some(actor.user), role: actor.role, is_author: author == Some(actor.user) }
}

/// The most reviews of one execution that are shown with it, the oldest first.
pub(crate) const MOST_OF_EXECUTION: i64 = 1_000;

/// A page of reviews of the actor's workspace, each marked with whether the actor may decide or reassign it.
pub(crate) async fn load_review_cards(
    conn: &mut PgConnection,
    actor: &Actor,
    which: ReviewQuery,
    page: PageQuery,
) -> Result<Page<ReviewCard>> {
    let mut cards = reviews::list(conn, actor.workspace, which, page).await?;
    for card in &mut cards.items {
        let (assignment, own) = (card.assignment(), review_actor(actor, card.author));
        let is_open = card.end.is_none();
        card.may_decide = is_open && assignment.may_decide(&own).is_ok();
        card.may_reassign = is_open && assignment.may_reassign(&assignment, &own).is_ok();
    }
    Ok(cards)
}

/// Advice about a failure after which the workflow has gone on.
const FROM_HERE: &str = "When the run has ended, choose “Run again from here” at this step. The \
                         new run reuses earlier results.";
const FROM_LOOP: &str = "When the run has ended, choose “Run again from here” at the loop. The new \
                         run repeats its rounds and reuses earlier results.";

/// The problem of a command that an execution refused, with what helps.
pub(crate) fn refusal(refused: &Refused) -> Problem {
    let (code, advice) = match refused {
        Refused::NotAllowed { status, .. } if status.is_over_for_good() => {
            ("execution_over", "It has ended. Run it again instead.")
        }
        Refused::NotNow { why, .. } => ("wrong_state", *why),
        Refused::NotAllowed { .. } | Refused::NotHere(_) => ("wrong_state", ""),
        Refused::UnknownNode(_) => return Problem::not_found("step"),
        Refused::Lacks(lacks) => return forbidden(*lacks),
        Refused::NotYours(why) => return not_yours(*why),
        Refused::NotFailed { .. } => ("node_not_failed", ""),
        Refused::Handled(_) => ("failure_handled", FROM_HERE),
        Refused::WentOn(_) => ("loop_went_on", FROM_LOOP),
        Refused::Stale { .. } | Refused::UnknownJob(_) => {
            ("stale", "Reload the page and try again.")
        }
        Refused::AwaitsReview => ("awaits_review", "Decide the review, or stop the run."),
        Refused::AwaitsParent => ("awaits_parent", "Resume that run, or stop this one."),
        Refused::ReviewOver(_) => ("review_over", "Reload to see the decision."),
        Refused::ApprovedBefore(_) => ("approved_before", "Someone else needs to approve."),
        Refused::ItemsChanged(_) => ("items_changed", "Check it again, then decide."),
        Refused::NotAsked(_) => ("question_over", ""),
        Refused::Unfit(_) | Refused::Misset(_) => ("unfit", "Change it and try again."),
    };
    let mut words = refused.to_string();
    if let Some(first) = words.get(..1).map(str::to_uppercase) {
        words.replace_range(..1, &first);
    }
    // Some of these messages end with a full stop already.
    let detail = format!("{}. {advice}", words.trim_end_matches('.'));
    let (kind, errors) = match refused {
        Refused::Misset(wrong) => (ProblemKind::Invalid, vec![(**wrong).clone()]),
        Refused::Unfit(_) => (ProblemKind::Invalid, vec![]),
        Refused::Stale { .. }
        | Refused::UnknownJob(_)
        | Refused::UnknownNode(_)
        | Refused::NotAllowed { .. }
        | Refused::NotFailed { .. }
        | Refused::Handled(_)
        | Refused::WentOn(_)
        | Refused::NotNow { .. }
        | Refused::AwaitsReview
        | Refused::AwaitsParent
        | Refused::ReviewOver(_)
        | Refused::ApprovedBefore(_)
        | Refused::ItemsChanged(_)
        | Refused::NotAsked(_)
        | Refused::NotHere(_)
        | Refused::Lacks(_)
        | Refused::NotYours(_) => (ProblemKind::Conflict, vec![]),
    };
    Problem { errors, ..Problem::new(kind, code, detail.trim_end()) }
}

/// The problem of somebody who does not decide a review.
pub(crate) fn not_yours(why: NotYours) -> Problem {
    match why {
        NotYours::Lacks(lacks) => forbidden(lacks),
        NotYours::Author | NotYours::NotNamed => {
            Problem::new(ProblemKind::Forbidden, "not_yours", why.to_string())
        }
    }
}
