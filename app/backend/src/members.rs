//! Members of a workspace, and invitations into it.

use async_trait::async_trait;
use model::{
    access::Role,
    api::{
        listing::{Page, PageRequest},
        members::{
            InvitationForm, InvitationRow, MemberFilter, MemberHoldings, MemberRow, NewInvitation,
        },
    },
    id::{InvitationId, UserId},
    problem::Problem,
};

use crate::actor::Actor;

/// Members of a workspace, and invitations into it.
#[async_trait]
pub trait Members: Send + Sync {
    /// A page of the members that the filter admits, who joined last first.
    async fn list(
        &self,
        actor: &Actor,
        filter: &MemberFilter,
        asked: &PageRequest,
    ) -> Result<Page<MemberRow>, Problem>;

    /// What a member has that somebody has to look after when they go.
    async fn holdings(&self, actor: &Actor, user: UserId) -> Result<MemberHoldings, Problem>;

    /// Changes what a member is.
    async fn change_role(&self, actor: &Actor, user: UserId, role: Role) -> Result<(), Problem>;

    /// Removes a member; their templates go to whoever is named, or stay as they are.
    async fn remove(
        &self,
        actor: &Actor,
        user: UserId,
        hand_over_to: Option<UserId>,
    ) -> Result<(), Problem>;

    /// Ends the actor's own membership.
    async fn leave(&self, actor: &Actor, hand_over_to: Option<UserId>) -> Result<(), Problem>;

    /// Makes another member the owner, and the actor, who is one, an admin.
    async fn transfer_ownership(&self, actor: &Actor, user: UserId) -> Result<(), Problem>;

    /// A page of the invitations that nobody has accepted or revoked, the newest first.
    async fn invitations(
        &self,
        actor: &Actor,
        asked: &PageRequest,
    ) -> Result<Page<InvitationRow>, Problem>;

    /// Invites people by their addresses: each gets a link of their own.
    async fn invite(
        &self,
        actor: &Actor,
        form: InvitationForm,
    ) -> Result<Vec<NewInvitation>, Problem>;

    /// Revokes an invitation: its link works no longer.
    async fn revoke_invitation(&self, actor: &Actor, id: InvitationId) -> Result<(), Problem>;

    /// Puts a new invitation with a new link in the place of one.
    async fn renew_invitation(
        &self,
        actor: &Actor,
        id: InvitationId,
    ) -> Result<NewInvitation, Problem>;
}
