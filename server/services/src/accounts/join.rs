//! Joining a workspace by an invitation: with a new account, or with the one of the address.
//!
//! A link proves nothing about who has it but that it was handed on: it opens no account that is
//! there without its password, and none of another address.

use backend::{
    accounts::SignedIn,
    actor::{Origin, Person},
    key,
};
use model::{
    api::members::{InvitationView, JoinForm, JoinWay},
    audit::AuditAction,
    id::UserId,
    problem::{FieldProblem, Problem, ProblemKind},
};
use serde_json::json;
use sqlx::PgConnection;
use store::{
    accounts, attempts, audit,
    error::{EngineError, Result},
    invitations::{self, Invitation, InvitationState},
    members, profile,
};
use uuid::Uuid;

use super::{
    Accounts,
    sign_in::{account_bucket, open, require_passwords},
};
use crate::{context::OrNotFound, rate_limit::count_wrong_link};

enum Joiner {
    /// Somebody who has an account of the invited address.
    Known(UserId),
    /// Somebody who gets one.
    New {
        name: String,
        /// The PHC string of their password.
        password_hash: String,
    },
}

impl Accounts {
    /// What a link invites to, and what the visitor has to do to join. Opening it accepts nothing.
    ///
    /// # Errors
    /// Not found for a link that nobody was given; gone, with the reason, for one that was used or
    /// revoked, or has expired.
    pub async fn find_invitation(
        &self,
        token: &str,
        visitor: Option<Person>,
        origin: &Origin,
    ) -> Result<InvitationView> {
        let mut conn = self.ctx.connect("opening an invitation").await?;
        let found = open_invitation(&mut conn, token, origin).await?;
        let way = match (visitor, found.account) {
            (Some(visitor), account) if account == Some(visitor.user) => JoinWay::SignedIn,
            (Some(visitor), _) => JoinWay::Other { email: find_email(&mut conn, visitor).await? },
            (None, Some(_)) => JoinWay::Password,
            (None, None) => JoinWay::NewAccount,
        };
        Ok(InvitationView {
            workspace: found.workspace_name,
            invited_by: found.invited_by,
            email: found.email,
            role: found.role,
            expires_at: found.expires_at,
            way,
        })
    }

    /// Accepts an invitation: makes the visitor a member, with a new account where there is none of
    /// the address, signs them in there, and ends the session the browser came with. Of several who
    /// accept it at once one joins.
    ///
    /// # Errors
    /// As [`Accounts::find_invitation`]; a wrong password; a name or password that cannot be kept;
    /// a visitor who is signed in with another address.
    pub async fn join(
        &self,
        token: &str,
        form: JoinForm,
        visitor: Option<Person>,
        origin: &Origin,
        old_key: Option<&str>,
    ) -> Result<SignedIn> {
        let mut conn = self.ctx.connect("opening an invitation").await?;
        let found = open_invitation(&mut conn, token, origin).await?;
        // The connection goes back before the slow part.
        drop(conn);
        let joiner = self.identify_joiner(&found, form, visitor, origin).await?;
        let mut tx = self.ctx.begin("joining a workspace").await?;
        // First the workspace, as where one is deleted with its invitations.
        members::lock(&mut tx, found.workspace).await?;
        if !invitations::accept(&mut tx, found.id).await? {
            // Whoever was faster has ended it: it is told how.
            open_invitation(&mut tx, token, origin).await?;
            return Err(over(InvitationState::Revoked).into());
        }
        let signed_in = admit(&mut tx, &found, joiner, origin).await?;
        attempts::clear(&mut tx, &account_bucket(&found.email, origin)).await?;
        tx.commit().await?;
        if let Some(old_key) = old_key {
            self.end_session(old_key).await?;
        }
        Ok(signed_in)
    }

