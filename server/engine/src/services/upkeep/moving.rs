//! Copying all blobs on record from one store to another, while work goes on.
//!
//! Blobs never change under their name, nothing is taken away from the store they come from, and
//! each counts as copied only when it has been read back and proven: so it does not matter who reads
//! or writes meanwhile, and how often it is broken off. What is stored in the old place during a run
//! is copied by the next.

use futures::{StreamExt, stream};

use crate::{
    blobs::{BlobError, Blobs, Digest},
    error::{Doing, EngineError, Result},
    services::{Services, blobs::digests},
    store::blobs,
};

/// Blobs that are looked up at once, and after which is told how far it is.
const PART: i64 = 500;
/// Blobs on their way at the same time.
const AT_ONCE: usize = 4;

/// How far it is.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Moved {
    /// Copied, read back and proven in this run.
    pub copied: usize,
    /// Already there, read and proven.
    pub there: usize,
    /// On record, but missing or damaged in the store they come from.
    pub lost: Vec<Digest>,
    /// Not copied, and why; another run may.
    pub failed: Vec<(Digest, String)>,
}

/// What became of one blob.
enum Fate {
    Copied,
    There,
    Lost,
    Failed(String),
}

impl Services {
    /// Copies every blob on record that is not yet there; tells how far it is now and then.
    ///
    /// # Errors
    /// The database cannot be read, or the new store has no room or lets nobody in.
    pub async fn move_blobs(
        &self,
        from: &dyn Blobs,
        to: &dyn Blobs,
        tell: impl Fn(&Moved),
    ) -> Result<Moved> {
        let mut moved = Moved::default();
        let mut last = String::new();
        loop {
            let mut conn = self.pool.acquire().await.doing("listing blobs")?;
            let names = blobs::after(&mut conn, &last, PART).await?;
            drop(conn);
            let Some(end) = names.last() else { break };
            last.clone_from(end);
            let fates = digests(names)?.into_iter().map(|digest| async move {
                let fate = copy(from, to, digest).await;
                fate.map(|fate| (digest, fate)).map_err(|error| refused(digest, error))
            });
            let mut fates = stream::iter(fates).buffer_unordered(AT_ONCE);
            while let Some(fate) = fates.next().await {
                match fate? {
                    (_, Fate::Copied) => moved.copied += 1,
                    (_, Fate::There) => moved.there += 1,
                    (digest, Fate::Lost) => moved.lost.push(digest),
                    (digest, Fate::Failed(why)) => moved.failed.push((digest, why)),
                }
            }
            tell(&moved);
        }
        moved.lost = self.still_on_record(moved.lost).await?;
        Ok(moved)
    }

    /// What nothing needs any more may have gone while others were copied.
    async fn still_on_record(&self, lost: Vec<Digest>) -> Result<Vec<Digest>> {
        let names: Vec<String> = lost.iter().map(ToString::to_string).collect();
        let mut conn = self.pool.acquire().await.doing("looking for what was not copied")?;
        let gone = digests(blobs::off_record(&mut conn, &names).await?)?;
        Ok(lost.into_iter().filter(|digest| !gone.contains(digest)).collect())
    }
}

/// An error is one that no other blob would fare better with.
async fn copy(from: &dyn Blobs, to: &dyn Blobs, digest: Digest) -> Result<Fate, BlobError> {
    match to.prove(digest).await {
        Ok(()) => return Ok(Fate::There),
        Err(BlobError::Missing(_) | BlobError::Damaged(_)) => {}
        Err(BlobError::Io { source, .. }) => return Ok(Fate::Failed(source.to_string())),
        Err(error) => return Err(error),
    }
    match to.take(from, digest).await {
        Ok(()) => {}
        Err(BlobError::Missing(_) | BlobError::Damaged(_)) => return Ok(Fate::Lost),
        Err(BlobError::Io { source, .. }) => return Ok(Fate::Failed(source.to_string())),
        Err(error) => return Err(error),
    }
    match to.prove(digest).await {
        Ok(()) => Ok(Fate::Copied),
        // A service that copies by itself does not look at what it copies.
        Err(BlobError::Damaged(_)) => {
            to.delete(digest).await?;
            Ok(Fate::Lost)
        }
        Err(error) => Ok(Fate::Failed(error.to_string())),
    }
}

fn refused(digest: Digest, error: BlobError) -> EngineError {
    tracing::warn!(%digest, "copying stops here");
    EngineError::internal("copying blobs", error)
}
