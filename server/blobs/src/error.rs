//! Errors of blob stores, sorted by who can resolve them.

use std::io;

use model::execution::failure::{Failure, HoldReason};

use super::Digest;

/// Why a blob could not be stored or read.
#[derive(Debug, thiserror::Error)]
pub enum BlobError {
    /// The store has no blob of this digest.
    #[error("the file {0} is missing from the file store")]
    Missing(Digest),
    /// The bytes under this digest have another digest.
    #[error("the file {0} is damaged. Restore it from a backup or create it again")]
    Damaged(Digest),
    /// The disk is full, over quota or read-only: a person must make room.
    #[error("the file store is full ({0}). Free up space, then resume")]
    Full(#[source] io::Error),
    /// The store lets nobody in, or not with these keys: a person must change that.
    #[error("the file store denied access ({0}). Restore access, then resume")]
    Denied(#[source] io::Error),
    /// The store did not work this time.
    #[error("the file store failed while {doing}")]
    Io {
        /// What was being done.
        doing: &'static str,
        /// The system's error, for the log.
        #[source]
        source: io::Error,
    },
}

impl BlobError {
    /// Sorts a system error by who can resolve it.
    pub fn io(doing: &'static str, source: io::Error) -> Self {
        match source.kind() {
            io::ErrorKind::StorageFull
            | io::ErrorKind::QuotaExceeded
            | io::ErrorKind::FileTooLarge
            | io::ErrorKind::ReadOnlyFilesystem => Self::Full(source),
            io::ErrorKind::PermissionDenied => Self::Denied(source),
            _ => Self::Io { doing, source },
        }
    }
}

impl From<BlobError> for Failure {
    fn from(error: BlobError) -> Self {
        let words = sentence(&error.to_string());
        match error {
            BlobError::Missing(_) => Self::permanent("blob_missing", words),
            BlobError::Damaged(_) => Self::permanent("blob_damaged", words),
            BlobError::Full(_) => Self::hold(HoldReason::Storage, Self::STORAGE_FULL, words),
            BlobError::Denied(_) => Self::hold(HoldReason::Storage, Self::STORAGE_DENIED, words),
            BlobError::Io { .. } => Self::transient("storage_failed", words),
        }
    }
}

/// The words with a capital first letter.
fn sentence(words: &str) -> String {
    let mut rest = words.chars();
    rest.next().map(|first| first.to_uppercase().chain(rest).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::execution::failure::FailureClass;

    #[test]
    fn rel_e7_no_space_quota_read_only_and_no_access_hold_the_execution() {
        for code in [28, 122, 27, 30, 13] {
            let error = BlobError::io("writing", io::Error::from_raw_os_error(code));
            let class = Failure::from(error).class;
            assert_eq!(class, FailureClass::Hold { reason: HoldReason::Storage }, "{code}");
        }
    }
}
