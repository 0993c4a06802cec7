//! The workspace's access to providers.

use leptos::prelude::*;
use model::{
    price::Price,
    provider::{ProviderForm, ProvidersPage},
    provider_choice::{ProviderChoice, Vendor},
};

use super::ApiError;
#[cfg(feature = "ssr")]
use super::server::{Ctx, into_api_error};
#[cfg(feature = "ssr")]
use model::access::Permission;

model::providers_operations!(crate::call::functions);

/// Keeps the workspace's access to a vendor.
#[server(prefix = "/api/fn", endpoint = "set_provider", input = leptos::server_fn::codec::Json)]
pub async fn set_provider(
    /// Whom it is access to.
    vendor: Vendor,
    /// The access; without a key the one before stays.
    form: ProviderForm,
) -> Result<ProvidersPage, ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::ManageProviders)?;
    ctx.backend.provider_access.set_provider(actor, vendor, form).await.map_err(into_api_error)?;
    ctx.backend.provider_access.providers(actor).await.map_err(into_api_error)
}

/// Forgets the workspace's access to a vendor.
#[server(prefix = "/api/fn", endpoint = "delete_provider", input = leptos::server_fn::codec::Json)]
pub async fn delete_provider(
    /// Whom it is access to.
    vendor: Vendor,
) -> Result<ProvidersPage, ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::ManageProviders)?;
    ctx.backend.provider_access.delete_provider(actor, vendor).await.map_err(into_api_error)?;
    ctx.backend.provider_access.providers(actor).await.map_err(into_api_error)
}

/// Chooses who writes texts and who makes images where a step does not say.
#[server(prefix = "/api/fn", endpoint = "choose_providers", input = leptos::server_fn::codec::Json)]
pub async fn choose_providers(
    /// Who is chosen; none is the first provider that is set up.
    choice: ProviderChoice,
) -> Result<ProvidersPage, ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::ManageProviders)?;
    ctx.backend.provider_access.choose_providers(actor, choice).await.map_err(into_api_error)?;
    ctx.backend.provider_access.providers(actor).await.map_err(into_api_error)
}

/// Keeps what a model costs.
#[server(prefix = "/api/fn", endpoint = "set_price", input = leptos::server_fn::codec::Json)]
pub async fn set_price(
    vendor: Vendor,
    /// The name of the model as providers call it.
    model: String,
    /// What the workspace pays for it, instead of the list price.
    price: Price,
) -> Result<ProvidersPage, ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::ManageProviders)?;
    let priced = ctx.backend.provider_access.set_price(actor, vendor, &model, price).await;
    priced.map_err(into_api_error)?;
    ctx.backend.provider_access.providers(actor).await.map_err(into_api_error)
}

/// Forgets what a model costs: its list price holds again.
#[server(prefix = "/api/fn", endpoint = "delete_price", input = leptos::server_fn::codec::Json)]
pub async fn delete_price(
    vendor: Vendor,
    /// The name of the model whose own price is removed.
    model: String,
) -> Result<ProvidersPage, ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::ManageProviders)?;
    let forgotten = ctx.backend.provider_access.delete_price(actor, vendor, &model).await;
    forgotten.map_err(into_api_error)?;
    ctx.backend.provider_access.providers(actor).await.map_err(into_api_error)
}
