//! What the files of a workspace take up.

use backend::actor::Actor;
use model::{access::Permission, pages::StorageUse};

use super::Admin;
use crate::{
    error::{Doing, Result},
    store::library::storage,
};

/// How many of the largest files are listed.
const LARGEST: i64 = 20;

impl Admin {
    /// What the files of the actor's workspace take up, by kind, and the largest of them.
    pub async fn storage_use(&self, actor: &Actor) -> Result<StorageUse> {
        actor.require(Permission::ManageWorkspace)?;
        let mut conn = self.context.pool.acquire().await.doing("measuring what is stored")?;
        Ok(StorageUse {
            shares: storage::list_shares(&mut conn, actor.workspace).await?,
            largest: storage::list_largest(&mut conn, actor.workspace, LARGEST).await?,
        })
    }
}
