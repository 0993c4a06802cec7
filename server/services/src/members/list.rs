//! Who is here, and what somebody has.

use backend::actor::Actor;
use model::{
    access::{Permission, can},
    api::{
        listing::{Page, PageRequest},
        members::{InvitationRow, MemberFilter, MemberHoldings, MemberRow},
    },
    id::UserId,
};
use store::{
    error::{EngineError, Result},
    invitations, members,
    page_query::PageQuery,
};

use super::Members;
use crate::context::OrNotFound;

impl Members {
    /// A page of the members that the filter admits, who joined last first.
    ///
    /// # Errors
    /// A search that is too long; a page that cannot be.
    pub async fn list(
        &self,
        actor: &Actor,
        filter: &MemberFilter,
        asked: &PageRequest,
    ) -> Result<Page<MemberRow>> {
        let mut conn = self.ctx.read(actor, "listing members").await?;
        let page = PageQuery::from_request(asked)?;
        members::list(&mut conn, actor.workspace, filter, page).await
    }

    /// What a member has that somebody has to look after when they go; for everybody of themselves.
    ///
    /// # Errors
    /// Somebody who is no member, or whom the actor could not remove.
    pub async fn holdings(&self, actor: &Actor, user: UserId) -> Result<MemberHoldings> {
        actor.require(Permission::Read)?;
        if user != actor.user && !can(actor.role, Permission::ManageMembers) {
            return Err(EngineError::NotFound("member"));
        }
        let mut conn = self.ctx.connect("reading what a member has").await?;
        members::find_role(&mut conn, actor.workspace, user).await?.or_not_found("member")?;
        members::find_holdings(&mut conn, actor.workspace, user).await
    }

    /// A page of the invitations that nobody has accepted or revoked, the newest first.
    pub async fn invitations(
        &self,
        actor: &Actor,
        asked: &PageRequest,
    ) -> Result<Page<InvitationRow>> {
        let mut conn =
            self.ctx.connect_as(actor, Permission::ManageMembers, "listing invitations").await?;
        let page = PageQuery::from_request(asked)?;
        invitations::list(&mut conn, actor.workspace, page).await
    }
}
