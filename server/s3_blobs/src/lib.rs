//! Blobs in a bucket of an S3-compatible service: whole under their name, or not there at all.

mod bucket;
mod connect;
mod error;
#[cfg(feature = "testing")]
pub mod testing;
mod upload;

pub use bucket::S3Blobs;
pub use connect::{S3Keys, S3Settings};

use std::{
    any::Any,
    io,
    time::{Duration, SystemTime},
};

use async_trait::async_trait;
use blobs::{BlobError, BlobStream, Blobs, Digest, proven};
use bytes::Bytes;
use futures::stream;

use self::error::{about, failed};

#[async_trait]
impl Blobs for S3Blobs {
    async fn put(&self, bytes: Bytes) -> Result<Digest, BlobError> {
        let doing = "storing a blob";
        let hashed = bytes.clone();
        let digest = tokio::task::spawn_blocking(move || Digest::from_content(&hashed)).await;
        let digest = digest.map_err(|error| BlobError::io(doing, io::Error::other(error)))?;
        self.upload(self.key(digest), bytes).await?;
        Ok(digest)
    }

    async fn read(&self, digest: Digest) -> Result<BlobStream, BlobError> {
        let doing = "reading a blob";
        let get = self.client.get_object().bucket(&self.bucket).key(self.key(digest));
        let body = get.send().await.map_err(|error| about(digest, doing, error))?.body;
        let pieces = stream::try_unfold(body, move |mut body| async move {
            let piece = body.try_next().await;
            let piece = piece.map_err(|error| BlobError::io(doing, io::Error::other(error)))?;
            Ok(piece.map(|piece| (piece, body)))
        });
        Ok(proven(digest, pieces))
    }

    async fn delete(&self, digest: Digest) -> Result<(), BlobError> {
        let delete = self.client.delete_object().bucket(&self.bucket).key(self.key(digest));
        match delete.send().await.map_err(|error| about(digest, "deleting a blob", error)) {
            Ok(_) | Err(BlobError::Missing(_)) => Ok(()),
            Err(error) => Err(error),
        }
    }

    async fn older_than(&self, age: Duration) -> Result<Vec<Digest>, BlobError> {
        let list = self.client.list_objects_v2().bucket(&self.bucket).prefix(&self.prefix);
        let mut pages = list.into_paginator().send();
        let mut found = vec![];
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| failed("listing blobs", error))?;
            for object in page.contents() {
                let stored = object.last_modified.and_then(|at| SystemTime::try_from(at).ok());
                let old = |at: SystemTime| at.elapsed().unwrap_or_default() >= age;
                if stored.is_some_and(old) {
                    found.extend(object.key().and_then(|key| self.digest(key)));
                }
            }
        }
        Ok(found)
    }

    async fn has(&self, digest: Digest) -> Result<bool, BlobError> {
        let head = self.client.head_object().bucket(&self.bucket).key(self.key(digest));
        match head.send().await.map_err(|error| about(digest, "looking for a blob", error)) {
            Ok(_) => Ok(true),
            Err(BlobError::Missing(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }

    async fn take(&self, from: &dyn Blobs, digest: Digest) -> Result<(), BlobError> {
        let bucket = from.as_bucket().and_then(|bucket| bucket.downcast_ref::<Self>());
        match bucket.filter(|from| from.service == self.service) {
            Some(from) => self.copy(from, digest).await,
            None => self.put(from.get(digest).await?).await.map(drop),
        }
    }

    fn as_bucket(&self) -> Option<&dyn Any> {
        Some(self)
    }
}
