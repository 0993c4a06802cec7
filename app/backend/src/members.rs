//! Members of a workspace, and invitations into it.

use async_trait::async_trait;
use model::{id::UserId, problem::Problem};

use crate::actor::Actor;

model::members_operations!(crate::area::area);

/// Members of a workspace, and invitations into it.
#[async_trait]
pub trait Members: MemberOperations {
    /// Ends the actor's own membership.
    async fn leave(&self, actor: &Actor, hand_over_to: Option<UserId>) -> Result<(), Problem>;
}
