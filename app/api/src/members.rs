//! Members of a workspace, and invitations into it.

use leptos::prelude::*;
use model::{api::members::InvitationView, id::UserId};

use super::ApiError;
#[cfg(feature = "ssr")]
use super::server::{Ctx, into_api_error};
#[cfg(feature = "ssr")]
use model::{access::Permission, api::members::JoinForm};
#[cfg(feature = "ssr")]
use web::routes;

model::members_operations!(crate::call::functions);

/// Ends one's own membership, and leads to the entry.
#[server(prefix = "/api/fn", endpoint = "leave_workspace", input = leptos::server_fn::codec::Json)]
pub async fn leave_workspace(
    /// Who gets one's templates; nobody when absent.
    #[server(default)]
    hand_over_to: Option<UserId>,
) -> Result<(), ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::ManageOwnAccount)?;
    ctx.backend.members.leave(actor, hand_over_to).await.map_err(into_api_error)?;
    leptos_axum::redirect(&routes::entry());
    Ok(())
}

/// What the link of an invitation invites to, and what it takes to join; accepts nothing.
#[server(prefix = "/api/fn", endpoint = "invitation", input = leptos::server_fn::codec::Json)]
pub async fn find_invitation(
    /// The last part of the link.
    token: String,
) -> Result<InvitationView, ApiError> {
    let ctx = Ctx::get()?;
    let accounts = &ctx.backend.accounts;
    accounts.find_invitation(&token, ctx.person, &ctx.origin).await.map_err(into_api_error)
}

/// Accepts an invitation, signs in, and leads to the workspace.
#[server(prefix = "/api/fn", endpoint = "join", input = leptos::server_fn::codec::Json)]
pub async fn join(
    /// The last part of the link.
    token: String,
    /// The name for a new account.
    #[server(default)]
    name: String,
    /// The password for a new account, or of the account that there is.
    #[server(default)]
    password: String,
) -> Result<(), ApiError> {
    let ctx = Ctx::get()?;
    let (form, old_key) = (JoinForm { name, password }, ctx.session_key.as_deref());
    let accounts = &ctx.backend.accounts;
    let signed_in = accounts.join(&token, form, ctx.person, &ctx.origin, old_key).await;
    let signed_in = signed_in.map_err(into_api_error)?;
    ctx.set_session_cookie(Some(&signed_in.key));
    leptos_axum::redirect(&routes::workspace(signed_in.actor.workspace));
    Ok(())
}
