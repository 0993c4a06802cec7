//! What comes with a release of the product.

use store::{error::Result, prices, templates};

use super::Admin;
use crate::{agents::system::copy_system_agents, templates::system::copy_system_templates};

impl Admin {
    /// Brings what comes with the product to this release: list prices, system templates and
    /// system agents. A process does it when it starts.
    pub async fn refresh_release_data(&self) -> Result<()> {
        let mut conn = self.ctx.connect("refreshing list prices").await?;
        prices::seed(&mut conn).await?;
        drop(conn);
        let mut tx = self.ctx.begin("refreshing system templates and agents").await?;
        for workspace in templates::list_workspaces(&mut tx).await? {
            copy_system_templates(&mut tx, workspace).await?;
            copy_system_agents(&mut tx, workspace).await?;
        }
        tx.commit().await
    }
}
