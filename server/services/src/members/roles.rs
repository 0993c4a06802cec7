//! What members are: changing it, handing the workspace to another owner; and how members go. What
//! they made stays and keeps their name; what acts for them ends.

use backend::actor::{Actor, forbidden};
use model::{
    access::{Permission, Role, can, require},
    audit::AuditAction,
    id::UserId,
    problem::{FieldProblem, Problem},
};
use serde_json::json;
use sqlx::PgConnection;
use store::{audit, error::Result, invitations, members};

use super::{Members, require_another_owner, require_grantable, require_reach};
use crate::{audit::entry, context::OrNotFound};

impl Members {
    /// Changes what a member is. What they have invited to and may not any more is revoked.
    ///
    /// # Errors
    /// Somebody who is no member; a role above the actor's own, before or after; the last owner.
    pub async fn change_role(&self, actor: &Actor, user: UserId, role: Role) -> Result<()> {
        let mut tx = self.ctx.change(actor, Permission::ManageMembers, "changing a role").await?;
        members::lock(&mut tx, actor.workspace).await?;
        let before = members::find_role(&mut tx, actor.workspace, user).await?;
        let before = before.or_not_found("member")?;
        require_grantable(actor, role, "The role was not changed.")?;
        require_reach(actor, before)?;
        if before == role {
            return Ok(());
        }
        require_another_owner(&mut tx, actor, before).await?;
        members::set_role(&mut tx, actor.workspace, user, role).await?;
        invitations::revoke_beyond(&mut tx, actor.workspace, user, Some(role)).await?;
        let detail = json!({ "from": before.as_str(), "to": role.as_str() });
        tx.record_with(actor, AuditAction::MemberRoleChanged, user, detail).await?;
        tx.commit().await?;
        self.ctx.bus.end_streams_of(user);
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
        let mut tx = self.ctx.begin("handing a workspace over").await?;
        members::lock(&mut tx, actor.workspace).await?;
        let own = members::find_role(&mut tx, actor.workspace, actor.user).await?;
        let own = own.or_not_found("workspace")?;
        require(own, Permission::TransferWorkspace).map_err(forbidden)?;
        let before = members::find_role(&mut tx, actor.workspace, user).await?;
        let before = before.or_not_found("member")?;
        members::set_role(&mut tx, actor.workspace, user, Role::Owner).await?;
        members::set_role(&mut tx, actor.workspace, actor.user, Role::Admin).await?;
        invitations::revoke_beyond(&mut tx, actor.workspace, actor.user, Some(Role::Admin)).await?;
        let detail = json!({ "from": before.as_str() });
        tx.record_with(actor, AuditAction::WorkspaceTransferred, user, detail).await?;
        tx.commit().await?;
        self.ctx.bus.end_streams_of(actor.user);
        Ok(())
    }
}

impl Members {
    /// Removes a member: their tokens, links and invitations end, and their sessions are in this
    /// workspace no more. Their templates go to whoever is named, or stay as they are.
    ///
    /// # Errors
    /// Somebody who is no member, or above the actor; the last owner; nobody who could be given
    /// templates.
    pub async fn remove(
        &self,
        actor: &Actor,
        user: UserId,
        hand_over_to: Option<UserId>,
    ) -> Result<()> {
        actor.require(Permission::ManageMembers)?;
        self.end_membership(actor, user, hand_over_to, AuditAction::MemberRemoved).await
    }

    /// Ends the actor's own membership, as [`Members::remove`] does.
    ///
    /// # Errors
    /// The last owner; nobody who could be given templates.
    pub async fn leave(&self, actor: &Actor, hand_over_to: Option<UserId>) -> Result<()> {
        actor.require(Permission::ManageOwnAccount)?;
        actor.require_person()?;
        self.end_membership(actor, actor.user, hand_over_to, AuditAction::MemberLeft).await
    }

    async fn end_membership(
        &self,
        actor: &Actor,
        user: UserId,
        hand_over_to: Option<UserId>,
        action: AuditAction,
    ) -> Result<()> {
        let mut tx = self.ctx.begin("ending a membership").await?;
        members::lock(&mut tx, actor.workspace).await?;
        let role = members::find_role(&mut tx, actor.workspace, user).await?;
        let role = role.or_not_found("member")?;
        require_reach(actor, role)?;
        if let Some(next) = hand_over_to {
            require_heir(&mut tx, actor, user, next).await?;
        }
        require_another_owner(&mut tx, actor, role).await?;
        let mut line =
            entry(actor, action, Some(user.to_string())).with_detail("role", role.as_str());
        if let Some(next) = hand_over_to {
            members::hand_templates_over(&mut tx, actor.workspace, user, next).await?;
            line = line.with_detail("handed_over_to", next.to_string());
        }
        members::delete_review_links(&mut tx, actor.workspace, user).await?;
        invitations::revoke_beyond(&mut tx, actor.workspace, user, None).await?;
        members::delete(&mut tx, actor.workspace, user).await?;
        audit::append(&mut tx, line).await?;
        tx.commit().await?;
        self.ctx.bus.end_streams_of(user);
        Ok(())
    }
}

/// Refuses to hand templates to somebody who is not here, who may edit none, or who goes.
async fn require_heir(
    conn: &mut PgConnection,
    actor: &Actor,
    leaver: UserId,
    next: UserId,
) -> Result<()> {
    let role = members::find_role(conn, actor.workspace, next).await?.or_not_found("member")?;
    if next != leaver && can(role, Permission::EditTemplate) {
        return Ok(());
    }
    let message = "Choose another member who can edit workflows.";
    let error = FieldProblem::field("no_editor", "hand_over_to", message);
    Err(Problem::invalid("The workflows were not handed over.", vec![error]).into())
}
