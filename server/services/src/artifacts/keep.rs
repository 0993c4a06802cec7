//! Keeping a version of an output when the history of its execution goes.

use backend::actor::Actor;
use model::{
    access::Permission,
    audit::AuditAction,
    id::{ArtifactId, ExecutionId},
};
use store::{
    error::Result,
    executions::{self, Notice},
    history,
};

use super::Artifacts;
use crate::context::OrNotFound;
use serde_json::json;

impl Artifacts {
    /// Marks a version as kept, or removes the mark. A kept version stands first among the outputs,
    /// and retention does not delete it; without the mark it is deleted like any other. Setting
    /// what is set already is no error.
    ///
    /// # Errors
    /// When the execution has no such version.
    pub async fn keep_version(
        &self,
        actor: &Actor,
        execution: ExecutionId,
        artifact: ArtifactId,
        kept: bool,
    ) -> Result<()> {
        let mut tx =
            self.ctx.change(actor, Permission::ControlExecution, "keeping a version").await?;
        let by = kept.then_some(actor.user);
        let Some(seq) =
            executions::set_kept(&mut tx, actor.workspace, execution, artifact, by).await?
        else {
            let found = executions::artifact(&mut tx, actor.workspace, execution, artifact).await?;
            return found.map(drop).or_not_found("output");
        };
        if !kept {
            history::mark_remains(&mut tx, actor.workspace, execution).await?;
        }
        let action = if kept { AuditAction::ArtifactKeep } else { AuditAction::ArtifactLetGo };
        let detail = json!({ "artifact": artifact.to_string() });
        tx.record_with(actor, action, execution, detail).await?;
        tx.commit().await?;
        let notice = Notice::for_change_without_event(actor.workspace, execution, seq);
        self.ctx.advance.announce(notice);
        Ok(())
    }
}
