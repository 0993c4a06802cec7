//! Links to reviews over the API: made by people who may decide, used by anybody who has one.

use axum::{
    Json as Answer,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
};
use model::{
    access::Permission,
    api::review_links::{LinkedChange, LinkedReview},
    id::ReviewId,
    review::Decision,
};
use services::Services;
use uuid::Uuid;

use super::{
    library::serve_image,
    listing::List,
    routes::{Access, Routes},
};
use crate::{
    auth::caller::{Caller, Visit},
    error::Result,
    http::json::{Json, Path},
};

model::review_links_operations!(crate::rest::operation::operations);

pub(super) fn mount(routes: Routes) -> Routes {
    let decides = Access::Needs(Permission::DecideOwnReview);
    let anybody = Access::Public;
    operations(routes)
        .mount(decides.delete("/reviews/{id}/links/{link}", "Revokes a link to a review."), revoke)
        .mount(anybody.get("/review-links/{link}", "Shows the review behind a link."), show)
        .mount(
            anybody
                .get("/review-links/{link}/pictures/{place}", "Returns an image under review.")
                .sends("image/*"),
            image,
        )
        .mount(
            anybody
                .get(
                    "/review-links/{link}/pictures/{place}/before",
                    "Returns an image as it was in the previous round of the review.",
                )
                .sends("image/*"),
            image_before,
        )
        .mount(
            anybody.get(
                "/review-links/{link}/changes",
                "Lists the changes since the previous round of the review, item by item.",
            ),
            changes,
        )
        .mount(
            anybody.post(
                "/review-links/{link}/decision",
                "Approves, requests changes or rejects, on behalf of the person who created the \
                 link.",
            ),
            decide,
        )
}

async fn revoke(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path((review, link)): Path<(ReviewId, Uuid)>,
) -> Result<StatusCode> {
    services.reviews.revoke_review_link(&actor, review, link).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn show(
    State(services): State<Services>,
    Visit(ctx): Visit,
    Path(link): Path<String>,
) -> Result<Answer<LinkedReview>> {
    Ok(Answer(services.reviews.review_by_link(&link, &ctx.origin).await?))
}

async fn image(
    State(services): State<Services>,
    Visit(ctx): Visit,
    Path((link, place)): Path<(String, usize)>,
    headers: HeaderMap,
) -> Result<Response> {
    let image = services.reviews.image_by_link(&link, place, &ctx.origin).await?;
    Ok(serve_image(image, &headers))
}

async fn image_before(
    State(services): State<Services>,
    Visit(ctx): Visit,
    Path((link, place)): Path<(String, usize)>,
    headers: HeaderMap,
) -> Result<Response> {
    let image = services.reviews.image_before_by_link(&link, place, &ctx.origin).await?;
    Ok(serve_image(image, &headers))
}

async fn changes(
    State(services): State<Services>,
    Visit(ctx): Visit,
    Path(link): Path<String>,
) -> Result<Answer<List<LinkedChange>>> {
    Ok(List::answer(services.reviews.changes_by_link(&link, &ctx.origin).await?))
}

async fn decide(
    State(services): State<Services>,
    Visit(ctx): Visit,
    Path(link): Path<String>,
    Json(decision): Json<Decision>,
) -> Result<StatusCode> {
    services.reviews.decide_by_link(&link, decision, &ctx.origin).await?;
    Ok(StatusCode::NO_CONTENT)
}
