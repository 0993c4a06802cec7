//! A person's own account, as the person changes it.

use async_trait::async_trait;
use model::{
    api::account::{AddressForm, DeletionForm, NameForm},
    problem::Problem,
};

use crate::actor::Actor;

model::account_operations!(crate::area::area);

/// A person's own account: name, address, picture, preferences, and its end.
#[async_trait]
pub trait Profile: ProfileOperations {
    /// Gives the actor another name.
    async fn rename(&self, actor: &Actor, form: NameForm) -> Result<(), Problem>;

    /// Gives the actor another address to sign in with; the password is checked.
    async fn change_address(&self, actor: &Actor, form: AddressForm) -> Result<(), Problem>;

    /// Deletes the actor's account; the password is checked. The last owner of a workspace with
    /// others in it is refused.
    async fn delete_account(&self, actor: &Actor, form: DeletionForm) -> Result<(), Problem>;
}
