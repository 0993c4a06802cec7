//! The end of an account. What the person made in workspaces of others stays, and says no longer
//! who made it; workspaces in which nobody else is go with all they hold.

use backend::actor::Actor;
use model::{
    access::Role,
    api::account::DeletionForm,
    audit::AuditAction,
    problem::{FieldProblem, Problem},
};
use store::{
    accounts, audit,
    error::Result,
    profile::{self, OwnWorkspace},
    workspaces,
};

use super::{Profile, require_own};
use crate::{audit::entry, context::OrNotFound, workspaces::removal::end_executions};

const REFUSED: &str = "Your account was not deleted.";

impl Profile {
    /// Deletes the actor's account: they are signed out everywhere, and their tokens end. So do the
    /// executions of workspaces that go with it.
    ///
    /// # Errors
    /// Another address than the account's, or a wrong password; the only account there is; the last
    /// owner of a workspace in which there are others, with the names of all of these.
    pub async fn delete_account(&self, actor: &Actor, form: DeletionForm) -> Result<()> {
        require_own(actor)?;
        let mut conn = self.ctx.connect("reading an account").await?;
        let person = profile::find(&mut conn, actor.user).await?;
        drop(conn);
        let person = person.or_not_found("account")?;
        let form = form.checked(&person.email)?;
        self.accounts.check_password(actor, form.password, "password", REFUSED).await?;
        let mut tx = self.ctx.begin("deleting an account").await?;
        // Without an account the next visitor would set the instance up.
        accounts::lock_set_up(&mut tx).await?;
        if !profile::has_others(&mut tx, actor.user).await? {
            let words = format!("{REFUSED} It is the only account on this server.");
            return Err(Problem::conflict("last_account", words).into());
        }
        let own = profile::lock_workspaces(&mut tx, actor.user).await?;
        require_successors(&own)?;
        for workspace in &own {
            let line = entry(actor, AuditAction::AccountDeleted, None);
            let line = audit::Entry { workspace: Some(workspace.id), ..line };
            audit::append(&mut tx, line).await?;
            if workspace.others == 0 {
                workspaces::mark_deleted(&mut tx, workspace.id).await?;
            }
        }
        profile::delete(&mut tx, actor.user).await?;
        tx.commit().await?;
        self.ctx.bus.end_streams_of(actor.user);
        for workspace in own.iter().filter(|one| one.others == 0) {
            end_executions(&self.ctx, workspace.id).await;
        }
        Ok(())
    }
}

/// Refuses to leave others without an owner.
fn require_successors(own: &[OwnWorkspace]) -> Result<(), Problem> {
    let is_left =
        |one: &&OwnWorkspace| one.role == Role::Owner && one.others > 0 && one.other_owners == 0;
    let left = own.iter().filter(is_left).map(|one| {
        let message = format!("You're the only owner of “{}”.", one.name);
        let fix = "Make another member its owner first, or delete the workspace.";
        FieldProblem {
            fix: Some(fix.to_owned()),
            ..FieldProblem::field("last_owner", "workspaces", message)
        }
    });
    let errors: Vec<FieldProblem> = left.collect();
    if errors.is_empty() {
        return Ok(());
    }
    let words = format!("{REFUSED} It would leave a shared workspace without an owner.");
    Err(Problem { errors, ..Problem::conflict("last_owner", words) })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use model::id::WorkspaceId;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn only_the_last_owner_of_others_has_to_stay() {
        let one = |name: &str, role, others, other_owners| OwnWorkspace {
            id: WorkspaceId(Uuid::nil()),
            name: name.to_owned(),
            role,
            others,
            other_owners,
        };
        let free = [
            one("Alone", Role::Owner, 0, 0),
            one("Shared", Role::Owner, 3, 1),
            one("Guest", Role::Admin, 3, 1),
        ];

        assert!(require_successors(&free).is_ok());
        let bound = [free.to_vec(), vec![one("Studio", Role::Owner, 2, 0)]].concat();
        let problem = require_successors(&bound).unwrap_err();
        assert_eq!(problem.errors.len(), 1);
        assert!(problem.errors[0].message.contains("“Studio”"), "{problem:?}");
    }
}
