//! Deletes rows about work in progress that is long over.

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
    /// Deletes rows of workers that are long gone, of cooldowns and outages of providers that ended
    /// long ago, and of paid images that nothing will store any more; returns how many.
    ///
    /// # Errors
    /// A database failure.
    pub async fn sweep_leftovers(&self) -> Result<usize> {
        let mut conn = self.pool.acquire().await.doing("looking for what is long over")?;
        let gone = workers::forget_gone(&mut conn).await?;
        let asked =
            cooldowns::forget_old(&mut conn).await? + outages::forget_old(&mut conn).await?;
        let deleted = gone + asked + paid_images::forget(&mut conn).await?;
        Ok(usize::try_from(deleted).unwrap_or(usize::MAX))
    }
}
