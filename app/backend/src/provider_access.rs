//! Providers, prices, budgets and secrets of a workspace.

use async_trait::async_trait;
use model::{
    budget::BudgetForm,
    id::TemplateId,
    price::Price,
    problem::Problem,
    provider::ProviderForm,
    provider_choice::{ProviderChoice, Vendor},
    secret::{SecretForm, SecretSet},
};

use crate::actor::Actor;

model::budgets_operations!(crate::area::area);
model::providers_operations!(crate::area::area);
model::secrets_operations!(crate::area::area);

/// Providers, prices, budgets and secrets of a workspace.
#[async_trait]
pub trait ProviderAccess: BudgetOperations + ProviderOperations + SecretOperations {
    /// Sets what the workspace, or one of its templates, may spend in a calendar month (UTC).
    async fn set_budget(
        &self,
        actor: &Actor,
        template: Option<TemplateId>,
        form: BudgetForm,
    ) -> Result<(), Problem>;

    /// Removes a monthly budget.
    async fn clear_budget(
        &self,
        actor: &Actor,
        template: Option<TemplateId>,
    ) -> Result<(), Problem>;

    /// Saves access and replaces what was saved before. A form without a key keeps the saved key,
    /// provided that the address stays the same.
    async fn set_provider(
        &self,
        actor: &Actor,
        vendor: Vendor,
        form: ProviderForm,
    ) -> Result<(), Problem>;

    /// Forgets access: from then on whoever the server was set up with answers. A vendor that is
    /// chosen stays chosen: steps wait until somebody gives access or chooses another.
    async fn delete_provider(&self, actor: &Actor, vendor: Vendor) -> Result<(), Problem>;

    /// Chooses who writes texts and who makes images where a step names neither a provider nor a
    /// model of its own. It counts from the next call on.
    async fn choose_providers(&self, actor: &Actor, choice: ProviderChoice) -> Result<(), Problem>;

    /// Sets the price of a vendor's model. It counts from the next call on, also in an execution that
    /// is paused because the price was unknown.
    async fn set_price(
        &self,
        actor: &Actor,
        vendor: Vendor,
        model: &str,
        price: Price,
    ) -> Result<(), Problem>;

    /// Forgets what a model costs: its list price holds again, if there is one.
    async fn delete_price(&self, actor: &Actor, vendor: Vendor, model: &str)
    -> Result<(), Problem>;

    /// Keeps a secret under a name, replacing the one before. Without a value the one before stays,
    /// for some of its hosts.
    async fn set_secret(
        &self,
        actor: &Actor,
        name: &str,
        form: SecretForm,
    ) -> Result<SecretSet, Problem>;

    /// Forgets a secret; steps that name it fail from then on.
    async fn delete_secret(&self, actor: &Actor, name: &str) -> Result<(), Problem>;
}
