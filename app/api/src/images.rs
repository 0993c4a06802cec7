//! Images of the library and on documents.

use leptos::prelude::*;
use model::{
    api::{
        documents::ImageFilter,
        listing::{Page, PageRequest},
    },
    id::{DocumentId, ImageId},
    library::{Arrangement, AttachedImage, ImageRow},
};

use super::ApiError;
#[cfg(feature = "ssr")]
use super::server::{Ctx, into_api_error};
#[cfg(feature = "ssr")]
use model::access::Permission;

/// A part of the pictures of the library, the latest first.
#[server(prefix = "/api/fn", endpoint = "images", input = leptos::server_fn::codec::Json)]
pub async fn load_images(
    /// What the pictures are narrowed by.
    filter: ImageFilter,
    /// How many rows at most, and where to go on.
    asked: PageRequest,
) -> Result<Page<ImageRow>, ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::Read)?;
    ctx.backend.library.images_page(actor, &filter, &asked).await.map_err(into_api_error)
}

/// Sets the description of an image, which is the same wherever the image is shown.
#[server(prefix = "/api/fn", endpoint = "describe_image", input = leptos::server_fn::codec::Json)]
pub async fn describe_image(
    /// The image of the library that is described.
    id: ImageId,
    /// The text read to people who do not see the image; empty removes it.
    alt: String,
) -> Result<ImageRow, ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::EditDocument)?;
    ctx.backend.library.describe_image(actor, id, &alt).await.map_err(into_api_error)
}

/// Deletes an image that nothing needs from the library.
#[server(prefix = "/api/fn", endpoint = "delete_image", input = leptos::server_fn::codec::Json)]
pub async fn delete_image(
    /// The image; a conflict when a document or a template still needs it.
    id: ImageId,
) -> Result<(), ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::EditDocument)?;
    ctx.backend.library.delete_image(actor, id).await.map_err(into_api_error)
}

/// Attaches, orders or detaches images of a document. Gives the images it then has, in order.
#[server(prefix = "/api/fn", endpoint = "arrange", input = leptos::server_fn::codec::Json)]
pub async fn arrange(
    /// The document whose images change.
    id: DocumentId,
    /// What is to change.
    what: Arrangement,
) -> Result<Vec<AttachedImage>, ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::EditDocument)?;
    ctx.backend.library.arrange(actor, id, what).await.map_err(into_api_error)
}

/// Sets the caption of an image on a document. Gives the images of the document, in order.
#[server(prefix = "/api/fn", endpoint = "caption_image", input = leptos::server_fn::codec::Json)]
pub async fn caption_image(
    /// The document the image is attached to.
    id: DocumentId,
    /// The image; its caption on other documents stays.
    image: ImageId,
    /// The caption as plain text; empty removes it.
    caption: String,
) -> Result<Vec<AttachedImage>, ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::EditDocument)?;
    ctx.backend.library.caption(actor, id, image, &caption).await.map_err(into_api_error)
}
