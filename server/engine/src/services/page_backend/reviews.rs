//! What pages ask of reviews.

use backend::actor::{Actor, Origin};
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
    review::Decision,
};
use uuid::Uuid;

forward! {
    reviews::Reviews {
        fn make_review_link(actor: &Actor, review: ReviewId, form: ReviewLinkForm) -> NewReviewLink;
        fn review_links(actor: &Actor, review: ReviewId) -> Vec<ReviewLinkRow>;
        fn revoke_review_link(actor: &Actor, review: ReviewId, link: Uuid) -> ();
        fn review_by_link(token: &str, origin: &Origin) -> LinkedReview;
        fn item_by_link(token: &str, place: usize, origin: &Origin) -> LinkedItem;
        fn changes_by_link(token: &str, origin: &Origin) -> Vec<LinkedChange>;
        fn decide_by_link(token: &str, decision: Decision, origin: &Origin) -> ();
        fn list(actor: &Actor, filter: ReviewFilter, asked: &PageRequest) -> Page<ReviewCard>;
        fn decisions(actor: &Actor, asked: &PageRequest) -> Page<DecisionRow>;
        fn deciders(actor: &Actor) -> Vec<PersonName>;
        fn list_of_execution(actor: &Actor, id: ExecutionId) -> Vec<ReviewCard>;
        fn review(actor: &Actor, id: ReviewId) -> ReviewCard;
        fn review_changes(actor: &Actor, id: ReviewId) -> Vec<ItemChange>;
        fn decide(actor: &Actor, id: ReviewId, decision: Decision) -> ();
        fn reassign(actor: &Actor, id: ReviewId, form: ReassignForm) -> ();
        fn questions(actor: &Actor, execution: Option<ExecutionId>) -> Vec<QuestionCard>;
        fn answer_call(actor: &Actor, id: ExecutionId, answer: CallAnswer) -> ();
    }
}
