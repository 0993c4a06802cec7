//! The operations of reviews.

/// Reviews, and questions about calls.
#[macro_export]
macro_rules! reviews_operations {
    ($then:path) => {
        $then! { reviews Reviews ReviewOperations {
            /// A part of what was decided in the workspace, the latest first.
            PAGE Read load_decisions = decisions(asked: $crate::api::listing::PageRequest as &)
                -> one $crate::api::listing::Page<$crate::pages::DecisionRow>;
            /// The members to whom a review can be given, from A to Z.
            PAGE Read load_deciders = deciders() -> all $crate::pages::PersonName;
            /// Gives an open review to others.
            PAGE DecideOwnReview reassign_review = reassign(
                review: $crate::id::ReviewId, form: $crate::api::reviews::ReassignForm) -> done;
            /// Lists the changes since the previous round of the review, item by item.
            GET "/reviews/{id}/changes" Read load_review_changes =
                review_changes(review: $crate::id::ReviewId)
                -> all $crate::api::compare::ItemChange;
            /// Takes a decision; a conflict when somebody else was faster.
            PAGE DecideOwnReview decide =
                decide(review: $crate::id::ReviewId, decision: $crate::review::Decision) -> done;
            /// Resolves a call with an unknown result: again, done (with its result) or skip.
            POST "/workflows/executions/{id}/answer" ControlExecution answer_call = answer_call(
                execution: $crate::id::ExecutionId; answer: $crate::execution::question::CallAnswer)
                -> done;
        } }
    };
}
