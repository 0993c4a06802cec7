//! Secrets over the API: set and listed by name, never read back.

use axum::{Json as Answer, extract::State, http::StatusCode};
use model::{
    access::Permission,
    secret::{SecretForm, SecretSet, SecretView},
};
use services::Services;

use super::{
    listing::List,
    routes::{Access, Routes},
};
use crate::{
    auth::caller::Caller,
    error::Result,
    http::json::{Json, Path},
};

pub(super) fn mount(routes: Routes) -> Routes {
    let admin = Access::Needs(Permission::ManageSecrets);
    routes
        .mount(admin.get("/secrets", "Lists secrets by name, without their values."), list)
        .mount(admin.get("/secrets/{name}", "Shows a secret without its value."), read)
        .mount(admin.put("/secrets/{name}", "Saves a secret and the hosts it can be sent to."), set)
        .mount(admin.delete("/secrets/{name}", "Deletes a secret."), delete)
}

async fn list(
    State(services): State<Services>,
    Caller(actor): Caller,
) -> Result<Answer<List<SecretView>>> {
    Ok(List::answer(services.provider_access.list_secrets(&actor).await?))
}

async fn read(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path(name): Path<String>,
) -> Result<Answer<SecretView>> {
    Ok(Answer(services.provider_access.secret(&actor, &name).await?))
}

async fn set(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path(name): Path<String>,
    Json(form): Json<SecretForm>,
) -> Result<StatusCode> {
    Ok(match services.provider_access.set_secret(&actor, &name, form).await? {
        SecretSet::Created => StatusCode::CREATED,
        SecretSet::Replaced => StatusCode::NO_CONTENT,
    })
}

async fn delete(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path(name): Path<String>,
) -> Result<StatusCode> {
    services.provider_access.delete_secret(&actor, &name).await?;
    Ok(StatusCode::NO_CONTENT)
}
