//! Pictures that come from outside, on their way into the library.

use bytes::Bytes;
use model::{decide::ImageOut, execution::failure::Failure, id::ImageId, value::ImageRef};
use uuid::Uuid;

use crate::{blobs::Blobs, images};

/// Checks a picture and puts it into the blob store.
pub async fn keep(blobs: &dyn Blobs, bytes: &Bytes, alt: String) -> Result<ImageOut, Failure> {
    let checked = images::check(bytes.clone()).await.map_err(Failure::from)?;
    let digest = blobs.put(checked.bytes.clone()).await.map_err(Failure::from)?;
    Ok(ImageOut {
        id: ImageId(Uuid::now_v7()),
        digest: digest.to_string(),
        media_type: checked.media_type.to_string(),
        bytes: i64::try_from(checked.bytes.len()).unwrap_or(i64::MAX),
        width: checked.width,
        height: checked.height,
        alt,
    })
}

/// The picture as a value between nodes.
pub fn reference(image: &ImageOut) -> ImageRef {
    ImageRef {
        image_id: image.id,
        width: image.width,
        height: image.height,
        media_type: image.media_type.clone(),
        alt: image.alt.clone(),
    }
}
