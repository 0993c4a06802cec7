//! What a launch form is filled in with: saved presets, and the values of earlier launches.

use backend::actor::Actor;
use model::{
    access::Permission,
    api::presets::{
        EarlierLaunch, LaunchPreset, MOST_PRESETS, NewPreset, PresetChange, checked_preset_name,
    },
    audit::AuditAction,
    id::{DocumentId, ExecutionId, PresetId, TemplateId},
    problem::{FieldProblem, Problem},
};
use sqlx::PgConnection;
use store::{
    authoring,
    error::{EngineError, Result},
    executions::{self, EarlierLaunchRow},
    library::{
        self,
        presets::{self, PresetWrite},
    },
    uploads,
};
use uuid::Uuid;

use super::Templates;
use crate::context::{Change, OrNotFound};

impl Templates {
    /// The presets that people keep of a template's form, by name.
    ///
    /// # Errors
    /// An unknown template.
    pub async fn presets(&self, actor: &Actor, template: TemplateId) -> Result<Vec<LaunchPreset>> {
        let mut conn = self.ctx.read(actor, "listing presets").await?;
        authoring::find(&mut conn, actor.workspace, template).await?.or_not_found("template")?;
        presets::list(&mut conn, actor.workspace, template).await
    }

    /// Saves values of a template's form under a name.
    ///
    /// # Errors
    /// A name that cannot be kept or is taken; more presets than a template may have; an unknown
    /// template.
    pub async fn create_preset(
        &self,
        actor: &Actor,
        template: TemplateId,
        new: NewPreset,
    ) -> Result<LaunchPreset> {
        let mut tx = self.ctx.change(actor, Permission::EditPreset, "keeping a preset").await?;
        let name = checked_preset_name(&new.name)?;
        let (workspace, id) = (actor.workspace, PresetId(Uuid::now_v7()));
        presets::lock(&mut tx, workspace, template).await?.or_not_found("template")?;
        if presets::list(&mut tx, workspace, template).await?.len() >= MOST_PRESETS {
            let words = format!("A workflow has at most {MOST_PRESETS} presets. Delete one first.");
            return Err(Problem::conflict("too_many_presets", words).into());
        }
        let (user, parameters) = (actor.user, &new.parameters);
        let written =
            presets::insert(&mut tx, workspace, template, id, user, &name, parameters).await?;
        let preset =
            note_written(&mut tx, actor, template, id, written, AuditAction::PresetCreated).await?;
        tx.commit_with(preset).await
    }

    /// Names a preset, or keeps other values in it.
    ///
    /// # Errors
    /// A name that cannot be kept or is taken; an unknown template or preset.
    pub async fn change_preset(
        &self,
        actor: &Actor,
        template: TemplateId,
        id: PresetId,
        change: PresetChange,
    ) -> Result<LaunchPreset> {
        let mut tx = self.ctx.change(actor, Permission::EditPreset, "changing a preset").await?;
        let name = change.name.as_deref().map(checked_preset_name).transpose()?;
        presets::lock(&mut tx, actor.workspace, template).await?.or_not_found("template")?;
        let (name, parameters) = (name.as_deref(), change.parameters.as_ref());
        let (workspace, user) = (actor.workspace, actor.user);
        let written =
            presets::change(&mut tx, workspace, template, id, user, name, parameters).await?;
        let preset =
            note_written(&mut tx, actor, template, id, written, AuditAction::PresetChanged).await?;
        tx.commit_with(preset).await
    }

    /// Forgets a preset; what was launched with it stays.
    ///
    /// # Errors
    /// An unknown template or preset.
    pub async fn delete_preset(
        &self,
        actor: &Actor,
        template: TemplateId,
        id: PresetId,
    ) -> Result<()> {
        let mut tx = self.ctx.change(actor, Permission::EditPreset, "deleting a preset").await?;
        presets::delete(&mut tx, actor.workspace, template, id).await?.or_not_found("preset")?;
        tx.record(actor, AuditAction::PresetDeleted, id).await?;
        tx.commit().await
    }

    /// What an execution of a template was launched with, to fill in its form with.
    ///
    /// # Errors
    /// An execution that the workspace has not, or that is of another template.
    pub async fn earlier_launch(
        &self,
        actor: &Actor,
        template: TemplateId,
        execution: ExecutionId,
    ) -> Result<EarlierLaunch> {
        let mut conn = self.ctx.read(actor, "looking what was launched before").await?;
        load_earlier(&mut conn, actor, template, Some(execution)).await?.or_not_found("run")
    }
}

/// What a template was launched with: in the execution that is asked for, else in the latest one,
/// preferably one of the actor's own.
pub(super) async fn load_earlier(
    conn: &mut PgConnection,
    actor: &Actor,
    template: TemplateId,
    asked: Option<ExecutionId>,
) -> Result<Option<EarlierLaunch>> {
    let found =
        executions::find_earlier_launch(conn, actor.workspace, template, asked, actor.user).await?;
    let Some(found) = found else { return Ok(None) };
    let EarlierLaunchRow { id, number, at, parameters, brought, launch_context, project } = found;
    let documents = library::document_titles(conn, actor.workspace, &brought.documents).await?;
    let is_there = |id: &DocumentId| documents.iter().any(|(known, _)| known == id);
    let files = uploads::list(conn, actor.workspace, &brought.uploads).await?;
    Ok(Some(EarlierLaunch {
        execution_id: id,
        number,
        launched_at: at,
        parameters,
        documents: brought.documents.into_iter().filter(is_there).collect(),
        files,
        launch_context,
        project_id: project,
    }))
}

/// Notes what was done to a preset; how it is now.
async fn note_written(
    tx: &mut Change,
    actor: &Actor,
    template: TemplateId,
    id: PresetId,
    written: PresetWrite,
    action: AuditAction,
) -> Result<LaunchPreset> {
    match written {
        PresetWrite::Done => {}
        PresetWrite::Unknown => return Err(EngineError::NotFound("preset")),
        PresetWrite::NameTaken => {
            let words = "This workflow already has a preset with this name. Choose another name.";
            let wrong = FieldProblem::field("name_taken", "name", words);
            return Err(
                Problem { errors: vec![wrong], ..Problem::conflict("name_taken", words) }.into()
            );
        }
    }
    tx.record(actor, action, id).await?;
    let all = presets::list(tx, actor.workspace, template).await?;
    all.into_iter().find(|preset| preset.id == id).or_not_found("preset")
}
