//! What pages ask of reviews.

use backend::actor::{Actor, Origin};
use model::{
    api::{
        listing::{Page, PageRequest},
        review_links::{LinkedChange, LinkedItem, LinkedReview},
        reviews::ReviewFilter,
    },
    execution::question::QuestionCard,
    id::{ExecutionId, ReviewId},
    pages::ReviewCard,
    review::Decision,
};
use uuid::Uuid;

forward! {
    reviews::Reviews {
        fn revoke_review_link(actor: &Actor, review: ReviewId, link: Uuid) -> ();
        fn review_by_link(token: &str, origin: &Origin) -> LinkedReview;
        fn item_by_link(token: &str, place: usize, origin: &Origin) -> LinkedItem;
        fn changes_by_link(token: &str, origin: &Origin) -> Vec<LinkedChange>;
        fn decide_by_link(token: &str, decision: Decision, origin: &Origin) -> ();
        fn list(actor: &Actor, filter: ReviewFilter, asked: &PageRequest) -> Page<ReviewCard>;
        fn list_of_execution(actor: &Actor, id: ExecutionId) -> Vec<ReviewCard>;
        fn review(actor: &Actor, id: ReviewId) -> ReviewCard;
        fn questions(actor: &Actor, execution: Option<ExecutionId>) -> Vec<QuestionCard>;
    }
}
