//! A person's own account, as the person changes it.

use async_trait::async_trait;
use model::{
    api::account::{AccountPage, AddressForm, DeletionForm, NameForm},
    preferences::{Preferences, Theme},
    problem::Problem,
};

use crate::actor::Actor;

/// A person's own account: name, address, picture, preferences, and its end.
#[async_trait]
pub trait Profile: Send + Sync {
    /// Where the actor is signed in, and their own tokens here.
    async fn account_page(&self, actor: &Actor) -> Result<AccountPage, Problem>;

    /// Gives the actor another name.
    async fn rename(&self, actor: &Actor, form: NameForm) -> Result<(), Problem>;

    /// Gives the actor another address to sign in with; the password is checked.
    async fn change_address(&self, actor: &Actor, form: AddressForm) -> Result<(), Problem>;

    /// Keeps what the actor has set for themselves.
    async fn set_preferences(&self, actor: &Actor, preferences: Preferences)
    -> Result<(), Problem>;

    /// Keeps the colours that the actor has chosen, and leaves their other preferences as they are.
    async fn keep_theme(&self, actor: &Actor, theme: Theme) -> Result<(), Problem>;

    /// Takes the actor's picture down.
    async fn remove_picture(&self, actor: &Actor) -> Result<(), Problem>;

    /// Deletes the actor's account; the password is checked. The last owner of a workspace with
    /// others in it is refused.
    async fn delete_account(&self, actor: &Actor, form: DeletionForm) -> Result<(), Problem>;
}
