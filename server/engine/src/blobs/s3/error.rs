//! What S3-compatible services fail at, in this store's words.

use std::{error::Error, io};

use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};

use super::super::{BlobError, Digest};

/// What services without room say; there is no word for it that all of them use.
const FULL: [&str; 5] = [
    "InsufficientStorage",
    "QuotaExceeded",
    "StorageFull",
    "XMinioAdminBucketQuotaExceeded",
    "XMinioStorageFull",
];

/// Sorts the failure of a request for one blob.
pub(super) fn about<E>(digest: Digest, doing: &'static str, error: SdkError<E>) -> BlobError
where
    E: ProvideErrorMetadata + Error + 'static,
{
    match error.code() {
        Some("NoSuchKey" | "NotFound") => BlobError::Missing(digest),
        _ => failed(doing, error),
    }
}

/// Sorts the failure of any request.
pub(super) fn failed<E>(doing: &'static str, error: SdkError<E>) -> BlobError
where
    E: ProvideErrorMetadata + Error + 'static,
{
    let status = error.raw_response().map(|response| response.status().as_u16());
    let kind = match (error.code(), status) {
        (Some(code), _) if FULL.contains(&code) => io::ErrorKind::StorageFull,
        (_, Some(507)) => io::ErrorKind::StorageFull,
        (_, Some(401 | 403)) => io::ErrorKind::PermissionDenied,
        _ => io::ErrorKind::Other,
    };
    BlobError::io(doing, io::Error::new(kind, words(&error, status)))
}

/// What the service said, or why it said nothing.
fn words<E>(error: &SdkError<E>, status: Option<u16>) -> String
where
    E: ProvideErrorMetadata + Error + 'static,
{
    if let (Some(code), message) = (error.code(), error.message().unwrap_or_default()) {
        return format!("{code} {message}").trim_end().to_owned();
    }
    let mut words = match status {
        Some(status) => format!("it answers {status}"),
        None => "it cannot be reached".to_owned(),
    };
    let mut cause = error.source();
    while let Some(error) = cause {
        words = format!("{words}: {error}");
        cause = error.source();
    }
    words
}
