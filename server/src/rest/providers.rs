//! The workspace's access to providers over the API: kept and tried, its key never read back.

use axum::{Json as Answer, http::StatusCode};
use model::{
    access::Permission,
    provider::{ProviderForm, ProviderTrial, ProvidersPage},
};

use super::routes::{Access, Routes};
use crate::{
    auth::caller::{Caller, Visit},
    error::Refusal,
    http::json::Json,
};

type Result<T> = std::result::Result<T, Refusal>;

const OPENAI: &str = "/providers/openai";

pub(super) fn mount(routes: Routes) -> Routes {
    let admin = Access::Needs(Permission::ManageProviders);
    routes
        .mount(admin.get("/providers", "Tells who answers prompts, all but keys."), read)
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
                "Asks for one word with this access and tells how it went.",
            ),
            test,
        )
}

async fn read(Visit(ctx): Visit, Caller(actor): Caller) -> Result<Answer<ProvidersPage>> {
    Ok(Answer(ctx.services.providers(&actor).await?))
}

async fn set(
    Visit(ctx): Visit,
    Caller(actor): Caller,
    Json(form): Json<ProviderForm>,
) -> Result<StatusCode> {
    ctx.services.set_provider(&actor, form).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn delete(Visit(ctx): Visit, Caller(actor): Caller) -> Result<StatusCode> {
    ctx.services.delete_provider(&actor).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn test(
    Visit(ctx): Visit,
    Caller(actor): Caller,
    Json(form): Json<ProviderForm>,
) -> Result<Answer<ProviderTrial>> {
    Ok(Answer(ctx.services.try_provider(&actor, form).await?))
}
