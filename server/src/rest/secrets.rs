//! Secrets over the API: set and listed by name, never read back.

use axum::{Json as Answer, http::StatusCode};
use engine::services::secrets::SecretSet;
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
    error::Refusal,
    http::json::{Json, Path},
};

type Result<T> = std::result::Result<T, Refusal>;

pub(super) fn mount(routes: Routes) -> Routes {
    let admin = Access::Needs(Permission::ManageSecrets);
    routes
        .mount(admin.get("/secrets", "Lists secrets by name, without their values."), list)
        .mount(admin.get("/secrets/{name}", "Tells of a secret all but its value."), read)
        .mount(admin.put("/secrets/{name}", "Sets a secret and the hosts it is for."), set)
        .mount(admin.delete("/secrets/{name}", "Forgets a secret."), delete)
}

async fn list(Visit(ctx): Visit, Caller(actor): Caller) -> Result<Answer<List<SecretView>>> {
    Ok(List::answer(ctx.services.list_secrets(&actor).await?))
}

async fn read(
    Visit(ctx): Visit,
    Caller(actor): Caller,
    Path(name): Path<String>,
) -> Result<Answer<SecretView>> {
    Ok(Answer(ctx.services.secret(&actor, &name).await?))
}

async fn set(
    Visit(ctx): Visit,
    Caller(actor): Caller,
    Path(name): Path<String>,
    Json(form): Json<SecretForm>,
) -> Result<StatusCode> {
    Ok(match ctx.services.set_secret(&actor, &name, form).await? {
        SecretSet::Created => StatusCode::CREATED,
        SecretSet::Replaced => StatusCode::NO_CONTENT,
    })
}

async fn delete(
    Visit(ctx): Visit,
    Caller(actor): Caller,
    Path(name): Path<String>,
) -> Result<StatusCode> {
    ctx.services.delete_secret(&actor, &name).await?;
    Ok(StatusCode::NO_CONTENT)
}
