//! Pictures that people put into the library.

use bytes::Bytes;
use model::{
    access::Permission,
    api::{
        documents::ImageFilter,
        listing::{Page, PageRequest},
    },
    id::ImageId,
    library::ImageRow,
};
use uuid::Uuid;

use crate::{
    blobs::Digest,
    error::{Doing, EngineError, Result},
    images::Checked,
    services::{
        Services,
        actor::Actor,
        uploads::{checked_name, checked_picture},
    },
    store::{
        accounts,
        images::{self, NewImage},
        slice::{self, Slice},
    },
};

impl Services {
    /// Pictures of the workspace, the latest first.
    pub async fn images(&self, actor: &Actor) -> Result<Vec<ImageRow>> {
        let most = PageRequest { limit: Some(slice::MOST), cursor: None };
        Ok(self.images_page(actor, &ImageFilter::default(), &most).await?.items)
    }

    /// A part of the list of pictures, the latest first, as far as the filter leaves any.
    pub async fn images_page(
        &self,
        actor: &Actor,
        filter: &ImageFilter,
        asked: &PageRequest,
    ) -> Result<Page<ImageRow>> {
        actor.require(Permission::Read)?;
        let slice = Slice::asked(asked)?;
        let mut conn = self.pool.acquire().await.doing("listing pictures")?;
        images::list(&mut conn, actor.workspace, filter, slice).await
    }

    /// Puts a picture into the library; its name becomes its description.
    ///
    /// # Errors
    /// Too large or no picture, with what was sent and what is allowed; nothing is kept then.
    pub async fn add_image(&self, actor: &Actor, name: &str, bytes: Bytes) -> Result<ImageRow> {
        actor.require(Permission::EditDocument)?;
        let name = checked_name(name);
        let checked = checked_picture(&name, bytes).await?;
        let digest = Digest::of(&checked.bytes);
        let written = self.write_image(actor, &name, checked).await;
        if written.is_err() {
            self.forget(digest).await;
        }
        written
    }

    async fn write_image(&self, actor: &Actor, name: &str, checked: Checked) -> Result<ImageRow> {
        let mut tx = self.pool.begin().await.doing("keeping a picture")?;
        let project = accounts::default_project(&mut tx, actor.workspace).await?;
        let bytes = i64::try_from(checked.bytes.len()).unwrap_or(i64::MAX);
        let digest = self.put(&mut tx, actor.workspace, checked.bytes, checked.media_type).await?;
        let id = ImageId(Uuid::now_v7());
        let alt = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
        let new = NewImage {
            id,
            digest: &digest,
            media_type: checked.media_type,
            bytes,
            size: (checked.width, checked.height),
            alt,
        };
        images::insert(&mut tx, (actor.workspace, project), new).await?;
        let kept = images::find(&mut tx, actor.workspace, &[id]).await?.pop();
        tx.commit().await.doing("keeping a picture")?;
        kept.ok_or(EngineError::NotFound("image"))
    }
}
