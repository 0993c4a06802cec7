//! Reviews over the API: what waits for a person, and their decision.

use axum::{Json as Answer, extract::State};
use model::{
    access::Permission,
    api::{
        listing::{Page, PageRequest},
        reviews::{ReassignForm, ReviewFilter, ReviewScope},
    },
    execution::question::QuestionCard,
    id::{ExecutionId, ReviewId},
    pages::{DecisionRow, ReviewCard},
    review::Decision,
};
use schemars::JsonSchema;
use serde::Deserialize;
use services::Services;

use super::{
    listing::List,
    routes::{Access, Routes},
};
use crate::{
    auth::caller::Caller,
    error::Result,
    http::json::{Json, Path, Query},
};

model::reviews_operations!(crate::rest::operation::operations);

pub(super) fn mount(routes: Routes) -> Routes {
    let read = Access::Needs(Permission::Read);
    let decides = Access::Needs(Permission::DecideOwnReview);
    let routes = routes
        .mount(read.get("/reviews", "Lists open reviews, yours or everyone's, oldest first."), list)
        .mount(read.get("/reviews/decisions", "Lists decided reviews, newest first."), decisions)
        .mount(read.get("/reviews/{id}", "Shows a review, open or decided."), show)
        .mount(
            decides.post(
                "/reviews/{id}/decision",
                "Approves, requests changes or rejects; returns the updated review.",
            ),
            decide,
        )
        .mount(
            decides.post(
                "/reviews/{id}/reassign",
                "Assigns a review to other people or a role; returns the updated review.",
            ),
            reassign,
        )
        .mount(
            read.get(
                "/workflows/executions/{id}/questions",
                "Lists calls with an unknown result that wait for an answer.",
            ),
            questions,
        );
    operations(routes)
}

async fn questions(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path(id): Path<ExecutionId>,
) -> Result<Answer<List<QuestionCard>>> {
    Ok(List::answer(services.reviews.questions(&actor, Some(id)).await?))
}

/// Which open reviews are listed, and which part of them.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct OpenPart {
    /// For whom they wait.
    #[serde(rename = "for", default)]
    scope: ReviewScope,
    /// The most rows of the page.
    limit: Option<i64>,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
}

async fn list(
    State(services): State<Services>,
    Caller(actor): Caller,
    Query(OpenPart { scope, limit, cursor }): Query<OpenPart>,
) -> Result<Answer<Page<ReviewCard>>> {
    let asked = PageRequest { limit, cursor };
    Ok(Answer(services.reviews.list(&actor, ReviewFilter { scope }, &asked).await?))
}

/// Which part of the decisions is listed.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct DecisionsPart {
    /// The most rows of the page.
    limit: Option<i64>,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
}

async fn decisions(
    State(services): State<Services>,
    Caller(actor): Caller,
    Query(DecisionsPart { limit, cursor }): Query<DecisionsPart>,
) -> Result<Answer<Page<DecisionRow>>> {
    Ok(Answer(services.reviews.decisions(&actor, &PageRequest { limit, cursor }).await?))
}

async fn reassign(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path(id): Path<ReviewId>,
    Json(form): Json<ReassignForm>,
) -> Result<Answer<ReviewCard>> {
    services.reviews.reassign(&actor, id, form).await?;
    Ok(Answer(services.reviews.review(&actor, id).await?))
}

async fn show(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path(id): Path<ReviewId>,
) -> Result<Answer<ReviewCard>> {
    Ok(Answer(services.reviews.review(&actor, id).await?))
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
