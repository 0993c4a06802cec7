//! API tokens over the API.

use axum::{
    Json as Answer,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use model::{
    access::Permission,
    account::{ShownOnce, TokenForm},
};
use services::Services;

use super::routes::{Access, Routes};
use crate::{auth::caller::Caller, error::Result, http::json::Json};

model::tokens_operations!(crate::rest::operation::operations);

pub(super) fn mount(routes: Routes) -> Routes {
    operations(routes).mount(
        Access::Needs(Permission::ManageOwnAccount)
            .post("/tokens", "Creates a token for yourself; its key is returned only once.")
            .gives::<ShownOnce>(StatusCode::CREATED),
        create,
    )
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
