//! Images that people put into the library.

use backend::actor::Actor;
use bytes::Bytes;
use files::images::Checked;
use model::{
    access::Permission,
    api::{
        documents::ImageFilter,
        listing::{Page, PageRequest},
    },
    audit::AuditAction,
    id::{ImageId, ProjectId},
    library::{ImageRow, image_words},
};
use store::{
    audit,
    error::{Doing, EngineError, Result},
    images::{self, NewImage},
    page_query::{self, PageQuery},
};
use uuid::Uuid;

use super::Library;
use crate::services::{
    audit::entry,
    projects::project_or_default,
    uploads::{
        blobs::{HeldBlob, drop_held_blob, hold_blob},
        receive::{check_image_file, checked_name},
    },
};

impl Library {
    /// Images of the workspace, the latest first.
    pub async fn images(&self, actor: &Actor) -> Result<Vec<ImageRow>> {
        let most = PageRequest { limit: Some(page_query::MAX_LIMIT), cursor: None };
        Ok(self.images_page(actor, &ImageFilter::default(), &most).await?.items)
    }

    /// A part of the list of images, the latest first, as far as the filter leaves any.
    pub async fn images_page(
        &self,
        actor: &Actor,
        filter: &ImageFilter,
        asked: &PageRequest,
    ) -> Result<Page<ImageRow>> {
        actor.require(Permission::Read)?;
        let page = PageQuery::from_request(asked)?;
        let mut conn = self.context.pool.acquire().await.doing("listing pictures")?;
        images::list(&mut conn, actor.workspace, filter, page).await
    }

    /// Puts an image into the library; its name becomes its description.
    ///
    /// # Errors
    /// Too large or no image, with what was sent and what is allowed; a project that the workspace
    /// has not, or that is put away. Nothing is kept then.
    pub async fn add_image(
        &self,
        actor: &Actor,
        project: Option<ProjectId>,
        name: &str,
        bytes: Bytes,
    ) -> Result<ImageRow> {
        actor.require(Permission::EditDocument)?;
        let name = checked_name(name);
        let checked = check_image_file(&self.context.deps.decoder, &name, bytes).await?;
        let (bytes, media_type) = (checked.bytes.clone(), checked.media_type);
        let held = hold_blob(&self.context, actor.workspace, bytes, media_type).await?;
        let written = self.write_image(actor, project, &name, &checked, &held).await;
        if written.is_err() {
            drop_held_blob(&self.context, &held).await;
        }
        written
    }

    /// Sets the alternative text of an image.
    ///
    /// # Errors
    /// An unknown image; words beyond what is allowed, with the numbers.
    pub async fn describe_image(&self, actor: &Actor, id: ImageId, alt: &str) -> Result<ImageRow> {
        actor.require(Permission::EditDocument)?;
        let alt = image_words("alt", alt)?;
        let mut tx = store::begin(&self.context.pool).await.doing("describing a picture")?;
        if !images::describe(&mut tx, actor.workspace, id, &alt).await? {
            return Err(EngineError::NotFound("image"));
        }
        audit::append(&mut tx, entry(actor, AuditAction::ImageDescribed, Some(id.to_string())))
            .await?;
        let row = images::find(&mut tx, actor.workspace, &[id]).await?.pop();
        tx.commit().await.doing("describing a picture")?;
        row.ok_or(EngineError::NotFound("image"))
    }

    async fn write_image(
        &self,
        actor: &Actor,
        project: Option<ProjectId>,
        name: &str,
        checked: &Checked,
        held: &HeldBlob,
    ) -> Result<ImageRow> {
        let mut tx = store::begin(&self.context.pool).await.doing("keeping a picture")?;
        let project = project_or_default(&mut tx, actor, project).await?;
        let bytes = i64::try_from(checked.bytes.len()).unwrap_or(i64::MAX);
        let id = ImageId(Uuid::now_v7());
        let alt = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
        let new = NewImage {
            id,
            digest: &held.digest(),
            media_type: checked.media_type,
            bytes,
            size: (checked.width, checked.height),
            alt,
        };
        images::insert(&mut tx, actor.workspace, project, new).await?;
        held.release(&mut tx).await?;
        let kept = images::find(&mut tx, actor.workspace, &[id]).await?.pop();
        tx.commit().await.doing("keeping a picture")?;
        kept.ok_or(EngineError::NotFound("image"))
    }
}
