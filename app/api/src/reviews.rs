//! What waits for a decision, and the decision.

use leptos::prelude::*;
#[cfg(feature = "ssr")]
use model::{access::Permission, problem::Problem};
use model::{
    api::{
        listing::{Page, PageRequest},
        reviews::ReviewFilter,
    },
    execution::question::QuestionCard,
    id::{ExecutionId, ReviewId},
    pages::ReviewCard,
};
use serde_json::Value;

use super::ApiError;
#[cfg(feature = "ssr")]
use super::server::{Ctx, into_api_error};

model::reviews_operations!(crate::call::functions);

/// A part of what waits for a decision in the workspace, the oldest first.
#[server(prefix = "/api/fn", endpoint = "reviews", input = leptos::server_fn::codec::Json)]
pub async fn load_reviews(
    /// For whom it waits.
    filter: ReviewFilter,
    /// How many reviews at most, and where to go on.
    asked: PageRequest,
) -> Result<Page<ReviewCard>, ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::Read)?;
    let page = ctx.backend.reviews.list(actor, filter, &asked).await.map_err(into_api_error)?;
    Ok(page.map(ReviewCard::truncate_items))
}

/// The reviews of an execution, decided ones too, the oldest first.
#[server(prefix = "/api/fn", endpoint = "reviews_of", input = leptos::server_fn::codec::Json)]
pub async fn load_reviews_of(
    /// The execution whose reviews are listed.
    execution: ExecutionId,
) -> Result<Vec<ReviewCard>, ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::Read)?;
    let cards =
        ctx.backend.reviews.list_of_execution(actor, execution).await.map_err(into_api_error)?;
    Ok(cards.into_iter().map(ReviewCard::truncate_items).collect())
}

/// All of an item of which a page has the beginning only.
#[server(prefix = "/api/fn", endpoint = "review_item", input = leptos::server_fn::codec::Json)]
pub async fn load_review_item(
    review: ReviewId,
    /// Its place among the items, from 0.
    place: usize,
) -> Result<Value, ApiError> {
    let ctx = Ctx::get()?;
    let card = ctx
        .backend
        .reviews
        .review(ctx.require(Permission::Read)?, review)
        .await
        .map_err(into_api_error)?;
    card.items.into_iter().nth(place).ok_or_else(|| ApiError(Problem::not_found("item")))
}

/// The calls of the workspace that nobody knows the end of; what left first comes first.
#[server(prefix = "/api/fn", endpoint = "questions", input = leptos::server_fn::codec::Json)]
pub async fn load_questions() -> Result<Vec<QuestionCard>, ApiError> {
    let ctx = Ctx::get()?;
    ctx.backend
        .reviews
        .questions(ctx.require(Permission::Read)?, None)
        .await
        .map_err(into_api_error)
}
