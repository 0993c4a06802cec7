//! Who is in a workspace: members, their roles, how they go, and invitations to others.
//!
//! Whoever joins by an invitation does so in the accounts' `join`: it makes accounts and sessions.

mod invitations;
mod list;
mod roles;

use std::sync::Arc;

use backend::actor::{Actor, forbidden};
use model::{
    access::{Lacks, Permission, Role},
    problem::{FieldProblem, Problem},
};
use sqlx::PgConnection;
use store::{
    error::{EngineError, Result},
    members,
};

use super::context::ServiceContext;

/// The members of workspaces, and invitations.
#[derive(Clone)]
pub struct Members {
    pub(super) ctx: Arc<ServiceContext>,
}

/// Refuses to give a role above one's own.
fn require_grantable(actor: &Actor, role: Role, detail: &str) -> Result<(), Problem> {
    if role <= actor.role {
        return Ok(());
    }
    let message = format!("Your role is {}. You can't grant a higher one.", actor.role);
    let error = FieldProblem::field("role_too_high", "role", message);
    Err(Problem::invalid(detail, vec![error]))
}

/// Refuses to change what is above one's own role: only owners change owners.
fn require_reach(actor: &Actor, role: Role) -> Result<(), Problem> {
    if role <= actor.role {
        return Ok(());
    }
    Err(forbidden(Lacks { needed: Permission::TransferWorkspace, role: actor.role }))
}

/// Refuses to take the last owner away: a workspace has one at any time. The caller has locked the
/// members.
async fn require_another_owner(conn: &mut PgConnection, actor: &Actor, role: Role) -> Result<()> {
    if role == Role::Owner && members::count_owners(conn, actor.workspace).await? < 2 {
        let detail = "This is the only owner of the workspace. Make someone else the owner first.";
        return Err(EngineError::Conflict { code: "last_owner", detail: detail.to_owned() });
    }
    Ok(())
}
