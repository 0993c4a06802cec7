//! Content-addressed blob stores: what each can do, and one in a directory. Access control is not done here.
//!
//! All stores pass one suite, `server/engine/tests/engine/blobs/conformance.rs`. The server hands
//! blobs out itself: pages allow images from their own address only, and who may see one is decided
//! with every request.

mod digest;
mod error;
mod files;
mod proven;

pub use digest::{Digest, NotADigest};
pub use error::BlobError;
pub use files::FileBlobs;
pub use proven::{BlobStream, proven};

use std::{any::Any, time::Duration};

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use futures::TryStreamExt;
use uuid::Uuid;

/// A store of immutable bytes, named by their SHA-256.
#[async_trait]
pub trait Blobs: Send + Sync {
    /// Stores bytes durably before it returns; storing the same bytes again is harmless.
    async fn put(&self, bytes: Bytes) -> Result<Digest, BlobError>;

    /// The bytes of this digest as they come; the last come only when all are proven to be the
    /// ones that were stored.
    async fn read(&self, digest: Digest) -> Result<BlobStream, BlobError>;

    /// The bytes of this digest, all at once.
    async fn get(&self, digest: Digest) -> Result<Bytes, BlobError> {
        let mut all = BytesMut::new();
        let mut chunks = self.read(digest).await?;
        while let Some(chunk) = chunks.try_next().await? {
            all.extend_from_slice(&chunk);
        }
        Ok(all.freeze())
    }

    /// Removes a blob; removing what is not there is harmless.
    async fn delete(&self, digest: Digest) -> Result<(), BlobError>;

    /// Blobs that were stored at least `age` ago; the row of a younger one may not be written yet.
    async fn older_than(&self, age: Duration) -> Result<Vec<Digest>, BlobError>;

    /// True when the store has a blob of this digest.
    async fn has(&self, digest: Digest) -> Result<bool, BlobError>;

    /// Stores so many bytes that no other blob has, and deletes them: fails if the store would refuse
    /// a file of that size.
    async fn probe(&self, bytes: usize) -> Result<(), BlobError> {
        let mut content = Uuid::now_v7().as_bytes().to_vec();
        content.resize(bytes, 0);
        let digest = self.put(Bytes::from(content)).await?;
        if let Err(error) = self.delete(digest).await {
            // No row names it, so the garbage collection deletes it.
            let error = &error as &dyn std::error::Error;
            tracing::warn!(error, "what the storage was tried with is left in it");
        }
        Ok(())
    }

    /// Copies a blob from another store into this one.
    async fn take(&self, from: &dyn Blobs, digest: Digest) -> Result<(), BlobError> {
        self.put(from.get(digest).await?).await.map(drop)
    }

    async fn prove(&self, digest: Digest) -> Result<(), BlobError> {
        let mut pieces = self.read(digest).await?;
        while pieces.try_next().await?.is_some() {}
        Ok(())
    }

    /// The store itself, if it is one in a bucket.
    fn as_bucket(&self) -> Option<&dyn Any> {
        None
    }
}
