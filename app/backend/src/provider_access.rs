//! Providers, prices, budgets and secrets of a workspace.

use async_trait::async_trait;
use model::{
    budget::BudgetForm,
    id::TemplateId,
    pages::BudgetList,
    price::Price,
    problem::Problem,
    provider::{ProviderForm, ProviderTrial, ProvidersPage},
    provider_choice::{ProviderChoice, Vendor},
    secret::{SecretForm, SecretList, SecretSet},
};

use crate::actor::Actor;

/// Providers, prices, budgets and secrets of a workspace.
#[async_trait]
pub trait ProviderAccess: Send + Sync {
    /// The budgets of the workspace and of its templates, with what is spent of each this month.
    async fn budget_list(&self, actor: &Actor) -> Result<BudgetList, Problem>;

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

    /// The access this workspace has, who answers with it, and what that costs.
    async fn providers(&self, actor: &Actor) -> Result<ProvidersPage, Problem>;

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

    /// Tries access that need not be saved: asks the provider for a word, for JSON and, where it
    /// makes them, for an image, and reports how each went.
    async fn try_provider(
        &self,
        actor: &Actor,
        vendor: Vendor,
        form: ProviderForm,
    ) -> Result<ProviderTrial, Problem>;

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

    /// The workspace's secrets without their values, and the steps of its templates that name one.
    async fn secret_list(&self, actor: &Actor) -> Result<SecretList, Problem>;

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
