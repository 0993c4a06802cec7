//! Stores images from outside for the library.

use ::blobs::{Blobs, Digest};
use files::images::Checked;
use model::{decide::ImageOut, execution::failure::Failure, id::ImageId, value::ImageRef};
use store::{
    blobs,
    error::{Doing, Result},
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
    let digest = Digest::from_content(&checked.bytes).to_string();
    let size = i64::try_from(checked.bytes.len()).unwrap_or(i64::MAX);
    let held = retry_while_away(|| hold(context, &digest, size, checked.media_type));
    let held = held.await.map_err(internal_failure)?;
    if let Err(error) = store.put(checked.bytes).await {
        release(context, held).await.map_err(internal_failure)?;
        return Err(error.into());
    }
    Ok(ImageOut {
        id: ImageId(Uuid::now_v7()),
        digest,
        media_type: checked.media_type.to_string(),
        bytes: size,
        width: checked.width,
        height: checked.height,
        alt,
    })
}

async fn hold(context: &JobContext, digest: &str, size: i64, media_type: &str) -> Result<Uuid> {
    blobs::hold(context.pool(), context.workspace, digest, size, media_type).await
}

async fn release(context: &JobContext, hold: Uuid) -> Result<()> {
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
