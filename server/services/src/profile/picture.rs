//! The picture of a person: a small copy of an image that they bring, made anew, so that nothing of
//! the file is left but what is seen.

use backend::actor::Actor;
use bytes::Bytes;
use model::{id::UserId, picture::PersonPicture};
use store::{
    error::{EngineError, Result},
    profile::{self, PictureFile},
};
use uuid::Uuid;

use super::{Profile, require_own};
use crate::{
    context::OrNotFound,
    uploads::receive::{check_image_file, checked_name},
};

/// The long side of the copy in pixels: four times what is shown, for screens of twice the pixels.
const SIDE: u32 = 256;

impl Profile {
    /// Puts a picture of the actor up, in the place of the one before.
    ///
    /// # Errors
    /// Too large or no image, with what was sent and what is allowed. The one before stays then.
    pub async fn set_picture(
        &self,
        actor: &Actor,
        name: &str,
        bytes: Bytes,
    ) -> Result<PersonPicture> {
        require_own(actor)?;
        let decoder = &self.ctx.deps.decoder;
        let checked = check_image_file(decoder, &checked_name(name), bytes).await?;
        let small = decoder.thumbnail(checked.bytes, SIDE).await;
        let small =
            small.map_err(|error| EngineError::internal("making a person's picture", error))?;
        let picture = PictureFile {
            version: Uuid::now_v7(),
            media_type: small.media_type.to_owned(),
            bytes: small.bytes,
        };
        let mut conn = self.ctx.connect("keeping a person's picture").await?;
        profile::set_picture(&mut conn, actor.user, &picture).await?;
        Ok(PersonPicture { user_id: actor.user, version: picture.version })
    }

    /// Takes the actor's picture down.
    pub async fn remove_picture(&self, actor: &Actor) -> Result<()> {
        require_own(actor)?;
        let mut conn = self.ctx.connect("deleting a person's picture").await?;
        profile::delete_picture(&mut conn, actor.user).await
    }

    /// The picture of a member of the actor's workspace.
    ///
    /// # Errors
    /// Not found for somebody who is no member, and for a member without a picture.
    pub async fn person_picture(&self, actor: &Actor, person: UserId) -> Result<PictureFile> {
        let mut conn = self.ctx.read(actor, "reading a person's picture").await?;
        let found = profile::find_picture(&mut conn, actor.workspace, person).await?;
        found.or_not_found("profile photo")
    }
}
