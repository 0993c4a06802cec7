//! Links to reviews: made by who may decide, used by whoever has one.

use leptos::prelude::*;
#[cfg(feature = "ssr")]
use model::access::Permission;
use model::{
    api::review_links::{
        LinkedChange, LinkedItem, LinkedReview, NewReviewLink, ReviewLinkForm, ReviewLinkRow,
    },
    id::ReviewId,
    review::Decision,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

#[cfg(feature = "ssr")]
use super::server::{Ctx, refused};
use super::{ApiError, html::SafeHtml};

/// What a link leads to, ready to be read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LinkedReading {
    /// The review.
    pub review: LinkedReview,
    /// The texts of documents among its items, by place.
    pub documents: Vec<Option<SafeHtml>>,
}

/// Makes a link to a review.
#[server(prefix = "/api/fn", endpoint = "make_review_link", input = leptos::server_fn::codec::Json)]
pub async fn make_review_link(
    /// Which review.
    review: ReviewId,
    /// How long it works.
    form: ReviewLinkForm,
) -> Result<NewReviewLink, ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::DecideOwnReview)?;
    ctx.services.make_review_link(actor, review, form).await.map_err(refused)
}

/// The links to a review that work, the newest first.
#[server(prefix = "/api/fn", endpoint = "review_links", input = leptos::server_fn::codec::Json)]
pub async fn load_review_links(
    /// Which review.
    review: ReviewId,
) -> Result<Vec<ReviewLinkRow>, ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::DecideOwnReview)?;
    ctx.services.review_links(actor, review).await.map_err(refused)
}

/// Ends a link.
#[server(prefix = "/api/fn", endpoint = "revoke_review_link", input = leptos::server_fn::codec::Json)]
pub async fn revoke_review_link(
    /// To which review.
    review: ReviewId,
    /// Which link.
    link: Uuid,
) -> Result<(), ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::DecideOwnReview)?;
    ctx.services.revoke_review_link(actor, review, link).await.map_err(refused)
}

/// What a link asks to decide.
#[server(prefix = "/api/fn", endpoint = "linked_review", input = leptos::server_fn::codec::Json)]
pub async fn load_linked_review(
    /// The last part of the link.
    link: String,
) -> Result<LinkedReading, ApiError> {
    let ctx = Ctx::get()?;
    let found = ctx.services.review_by_link(&link, &ctx.origin).await;
    let mut review = found.map_err(refused)?.begun();
    let documents = review.items.iter_mut().map(rendered).collect();
    Ok(LinkedReading { review, documents })
}

/// All of an item of which the page of a link has the beginning only.
#[server(prefix = "/api/fn", endpoint = "linked_item", input = leptos::server_fn::codec::Json)]
pub async fn load_linked_item(
    /// The last part of the link.
    link: String,
    /// Its place among the items, from 0.
    place: usize,
) -> Result<(LinkedItem, Option<SafeHtml>), ApiError> {
    let ctx = Ctx::get()?;
    let found = ctx.services.item_by_link(&link, place, &ctx.origin).await;
    let mut item = found.map_err(refused)?;
    let html = rendered(&mut item);
    Ok((item, html))
}

/// What a document says as HTML; the text itself need not travel as well.
#[cfg(feature = "ssr")]
fn rendered(item: &mut LinkedItem) -> Option<SafeHtml> {
    match item {
        LinkedItem::Document { text, .. } => Some(SafeHtml::of_markdown(&std::mem::take(text))),
        _ => None,
    }
}

/// What is different in what a link asks to decide, since its step asked before.
#[server(prefix = "/api/fn", endpoint = "linked_changes", input = leptos::server_fn::codec::Json)]
pub async fn load_linked_changes(
    /// The last part of the link.
    link: String,
) -> Result<Vec<LinkedChange>, ApiError> {
    let ctx = Ctx::get()?;
    ctx.services.changes_by_link(&link, &ctx.origin).await.map_err(refused)
}

/// Takes a decision by a link.
#[server(prefix = "/api/fn", endpoint = "decide_by_link", input = leptos::server_fn::codec::Json)]
pub async fn decide_by_link(
    /// The last part of the link.
    link: String,
    /// What is decided.
    decision: Decision,
) -> Result<(), ApiError> {
    let ctx = Ctx::get()?;
    ctx.services.decide_by_link(&link, decision, &ctx.origin).await.map_err(refused)
}
