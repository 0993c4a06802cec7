//! Comments on templates, documents, executions and reviews, and who is named in them.

use leptos::prelude::*;
use model::{
    api::listing::{Page, PageRequest},
    comment::{
        CommentChange, CommentFilter, CommentPerson, CommentThread, NewComment,
        subject::CommentSubject,
    },
    id::CommentId,
};

use super::ApiError;
#[cfg(feature = "ssr")]
use super::server::{Ctx, into_api_error};
#[cfg(feature = "ssr")]
use model::access::Permission;

/// A part of the threads about something, the latest first.
#[server(prefix = "/api/fn", endpoint = "comments", input = leptos::server_fn::codec::Json)]
pub async fn load_comments(
    /// What the threads are about, and whether they are open.
    filter: CommentFilter,
    /// How many threads at most, and where to go on.
    asked: PageRequest,
) -> Result<Page<CommentThread>, ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::Read)?;
    ctx.backend.comments.list(actor, &filter, &asked).await.map_err(into_api_error)
}

/// How many open threads each of these has, in the same order.
#[server(prefix = "/api/fn", endpoint = "count_comments", input = leptos::server_fn::codec::Json)]
pub async fn count_comments(
    /// At most 200 things or steps of them.
    subjects: Vec<CommentSubject>,
) -> Result<Vec<i64>, ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::Read)?;
    ctx.backend.comments.count(actor, &subjects).await.map_err(into_api_error)
}

/// Begins a thread, or replies in one; a conflict where that is resolved or full.
#[server(prefix = "/api/fn", endpoint = "add_comment", input = leptos::server_fn::codec::Json)]
pub async fn add_comment(
    /// Where it goes, and what it says.
    new: NewComment,
) -> Result<CommentThread, ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::Comment)?;
    ctx.backend.comments.add(actor, new).await.map_err(into_api_error)
}

/// Changes a comment of one's own.
#[server(prefix = "/api/fn", endpoint = "change_comment", input = leptos::server_fn::codec::Json)]
pub async fn change_comment(
    /// The comment.
    id: CommentId,
    /// What it says from now on.
    change: CommentChange,
) -> Result<CommentThread, ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::Comment)?;
    ctx.backend.comments.change(actor, id, change).await.map_err(into_api_error)
}

/// Deletes a comment of one's own, or as an admin anybody's.
#[server(prefix = "/api/fn", endpoint = "delete_comment", input = leptos::server_fn::codec::Json)]
pub async fn delete_comment(
    /// The comment; its thread goes with the last one.
    id: CommentId,
) -> Result<(), ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::Comment)?;
    ctx.backend.comments.delete(actor, id).await.map_err(into_api_error)
}

/// Resolves the thread of a comment.
#[server(prefix = "/api/fn", endpoint = "resolve_comments", input = leptos::server_fn::codec::Json)]
pub async fn resolve_comments(
    /// A comment of the thread.
    id: CommentId,
) -> Result<CommentThread, ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::Comment)?;
    ctx.backend.comments.resolve(actor, id).await.map_err(into_api_error)
}

/// Opens the thread of a comment again.
#[server(prefix = "/api/fn", endpoint = "reopen_comments", input = leptos::server_fn::codec::Json)]
pub async fn reopen_comments(
    /// A comment of the thread.
    id: CommentId,
) -> Result<CommentThread, ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::Comment)?;
    ctx.backend.comments.reopen(actor, id).await.map_err(into_api_error)
}

/// Members who can be named, from A to Z; at most ten.
#[server(prefix = "/api/fn", endpoint = "mentionable", input = leptos::server_fn::codec::Json)]
pub async fn find_mentionable(
    /// How a word of the name begins.
    begin: String,
) -> Result<Vec<CommentPerson>, ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::Comment)?;
    ctx.backend.comments.find_people(actor, &begin).await.map_err(into_api_error)
}

/// Notes that one has seen the comments about something that name one.
#[server(prefix = "/api/fn", endpoint = "see_mentions", input = leptos::server_fn::codec::Json)]
pub async fn see_mentions(
    /// What the comments are about.
    subject: CommentSubject,
) -> Result<(), ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::Read)?;
    ctx.backend.comments.see_mentions(actor, &subject).await.map_err(into_api_error)
}
