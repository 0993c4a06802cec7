//! Reviews over the API: what waits for a person, and their decision.

use axum::{Json as Answer, extract::State, http::StatusCode};
use engine::services::Services;
use model::{
    access::Permission,
    api::compare::ItemChange,
    execution::question::{CallAnswer, QuestionCard},
    id::{ExecutionId, ReviewId},
    pages::ReviewCard,
    review::Decision,
};

use super::{
    listing::List,
    routes::{Access, Routes},
};
use crate::{
    auth::caller::Caller,
    error::Result,
    http::json::{Json, Path},
};

pub(super) fn mount(routes: Routes) -> Routes {
    let read = Access::Needs(Permission::Read);
    let decides = Access::Needs(Permission::DecideOwnReview);
    routes
        .mount(read.get("/reviews", "Lists what waits for a decision, the oldest first."), list)
        .mount(read.get("/reviews/{id}", "Shows a review, also after its decision."), show)
        .mount(
            read.get(
                "/reviews/{id}/changes",
                "Tells what differs from what the step asked about before, item by item.",
            ),
            differences,
        )
        .mount(
            decides.post(
                "/reviews/{id}/decision",
                "Approves, asks for changes or rejects; gives the review as it is then.",
            ),
            decide,
        )
        .mount(
            read.get(
                "/workflows/executions/{id}/questions",
                "Lists calls that may have been carried out and wait for a person's word.",
            ),
            questions,
        )
        .mount(
            Access::Needs(Permission::ControlExecution).post(
                "/workflows/executions/{id}/answer",
                "Says what became of such a call: again, done (with what it gave) or skip.",
            ),
            answer,
        )
}

async fn questions(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path(id): Path<ExecutionId>,
) -> Result<Answer<List<QuestionCard>>> {
    Ok(List::answer(services.reviews.questions(&actor, Some(id)).await?))
}

async fn answer(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path(id): Path<ExecutionId>,
    Json(answer): Json<CallAnswer>,
) -> Result<StatusCode> {
    services.reviews.answer_call(&actor, id, answer).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn list(
    State(services): State<Services>,
    Caller(actor): Caller,
) -> Result<Answer<List<ReviewCard>>> {
    Ok(List::answer(services.reviews.list_open(&actor).await?))
}

async fn show(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path(id): Path<ReviewId>,
) -> Result<Answer<ReviewCard>> {
    Ok(Answer(services.reviews.review(&actor, id).await?))
}

async fn differences(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path(id): Path<ReviewId>,
) -> Result<Answer<List<ItemChange>>> {
    Ok(List::answer(services.reviews.review_changes(&actor, id).await?))
}

async fn decide(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path(id): Path<ReviewId>,
    Json(decision): Json<Decision>,
) -> Result<Answer<ReviewCard>> {
    services.reviews.decide(&actor, id, decision).await?;
    Ok(Answer(services.reviews.review(&actor, id).await?))
}
