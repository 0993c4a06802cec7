//! The workspace's secrets: named, never read back.

use leptos::prelude::*;
use model::secret::{SecretForm, SecretList};

use super::ApiError;
#[cfg(feature = "ssr")]
use super::server::{Ctx, into_api_error};
#[cfg(feature = "ssr")]
use model::access::Permission;

model::secrets_operations!(crate::call::functions);

/// Keeps a secret under a name.
#[server(prefix = "/api/fn", endpoint = "set_secret", input = leptos::server_fn::codec::Json)]
pub async fn set_secret(
    /// The name by which steps refer to it.
    name: String,
    /// Its value and hosts; without a value the one before stays.
    form: SecretForm,
) -> Result<SecretList, ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::ManageSecrets)?;
    ctx.backend.provider_access.set_secret(actor, &name, form).await.map_err(into_api_error)?;
    ctx.backend.provider_access.secret_list(actor).await.map_err(into_api_error)
}

/// Forgets a secret.
#[server(prefix = "/api/fn", endpoint = "delete_secret", input = leptos::server_fn::codec::Json)]
pub async fn delete_secret(name: String) -> Result<SecretList, ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::ManageSecrets)?;
    ctx.backend.provider_access.delete_secret(actor, &name).await.map_err(into_api_error)?;
    ctx.backend.provider_access.secret_list(actor).await.map_err(into_api_error)
}
