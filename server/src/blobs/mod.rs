//! The blob store that the operator has set: a folder, or a bucket of an S3 service.

pub mod moving;

use std::{path::PathBuf, sync::Arc};

use blobs::{BlobError, Blobs, FileBlobs};
use s3_blobs::{S3Blobs, S3Settings};

use crate::config::Config;

/// Why the blob store cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum BlobsError {
    /// The folder of the files cannot be opened.
    #[error("can't open the files under {}: {source}", folder.display())]
    Folder {
        /// The path of the folder.
        folder: PathBuf,
        /// The error of the blob store.
        source: BlobError,
    },
    /// The bucket of the files cannot be reached.
    #[error(
        "can't reach the bucket {bucket} at {endpoint}. Check S3_ENDPOINT, S3_REGION, S3_BUCKET \
         and the keys: {source}"
    )]
    Bucket {
        /// The name of the bucket.
        bucket: String,
        /// The address of the S3 service, or "Amazon".
        endpoint: String,
        /// The error of the blob store.
        source: BlobError,
    },
    /// Files cannot be moved, because no bucket is set.
    #[error(
        "no bucket is set. Set S3_BUCKET and its other settings, even to move files out of the \
         bucket"
    )]
    NoBucket,
}

/// Opens the blob store that is set.
pub async fn open(config: &Config) -> Result<Arc<dyn Blobs>, BlobsError> {
    match &config.s3 {
        Some(settings) => Ok(Arc::new(in_bucket(settings).await?)),
        None => Ok(Arc::new(in_folder(config)?)),
    }
}

fn in_folder(config: &Config) -> Result<FileBlobs, BlobsError> {
    let folder = config.data_dir.join("blobs");
    FileBlobs::open(&folder).map_err(|source| BlobsError::Folder { folder, source })
}

async fn in_bucket(settings: &S3Settings) -> Result<S3Blobs, BlobsError> {
    S3Blobs::open(settings).await.map_err(|source| {
        let amazon = || "Amazon".to_owned();
        let endpoint = settings.endpoint.as_ref().map_or_else(amazon, ToString::to_string);
        BlobsError::Bucket { bucket: settings.bucket.clone(), endpoint, source }
    })
}
