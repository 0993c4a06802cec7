//! Taking templates out of sight: archived and restored, or deleted where nothing ran.

use backend::actor::Actor;
use model::{
    access::Permission, agent_library::form::ArchiveChange, api::templates::Removal,
    audit::AuditAction, id::TemplateId,
};
use store::{authoring, error::Result, templates};

use super::{
    Templates,
    edit::{lock_editable, refuse_system},
};
use crate::context::OrNotFound;

impl Templates {
    /// Deletes a template with its versions; one that has executions is archived for them.
    ///
    /// # Errors
    /// An unknown template; a system template.
    pub async fn delete_template(&self, actor: &Actor, id: TemplateId) -> Result<Removal> {
        let mut tx =
            self.ctx.change(actor, Permission::EditTemplate, "deleting a template").await?;
        lock_editable(&mut tx, actor, id).await?;
        let removal = if authoring::is_used(&mut tx, actor.workspace, id).await? {
            templates::set_archived(&mut tx, actor.workspace, id, true).await?;
            tx.record(actor, AuditAction::TemplateArchived, id).await?;
            Removal::Archived
        } else {
            authoring::delete(&mut tx, actor.workspace, id).await?;
            tx.record(actor, AuditAction::TemplateDeleted, id).await?;
            Removal::Deleted
        };
        tx.commit_with(removal).await
    }

    /// Archives a template, so that lists leave it out and nothing new is made of it, or restores it.
    /// Workflows that have pinned a version of it keep it.
    ///
    /// # Errors
    /// An unknown template; a system template.
    pub async fn archive_template(
        &self,
        actor: &Actor,
        id: TemplateId,
        change: ArchiveChange,
    ) -> Result<()> {
        let mut tx =
            self.ctx.change(actor, Permission::EditTemplate, "archiving a template").await?;
        authoring::lock(&mut tx, actor.workspace, id).await?;
        let found = templates::find_shelving(&mut tx, actor.workspace, id).await?;
        let found = found.or_not_found("template")?;
        refuse_system(found.is_system)?;
        if found.is_archived != change.archived {
            templates::set_archived(&mut tx, actor.workspace, id, change.archived).await?;
            let action = if change.archived {
                AuditAction::TemplateArchived
            } else {
                AuditAction::TemplateUnarchived
            };
            tx.record(actor, action, id).await?;
        }
        tx.commit().await
    }
}
