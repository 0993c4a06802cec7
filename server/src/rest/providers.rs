//! The workspace's access to providers over the API: set and tried; the key is never read back.

use axum::{Json as Answer, extract::State, http::StatusCode};
use engine::services::Services;
use model::{
    access::Permission,
    price::Price,
    provider::{ProviderForm, ProviderTrial, ProvidersPage},
};

use super::routes::{Access, Routes};
use crate::{
    auth::caller::Caller,
    error::Result,
    http::json::{Json, Path},
};

const OPENAI: &str = "/providers/openai";
const PRICE: &str = "/providers/openai/prices/{model}";

pub(super) fn mount(routes: Routes) -> Routes {
    let admin = Access::Needs(Permission::ManageProviders);
    routes
        .mount(
            admin.get(
                "/providers",
                "Tells who answers prompts, all but keys, and what models cost.",
            ),
            read,
        )
        .mount(
            admin.put(
                OPENAI,
                "Keeps access to OpenAI or a server like it; without a key the one before stays.",
            ),
            set,
        )
        .mount(admin.delete(OPENAI, "Forgets access: the server's own provider answers."), delete)
        .mount(
            admin.post(
                "/providers/openai/test",
                "Asks for a word, JSON and a picture with this access and tells what was found.",
            ),
            test,
        )
        .mount(admin.put(PRICE, "Keeps what a model costs, in millionths of a dollar."), set_price)
        .mount(
            admin.delete(PRICE, "Forgets what a model costs: its list price holds again."),
            delete_price,
        )
}

async fn read(
    State(services): State<Services>,
    Caller(actor): Caller,
) -> Result<Answer<ProvidersPage>> {
    Ok(Answer(services.provider_access.providers(&actor).await?))
}

async fn set(
    State(services): State<Services>,
    Caller(actor): Caller,
    Json(form): Json<ProviderForm>,
) -> Result<StatusCode> {
    services.provider_access.set_provider(&actor, form).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn delete(State(services): State<Services>, Caller(actor): Caller) -> Result<StatusCode> {
    services.provider_access.delete_provider(&actor).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn test(
    State(services): State<Services>,
    Caller(actor): Caller,
    Json(form): Json<ProviderForm>,
) -> Result<Answer<ProviderTrial>> {
    Ok(Answer(services.provider_access.try_provider(&actor, form).await?))
}

async fn set_price(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path(model): Path<String>,
    Json(price): Json<Price>,
) -> Result<StatusCode> {
    services.provider_access.set_price(&actor, &model, price).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn delete_price(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path(model): Path<String>,
) -> Result<StatusCode> {
    services.provider_access.delete_price(&actor, &model).await?;
    Ok(StatusCode::NO_CONTENT)
}
