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
use super::server::{Ctx, refused};
#[cfg(feature = "ssr")]
use model::access::Permission;

/// A part of the pictures of the library, the latest first.
#[server(prefix = "/api/fn", endpoint = "images", input = leptos::server_fn::codec::Json)]
pub async fn load_images(
    /// Which.
    filter: ImageFilter,
    /// Which part.
    asked: PageRequest,
) -> Result<Page<ImageRow>, ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::Read)?;
    ctx.services.images_page(actor, &filter, &asked).await.map_err(refused)
}

/// Says what an image shows, wherever it is shown.
#[server(prefix = "/api/fn", endpoint = "describe_image", input = leptos::server_fn::codec::Json)]
pub async fn describe_image(
    /// Which.
    id: ImageId,
    /// What it shows.
    alt: String,
) -> Result<ImageRow, ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::EditDocument)?;
    ctx.services.describe_image(actor, id, &alt).await.map_err(refused)
}

/// Deletes an image that nothing needs from the library.
#[server(prefix = "/api/fn", endpoint = "delete_image", input = leptos::server_fn::codec::Json)]
pub async fn delete_image(
    /// Which.
    id: ImageId,
) -> Result<(), ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::EditDocument)?;
    ctx.services.delete_image(actor, id).await.map_err(refused)
}

/// Changes the images of a document; those it then has.
#[server(prefix = "/api/fn", endpoint = "arrange", input = leptos::server_fn::codec::Json)]
pub async fn arrange(
    /// Which document.
    id: DocumentId,
    /// What is to change.
    what: Arrangement,
) -> Result<Vec<AttachedImage>, ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::EditDocument)?;
    ctx.services.arrange(actor, id, what).await.map_err(refused)
}

/// Puts words under an image on a document; the images it has.
#[server(prefix = "/api/fn", endpoint = "caption_image", input = leptos::server_fn::codec::Json)]
pub async fn caption_image(
    /// Which document.
    id: DocumentId,
    /// Which image.
    image: ImageId,
    /// The words.
    caption: String,
) -> Result<Vec<AttachedImage>, ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::EditDocument)?;
    ctx.services.caption(actor, id, image, &caption).await.map_err(refused)
}
