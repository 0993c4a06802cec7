//! What pages ask of providers, prices and budgets.

use backend::actor::Actor;
use model::{
    budget::BudgetForm,
    id::TemplateId,
    price::Price,
    provider::{ProviderForm, ProviderTrial, ProvidersPage},
};

forward! {
    provider_access::ProviderAccess {
        fn set_budget(actor: &Actor, template: Option<TemplateId>, form: BudgetForm) -> ();
        fn clear_budget(actor: &Actor, template: Option<TemplateId>) -> ();
        fn providers(actor: &Actor) -> ProvidersPage;
        fn set_provider(actor: &Actor, form: ProviderForm) -> ();
        fn delete_provider(actor: &Actor) -> ();
        fn try_provider(actor: &Actor, form: ProviderForm) -> ProviderTrial;
        fn set_price(actor: &Actor, model: &str, price: Price) -> ();
        fn delete_price(actor: &Actor, model: &str) -> ();
    }
}
