//! Links by which somebody who has forgotten their password chooses a new one: made by an admin, at
//! the machine's own command line, or sent to the account's address where mails are sent. A link works
//! once, for a day, and ends every session.
//!
//! Whoever has a person's password is that person. So an admin makes a link only for people who are
//! in no workspace where the admin does not manage members, and who are nowhere more than the admin;
//! that is looked at again when the link is used.

use std::time::Duration;

use backend::{
    actor::{Actor, Credential, Origin},
    key::{self, Key},
};
use model::{
    access::Permission,
    api::account::{
        ForgottenPasswordForm, NewPasswordForm, NewPasswordLink, PasswordLinkView, may_reset,
    },
    audit::AuditAction,
    id::{NoticeId, UserId},
    notice::NoticeContent,
    problem::{Problem, ProblemKind},
};
use serde_json::json;
use sqlx::{PgConnection, PgPool};
use store::{
    accounts,
    attempts::{self, Allowance},
    audit::{self, Source},
    error::{Doing, EngineError, Result},
    notices::outbox::{self, NewNotice},
    password_links::{self, PasswordLink, SharedWorkspace},
    profile::{self, PersonRow},
    sessions,
};
use uuid::Uuid;

use super::{
    Accounts,
    sign_in::{account_bucket, require_passwords},
};
use crate::{
    context::OrNotFound,
    rate_limit::{count_wrong_link, network, too_many_attempts},
};

/// How many links one address of the network may have sent.
const MAILS_PER_ADDRESS: Allowance = Allowance { most: 20, window: Duration::from_secs(3600) };
/// How many links one account is sent, whoever asks for them.
const MAILS_PER_ACCOUNT: Allowance = Allowance { most: 3, window: Duration::from_secs(3600) };

impl Accounts {
    /// Makes a link by which a member of the actor's workspace chooses a new password; a link from
    /// before ends.
    ///
    /// # Errors
    /// Nobody who is a member here; oneself; somebody who is more than the actor in a workspace, or
    /// is in one where the actor does not manage members.
    pub async fn make_password_link(&self, actor: &Actor, user: UserId) -> Result<NewPasswordLink> {
        let mut tx =
            self.ctx.change(actor, Permission::ManageMembers, "making a password link").await?;
        actor.require_person()?;
        let shared = password_links::shared_workspaces(&mut tx, user, actor.user).await?;
        if !shared.iter().any(|one| one.workspace == actor.workspace) {
            return Err(EngineError::NotFound("member"));
        }
        let person = find_person(&mut tx, user).await?;
        if user == actor.user {
            let words = "This is your own account. Change your password in its settings.";
            return Err(Problem::conflict("own_account", words).into());
        }
        if !is_within_reach(&shared) {
            return Err(beyond_reach(&person).into());
        }
        let link = insert(&mut tx, user, person.email, Some(actor.user)).await?;
        tx.record(actor, AuditAction::PasswordLinkCreated, user).await?;
        tx.commit_with(link).await
    }

    /// Makes such a link for the account of an address, or for the first owner; for the command line
    /// only.
    ///
    /// # Errors
    /// No account of this address; no owner yet.
    pub async fn make_password_link_by_hand(&self, email: Option<&str>) -> Result<NewPasswordLink> {
        let user = match email {
            None => self.owner().await?.user,
            Some(email) => find_account(&self.ctx.pool, email.trim()).await?,
        };
        let mut tx = self.ctx.begin("making a password link").await?;
        let person = find_person(&mut tx, user).await?;
        let link = insert(&mut tx, user, person.email, None).await?;
        let source = Source { credential: Some(Credential::CommandLine), origin: None };
        append_everywhere(&mut tx, user, AuditAction::PasswordLinkCreated, source).await?;
        tx.commit_with(link).await
    }

    /// Has a link sent to an address, if there is an account of it. The answer, and how long it
    /// takes, are the same if there is none, and where the account was sent enough links lately: the
    /// link is made when its mail is written.
    ///
    /// # Errors
    /// No address; a server that sends no mails, or where nobody has a password; too many from here.
    pub async fn forget_password(
        &self,
        form: ForgottenPasswordForm,
        origin: &Origin,
    ) -> Result<()> {
        let email = form.checked()?.email;
        require_passwords(&self.ctx)?;
        if self.ctx.deps.mailer.is_none() {
            let words = "This server doesn't send email. Ask an admin of your workspace for a \
                         link.";
            return Err(Problem::conflict("no_mail", words).into());
        }
        let mut conn = self.ctx.connect("sending a password link").await?;
        let from_here = format!("forgotten:{}", network(origin));
        if let Some(seconds) = attempts::admit(&mut conn, &from_here, MAILS_PER_ADDRESS).await? {
            return Err(too_many_attempts(seconds).into());
        }
        let account = format!("forgotten:{}", hex::encode(key::hash(&email.to_lowercase())));
        if attempts::admit(&mut conn, &account, MAILS_PER_ACCOUNT).await?.is_some() {
            return Ok(());
        }
        let (id, content) = (NoticeId(Uuid::now_v7()), NoticeContent::PasswordReset { email });
        let dedupe_key = format!("password_reset:{id}");
        let (workspace, link, until) = (None, None, None);
        let notice =
            NewNotice { id, workspace, content: &content, dedupe_key: &dedupe_key, link, until };
        outbox::insert(&mut conn, notice).await
    }

