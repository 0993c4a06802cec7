//! Images on documents over the API.

use axum::Json as Answer;
use model::{
    access::Permission,
    id::{DocumentId, ImageId},
    library::{Arrangement, AttachedImage},
    problem::{FieldProblem, Problem},
};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::rest::{
    listing::All,
    routes::{Access, Routes},
};
use crate::{
    auth::caller::{Caller, Visit},
    error::Refusal,
    http::json::{Json, Path},
};

type Result<T, E = Refusal> = std::result::Result<T, E>;

pub(super) fn mount(routes: Routes) -> Routes {
    let edit = Access::Needs(Permission::EditDocument);
    let (all, one) = ("/documents/{id}/attachments", "/documents/{id}/attachments/{image}");
    routes
        .mount(
            Access::Needs(Permission::Read)
                .get(all, "Lists the images on a document, the primary one first."),
            list,
        )
        .mount(edit.post(all, "Attaches images to a document, at most 20."), attach)
        .mount(
            edit.put(one, "Makes an image on a document the primary one, or puts words under it."),
            change,
        )
        .mount(edit.delete(one, "Takes an image off a document; the image itself stays."), detach)
        .mount(
            edit.put(
                "/documents/{id}/attachments/{image}/primary",
                "Makes an image on a document the primary one.",
            ),
            make_primary,
        )
}

type Images = Answer<All<AttachedImage>>;

async fn list(
    Visit(ctx): Visit,
    Caller(actor): Caller,
    Path(id): Path<DocumentId>,
) -> Result<Images> {
    Ok(All::answer(ctx.services.attachments(&actor, id).await?))
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Attach {
    image_ids: Vec<ImageId>,
}

async fn attach(
    Visit(ctx): Visit,
    Caller(actor): Caller,
    Path(id): Path<DocumentId>,
    Json(Attach { image_ids }): Json<Attach>,
) -> Result<Images> {
    Ok(All::answer(ctx.services.arrange(&actor, id, Arrangement::Attach(image_ids)).await?))
}

async fn detach(
    Visit(ctx): Visit,
    Caller(actor): Caller,
    Path((id, image)): Path<(DocumentId, ImageId)>,
) -> Result<Images> {
    Ok(All::answer(ctx.services.arrange(&actor, id, Arrangement::Detach(image)).await?))
}

/// What may be changed of an image on a document; what is absent stays.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Change {
    is_primary: Option<bool>,
    caption: Option<String>,
}

async fn change(
    Visit(ctx): Visit,
    Caller(actor): Caller,
    Path((id, image)): Path<(DocumentId, ImageId)>,
    Json(Change { is_primary, caption }): Json<Change>,
) -> Result<Images> {
    if is_primary == Some(false) {
        let message =
            "A document with images has a primary one: make another image primary instead.";
        let wrong = FieldProblem::field("no_primary", "is_primary", message);
        return Err(Problem::invalid("The attachment was not changed.", vec![wrong]).into());
    }
    if let Some(words) = caption {
        ctx.services.caption(&actor, id, (image, &words)).await?;
    }
    if is_primary.is_some() {
        ctx.services.arrange(&actor, id, Arrangement::MakePrimary(image)).await?;
    }
    Ok(All::answer(ctx.services.attachments(&actor, id).await?))
}

async fn make_primary(
    Visit(ctx): Visit,
    Caller(actor): Caller,
    Path((id, image)): Path<(DocumentId, ImageId)>,
) -> Result<Images> {
    Ok(All::answer(ctx.services.arrange(&actor, id, Arrangement::MakePrimary(image)).await?))
}
