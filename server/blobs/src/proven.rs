//! Bytes on their way out of a store, checked against their digest.

use std::future::ready;

use bytes::Bytes;
use futures::{
    Stream, StreamExt, TryStreamExt,
    stream::{self, BoxStream},
};
use sha2::{Digest as _, Sha256};

use super::{BlobError, Digest};

/// The bytes of a blob, piece by piece.
pub type BlobStream = BoxStream<'static, Result<Bytes, BlobError>>;

/// Hands pieces on, each held back until the next has come: whoever has read all of them has what
/// was stored, and of anything else the end is missing.
pub fn proven(
    digest: Digest,
    pieces: impl Stream<Item = Result<Bytes, BlobError>> + Send + 'static,
) -> BlobStream {
    let begun = Some((Box::pin(pieces), Sha256::new(), Bytes::new()));
    let handed = stream::try_unfold(begun, move |state| async move {
        let Some((mut pieces, mut hash, held)) = state else { return Ok(None) };
        match pieces.try_next().await? {
            Some(piece) => {
                hash.update(&piece);
                Ok(Some((held, Some((pieces, hash, piece)))))
            }
            None if Digest::from(<[u8; 32]>::from(hash.finalize())) == digest => {
                Ok(Some((held, None)))
            }
            None => Err(BlobError::Damaged(digest)),
        }
    });
    handed.try_filter(|piece| ready(!piece.is_empty())).boxed()
}
