//! Members of a workspace, and invitations into it.

use leptos::prelude::*;
use model::{
    access::Role,
    api::{
        listing::{Page, PageRequest},
        members::{
            InvitationForm, InvitationRow, InvitationView, MemberFilter, MemberHoldings, MemberRow,
            NewInvitation,
        },
    },
    id::{InvitationId, UserId},
};

use super::ApiError;
#[cfg(feature = "ssr")]
use super::server::{Ctx, into_api_error};
#[cfg(feature = "ssr")]
use model::{access::Permission, api::members::JoinForm};
#[cfg(feature = "ssr")]
use web::routes;

/// A part of the list of members, who joined last first.
#[server(prefix = "/api/fn", endpoint = "members", input = leptos::server_fn::codec::Json)]
pub async fn load_members(
    /// What the members are narrowed by.
    filter: MemberFilter,
    /// How many rows at most, and where to go on.
    asked: PageRequest,
) -> Result<Page<MemberRow>, ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::Read)?;
    ctx.backend.members.list(actor, &filter, &asked).await.map_err(into_api_error)
}

/// What a member has that somebody has to look after when they go; anybody may ask of themselves.
#[server(prefix = "/api/fn", endpoint = "member_holdings", input = leptos::server_fn::codec::Json)]
pub async fn load_member_holdings(
    /// The member.
    user: UserId,
) -> Result<MemberHoldings, ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::Read)?;
    ctx.backend.members.holdings(actor, user).await.map_err(into_api_error)
}

/// Changes what a member is.
#[server(prefix = "/api/fn", endpoint = "change_role", input = leptos::server_fn::codec::Json)]
pub async fn change_role(
    /// The member.
    user: UserId,
    /// What they are from now on.
    role: Role,
) -> Result<(), ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::ManageMembers)?;
    ctx.backend.members.change_role(actor, user, role).await.map_err(into_api_error)
}

/// Removes a member.
#[server(prefix = "/api/fn", endpoint = "remove_member", input = leptos::server_fn::codec::Json)]
pub async fn remove_member(
    /// The member.
    user: UserId,
    /// Who gets their templates; nobody when absent.
    #[server(default)]
    hand_over_to: Option<UserId>,
) -> Result<(), ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::ManageMembers)?;
    ctx.backend.members.remove(actor, user, hand_over_to).await.map_err(into_api_error)
}

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

/// Makes another member the owner, and oneself an admin.
#[server(prefix = "/api/fn", endpoint = "transfer_ownership", input = leptos::server_fn::codec::Json)]
pub async fn transfer_ownership(
    /// The member who becomes owner.
    user: UserId,
) -> Result<(), ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::TransferWorkspace)?;
    ctx.backend.members.transfer_ownership(actor, user).await.map_err(into_api_error)
}

/// A part of the list of open invitations, the newest first.
#[server(prefix = "/api/fn", endpoint = "invitations", input = leptos::server_fn::codec::Json)]
pub async fn load_invitations(
    /// How many rows at most, and where to go on.
    asked: PageRequest,
) -> Result<Page<InvitationRow>, ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::ManageMembers)?;
    ctx.backend.members.invitations(actor, &asked).await.map_err(into_api_error)
}

/// Invites people by their addresses; the links in the answer are shown this once.
#[server(prefix = "/api/fn", endpoint = "invite", input = leptos::server_fn::codec::Json)]
pub async fn invite(
    /// Who is invited, and to what.
    form: InvitationForm,
) -> Result<Vec<NewInvitation>, ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::ManageMembers)?;
    ctx.backend.members.invite(actor, form).await.map_err(into_api_error)
}

/// Revokes an invitation.
#[server(prefix = "/api/fn", endpoint = "revoke_invitation", input = leptos::server_fn::codec::Json)]
pub async fn revoke_invitation(
    /// The invitation, which is open.
    id: InvitationId,
) -> Result<(), ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::ManageMembers)?;
    ctx.backend.members.revoke_invitation(actor, id).await.map_err(into_api_error)
}

/// Makes a new link for an invitation; the one before works no longer.
#[server(prefix = "/api/fn", endpoint = "renew_invitation", input = leptos::server_fn::codec::Json)]
pub async fn renew_invitation(
    /// The invitation, which is open.
    id: InvitationId,
) -> Result<NewInvitation, ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::ManageMembers)?;
    ctx.backend.members.renew_invitation(actor, id).await.map_err(into_api_error)
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
