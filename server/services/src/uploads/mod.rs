//! Files that people upload for a launch; nothing is left of a failed one.

pub(super) mod blobs;
pub(super) mod receive;

use std::sync::Arc;

use backend::actor::Actor;
use bytes::Bytes;
use model::{access::Permission, id::UploadId, library::Upload};
use store::{error::Result, uploads};

use self::{
    blobs::{drop_held_blob, forget_blob_named},
    receive::{Received, receive},
};
use super::context::ServiceContext;
use crate::context::OrNotFound;

/// Uploaded files that no execution or document has taken yet.
#[derive(Clone)]
pub struct Uploads {
    pub(super) ctx: Arc<ServiceContext>,
}

impl Uploads {
    /// Stores a file for a later launch: an image, a PDF or a text.
    ///
    /// # Errors
    /// Too large, of another kind or of another than its name says, with what was sent and what is
    /// allowed; nothing is kept then.
    pub async fn upload(&self, actor: &Actor, name: &str, bytes: Bytes) -> Result<Upload> {
        actor.require(Permission::LaunchTemplate)?;
        let received = receive(&self.ctx, actor, name, bytes).await?;
        let written = self.write_upload(actor, &received).await;
        if written.is_err() {
            drop_held_blob(&self.ctx, &received.held).await;
        }
        written.map(|()| received.upload)
    }

    async fn write_upload(&self, actor: &Actor, received: &Received) -> Result<()> {
        let mut tx = self.ctx.begin("keeping a file").await?;
        received.record(&mut tx, actor).await?;
        tx.commit().await
    }

    /// Removes one's own file that no execution has taken.
    pub async fn discard_upload(&self, actor: &Actor, id: UploadId) -> Result<()> {
        let mut conn =
            self.ctx.connect_as(actor, Permission::LaunchTemplate, "removing a file").await?;
        let removed = uploads::remove(&mut conn, actor.workspace, actor.user, id).await?;
        drop(conn);
        let removed = removed.or_not_found("file")?;
        forget_blob_named(&self.ctx, &removed).await;
        Ok(())
    }
}
