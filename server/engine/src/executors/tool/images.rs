//! Keeps images of answers.

use bytes::Bytes;
use model::{decide::ImageOut, execution::failure::Failure};

use crate::{deps::EngineDeps, executors::image_store, job::JobContext};

/// Decodes and stores images for one attempt.
pub(super) struct ImageKeeper<'a> {
    pub deps: &'a EngineDeps,
    pub context: &'a JobContext,
}

impl ImageKeeper<'_> {
    pub(super) async fn keep(&self, bytes: Bytes, alt: String) -> Result<ImageOut, Failure> {
        let checked = self.deps.decoder.check_image(bytes).await?;
        image_store::keep(self.context, &*self.deps.blobs, checked, alt).await
    }
}
