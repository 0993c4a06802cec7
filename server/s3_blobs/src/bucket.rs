//! A bucket, or a prefix of one, and the keys of the blobs in it.

use std::{fmt, io, time::Duration};

use aws_sdk_s3::{Client, presigning::PresigningConfig};
use blobs::{BlobError, Digest};
use url::Url;

use super::{
    connect::{self, S3Keys, S3Settings},
    error::{about, failed},
};

/// How long a signed link opens a blob to whoever has it.
const LINK_LIFE: Duration = Duration::from_secs(300);

/// A store under a prefix of a bucket; every key in it is made from a digest.
#[derive(Clone)]
pub struct S3Blobs {
    pub(super) client: Client,
    /// Endpoint and keys: buckets that share both can copy blobs between them.
    pub(super) service: (Option<Url>, Option<S3Keys>),
    pub(super) bucket: String,
    /// Empty, or ends in a slash.
    pub(super) prefix: String,
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
    pub(super) async fn copy(&self, from: &Self, digest: Digest) -> Result<(), BlobError> {
        let source = format!("{}/{}", from.bucket, from.key(digest));
        let copy = self.client.copy_object().bucket(&self.bucket).key(self.key(digest));
        let copied = copy.copy_source(source).send().await;
        copied.map(drop).map_err(|error| about(digest, "copying a blob", error))
    }

    /// The key of a blob: its digest behind a folder of its first two digits.
    pub(super) fn key(&self, digest: Digest) -> String {
        let name = digest.to_string();
        let (shelf, rest) = name.split_at(2);
        format!("{}{shelf}/{rest}", self.prefix)
    }

    /// The digest a key was made from; nothing for what others have put there.
    pub(super) fn digest(&self, key: &str) -> Option<Digest> {
        let (shelf, rest) = key.strip_prefix(&self.prefix)?.split_once('/')?;
        (shelf.len() == 2).then(|| format!("{shelf}{rest}").parse().ok())?
    }
}
