//! Reviews, questions about calls, and links to reviews.

use async_trait::async_trait;
use model::{
    api::{
        compare::ItemChange,
        listing::{Page, PageRequest},
        review_links::{
            LinkedChange, LinkedItem, LinkedReview, NewReviewLink, ReviewLinkForm, ReviewLinkRow,
        },
        reviews::{ReassignForm, ReviewFilter},
    },
    execution::question::{CallAnswer, QuestionCard},
    id::{ExecutionId, ReviewId},
    pages::{DecisionRow, PersonName, ReviewCard},
    problem::Problem,
    review::Decision,
};
use uuid::Uuid;

use crate::actor::{Actor, Origin};

/// Reviews, questions about calls, and links to reviews.
#[async_trait]
pub trait Reviews: Send + Sync {
    /// Makes a link to an open review.
    async fn make_review_link(
        &self,
        actor: &Actor,
        review: ReviewId,
        form: ReviewLinkForm,
    ) -> Result<NewReviewLink, Problem>;

    /// The links to a review that work, the newest first.
    async fn review_links(
        &self,
        actor: &Actor,
        review: ReviewId,
    ) -> Result<Vec<ReviewLinkRow>, Problem>;

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

    /// A page of what was decided in the workspace, the latest first.
    async fn decisions(
        &self,
        actor: &Actor,
        asked: &PageRequest,
    ) -> Result<Page<DecisionRow>, Problem>;

    /// The members to whom a review can be given, from A to Z.
    async fn deciders(&self, actor: &Actor) -> Result<Vec<PersonName>, Problem>;

    /// The reviews of an execution, decided ones too, the oldest first.
    async fn list_of_execution(
        &self,
        actor: &Actor,
        id: ExecutionId,
    ) -> Result<Vec<ReviewCard>, Problem>;

    /// One review of the actor's workspace.
    async fn review(&self, actor: &Actor, id: ReviewId) -> Result<ReviewCard, Problem>;

    /// How the items of a review differ from those of its node's previous review; empty for the
    /// node's first review.
    async fn review_changes(&self, actor: &Actor, id: ReviewId)
    -> Result<Vec<ItemChange>, Problem>;

    /// Decides a review, in the actor's own name.
    async fn decide(&self, actor: &Actor, id: ReviewId, decision: Decision) -> Result<(), Problem>;

    /// Gives an open review to others.
    async fn reassign(
        &self,
        actor: &Actor,
        id: ReviewId,
        form: ReassignForm,
    ) -> Result<(), Problem>;

    /// The calls of the workspace, or of one of its executions, that nobody knows the end of.
    async fn questions(
        &self,
        actor: &Actor,
        execution: Option<ExecutionId>,
    ) -> Result<Vec<QuestionCard>, Problem>;

    /// Takes a person's answer to whether a call was carried out whose outcome is unknown.
    async fn answer_call(
        &self,
        actor: &Actor,
        id: ExecutionId,
        answer: CallAnswer,
    ) -> Result<(), Problem>;
}
