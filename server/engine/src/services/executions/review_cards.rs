//! Reviews of executions, as their reader sees them.

use backend::actor::Actor;
use model::{access, pages::ReviewCard};
use sqlx::PgConnection;

use crate::{
    error::Result,
    store::reviews::{self, ReviewQuery},
};

/// Reviews of the actor's workspace, each marked with whether the actor may decide it.
pub(in crate::services) async fn load_review_cards(
    conn: &mut PgConnection,
    actor: &Actor,
    which: ReviewQuery,
) -> Result<Vec<ReviewCard>> {
    let mut cards = reviews::list(conn, actor.workspace, which).await?;
    for card in &mut cards {
        let may = access::can(actor.role, card.reviewers.permission());
        card.may_decide = may && card.end.is_none();
    }
    Ok(cards)
}
