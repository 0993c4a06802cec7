//! The blob store that the operator has set: a folder, or a bucket of an S3 service.

pub mod moving;

use std::sync::Arc;

use anyhow::{Context, Result};
use blobs::{Blobs, FileBlobs};
use s3_blobs::{S3Blobs, S3Settings};

use crate::config::Config;

pub async fn open(config: &Config) -> Result<Arc<dyn Blobs>> {
    match &config.s3 {
        Some(settings) => Ok(Arc::new(in_bucket(settings).await?)),
        None => Ok(Arc::new(in_folder(config)?)),
    }
}

fn in_folder(config: &Config) -> Result<FileBlobs> {
    let folder = config.data_dir.join("blobs");
    FileBlobs::open(&folder)
        .with_context(|| format!("can't open the files under {}", folder.display()))
}

async fn in_bucket(settings: &S3Settings) -> Result<S3Blobs> {
    S3Blobs::open(settings).await.with_context(|| {
        let endpoint = settings.endpoint.as_ref().map_or("Amazon", |endpoint| endpoint.as_str());
        format!(
            "can't reach the bucket {} at {endpoint}. Check S3_ENDPOINT, S3_REGION, S3_BUCKET and \
             the keys",
            settings.bucket
        )
    })
}
