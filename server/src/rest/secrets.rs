//! Secrets over the API: set and listed by name, never read back.

use axum::{Json as Answer, http::StatusCode};
use engine::services::provider_access::secrets::SecretSet;
use model::{
    access::Permission,
    secret::{SecretForm, SecretView},
};

use super::{
    listing::List,
    routes::{Access, Routes},
};
use crate::{
    auth::caller::{Caller, Visit},
    error::Result,
    http::json::{Json, Path},
};

pub(super) fn mount(routes: Routes) -> Routes {
    let admin = Access::Needs(Permission::ManageSecrets);
    routes
        .mount(admin.get("/secrets", "Lists secrets by name, without their values."), list)
        .mount(admin.get("/secrets/{name}", "Tells of a secret all but its value."), read)
        .mount(admin.put("/secrets/{name}", "Sets a secret and the hosts it is for."), set)
        .mount(admin.delete("/secrets/{name}", "Forgets a secret."), delete)
}

async fn list(Visit(ctx): Visit, Caller(actor): Caller) -> Result<Answer<List<SecretView>>> {
    Ok(List::answer(ctx.services.provider_access.list_secrets(&actor).await?))
}

async fn read(
    Visit(ctx): Visit,
    Caller(actor): Caller,
    Path(name): Path<String>,
) -> Result<Answer<SecretView>> {
    Ok(Answer(ctx.services.provider_access.secret(&actor, &name).await?))
}

async fn set(
    Visit(ctx): Visit,
    Caller(actor): Caller,
    Path(name): Path<String>,
    Json(form): Json<SecretForm>,
) -> Result<StatusCode> {
    Ok(match ctx.services.provider_access.set_secret(&actor, &name, form).await? {
        SecretSet::Created => StatusCode::CREATED,
        SecretSet::Replaced => StatusCode::NO_CONTENT,
    })
}

async fn delete(
    Visit(ctx): Visit,
    Caller(actor): Caller,
    Path(name): Path<String>,
) -> Result<StatusCode> {
    ctx.services.provider_access.delete_secret(&actor, &name).await?;
    Ok(StatusCode::NO_CONTENT)
}
