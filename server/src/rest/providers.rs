//! The workspace's access to providers over the API: set and tried; the key is never read back. And
//! whom the workspace chooses to answer.

use axum::{extract::State, http::StatusCode};
use model::{
    access::Permission,
    price::Price,
    provider::ProviderForm,
    provider_choice::{ProviderChoice, Vendor},
};
use services::Services;

use super::routes::{Access, Routes};
use crate::{
    auth::caller::Caller,
    error::Result,
    http::json::{Json, Path},
};

const ONE: &str = "/providers/{provider}";
const PRICE: &str = "/providers/{provider}/prices/{model}";

model::providers_operations!(crate::rest::operation::operations);

pub(super) fn mount(routes: Routes) -> Routes {
    let admin = Access::Needs(Permission::ManageProviders);
    operations(routes)
        .mount(
            admin.put(
                "/providers/choice",
                "Sets the default providers for text and images.",
            ),
            choose,
        )
        .mount(
            admin.put(
                ONE,
                "Saves access to openai, anthropic or a compatible server; without a key, the saved one stays.",
            ),
            set,
        )
        .mount(admin.delete(ONE, "Removes access; the server's own provider answers instead."), delete)
        .mount(admin.put(PRICE, "Sets the price of a model, in millionths of a dollar."), set_price)
        .mount(
            admin.delete(PRICE, "Resets a model to its list price."),
            delete_price,
        )
}

async fn choose(
    State(services): State<Services>,
    Caller(actor): Caller,
    Json(choice): Json<ProviderChoice>,
) -> Result<StatusCode> {
    services.provider_access.choose_providers(&actor, choice).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn set(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path(vendor): Path<Vendor>,
    Json(form): Json<ProviderForm>,
) -> Result<StatusCode> {
    services.provider_access.set_provider(&actor, vendor, form).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn delete(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path(vendor): Path<Vendor>,
) -> Result<StatusCode> {
    services.provider_access.delete_provider(&actor, vendor).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn set_price(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path(named): Path<(Vendor, String)>,
    Json(price): Json<Price>,
) -> Result<StatusCode> {
    let (vendor, model) = named;
    services.provider_access.set_price(&actor, vendor, &model, price).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn delete_price(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path(named): Path<(Vendor, String)>,
) -> Result<StatusCode> {
    let (vendor, model) = named;
    services.provider_access.delete_price(&actor, vendor, &model).await?;
    Ok(StatusCode::NO_CONTENT)
}
