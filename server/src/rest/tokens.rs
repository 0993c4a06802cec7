//! API tokens over the API.

use axum::{
    Json as Answer,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use engine::services::Services;
use model::{
    access::Permission,
    account::{ShownOnce, TokenForm, TokenView},
    id::TokenId,
};

use super::routes::{Access, Routes};
use crate::{
    auth::caller::Caller,
    error::Result,
    http::json::{Json, Path},
};

pub(super) fn mount(routes: Routes) -> Routes {
    let own = Access::Needs(Permission::ManageOwnAccount);
    routes
        .mount(
            own.get("/tokens", "Lists tokens: all for an admin, your own otherwise.")
                .gives::<Vec<TokenView>>(StatusCode::OK),
            list,
        )
        .mount(
            own.post("/tokens", "Creates a token for yourself; its key is returned only once.")
                .gives::<ShownOnce>(StatusCode::CREATED),
            create,
        )
        .mount(own.delete("/tokens/{id}", "Revokes a token."), revoke)
}

async fn list(State(services): State<Services>, Caller(actor): Caller) -> Result<Response> {
    Ok(Answer(services.accounts.list_tokens(&actor).await?).into_response())
}

async fn create(
    State(services): State<Services>,
    Caller(actor): Caller,
    Json(form): Json<TokenForm>,
) -> Result<Response> {
    let token = services.accounts.create_token(&actor, form).await?;
    let shown_once = ShownOnce { id: token.id, token: token.key.reveal().to_owned() };
    Ok((StatusCode::CREATED, Answer(shown_once)).into_response())
}

async fn revoke(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path(id): Path<TokenId>,
) -> Result<StatusCode> {
    services.accounts.revoke_token(&actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
