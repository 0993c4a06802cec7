//! What pages ask of providers, prices, budgets and secrets.

use backend::actor::Actor;
use model::{
    budget::BudgetForm,
    id::TemplateId,
    pages::BudgetList,
    price::Price,
    provider::{ProviderForm, ProviderTrial, ProvidersPage},
    provider_choice::{ProviderChoice, Vendor},
    secret::{SecretForm, SecretList, SecretSet},
};

forward! {
    provider_access::ProviderAccess {
        fn budget_list(actor: &Actor) -> BudgetList;
        fn set_budget(actor: &Actor, template: Option<TemplateId>, form: BudgetForm) -> ();
        fn clear_budget(actor: &Actor, template: Option<TemplateId>) -> ();
        fn providers(actor: &Actor) -> ProvidersPage;
        fn set_provider(actor: &Actor, vendor: Vendor, form: ProviderForm) -> ();
        fn delete_provider(actor: &Actor, vendor: Vendor) -> ();
        fn try_provider(actor: &Actor, vendor: Vendor, form: ProviderForm) -> ProviderTrial;
        fn choose_providers(actor: &Actor, choice: ProviderChoice) -> ();
        fn set_price(actor: &Actor, vendor: Vendor, model: &str, price: Price) -> ();
        fn delete_price(actor: &Actor, vendor: Vendor, model: &str) -> ();
        fn secret_list(actor: &Actor) -> SecretList;
        fn set_secret(actor: &Actor, name: &str, form: SecretForm) -> SecretSet;
        fn delete_secret(actor: &Actor, name: &str) -> ();
    }
}
