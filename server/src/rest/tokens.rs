//! API tokens over the API.

use axum::{
    Json as Answer,
    http::{Method, StatusCode},
    response::{IntoResponse, Response},
};
use model::{access::Permission, account::TokenForm, id::TokenId};
use serde_json::json;

use super::routes::{Access, Routes};
use crate::{
    auth::caller::{Caller, Visit},
    error::Refusal,
    http::json::{Json, Path},
};

type Result<T> = std::result::Result<T, Refusal>;

pub(super) fn mount(routes: Routes) -> Routes {
    let own = Access::Needs(Permission::ManageOwnAccount);
    routes
        .mount(Method::GET, "/tokens", own, list)
        .mount(Method::POST, "/tokens", Access::Needs(Permission::ManageTokens), create)
        .mount(Method::DELETE, "/tokens/{id}", own, revoke)
}

async fn list(Visit(ctx): Visit, Caller(actor): Caller) -> Result<Response> {
    Ok(Answer(ctx.services.list_tokens(&actor).await?).into_response())
}

async fn create(
    Visit(ctx): Visit,
    Caller(actor): Caller,
    Json(form): Json<TokenForm>,
) -> Result<Response> {
    let token = ctx.services.create_token(&actor, form).await?;
    let shown_once = json!({ "id": token.id, "token": token.key.reveal() });
    Ok((StatusCode::CREATED, Answer(shown_once)).into_response())
}

async fn revoke(
    Visit(ctx): Visit,
    Caller(actor): Caller,
    Path(id): Path<TokenId>,
) -> Result<StatusCode> {
    ctx.services.revoke_token(&actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
