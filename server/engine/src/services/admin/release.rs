//! What comes with a release of the product.

use store::{
    error::{Doing, Result},
    prices,
};

use super::Admin;
use crate::services::{
    agents::system::refresh_system_agents, templates::system::refresh_system_templates,
};

impl Admin {
    /// Brings what comes with the product to this release: list prices, system templates and
    /// system agents. A process does it when it starts.
    pub async fn refresh_release_data(&self) -> Result<()> {
        let mut conn = self.context.pool.acquire().await.doing("refreshing list prices")?;
        prices::seed(&mut conn).await?;
        drop(conn);
        refresh_system_templates(&self.context).await?;
        refresh_system_agents(&self.context).await
    }
}
