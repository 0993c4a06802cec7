//! Reviews over the API: what waits for a person, and their decision.

use axum::Json as Answer;
use model::{access::Permission, id::ReviewId, pages::ReviewCard, review::Decision};

use super::{
    listing::All,
    routes::{Access, Routes},
};
use crate::{
    auth::caller::{Caller, Visit},
    error::Refusal,
    http::json::{Json, Path},
};

type Result<T, E = Refusal> = std::result::Result<T, E>;

pub(super) fn mount(routes: Routes) -> Routes {
    let read = Access::Needs(Permission::Read);
    let decides = Access::Needs(Permission::DecideOwnReview);
    routes
        .mount(read.get("/reviews", "Lists what waits for a decision, the oldest first."), list)
        .mount(read.get("/reviews/{id}", "Shows a review, also after its decision."), show)
        .mount(
            decides.post(
                "/reviews/{id}/decision",
                "Approves, asks for changes or rejects; gives the review as it is then.",
            ),
            decide,
        )
}

async fn list(Visit(ctx): Visit, Caller(actor): Caller) -> Result<Answer<All<ReviewCard>>> {
    Ok(All::answer(ctx.services.reviews(&actor).await?))
}

async fn show(
    Visit(ctx): Visit,
    Caller(actor): Caller,
    Path(id): Path<ReviewId>,
) -> Result<Answer<ReviewCard>> {
    Ok(Answer(ctx.services.review(&actor, id).await?))
}

async fn decide(
    Visit(ctx): Visit,
    Caller(actor): Caller,
    Path(id): Path<ReviewId>,
    Json(decision): Json<Decision>,
) -> Result<Answer<ReviewCard>> {
    ctx.services.decide(&actor, id, decision).await?;
    Ok(Answer(ctx.services.review(&actor, id).await?))
}
