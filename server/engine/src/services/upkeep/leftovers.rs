//! Rows of what was under way and is long over, of which nothing else is kept.

use crate::{
    error::{Doing, Result},
    services::Services,
    store::{
        calls::{cooldowns, outages},
        executions::paid_images,
        workers,
    },
};

impl Services {
    /// Deletes the rows of workers that are long gone, of what is known of providers that asked
    /// to wait, or were away, long ago, and of images that nothing will store; of how many.
    ///
    /// # Errors
    /// A database failure.
    pub async fn sweep_leftovers(&self) -> Result<usize> {
        let mut conn = self.pool.acquire().await.doing("looking for what is long over")?;
        let gone = workers::forget_gone(&mut conn).await?;
        let asked = cooldowns::forget(&mut conn).await? + outages::forget(&mut conn).await?;
        let deleted = gone + asked + paid_images::forget(&mut conn).await?;
        Ok(usize::try_from(deleted).unwrap_or(usize::MAX))
    }
}
