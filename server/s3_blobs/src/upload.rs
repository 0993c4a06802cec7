//! Putting bytes under a key: at once, or in parts that become one object when all have come.

use std::io;

use aws_sdk_s3::{
    primitives::ByteStream,
    types::{CompletedMultipartUpload, CompletedPart},
};
use blobs::BlobError;
use bytes::Bytes;
use futures::{StreamExt, TryStreamExt, stream};

use super::{bucket::S3Blobs, error::failed};

/// Bytes of a part, and the most that go up at once; services take none below 5 MiB but the last.
const PART: usize = 8 << 20;
/// Parts of one blob on their way at the same time.
const AT_ONCE: usize = 3;

const DOING: &str = "storing a blob";

impl S3Blobs {
    pub(super) async fn upload(&self, key: String, bytes: Bytes) -> Result<(), BlobError> {
        if bytes.len() > PART {
            return self.upload_parts(key, bytes).await;
        }
        let put = self.client.put_object().bucket(&self.bucket).key(key);
        let put = put.body(ByteStream::from(bytes)).send().await;
        put.map(drop).map_err(|error| failed(DOING, error))
    }

    async fn upload_parts(&self, key: String, bytes: Bytes) -> Result<(), BlobError> {
        let begin = self.client.create_multipart_upload().bucket(&self.bucket).key(&key);
        let begun = begin.send().await.map_err(|error| failed(DOING, error))?;
        let nameless = || BlobError::io(DOING, io::Error::other("the upload has no id"));
        let upload = begun.upload_id.ok_or_else(nameless)?;
        let whole = self.send_parts(&key, &upload, bytes).await;
        if whole.is_err() {
            let abort = self.client.abort_multipart_upload().bucket(&self.bucket).key(&key);
            if let Err(error) = abort.upload_id(&upload).send().await {
                let error = failed(DOING, error);
                let error = &error as &dyn std::error::Error;
                tracing::warn!(error, "parts of a blob were left in the bucket");
            }
        }
        whole
    }

    async fn send_parts(&self, key: &str, upload: &str, bytes: Bytes) -> Result<(), BlobError> {
        let starts = (0..bytes.len()).step_by(PART);
        let parts = (1..).zip(starts).map(|(number, start)| {
            let end = bytes.len().min(start + PART);
            self.send_part(key, upload, number, bytes.slice(start..end))
        });
        let parts: Vec<_> = stream::iter(parts).buffered(AT_ONCE).try_collect().await?;
        let parts = CompletedMultipartUpload::builder().set_parts(Some(parts)).build();
        let complete = self.client.complete_multipart_upload().bucket(&self.bucket).key(key);
        let complete = complete.upload_id(upload).multipart_upload(parts).send().await;
        complete.map(drop).map_err(|error| failed(DOING, error))
    }

    async fn send_part(
        &self,
        key: &str,
        upload: &str,
        number: i32,
        bytes: Bytes,
    ) -> Result<CompletedPart, BlobError> {
        let send = self.client.upload_part().bucket(&self.bucket).key(key).upload_id(upload);
        let send = send.part_number(number).body(ByteStream::from(bytes)).send().await;
        let sent = send.map_err(|error| failed(DOING, error))?;
        Ok(CompletedPart::builder().part_number(number).set_e_tag(sent.e_tag).build())
    }
}
