//! Blobs in a bucket of an S3-compatible service: whole under their name, or not there at all.

mod connect;
mod error;
mod upload;

pub use connect::{S3Keys, S3Settings};

use std::{
    fmt, io,
    time::{Duration, SystemTime},
};

use async_trait::async_trait;
use aws_sdk_s3::{Client, presigning::PresigningConfig};
use bytes::Bytes;
use futures::stream;
use url::Url;

use self::error::{about, failed};
use super::{
    BlobError, Blobs, Digest,
    proven::{BlobStream, proven},
};

/// How long a signed link opens a blob to whoever has it.
const LINK_LIFE: Duration = Duration::from_secs(300);

/// A store under a prefix of a bucket; every key in it is made from a digest.
#[derive(Clone)]
pub struct S3Blobs {
    client: Client,
    /// Endpoint and keys: buckets that share both can copy blobs between them.
    service: (Option<Url>, Option<S3Keys>),
    bucket: String,
    /// Empty, or ends in a slash.
    prefix: String,
}

impl fmt::Debug for S3Blobs {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "S3Blobs({}/{})", self.bucket, self.prefix)
    }
}

impl S3Blobs {
    /// Connects, and looks into the bucket once: what is set wrongly shows now.
    ///
    /// # Errors
    /// Nobody answers at the endpoint, or it does not know the bucket or the keys.
    pub async fn open(settings: &S3Settings) -> Result<Self, BlobError> {
        let prefix = match settings.prefix.trim_matches('/') {
            "" => String::new(),
            prefix => format!("{prefix}/"),
        };
        let client = connect::client(settings).await;
        let service = (settings.endpoint.clone(), settings.keys.clone());
        let store = Self { client, service, bucket: settings.bucket.clone(), prefix };
        let look = store.client.list_objects_v2().bucket(&store.bucket).prefix(&store.prefix);
        let looked = look.max_keys(1).send().await;
        looked.map_err(|error| failed("looking into the bucket", error))?;
        Ok(store)
    }

    /// A link that gives anybody this blob for five minutes, and nothing else.
    ///
    /// # Errors
    /// The store has no keys to sign with.
    pub async fn link(&self, digest: Digest) -> Result<String, BlobError> {
        let doing = "signing a link";
        let life = PresigningConfig::expires_in(LINK_LIFE);
        let life = life.map_err(|error| BlobError::io(doing, io::Error::other(error)))?;
        let get = self.client.get_object().bucket(&self.bucket).key(self.key(digest));
        let signed = get.presigned(life).await.map_err(|error| failed(doing, error))?;
        Ok(signed.uri().to_owned())
    }

    /// Has the service copy a blob from another bucket or prefix of it.
    async fn copy(&self, from: &Self, digest: Digest) -> Result<(), BlobError> {
        let source = format!("{}/{}", from.bucket, from.key(digest));
        let copy = self.client.copy_object().bucket(&self.bucket).key(self.key(digest));
        let copied = copy.copy_source(source).send().await;
        copied.map(drop).map_err(|error| about(digest, "copying a blob", error))
    }

    fn key(&self, digest: Digest) -> String {
        let name = digest.to_string();
        let (shelf, rest) = name.split_at(2);
        format!("{}{shelf}/{rest}", self.prefix)
    }

    /// The digest a key was made from; nothing for what others have put there.
    fn digest(&self, key: &str) -> Option<Digest> {
        let (shelf, rest) = key.strip_prefix(&self.prefix)?.split_once('/')?;
        (shelf.len() == 2).then(|| format!("{shelf}{rest}").parse().ok())?
    }
}

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
        match from.as_bucket().filter(|from| from.service == self.service) {
            Some(from) => self.copy(from, digest).await,
            None => self.put(from.get(digest).await?).await.map(drop),
        }
    }

    fn as_bucket(&self) -> Option<&S3Blobs> {
        Some(self)
    }
}
