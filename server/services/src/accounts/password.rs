//! A new password for one's own account, and the owner's way back in.

use backend::{
    accounts::SignedIn,
    actor::{Actor, Credential, Origin},
};
use model::{
    access::{Permission, Role, TokenScope},
    account::PasswordForm,
    audit::AuditAction,
    problem::{FieldProblem, Problem},
};
use store::{
    accounts, attempts, audit,
    error::{EngineError, Result},
    password_links, sessions,
};
use uuid::Uuid;

use super::Accounts;
use crate::{audit::entry, password::no_password, rate_limit::too_many_attempts};

const PASSWORD_CHECKS: attempts::Allowance =
    attempts::Allowance { most: 10, window: std::time::Duration::from_secs(900) };

impl Accounts {
    /// Changes the actor's password, opens a fresh session here and ends all their others.
    pub async fn change_password(
        &self,
        actor: &Actor,
        form: PasswordForm,
        origin: &Origin,
    ) -> Result<SignedIn> {
        actor.require(Permission::ManageOwnAccount)?;
        actor.require_person()?;
        let form = form.checked()?;
        self.check_password(actor, form.current, "current", "The password was not changed.")
            .await?;
        let hash = self.passwords.hash(form.new).await?;
        let mut tx = self.ctx.begin("changing a password").await?;
        accounts::set_password_hash(&mut tx, actor.user, &hash).await?;
        password_links::delete(&mut tx, actor.user).await?;
        audit::append(&mut tx, entry(actor, AuditAction::PasswordChanged, None)).await?;
        let signed_in =
            super::sign_in::open(&mut tx, actor.user, actor.workspace, origin, actor.role).await?;
        // Only now: opening one has locked the membership, which comes first.
        let own = signed_in.actor.session().unwrap_or_else(Uuid::nil);
        sessions::delete_others(&mut tx, actor.user, own).await?;
        tx.commit().await?;
        self.ctx.bus.end_streams_of(actor.user);
        Ok(signed_in)
    }

    /// Checks the password of whoever changes what they sign in with, or ends their account.
    ///
    /// # Errors
    /// Too many checks lately; another password, told at `field` of the form.
    pub(crate) async fn check_password(
        &self,
        actor: &Actor,
        password: String,
        field: &str,
        detail: &str,
    ) -> Result<()> {
        let mut conn = self.ctx.connect("checking a password").await?;
        let bucket = format!("password:{}", actor.user);
        if let Some(seconds) = attempts::admit(&mut conn, &bucket, PASSWORD_CHECKS).await? {
            return Err(too_many_attempts(seconds).into());
        }
        let hash = accounts::find_password_hash(&mut conn, actor.user).await?;
        drop(conn);
        let has_none = hash.as_deref() == Some(no_password());
        if self.passwords.verify(password, hash).await? {
            return Ok(());
        }
        let message = if has_none {
            "You sign in with the provider and have no password. Ask an admin of your workspace \
             for a password link from the list of members."
        } else {
            "Wrong current password."
        };
        let error = FieldProblem::field("wrong_password", field, message);
        Err(Problem::invalid(detail, vec![error]).into())
    }

    /// The owner as somebody at the machine's command line may act for them.
    pub async fn owner(&self) -> Result<Actor> {
        let mut conn = self.ctx.connect("looking for the owner").await?;
        let found = accounts::find_first_owner(&mut conn).await?;
        let (user, workspace) = found.ok_or(EngineError::Conflict {
            code: "not_set_up",
            detail: "There is no owner yet. Open Atelier in a browser to create one.".to_owned(),
        })?;
        Ok(Actor {
            user,
            workspace,
            role: Role::Owner,
            archived: false,
            credential: Credential::CommandLine,
            scope: TokenScope::Full,
            origin: None,
        })
    }
}
