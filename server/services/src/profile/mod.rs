//! A person's own account, as the person changes it: name, address, picture, preferences, and its
//! end. What the person signs in with is in `accounts`.

mod deletion;
mod picture;

use std::sync::Arc;

use backend::actor::Actor;
use model::{
    access::Permission,
    api::account::{AccountPage, AddressForm, NameForm},
    audit::AuditAction,
    preferences::{Preferences, Theme},
    problem::{FieldProblem, Problem},
};
use store::{audit, error::Result, profile, sessions, tokens};

use super::{accounts::Accounts, context::ServiceContext};
use crate::audit::entry;

/// People's own accounts.
#[derive(Clone)]
pub struct Profile {
    pub(super) ctx: Arc<ServiceContext>,
    /// Checks the password of whoever changes what they sign in with.
    pub(super) accounts: Accounts,
}

impl Profile {
    /// Where the actor is signed in, and their own tokens here.
    pub async fn account_page(&self, actor: &Actor) -> Result<AccountPage> {
        require_own(actor)?;
        let mut conn = self.ctx.connect("reading an account").await?;
        let places = sessions::list(&mut conn, actor.user, actor.session()).await?;
        let tokens = tokens::list(&mut conn, actor.workspace, Some(actor.user)).await?;
        let mail = self.ctx.deps.mailer.is_some();
        Ok(AccountPage { places, tokens, mail })
    }

    /// Gives the actor another name.
    ///
    /// # Errors
    /// A name that cannot be kept.
    pub async fn rename(&self, actor: &Actor, form: NameForm) -> Result<()> {
        require_own(actor)?;
        let form = form.checked()?;
        let mut tx = self.ctx.begin("changing a name").await?;
        profile::set_name(&mut tx, actor.user, &form.name).await?;
        audit::append(&mut tx, entry(actor, AuditAction::AccountRenamed, None)).await?;
        tx.commit().await
    }

    /// Gives the actor another address to sign in with.
    ///
    /// # Errors
    /// A wrong password; no address; an address that another account has, in any case.
    pub async fn change_address(&self, actor: &Actor, form: AddressForm) -> Result<()> {
        require_own(actor)?;
        let form = form.checked()?;
        let detail = "Your email was not changed.";
        self.accounts.check_password(actor, form.password, "password", detail).await?;
        let mut tx = self.ctx.begin("changing an address").await?;
        if !profile::set_email(&mut tx, actor.user, &form.email).await? {
            let message = "Another account uses this email. Enter another one.";
            let error = FieldProblem::field("address_taken", "email", message);
            return Err(Problem::invalid(detail, vec![error]).into());
        }
        audit::append(&mut tx, entry(actor, AuditAction::AccountAddressChanged, None)).await?;
        tx.commit().await
    }

    /// Keeps what the actor has set for themselves. Nobody else sees it, so the audit log has
    /// nothing of it.
    pub async fn set_preferences(&self, actor: &Actor, preferences: Preferences) -> Result<()> {
        require_own(actor)?;
        let mut conn = self.ctx.connect("keeping preferences").await?;
        profile::set_preferences(&mut conn, actor.user, &preferences).await
    }

    /// Keeps the colours that the actor has chosen, and leaves their other preferences as they are.
    pub async fn keep_theme(&self, actor: &Actor, theme: Theme) -> Result<()> {
        require_own(actor)?;
        let mut conn = self.ctx.connect("keeping a theme").await?;
        profile::set_theme(&mut conn, actor.user, theme).await
    }
}

/// Refuses everybody but the person themselves: no token and no link changes an account.
fn require_own(actor: &Actor) -> Result<()> {
    actor.require(Permission::ManageOwnAccount)?;
    Ok(actor.require_person()?)
}
