//! Where files lie, as the operator set it: in a folder, or in a bucket.

pub mod moving;

use std::{path::PathBuf, sync::Arc};

use engine::blobs::{BlobError, Blobs, FileBlobs, S3Blobs, S3Settings};

use crate::config::Config;

/// Why files cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum BlobsError {
    /// The folder.
    #[error("the files under {} cannot be opened: {source}", folder.display())]
    Folder {
        /// Where it is.
        folder: PathBuf,
        /// What the store said.
        source: BlobError,
    },
    /// The bucket.
    #[error(
        "the files in the bucket {bucket} at {endpoint} cannot be reached; look at S3_ENDPOINT, \
         S3_REGION, S3_BUCKET and the keys: {source}"
    )]
    Bucket {
        /// Its name.
        bucket: String,
        /// The service.
        endpoint: String,
        /// What the store said.
        source: BlobError,
    },
    /// There is nothing to move from or to.
    #[error("no bucket is set; set S3_BUCKET and what belongs to it, also to move files out of it")]
    NoBucket,
}

/// The store that is set.
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
