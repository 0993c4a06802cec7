//! Comments on templates, documents, executions and reviews, and who is named in them.

use async_trait::async_trait;
use model::{
    api::listing::{Page, PageRequest},
    comment::{
        CommentChange, CommentFilter, CommentPerson, CommentThread, NewComment,
        subject::CommentSubject,
    },
    id::CommentId,
    problem::Problem,
};

use crate::actor::Actor;

/// Comments and mentions.
#[async_trait]
pub trait Comments: Send + Sync {
    /// A page of the threads that the filter admits, the latest first.
    async fn list(
        &self,
        actor: &Actor,
        filter: &CommentFilter,
        asked: &PageRequest,
    ) -> Result<Page<CommentThread>, Problem>;

    /// How many open threads each of these has, in the same order; of what is not there, none.
    async fn count(&self, actor: &Actor, subjects: &[CommentSubject]) -> Result<Vec<i64>, Problem>;

    /// Begins a thread, or replies in one that is open; gives the thread as it is then.
    async fn add(&self, actor: &Actor, new: NewComment) -> Result<CommentThread, Problem>;

    /// Changes a comment of the actor's own; gives the thread as it is then.
    async fn change(
        &self,
        actor: &Actor,
        id: CommentId,
        change: CommentChange,
    ) -> Result<CommentThread, Problem>;

    /// Deletes a comment of the actor's own, or as an admin anybody's; a thread goes with its last
    /// comment.
    async fn delete(&self, actor: &Actor, id: CommentId) -> Result<(), Problem>;

    /// Resolves the thread of a comment; gives the thread as it is then.
    async fn resolve(&self, actor: &Actor, id: CommentId) -> Result<CommentThread, Problem>;

    /// Opens the thread of a comment again; gives the thread as it is then.
    async fn reopen(&self, actor: &Actor, id: CommentId) -> Result<CommentThread, Problem>;

    /// The members who can be named by this beginning of a word of their names, from A to Z; at
    /// most ten.
    async fn find_people(&self, actor: &Actor, begin: &str) -> Result<Vec<CommentPerson>, Problem>;

    /// Notes that the actor has seen the comments that name them, about this or a step of it.
    async fn see_mentions(&self, actor: &Actor, subject: &CommentSubject) -> Result<(), Problem>;
}
