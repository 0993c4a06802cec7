//! Maps errors of S3-compatible services to [`BlobError`].

use std::{error::Error, io};

use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use blobs::{BlobError, Digest};

/// Error codes of services that are full; there is no common one.
const FULL: [&str; 5] = [
    "InsufficientStorage",
    "QuotaExceeded",
    "StorageFull",
    "XMinioAdminBucketQuotaExceeded",
    "XMinioStorageFull",
];

/// Maps the error of a request for one blob; "not found" becomes [`BlobError::Missing`].
pub(super) fn about<E>(digest: Digest, doing: &'static str, error: SdkError<E>) -> BlobError
where
    E: ProvideErrorMetadata + Error + 'static,
{
    match error.code() {
        Some("NoSuchKey" | "NotFound") => BlobError::Missing(digest),
        _ => failed(doing, error),
    }
}

/// Maps the error of any request, by its code and status.
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

/// The service's code and message, or why there was no answer.
fn words<E>(error: &SdkError<E>, status: Option<u16>) -> String
where
    E: ProvideErrorMetadata + Error + 'static,
{
    if let (Some(code), message) = (error.code(), error.message().unwrap_or_default()) {
        return format!("{code} {message}").trim_end().to_owned();
    }
    let mut words = match status {
        Some(status) => format!("it answers {status}"),
        None => "it can't be reached".to_owned(),
    };
    let mut cause = error.source();
    while let Some(error) = cause {
        words = format!("{words}: {error}");
        cause = error.source();
    }
    words
}
