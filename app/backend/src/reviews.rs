//! Reviews, questions about calls, and links to reviews.

use async_trait::async_trait;
use model::{
    api::{
        listing::{Page, PageRequest},
        review_links::{LinkedChange, LinkedItem, LinkedReview},
        reviews::ReviewFilter,
    },
    execution::question::QuestionCard,
    id::{ExecutionId, ReviewId},
    pages::ReviewCard,
    problem::Problem,
    review::Decision,
};
use uuid::Uuid;

use crate::actor::{Actor, Origin};

model::reviews_operations!(crate::area::area);
model::review_links_operations!(crate::area::area);

/// Reviews, questions about calls, and links to reviews.
#[async_trait]
pub trait Reviews: ReviewOperations + ReviewLinkOperations {
    /// Ends a link.
    async fn revoke_review_link(
        &self,
        actor: &Actor,
        review: ReviewId,
        link: Uuid,
    ) -> Result<(), Problem>;

    /// The review that a link leads to. Opening it decides nothing.
    async fn review_by_link(&self, token: &str, origin: &Origin) -> Result<LinkedReview, Problem>;

    /// One reviewed item in full, by its index.
    async fn item_by_link(
        &self,
        token: &str,
        place: usize,
        origin: &Origin,
    ) -> Result<LinkedItem, Problem>;

    /// How the reviewed items differ from those of the node's previous review; empty for its first
    /// review.
    async fn changes_by_link(
        &self,
        token: &str,
        origin: &Origin,
    ) -> Result<Vec<LinkedChange>, Problem>;

    /// Decides a review by a link, in the name of the person who made the link.
    async fn decide_by_link(
        &self,
        token: &str,
        decision: Decision,
        origin: &Origin,
    ) -> Result<(), Problem>;

    /// A page of the open reviews of the workspace that the filter admits, the oldest first.
    async fn list(
        &self,
        actor: &Actor,
        filter: ReviewFilter,
        asked: &PageRequest,
    ) -> Result<Page<ReviewCard>, Problem>;

    /// The reviews of an execution, decided ones too, the oldest first.
    async fn list_of_execution(
        &self,
        actor: &Actor,
        id: ExecutionId,
    ) -> Result<Vec<ReviewCard>, Problem>;

    /// One review of the actor's workspace.
    async fn review(&self, actor: &Actor, id: ReviewId) -> Result<ReviewCard, Problem>;

    /// The calls of the workspace, or of one of its executions, that nobody knows the end of.
    async fn questions(
        &self,
        actor: &Actor,
        execution: Option<ExecutionId>,
    ) -> Result<Vec<QuestionCard>, Problem>;
}
