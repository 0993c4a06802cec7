//! Who is signed in, and where.

use backend::actor::Actor;
use model::{
    access::Permission,
    account::{SessionView, SignedInPlace},
};
use uuid::Uuid;

use super::Accounts;
use crate::{
    error::{Doing, EngineError, Result},
    services::audit::entry,
    store::{self, accounts, audit, sessions},
};

impl Accounts {
    /// Who the actor is and where, for every page's header.
    pub async fn session_view(&self, actor: &Actor) -> Result<SessionView> {
        let mut conn = self.context.pool.acquire().await.doing("reading who is signed in")?;
        let view = accounts::find_session_view(&mut conn, actor.workspace, actor.user).await?;
        let view = view.ok_or(EngineError::NotFound("workspace"))?;
        // A token may be less than the person it belongs to.
        Ok(SessionView { role: actor.role, ..view })
    }

    /// The actor's open sessions, with the present one marked.
    pub async fn list_sessions(&self, actor: &Actor) -> Result<Vec<SignedInPlace>> {
        actor.require(Permission::ManageOwnAccount)?;
        actor.require_person()?;
        let mut conn = self.context.pool.acquire().await.doing("listing sessions")?;
        sessions::list(&mut conn, actor.user, actor.session()).await
    }

    /// Ends one of the actor's own sessions.
    pub async fn revoke_session(&self, actor: &Actor, id: Uuid) -> Result<()> {
        actor.require(Permission::ManageOwnAccount)?;
        actor.require_person()?;
        let mut tx = store::begin(&self.context.pool).await.doing("ending a session")?;
        if !sessions::delete(&mut tx, actor.user, id).await? {
            return Err(EngineError::NotFound("session"));
        }
        audit::append(&mut tx, entry(actor, "session.revoked", Some(id.to_string()))).await?;
        tx.commit().await.doing("ending a session")
    }
}
