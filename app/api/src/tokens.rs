//! API tokens.

use leptos::prelude::*;
use model::{
    account::{ShownOnce, TokenForm, TokenView},
    id::TokenId,
};

use super::ApiError;
#[cfg(feature = "ssr")]
use super::server::{Ctx, into_api_error};
#[cfg(feature = "ssr")]
use model::access::Permission;

/// The workspace's tokens for an admin, one's own for everybody else.
#[server(prefix = "/api/fn", endpoint = "tokens", input = leptos::server_fn::codec::Json)]
pub async fn load_tokens() -> Result<Vec<TokenView>, ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::ManageOwnAccount)?;
    ctx.backend.accounts.list_tokens(actor).await.map_err(into_api_error)
}

/// Makes a token for oneself; its key is shown this once.
#[server(prefix = "/api/fn", endpoint = "create_token", input = leptos::server_fn::codec::Json)]
pub async fn create_token(
    /// What it is for, and what it may do.
    form: TokenForm,
) -> Result<ShownOnce, ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::ManageOwnAccount)?;
    let token = ctx.backend.accounts.create_token(actor, form).await.map_err(into_api_error)?;
    Ok(ShownOnce { id: token.id, token: token.key.reveal().to_owned() })
}

/// Revokes a token.
#[server(prefix = "/api/fn", endpoint = "revoke_token", input = leptos::server_fn::codec::Json)]
pub async fn revoke_token(
    /// The token that is revoked.
    id: TokenId,
) -> Result<(), ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::ManageOwnAccount)?;
    ctx.backend.accounts.revoke_token(actor, id).await.map_err(into_api_error)
}