    /// Whose password a link replaces. Opening it changes nothing.
    ///
    /// # Errors
    /// Gone for a token that is no link, or one that was used or has expired.
    pub async fn password_link(&self, token: &str, origin: &Origin) -> Result<PasswordLinkView> {
        let mut conn = self.ctx.connect("opening a password link").await?;
        let link = open(&mut conn, token, origin).await?;
        let person = find_person(&mut conn, link.user).await?;
        Ok(PasswordLinkView { user_name: person.name, email: person.email })
    }

    /// Gives the person of a link a new password and ends all their sessions; the link ends with it.
    ///
    /// # Errors
    /// As [`Accounts::password_link`]; a password that is too short or too long.
    pub async fn reset_password(
        &self,
        token: &str,
        form: NewPasswordForm,
        origin: &Origin,
    ) -> Result<()> {
        let form = form.checked()?;
        let mut conn = self.ctx.connect("opening a password link").await?;
        open(&mut conn, token, origin).await?;
        // The connection goes back before the slow part.
        drop(conn);
        let hash = self.passwords.hash(form.password).await?;
        let mut tx = self.ctx.begin("replacing a password").await?;
        // Whoever made it may be less by now.
        let link = open(&mut tx, token, origin).await?;
        if !password_links::take(&mut tx, &key::hash(token)).await? {
            return Err(no_link().into());
        }
        let person = find_person(&mut tx, link.user).await?;
        accounts::set_password_hash(&mut tx, link.user, &hash).await?;
        sessions::delete_all(&mut tx, link.user).await?;
        // Whoever forgets a password has guessed before.
        attempts::clear(&mut tx, &account_bucket(&person.email, origin)).await?;
        append_everywhere(&mut tx, link.user, AuditAction::PasswordReset, origin.into()).await?;
        tx.commit().await?;
        self.ctx.bus.end_streams_of(link.user);
        Ok(())
    }
}

/// The account of an address.
async fn find_account(pool: &PgPool, email: &str) -> Result<UserId> {
    let mut conn = pool.acquire().await.doing("looking for an account")?;
    let found = accounts::find_credentials(&mut conn, email).await?;
    found.map(|found| found.user).ok_or_else(|| EngineError::Conflict {
        code: "no_such_account",
        detail: format!("There is no account with the email {email}."),
    })
}

/// Makes a link that is sent to the address of an account; none where there is no such account.
pub(crate) async fn make_for_mail(
    conn: &mut PgConnection,
    email: &str,
) -> Result<Option<NewPasswordLink>> {
    let Some(account) = accounts::find_credentials(conn, email).await? else { return Ok(None) };
    let user = account.user;
    let person = find_person(conn, user).await?;
    let link = insert(conn, user, person.email, None).await?;
    append_everywhere(conn, user, AuditAction::PasswordLinkCreated, Source::default()).await?;
    Ok(Some(link))
}

/// The link that was presented, if whoever made it might make it still.
async fn open(conn: &mut PgConnection, token: &str, origin: &Origin) -> Result<PasswordLink> {
    let Some(link) = password_links::find(conn, &key::hash(token)).await? else {
        return Err(count_wrong_link(conn, "password_link", origin, no_link().into()).await);
    };
    if let Some(made_by) = link.made_by {
        let shared = password_links::shared_workspaces(conn, link.user, made_by).await?;
        if !is_within_reach(&shared) {
            return Err(no_link().into());
        }
    }
    Ok(link)
}

/// Whether somebody may let a person in again, by what both are in the person's workspaces.
fn is_within_reach(shared: &[SharedWorkspace]) -> bool {
    !shared.is_empty() && shared.iter().all(|one| may_reset(one.own, one.theirs))
}

async fn insert(
    conn: &mut PgConnection,
    user: UserId,
    email: String,
    made_by: Option<UserId>,
) -> Result<NewPasswordLink> {
    let key = Key::session();
    let expires_at = password_links::insert(conn, user, &key.hash(), made_by).await?;
    Ok(NewPasswordLink { email, path: format!("/reset/{}", key.reveal()), expires_at })
}

async fn find_person(conn: &mut PgConnection, user: UserId) -> Result<PersonRow> {
    profile::find(conn, user).await?.or_not_found("account")
}

/// Notes what was done to an account in the log of each workspace of the person.
async fn append_everywhere(
    conn: &mut PgConnection,
    user: UserId,
    action: AuditAction,
    source: Source,
) -> Result<()> {
    for one in password_links::shared_workspaces(conn, user, user).await? {
        let line = audit::Entry {
            workspace: Some(one.workspace),
            user: Some(user),
            action,
            subject: None,
            detail: json!({}),
            source: source.clone(),
        };
        audit::append(conn, line).await?;
    }
    Ok(())
}

/// What is said of a link that does not work, whatever the reason.
fn no_link() -> Problem {
    let words = "This link no longer works. It was used, expired or replaced by a newer one. Ask \
                 for a new one.";
    Problem::new(ProblemKind::Gone, "link_over", words)
}

fn beyond_reach(person: &PersonRow) -> Problem {
    let words = format!(
        "{} has a higher role than you in a workspace, or belongs to one where you don't manage \
         members, so you can't reset their password. The operator of this server can, with: \
         atelier user reset {}",
        person.name, person.email
    );
    Problem::conflict("beyond_reach", words)
}
