//! Links to reviews: made by who may decide, used by whoever has one.

use leptos::prelude::*;
#[cfg(feature = "ssr")]
use model::access::Permission;
use model::{
    api::review_links::{LinkedChange, LinkedItem, LinkedReview},
    id::ReviewId,
    review::Decision,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

#[cfg(feature = "ssr")]
use super::server::{Ctx, into_api_error};
use super::{ApiError, html::SafeHtml};

model::review_links_operations!(crate::call::functions);

/// What a link leads to, ready to be read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LinkedReading {
    /// The review without the texts that `documents` has.
    pub review: LinkedReview,
    /// The HTML of each item that is a document, by the index of the item; none for other items.
    pub documents: Vec<Option<SafeHtml>>,
}

/// Ends a link.
#[server(prefix = "/api/fn", endpoint = "revoke_review_link", input = leptos::server_fn::codec::Json)]
pub async fn revoke_review_link(
    /// The review that the link leads to.
    review: ReviewId,
    /// The id of the link, not the secret in it.
    link: Uuid,
) -> Result<(), ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::DecideOwnReview)?;
    ctx.backend.reviews.revoke_review_link(actor, review, link).await.map_err(into_api_error)
}

/// What a link asks to decide.
#[server(prefix = "/api/fn", endpoint = "linked_review", input = leptos::server_fn::codec::Json)]
pub async fn load_linked_review(
    /// The last part of the link.
    link: String,
) -> Result<LinkedReading, ApiError> {
    let ctx = Ctx::get()?;
    let found = ctx.backend.reviews.review_by_link(&link, &ctx.origin).await;
    let mut review = found.map_err(into_api_error)?.truncate_items();
    let mut documents = vec![];
    for item in &mut review.items {
        documents.push(take_html(item).await?);
    }
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
    let found = ctx.backend.reviews.item_by_link(&link, place, &ctx.origin).await;
    let mut item = found.map_err(into_api_error)?;
    let html = take_html(&mut item).await?;
    Ok((item, html))
}

/// The HTML of an item that is a document; its text is taken out, so that it is not sent twice.
#[cfg(feature = "ssr")]
async fn take_html(item: &mut LinkedItem) -> Result<Option<SafeHtml>, ApiError> {
    match item {
        LinkedItem::Document { text, .. } => {
            SafeHtml::from_markdown(std::mem::take(text)).await.map(Some)
        }
        _ => Ok(None),
    }
}

/// What is different in what a link asks to decide, since its step asked before.
#[server(prefix = "/api/fn", endpoint = "linked_changes", input = leptos::server_fn::codec::Json)]
pub async fn load_linked_changes(
    /// The last part of the link.
    link: String,
) -> Result<Vec<LinkedChange>, ApiError> {
    let ctx = Ctx::get()?;
    ctx.backend.reviews.changes_by_link(&link, &ctx.origin).await.map_err(into_api_error)
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
    ctx.backend.reviews.decide_by_link(&link, decision, &ctx.origin).await.map_err(into_api_error)
}
