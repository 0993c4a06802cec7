//! Invitations: made, replaced and revoked.
//!
//! The link in an invitation holds 32 random bytes, of which only the hash is kept: it is shown once.

use std::collections::BTreeSet;

use backend::{actor::Actor, key::Key};
use model::{
    access::{Permission, Role},
    api::members::{InvitationForm, NOT_INVITED, NewInvitation},
    audit::AuditAction,
    id::InvitationId,
    notice::NoticeContent,
    problem::{FieldProblem, Problem, ProblemKind},
};
use sqlx::PgConnection;
use store::{
    audit,
    error::{EngineError, Result},
    invitations::{self, MOST_PER_HOUR},
    members,
    notices::outbox::{self, NewNotice, link_place},
};
use uuid::Uuid;
use vault::secret::Secret;

use super::{Members, require_grantable};
use crate::{audit::entry, context::OrNotFound};
use serde_json::json;

impl Members {
    /// Invites people by their addresses: each gets a link of their own. All are invited, or nobody.
    ///
    /// # Errors
    /// Addresses that are none, or members'; a role above the actor's own; too many for an hour.
    pub async fn invite(&self, actor: &Actor, form: InvitationForm) -> Result<Vec<NewInvitation>> {
        let mut tx = self.ctx.change(actor, Permission::ManageMembers, "inviting people").await?;
        actor.require_unarchived()?;
        let form = form.checked()?;
        require_grantable(actor, form.role, NOT_INVITED)?;
        members::lock(&mut tx, actor.workspace).await?;
        refuse_members(&mut tx, actor, &form.emails).await?;
        require_room(&mut tx, actor, form.emails.len()).await?;
        invitations::delete_ended(&mut tx, actor.workspace).await?;
        let (mut made, mut known) = (vec![], BTreeSet::new());
        for email in &form.emails {
            if known.insert(email.to_lowercase()) {
                let invitation = make(&mut tx, actor, email, form.role).await?;
                self.tell(&mut tx, actor, &invitation).await?;
                made.push(invitation);
            }
        }
        tx.commit_with(made).await
    }

    /// Revokes an invitation: its link works no longer.
    ///
    /// # Errors
    /// An invitation that is not there, or over.
    pub async fn revoke_invitation(&self, actor: &Actor, id: InvitationId) -> Result<()> {
        let mut tx =
            self.ctx.change(actor, Permission::ManageMembers, "revoking an invitation").await?;
        let revoked = invitations::revoke(&mut tx, actor.workspace, id).await?;
        let revoked = revoked.or_not_found("invitation")?;
        let detail = json!({ "email": revoked.email });
        tx.record_with(actor, AuditAction::InvitationRevoked, id, detail).await?;
        tx.commit().await
    }

    /// Puts a new invitation with a new link in the place of one, whose link works no longer.
    ///
    /// # Errors
    /// An invitation that is not there, or over; one to more than the actor's own role; too many
    /// for an hour.
    pub async fn renew_invitation(&self, actor: &Actor, id: InvitationId) -> Result<NewInvitation> {
        let mut tx =
            self.ctx.change(actor, Permission::ManageMembers, "renewing an invitation").await?;
        actor.require_unarchived()?;
        members::lock(&mut tx, actor.workspace).await?;
        let before = invitations::revoke(&mut tx, actor.workspace, id).await?;
        let before = before.or_not_found("invitation")?;
        require_grantable(actor, before.role, "No new link was created.")?;
        require_room(&mut tx, actor, 1).await?;
        let made = make(&mut tx, actor, &before.email, before.role).await?;
        self.tell(&mut tx, actor, &made).await?;
        tx.commit_with(made).await
    }

    /// Has an invitation told of: to webhooks, and with its link to whoever is invited, where mails
    /// are sent.
    async fn tell(
        &self,
        conn: &mut PgConnection,
        actor: &Actor,
        made: &NewInvitation,
    ) -> Result<()> {
        let content = NoticeContent::Invitation { invitation: made.id };
        let key = format!("invitation:{}", made.id);
        let mut notice = NewNotice::new(actor.workspace, &content, &key);
        notice.until = Some(made.expires_at);
        let deps = &self.ctx.deps;
        let seal = || deps.vault.seal(&link_place(notice.id), &Secret::new(made.path.as_str()));
        let sealed = deps.mailer.is_some().then(seal).transpose();
        let sealed = sealed.map_err(|error| EngineError::internal("sealing a link", error))?;
        notice.link = sealed.as_ref();
        outbox::insert(conn, notice).await
    }
}

/// Makes an invitation in the place of an open one of the same address.
async fn make(
    conn: &mut PgConnection,
    actor: &Actor,
    email: &str,
    role: Role,
) -> Result<NewInvitation> {
    let (id, key) = (InvitationId(Uuid::now_v7()), Key::session());
    invitations::revoke_for(conn, actor.workspace, email).await?;
    let new = invitations::NewInvitation {
        id,
        workspace: actor.workspace,
        email,
        role,
        token_hash: &key.hash(),
        invited_by: actor.user,
    };
    let expires_at = invitations::insert(conn, new).await?;
    let line = entry(actor, AuditAction::InvitationCreated, Some(id.to_string()))
        .with_detail("email", email)
        .with_detail("role", role.as_str());
    audit::append(conn, line).await?;
    let path = format!("/join/{}", key.reveal());
    Ok(NewInvitation { id, email: email.to_owned(), role, path, expires_at })
}

/// Refuses addresses of members, each by its place.
async fn refuse_members(conn: &mut PgConnection, actor: &Actor, emails: &[String]) -> Result<()> {
    let members = invitations::members_among(conn, actor.workspace, emails).await?;
    let is_member = |email: &str| members.contains(&email.to_lowercase());
    let known = emails.iter().enumerate().filter(|(_, email)| is_member(email));
    let errors: Vec<FieldProblem> = known
        .map(|(place, email)| {
            let message = format!("{email} is already a member.");
            FieldProblem::field("already_member", format!("emails[{place}]"), message)
        })
        .collect();
    if errors.is_empty() { Ok(()) } else { Err(Problem::invalid(NOT_INVITED, errors).into()) }
}

/// Refuses more invitations than a workspace may make in an hour, and says when it may again.
async fn require_room(conn: &mut PgConnection, actor: &Actor, more: usize) -> Result<()> {
    let wait = invitations::seconds_until_room(conn, actor.workspace, more).await?;
    let Some(seconds) = wait else { return Ok(()) };
    let minutes = seconds.div_ceil(60);
    let detail = format!(
        "A workspace can send {MOST_PER_HOUR} invitations per hour. Try again in {minutes} min."
    );
    let problem = Problem::new(ProblemKind::RateLimited, "too_many_invitations", detail);
    Err(Problem { retry_after_s: Some(seconds), ..problem }.into())
}
