//! What members are: changing it, and handing the workspace to another owner.

use backend::actor::{Actor, forbidden};
use model::{
    access::{Permission, Role, require},
    audit::AuditAction,
    id::UserId,
    problem::{FieldProblem, Problem},
};
use store::{
    audit,
    error::{Doing, EngineError, Result},
    invitations, members,
};

use super::{Members, require_another_owner, require_grantable, require_reach};
use crate::services::audit::entry;

impl Members {
    /// Changes what a member is. What they have invited to and may not any more is revoked.
    ///
    /// # Errors
    /// Somebody who is no member; a role above the actor's own, before or after; the last owner.
    pub async fn change_role(&self, actor: &Actor, user: UserId, role: Role) -> Result<()> {
        actor.require(Permission::ManageMembers)?;
        let mut tx = store::begin(&self.context.pool).await.doing("changing a role")?;
        members::lock(&mut tx, actor.workspace).await?;
        let before = members::find_role(&mut tx, actor.workspace, user).await?;
        let before = before.ok_or(EngineError::NotFound("member"))?;
        require_grantable(actor, role, "The role was not changed.")?;
        require_reach(actor, before)?;
        if before == role {
            return Ok(());
        }
        require_another_owner(&mut tx, actor, before).await?;
        members::set_role(&mut tx, actor.workspace, user, role).await?;
        invitations::revoke_beyond(&mut tx, actor.workspace, user, Some(role)).await?;
        let line = entry(actor, AuditAction::MemberRoleChanged, Some(user.to_string()))
            .with_detail("from", before.as_str())
            .with_detail("to", role.as_str());
        audit::append(&mut tx, line).await?;
        tx.commit().await.doing("changing a role")?;
        self.context.bus.end_streams_of(user);
        Ok(())
    }

    /// Makes another member the owner, and the actor, who is one, an admin.
    ///
    /// # Errors
    /// Somebody who is no member, or the actor; an actor who is no owner any more.
    pub async fn transfer_ownership(&self, actor: &Actor, user: UserId) -> Result<()> {
        actor.require(Permission::TransferWorkspace)?;
        actor.require_person()?;
        if user == actor.user {
            let error = FieldProblem::field("own_account", "user_id", "Choose someone else.");
            return Err(Problem::invalid("You're already the owner.", vec![error]).into());
        }
        let mut tx = store::begin(&self.context.pool).await.doing("handing a workspace over")?;
        members::lock(&mut tx, actor.workspace).await?;
        let own = members::find_role(&mut tx, actor.workspace, actor.user).await?;
        let own = own.ok_or(EngineError::NotFound("workspace"))?;
        require(own, Permission::TransferWorkspace).map_err(forbidden)?;
        let before = members::find_role(&mut tx, actor.workspace, user).await?;
        let before = before.ok_or(EngineError::NotFound("member"))?;
        members::set_role(&mut tx, actor.workspace, user, Role::Owner).await?;
        members::set_role(&mut tx, actor.workspace, actor.user, Role::Admin).await?;
        invitations::revoke_beyond(&mut tx, actor.workspace, actor.user, Some(Role::Admin)).await?;
        let line = entry(actor, AuditAction::WorkspaceTransferred, Some(user.to_string()))
            .with_detail("from", before.as_str());
        audit::append(&mut tx, line).await?;
        tx.commit().await.doing("handing a workspace over")?;
        self.context.bus.end_streams_of(actor.user);
        Ok(())
    }
}
