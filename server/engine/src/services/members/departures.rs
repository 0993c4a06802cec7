//! How members go: removed, or by themselves. What they made stays and keeps their name; what acts
//! for them ends.

use backend::actor::Actor;
use model::{
    access::{Permission, can},
    audit::AuditAction,
    id::UserId,
    problem::{FieldProblem, Problem},
};
use sqlx::PgConnection;
use store::{
    audit,
    error::{Doing, EngineError, Result},
    invitations, members,
};

use super::{Members, require_another_owner, require_reach};
use crate::services::audit::entry;

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
        let mut tx = store::begin(&self.context.pool).await.doing("ending a membership")?;
        members::lock(&mut tx, actor.workspace).await?;
        let role = members::find_role(&mut tx, actor.workspace, user).await?;
        let role = role.ok_or(EngineError::NotFound("member"))?;
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
        tx.commit().await.doing("ending a membership")?;
        self.context.bus.end_streams_of(user);
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
    let role = members::find_role(conn, actor.workspace, next).await?;
    let role = role.ok_or(EngineError::NotFound("member"))?;
    if next != leaver && can(role, Permission::EditTemplate) {
        return Ok(());
    }
    let message = "Choose another member who can edit workflows.";
    let error = FieldProblem::field("no_editor", "hand_over_to", message);
    Err(Problem::invalid("The workflows were not handed over.", vec![error]).into())
}
