//! Images on documents over the API.

use axum::{Json as Answer, extract::State};
use model::{
    access::Permission,
    id::{DocumentId, ImageId},
    library::{Arrangement, AttachedImage},
    problem::{FieldProblem, Problem},
};
use schemars::JsonSchema;
use serde::Deserialize;
use services::Services;

use crate::rest::{
    listing::List,
    routes::{Access, Routes},
};
use crate::{
    auth::caller::Caller,
    error::Result,
    http::json::{Json, Path},
};

pub(super) fn mount(routes: Routes) -> Routes {
    let edit = Access::Needs(Permission::EditDocument);
    let (all, one) = ("/documents/{id}/attachments", "/documents/{id}/attachments/{image}");
    routes
        .mount(
            Access::Needs(Permission::Read)
                .get(all, "Lists the images of a document, the primary one first."),
            list,
        )
        .mount(edit.post(all, "Attaches images to a document, at most 20."), attach)
        .mount(
            edit.put(one, "Makes an image of a document the primary one, or sets its caption."),
            change,
        )
        .mount(
            edit.delete(one, "Detaches an image from a document; the image stays in the library."),
            detach,
        )
        .mount(
            edit.put(
                "/documents/{id}/attachments/{image}/primary",
                "Makes an image of a document the primary one.",
            ),
            make_primary,
        )
}

type Images = Answer<List<AttachedImage>>;

async fn list(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path(id): Path<DocumentId>,
) -> Result<Images> {
    Ok(List::answer(services.library.attachments(&actor, id).await?))
}

/// The images to attach: several at the end (`image_ids`), or one at a position (`image_id`).
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Attach {
    #[serde(default)]
    image_ids: Vec<ImageId>,
    image_id: Option<ImageId>,
    /// Whether the image of `image_id` becomes the primary one.
    #[serde(default)]
    is_primary: bool,
    /// Whether the first of `image_ids` becomes the primary one.
    #[serde(default)]
    set_first_as_primary: bool,
    /// The position of the image of `image_id`, counted from 1; at the end when absent.
    attachment_order: Option<usize>,
}

impl Attach {
    /// The changes of the document's images, in the order in which they are made.
    fn arrangements(self) -> Result<Vec<Arrangement>, Problem> {
        let image = match (self.image_id, self.image_ids.first()) {
            (Some(image), None) => image,
            (None, Some(first)) => {
                let primary = self.set_first_as_primary.then_some(Arrangement::MakePrimary(*first));
                return Ok([Arrangement::Attach(self.image_ids)]
                    .into_iter()
                    .chain(primary)
                    .collect());
            }
            (Some(_), Some(_)) => return Err(unclear("Send image_id or image_ids, not both.")),
            (None, None) => return Err(unclear("Send image_ids, or image_id for one image.")),
        };
        let order = self.attachment_order.map(|order| to_place(image, order));
        let primary = self.is_primary.then_some(Arrangement::MakePrimary(image));
        Ok([Arrangement::Attach(vec![image])].into_iter().chain(primary.or(order)).collect())
    }
}

fn unclear(words: &str) -> Problem {
    let wrong = FieldProblem::field("bad_shape", "image_ids", words);
    Problem::invalid("The images were not attached.", vec![wrong])
}

/// Positions count from 1; 0 is accepted as the first too.
fn to_place(image: ImageId, order: usize) -> Arrangement {
    Arrangement::Place(image, order.saturating_sub(1))
}

async fn attach(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path(id): Path<DocumentId>,
    Json(attach): Json<Attach>,
) -> Result<Images> {
    let changes = attach.arrangements()?;
    Ok(List::answer(services.library.arrange_all(&actor, id, &changes).await?))
}

async fn detach(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path((id, image)): Path<(DocumentId, ImageId)>,
) -> Result<Images> {
    Ok(List::answer(services.library.arrange(&actor, id, Arrangement::Detach(image)).await?))
}

/// The changes of an image on a document; what is absent stays as it is.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Change {
    is_primary: Option<bool>,
    caption: Option<String>,
    /// The position, counted from 1; the first image is the primary one.
    attachment_order: Option<usize>,
}

async fn change(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path((id, image)): Path<(DocumentId, ImageId)>,
    Json(Change { is_primary, caption, attachment_order }): Json<Change>,
) -> Result<Images> {
    if is_primary == Some(false) && attachment_order.is_none_or(|order| order < 2) {
        let message =
            "A document with images needs a primary one. Make another image primary instead.";
        let wrong = FieldProblem::field("no_primary", "is_primary", message);
        return Err(Problem::invalid("The attachment was not changed.", vec![wrong]).into());
    }
    if let Some(words) = caption {
        services.library.caption(&actor, id, image, &words).await?;
    }
    if is_primary == Some(true) {
        services.library.arrange(&actor, id, Arrangement::MakePrimary(image)).await?;
    } else if let Some(order) = attachment_order {
        services.library.arrange(&actor, id, to_place(image, order)).await?;
    }
    Ok(List::answer(services.library.attachments(&actor, id).await?))
}

async fn make_primary(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path((id, image)): Path<(DocumentId, ImageId)>,
) -> Result<Images> {
    Ok(List::answer(services.library.arrange(&actor, id, Arrangement::MakePrimary(image)).await?))
}
