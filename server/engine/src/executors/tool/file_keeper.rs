//! Keeps images and other files of answers.

use bytes::Bytes;
use files::images::Checked;
use model::{
    decide::ImageOut,
    execution::failure::Failure,
    id::UploadId,
    library::{Upload, UploadKind},
};
use outside::mcp::port::ToolFile;
use serde_json::Value;
use store::{
    blobs,
    error::{Doing, Result as EngineResult},
    uploads,
};
use uuid::Uuid;

use super::failures::FailureMapper;
use crate::{
    deps::EngineDeps,
    executors::{
        failure::{internal_failure, retry_while_away},
        image_store::{self, HeldFile},
    },
    job::JobContext,
};

const MOST_NAME_CHARS: usize = 200;

/// Decodes and stores images and other files for one attempt.
pub(super) struct FileKeeper<'a> {
    pub deps: &'a EngineDeps,
    pub context: &'a JobContext,
}

impl FileKeeper<'_> {
    /// The bytes as an image, if the library takes it.
    pub(super) async fn as_image(&self, bytes: &Bytes) -> Option<Checked> {
        self.deps.decoder.check_image(bytes.clone()).await.ok()
    }

    pub(super) async fn keep_image(
        &self,
        image: Checked,
        alt: String,
    ) -> Result<ImageOut, Failure> {
        image_store::keep(self.context, &*self.deps.blobs, image, alt).await
    }

    /// Keeps a file for as long as the history of the run; the value names it.
    pub(super) async fn keep_file(
        &self,
        file: ToolFile,
        failures: &FailureMapper<'_>,
    ) -> Result<Value, Failure> {
        let clean = |text: &str, default: &str| {
            let text = failures.clean_line(text, MOST_NAME_CHARS);
            if text.is_empty() { default.to_owned() } else { text }
        };
        let media_type = clean(&file.media_type, "application/octet-stream");
        let kind = UploadKind::of_media_type(&media_type);
        let blobs = &*self.deps.blobs;
        let held = image_store::store_held(self.context, blobs, file.bytes, &media_type).await?;
        let name = clean(&file.name, "file");
        let id = UploadId(Uuid::now_v7());
        let upload = Upload { id, name, kind, media_type, bytes: held.size, note: None };
        let recorded = retry_while_away(|| self.record(&upload, &held)).await;
        recorded.map_err(internal_failure)?;
        Ok(upload.to_value())
    }

    async fn record(&self, upload: &Upload, held: &HeldFile) -> EngineResult<()> {
        let doing = "keeping a file of a tool";
        let JobContext { workspace, execution, .. } = *self.context;
        let mut tx = store::begin(self.context.pool()).await.doing(doing)?;
        uploads::insert(&mut tx, workspace, None, upload, &held.digest, None).await?;
        uploads::attach_to_execution(&mut tx, workspace, execution, &[upload.id]).await?;
        blobs::release(&mut tx, held.hold).await?;
        tx.commit().await.doing(doing)
    }
}
