//! API tokens.

use leptos::prelude::*;
use model::account::{ShownOnce, TokenForm};

use super::ApiError;
#[cfg(feature = "ssr")]
use super::server::{Ctx, into_api_error};
#[cfg(feature = "ssr")]
use model::access::Permission;

model::tokens_operations!(crate::call::functions);

/// Makes a token for oneself; its key is shown this once.
#[server(prefix = "/api/fn", endpoint = "create_token", input = leptos::server_fn::codec::Json)]
pub async fn create_token(form: TokenForm) -> Result<ShownOnce, ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::ManageOwnAccount)?;
    let token = ctx.backend.accounts.create_token(actor, form).await.map_err(into_api_error)?;
    Ok(ShownOnce { id: token.id, token: token.key.reveal().to_owned() })
}
