//! What waits for a decision, and the decision.

use leptos::prelude::*;
#[cfg(feature = "ssr")]
use model::{access::Permission, problem::Problem};
use model::{
    api::{
        compare::ItemChange,
        listing::{Page, PageRequest},
        reviews::{ReassignForm, ReviewFilter},
    },
    execution::question::{CallAnswer, QuestionCard},
    id::{ExecutionId, ReviewId},
    pages::{DecisionRow, PersonName, ReviewCard},
    review::Decision,
};
use serde_json::Value;

use super::ApiError;
#[cfg(feature = "ssr")]
use super::server::{Ctx, into_api_error};

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

/// A part of what was decided in the workspace, the latest first.
#[server(prefix = "/api/fn", endpoint = "review_decisions", input = leptos::server_fn::codec::Json)]
pub async fn load_decisions(
    /// How many rows at most, and where to go on.
    asked: PageRequest,
) -> Result<Page<DecisionRow>, ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::Read)?;
    ctx.backend.reviews.decisions(actor, &asked).await.map_err(into_api_error)
}

/// The members to whom a review can be given, from A to Z.
#[server(prefix = "/api/fn", endpoint = "deciders", input = leptos::server_fn::codec::Json)]
pub async fn load_deciders() -> Result<Vec<PersonName>, ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::Read)?;
    ctx.backend.reviews.deciders(actor).await.map_err(into_api_error)
}

/// Gives a review to others.
#[server(prefix = "/api/fn", endpoint = "reassign_review", input = leptos::server_fn::codec::Json)]
pub async fn reassign_review(
    /// The open review.
    review: ReviewId,
    /// Who decides it from now on.
    form: ReassignForm,
) -> Result<(), ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::DecideOwnReview)?;
    ctx.backend.reviews.reassign(actor, review, form).await.map_err(into_api_error)
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
    /// Of which review.
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

/// What differs from what its step asked about before.
#[server(prefix = "/api/fn", endpoint = "review_changes", input = leptos::server_fn::codec::Json)]
pub async fn load_review_changes(
    /// About which review.
    review: ReviewId,
) -> Result<Vec<ItemChange>, ApiError> {
    let ctx = Ctx::get()?;
    ctx.backend
        .reviews
        .review_changes(ctx.require(Permission::Read)?, review)
        .await
        .map_err(into_api_error)
}

/// Takes a decision; a conflict when somebody else was faster.
#[server(prefix = "/api/fn", endpoint = "decide", input = leptos::server_fn::codec::Json)]
pub async fn decide(
    /// About which review.
    review: ReviewId,
    /// What is decided.
    decision: Decision,
) -> Result<(), ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::DecideOwnReview)?;
    ctx.backend.reviews.decide(actor, review, decision).await.map_err(into_api_error)
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

/// Says what became of such a call; a conflict when somebody else was faster.
#[server(prefix = "/api/fn", endpoint = "answer_call", input = leptos::server_fn::codec::Json)]
pub async fn answer_call(
    /// Of which execution.
    execution: ExecutionId,
    /// What is said.
    answer: CallAnswer,
) -> Result<(), ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::ControlExecution)?;
    ctx.backend.reviews.answer_call(actor, execution, answer).await.map_err(into_api_error)
}
