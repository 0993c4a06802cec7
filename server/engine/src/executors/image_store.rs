//! Stores images from outside for the library, and other files.

use ::blobs::{Blobs, Digest};
use bytes::Bytes;
use files::images::Checked;
use model::{decide::ImageOut, execution::failure::Failure, id::ImageId, value::ImageRef};
use store::{
    blobs,
    error::{Doing, Result as EngineResult},
};
use uuid::Uuid;

use super::failure::{internal_failure, retry_while_away};
use crate::job::JobContext;

/// Puts an image into the blob store, with a hold on it until the job's outcome is recorded.
pub async fn keep(
    context: &JobContext,
    store: &dyn Blobs,
    checked: Checked,
    alt: String,
) -> Result<ImageOut, Failure> {
    let held = store_held(context, store, checked.bytes, checked.media_type).await?;
    Ok(ImageOut {
        id: ImageId(Uuid::now_v7()),
        digest: held.digest,
        media_type: checked.media_type.to_string(),
        bytes: held.size,
        width: checked.width,
        height: checked.height,
        alt,
    })
}

/// A blob that nobody deletes for a day.
pub struct HeldFile {
    pub digest: String,
    pub size: i64,
    pub hold: Uuid,
}

/// Puts bytes into the blob store, with a hold on them.
pub async fn store_held(
    context: &JobContext,
    store: &dyn Blobs,
    bytes: Bytes,
    media_type: &str,
) -> Result<HeldFile, Failure> {
    let digest = Digest::from_content(&bytes).to_string();
    let size = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
    let held = retry_while_away(|| hold(context, &digest, size, media_type));
    let hold = held.await.map_err(internal_failure)?;
    if let Err(error) = store.put(bytes).await {
        release(context, hold).await.map_err(internal_failure)?;
        return Err(error.into());
    }
    Ok(HeldFile { digest, size, hold })
}

async fn hold(
    context: &JobContext,
    digest: &str,
    size: i64,
    media_type: &str,
) -> EngineResult<Uuid> {
    blobs::hold(context.pool(), context.workspace, digest, size, media_type).await
}

async fn release(context: &JobContext, hold: Uuid) -> EngineResult<()> {
    let mut conn =
        context.pool().acquire().await.doing("opening a connection to drop a picture")?;
    blobs::release(&mut conn, hold).await
}

/// The image as a value that nodes pass on.
pub fn reference(image: &ImageOut) -> ImageRef {
    ImageRef {
        image_id: image.id,
        width: image.width,
        height: image.height,
        media_type: image.media_type.clone(),
        alt: image.alt.clone(),
    }
}