    /// Who joins, once they have shown that they may.
    async fn identify_joiner(
        &self,
        found: &Invitation,
        form: JoinForm,
        visitor: Option<Person>,
        origin: &Origin,
    ) -> Result<Joiner> {
        if visitor.is_none() {
            require_passwords(&self.ctx)?;
        }
        match (visitor, found.account) {
            (Some(visitor), account) if account == Some(visitor.user) => {
                Ok(Joiner::Known(visitor.user))
            }
            (Some(_), _) => {
                let detail = format!(
                    "This invitation is for {}, but you're signed in with another email. Sign out \
                     first.",
                    found.email
                );
                Err(Problem::conflict("signed_in_as_other", detail).into())
            }
            (None, Some(account)) => {
                let _place = self.admit(&account_bucket(&found.email, origin), origin).await?;
                let hash = found.password_hash.clone();
                if self.passwords.verify(form.password, hash).await? {
                    Ok(Joiner::Known(account))
                } else {
                    Err(wrong_password(&found.email).into())
                }
            }
            (None, None) => {
                let form = form.checked_for_new_account()?;
                let password_hash = self.passwords.hash(form.password).await?;
                Ok(Joiner::New { name: form.name, password_hash })
            }
        }
    }
}

/// The invitation of a link that can be accepted. Links that are none are counted, so that nobody
/// goes on trying.
async fn open_invitation(
    conn: &mut PgConnection,
    token: &str,
    origin: &Origin,
) -> Result<Invitation> {
    let Some(found) = invitations::find(conn, &key::hash(token)).await? else {
        let none = EngineError::NotFound("invitation");
        return Err(count_wrong_link(conn, "invitation", origin, none).await);
    };
    if found.state == InvitationState::Open { Ok(found) } else { Err(over(found.state).into()) }
}

/// Why a link works no longer, and what to do; nothing of what it led to.
fn over(state: InvitationState) -> Problem {
    let (code, words) = match state {
        InvitationState::Accepted => (
            "invitation_used",
            "It works only once. If that was you, sign in. Otherwise ask the sender for a new one.",
        ),
        InvitationState::Expired => (
            "invitation_expired",
            "Invitations expire after seven days. Ask the sender for a new one.",
        ),
        InvitationState::Archived => (
            "workspace_archived",
            "Its workspace is archived. Once the workspace's owner has restored it, open this link \
             again.",
        ),
        InvitationState::Revoked | InvitationState::Open => (
            "invitation_revoked",
            "It was revoked, or replaced by a newer one. Ask the sender for a new one.",
        ),
    };
    Problem::new(ProblemKind::Gone, code, words)
}

/// Makes whoever accepted the invitation a member, and signs them in.
async fn admit(
    conn: &mut PgConnection,
    found: &Invitation,
    joiner: Joiner,
    origin: &Origin,
) -> Result<SignedIn> {
    let user = match joiner {
        Joiner::Known(user) => user,
        Joiner::New { name, password_hash } => {
            insert_user(conn, &found.email, &name, &password_hash).await?
        }
    };
    if found.member.is_none() {
        accounts::insert_membership(conn, found.workspace, user, found.role).await?;
    }
    let line = audit::Entry {
        workspace: Some(found.workspace),
        user: Some(user),
        action: AuditAction::MemberJoined,
        subject: Some(user.to_string()),
        detail: json!({ "invitation": found.id, "role": found.role }),
        source: origin.into(),
    };
    audit::append(conn, line).await?;
    open(conn, user, found.workspace, origin, found.member.unwrap_or(found.role)).await
}

async fn insert_user(
    conn: &mut PgConnection,
    email: &str,
    name: &str,
    password_hash: &str,
) -> Result<UserId> {
    let id = UserId(Uuid::now_v7());
    let new = accounts::NewUser { id, email, name, password_hash };
    match accounts::insert_user(conn, new).await {
        Ok(()) => Ok(id),
        // Two invitations of one address, accepted at once.
        Err(error) if error.is_overtaken() => {
            let words = "An account with this email now exists. Open the link again.";
            Err(Problem::conflict("account_exists", words).into())
        }
        Err(error) => Err(error),
    }
}

fn wrong_password(email: &str) -> Problem {
    let message = format!("Wrong password for {email}.");
    let error = FieldProblem::field("wrong_password", "password", message);
    Problem::invalid("You haven't joined.", vec![error])
}

/// The address with which a visitor is signed in.
async fn find_email(conn: &mut PgConnection, visitor: Person) -> Result<String> {
    let found = profile::find(conn, visitor.user).await?;
    Ok(found.or_not_found("account")?.email)
}
