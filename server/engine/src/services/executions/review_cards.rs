//! Reviews of executions, as their reader sees them.

use backend::actor::Actor;
use model::{api::listing::Page, id::UserId, pages::ReviewCard, review::assignment::ReviewActor};
use sqlx::PgConnection;
use store::{
    error::Result,
    page_query::PageQuery,
    reviews::{self, ReviewQuery},
};

/// The actor, as reviews of an execution see them that `author` has launched.
pub(in crate::services) fn review_actor(actor: &Actor, author: Option<UserId>) -> ReviewActor {
    ReviewActor { user: Some(actor.user), role: actor.role, is_author: author == Some(actor.user) }
}

/// The most reviews of one execution that are shown with it, the oldest first.
pub(in crate::services) const MOST_OF_EXECUTION: i64 = 1_000;

/// A page of reviews of the actor's workspace, each marked with whether the actor may decide or reassign it.
pub(in crate::services) async fn load_review_cards(
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
