//! Taking templates out of sight: archived and restored, or deleted where nothing ran.

use backend::actor::Actor;
use model::{
    access::Permission, agent_library::form::ArchiveChange, api::templates::Removal,
    audit::AuditAction, id::TemplateId,
};
use store::{
    authoring,
    error::{Doing, EngineError, Result},
    templates,
};

use super::{
    Templates,
    edit::{lock_editable, record, refuse_system},
};

impl Templates {
    /// Deletes a template with its versions; one that has executions is archived for them.
    ///
    /// # Errors
    /// An unknown template; a system template.
    pub async fn delete_template(&self, actor: &Actor, id: TemplateId) -> Result<Removal> {
        actor.require(Permission::EditTemplate)?;
        let mut tx = store::begin(&self.context.pool).await.doing("deleting a template")?;
        lock_editable(&mut tx, actor, id).await?;
        let removal = if authoring::is_used(&mut tx, actor.workspace, id).await? {
            templates::set_archived(&mut tx, actor.workspace, id, true).await?;
            record(&mut tx, actor, AuditAction::TemplateArchived, id).await?;
            Removal::Archived
        } else {
            authoring::delete(&mut tx, actor.workspace, id).await?;
            record(&mut tx, actor, AuditAction::TemplateDeleted, id).await?;
            Removal::Deleted
        };
        tx.commit().await.doing("deleting a template")?;
        Ok(removal)
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
        actor.require(Permission::EditTemplate)?;
        let mut tx = store::begin(&self.context.pool).await.doing("archiving a template")?;
        authoring::lock(&mut tx, actor.workspace, id).await?;
        let found = templates::find_shelving(&mut tx, actor.workspace, id).await?;
        let found = found.ok_or(EngineError::NotFound("template"))?;
        refuse_system(found.is_system)?;
        if found.is_archived != change.archived {
            templates::set_archived(&mut tx, actor.workspace, id, change.archived).await?;
            let action = if change.archived {
                AuditAction::TemplateArchived
            } else {
                AuditAction::TemplateUnarchived
            };
            record(&mut tx, actor, action, id).await?;
        }
        tx.commit().await.doing("archiving a template")
    }
}
