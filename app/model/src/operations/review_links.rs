//! The operations of links to reviews.

/// Links to reviews, for those who make them.
#[macro_export]
macro_rules! review_links_operations {
    ($then:path) => {
        $then! { reviews Reviews ReviewLinkOperations {
            /// Lists the active links to a review.
            GET "/reviews/{id}/links" DecideOwnReview load_review_links =
                review_links(review: $crate::id::ReviewId)
                -> all $crate::api::review_links::ReviewLinkRow;
            /// Creates a link that lets someone without an account decide a review.
            POST "/reviews/{id}/links" DecideOwnReview make_review_link = make_review_link(
                review: $crate::id::ReviewId; form: $crate::api::review_links::ReviewLinkForm)
                -> made $crate::api::review_links::NewReviewLink;
        } }
    };
}
