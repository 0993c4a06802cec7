//! Who is signed in, and where.

use backend::actor::Actor;
use model::{
    access::Permission,
    account::{SessionView, SignedInPlace},
    audit::AuditAction,
};
use store::{
    accounts, audit,
    error::{Doing, EngineError, Result},
    sessions, workspaces,
};
use uuid::Uuid;

use super::Accounts;
use crate::services::audit::entry;

impl Accounts {
    /// Who the actor is and where, for every page's header.
    pub async fn session_view(&self, actor: &Actor) -> Result<SessionView> {
        let mut conn = self.context.pool.acquire().await.doing("reading who is signed in")?;
        let view = accounts::find_session_view(&mut conn, actor.workspace, actor.user).await?;
        let view = view.ok_or(EngineError::NotFound("workspace"))?;
        let workspaces = match actor.session() {
            Some(session) => workspaces::list(&mut conn, actor.user, Some(session)).await?,
            None => vec![],
        };
        // A token may be less than the person it belongs to, and opens one workspace only.
        Ok(SessionView { role: actor.role, workspaces, ..view })
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
        audit::append(&mut tx, entry(actor, AuditAction::SessionRevoked, Some(id.to_string())))
            .await?;
        tx.commit().await.doing("ending a session")?;
        self.context.bus.end_streams_of(actor.user);
        Ok(())
    }

    /// Ends every session of the actor but the one that asks.
    pub async fn revoke_other_sessions(&self, actor: &Actor) -> Result<()> {
        actor.require(Permission::ManageOwnAccount)?;
        actor.require_person()?;
        let mut tx = store::begin(&self.context.pool).await.doing("ending other sessions")?;
        let own = actor.session().unwrap_or_else(Uuid::nil);
        sessions::delete_others(&mut tx, actor.user, own).await?;
        audit::append(&mut tx, entry(actor, AuditAction::SessionOthersRevoked, None)).await?;
        tx.commit().await.doing("ending other sessions")?;
        self.context.bus.end_streams_of(actor.user);
        Ok(())
    }
}
