//! One's own account, and links by which a forgotten password is replaced.

use leptos::prelude::*;
#[cfg(feature = "ssr")]
use model::{
    access::Permission,
    account::PasswordForm,
    api::account::{AddressForm, DeletionForm, ForgottenPasswordForm, NameForm, NewPasswordForm},
};
use model::{account::SignedInPlace, api::account::PasswordLinkView};
use uuid::Uuid;
#[cfg(feature = "ssr")]
use web::routes;

use super::ApiError;
#[cfg(feature = "ssr")]
use super::server::{Ctx, into_api_error};

model::account_operations!(crate::call::functions);

/// Gives the person another name.
#[server(prefix = "/api/fn", endpoint = "rename_account", input = leptos::server_fn::codec::Json)]
pub async fn rename_account(
    /// The name that others see.
    name: String,
) -> Result<(), ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::ManageOwnAccount)?;
    ctx.backend.profile.rename(actor, NameForm { name }).await.map_err(into_api_error)
}

/// Gives the person another address to sign in with.
#[server(prefix = "/api/fn", endpoint = "change_address", input = leptos::server_fn::codec::Json)]
pub async fn change_address(
    /// The new address.
    email: String,
    /// The password in clear.
    password: String,
) -> Result<(), ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::ManageOwnAccount)?;
    let form = AddressForm { email, password };
    ctx.backend.profile.change_address(actor, form).await.map_err(into_api_error)
}

/// Changes the person's password and ends all their other sessions; returns where they are still
/// signed in.
#[server(prefix = "/api/fn", endpoint = "change_password", input = leptos::server_fn::codec::Json)]
pub async fn change_password(
    /// The present password in clear.
    current: String,
    /// The wanted password in clear.
    new: String,
) -> Result<Vec<SignedInPlace>, ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::ManageOwnAccount)?;
    let (accounts, form) = (&ctx.backend.accounts, PasswordForm { current, new });
    let changed = accounts.change_password(actor, form, &ctx.origin).await;
    let signed_in = changed.map_err(into_api_error)?;
    ctx.set_session_cookie(Some(&signed_in.key));
    accounts.list_sessions(&signed_in.actor).await.map_err(into_api_error)
}

/// Ends a session of the person's; returns those that are left.
#[server(prefix = "/api/fn", endpoint = "revoke_session", input = leptos::server_fn::codec::Json)]
pub async fn revoke_session(
    /// The session, by the id that only names it.
    id: Uuid,
) -> Result<Vec<SignedInPlace>, ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::ManageOwnAccount)?;
    ctx.backend.accounts.revoke_session(actor, id).await.map_err(into_api_error)?;
    ctx.backend.accounts.list_sessions(actor).await.map_err(into_api_error)
}

/// Ends every session of the person's but this one; returns those that are left.
#[server(prefix = "/api/fn", endpoint = "revoke_other_sessions", input = leptos::server_fn::codec::Json)]
pub async fn revoke_other_sessions() -> Result<Vec<SignedInPlace>, ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::ManageOwnAccount)?;
    ctx.backend.accounts.revoke_other_sessions(actor).await.map_err(into_api_error)?;
    ctx.backend.accounts.list_sessions(actor).await.map_err(into_api_error)
}

/// Deletes the person's account and leads to the sign-in page.
#[server(prefix = "/api/fn", endpoint = "delete_account", input = leptos::server_fn::codec::Json)]
pub async fn delete_account(
    /// The account's address, typed once more.
    email: String,
    /// The password in clear.
    password: String,
) -> Result<(), ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::ManageOwnAccount)?;
    let form = DeletionForm { email, password };
    ctx.backend.profile.delete_account(actor, form).await.map_err(into_api_error)?;
    ctx.set_session_cookie(None);
    leptos_axum::redirect(&routes::sign_in());
    Ok(())
}

/// Whose password a link replaces.
#[server(prefix = "/api/fn", endpoint = "password_link", input = leptos::server_fn::codec::Json)]
pub async fn find_password_link(
    /// The last part of the link.
    link: String,
) -> Result<PasswordLinkView, ApiError> {
    let ctx = Ctx::get()?;
    ctx.backend.accounts.password_link(&link, &ctx.origin).await.map_err(into_api_error)
}

/// Has a link to a new password sent to an address, if there is an account of it.
#[server(prefix = "/api/fn", endpoint = "forgot_password", input = leptos::server_fn::codec::Json)]
pub async fn forgot_password(
    /// The address of the account.
    email: String,
) -> Result<(), ApiError> {
    let ctx = Ctx::get()?;
    let form = ForgottenPasswordForm { email };
    ctx.backend.accounts.forget_password(form, &ctx.origin).await.map_err(into_api_error)
}

/// Replaces a password by a link, and leads to the sign-in page.
#[server(prefix = "/api/fn", endpoint = "reset_password", input = leptos::server_fn::codec::Json)]
pub async fn reset_password(
    /// The last part of the link.
    link: String,
    /// The wanted password in clear.
    password: String,
) -> Result<(), ApiError> {
    let ctx = Ctx::get()?;
    let form = NewPasswordForm { password };
    let reset = ctx.backend.accounts.reset_password(&link, form, &ctx.origin).await;
    reset.map_err(into_api_error)?;
    ctx.set_session_cookie(None);
    leptos_axum::redirect(&routes::sign_in());
    Ok(())
}
