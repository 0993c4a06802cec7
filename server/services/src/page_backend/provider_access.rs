//! What pages ask of providers, prices, budgets and secrets.

use backend::actor::Actor;
use model::{
    budget::BudgetForm,
    id::TemplateId,
    price::Price,
    provider::ProviderForm,
    provider_choice::{ProviderChoice, Vendor},
    secret::{SecretForm, SecretSet},
};

forward! {
    provider_access::ProviderAccess {
        fn set_budget(actor: &Actor, template: Option<TemplateId>, form: BudgetForm) -> ();
        fn clear_budget(actor: &Actor, template: Option<TemplateId>) -> ();
        fn set_provider(actor: &Actor, vendor: Vendor, form: ProviderForm) -> ();
        fn delete_provider(actor: &Actor, vendor: Vendor) -> ();
        fn choose_providers(actor: &Actor, choice: ProviderChoice) -> ();
        fn set_price(actor: &Actor, vendor: Vendor, model: &str, price: Price) -> ();
        fn delete_price(actor: &Actor, vendor: Vendor, model: &str) -> ();
        fn set_secret(actor: &Actor, name: &str, form: SecretForm) -> SecretSet;
        fn delete_secret(actor: &Actor, name: &str) -> ();
    }
}
