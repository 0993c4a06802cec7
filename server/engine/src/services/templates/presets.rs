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
    audit, authoring,
    error::{Doing, EngineError, Result},
    executions::{self, EarlierLaunchRow},
    library::{
        self,
        presets::{self, PresetWrite},
    },
    uploads,
};
use uuid::Uuid;

use super::Templates;
use crate::services::audit::entry;

impl Templates {
    /// The presets that people keep of a template's form, by name.
    ///
    /// # Errors
    /// An unknown template.
    pub async fn presets(&self, actor: &Actor, template: TemplateId) -> Result<Vec<LaunchPreset>> {
        actor.require(Permission::Read)?;
        let mut conn = self.context.pool.acquire().await.doing("listing presets")?;
        let found = authoring::find(&mut conn, actor.workspace, template).await?;
        found.ok_or(EngineError::NotFound("template"))?;
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
        actor.require(Permission::EditPreset)?;
        let name = checked_preset_name(&new.name)?;
        let (workspace, id) = (actor.workspace, PresetId(Uuid::now_v7()));
        let mut tx = store::begin(&self.context.pool).await.doing("keeping a preset")?;
        if !presets::lock(&mut tx, workspace, template).await? {
            return Err(EngineError::NotFound("template"));
        }
        if presets::list(&mut tx, workspace, template).await?.len() >= MOST_PRESETS {
            let words = format!("A workflow has at most {MOST_PRESETS} presets. Delete one first.");
            return Err(Problem::conflict("too_many_presets", words).into());
        }
        let (user, parameters) = (actor.user, &new.parameters);
        let written =
            presets::insert(&mut tx, workspace, template, id, user, &name, parameters).await?;
        let preset =
            note_written(&mut tx, actor, template, id, written, AuditAction::PresetCreated).await?;
        tx.commit().await.doing("keeping a preset")?;
        Ok(preset)
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
        actor.require(Permission::EditPreset)?;
        let name = change.name.as_deref().map(checked_preset_name).transpose()?;
        let mut tx = store::begin(&self.context.pool).await.doing("changing a preset")?;
        if !presets::lock(&mut tx, actor.workspace, template).await? {
            return Err(EngineError::NotFound("template"));
        }
        let (name, parameters) = (name.as_deref(), change.parameters.as_ref());
        let (workspace, user) = (actor.workspace, actor.user);
        let written =
            presets::change(&mut tx, workspace, template, id, user, name, parameters).await?;
        let preset =
            note_written(&mut tx, actor, template, id, written, AuditAction::PresetChanged).await?;
        tx.commit().await.doing("changing a preset")?;
        Ok(preset)
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
        actor.require(Permission::EditPreset)?;
        let mut tx = store::begin(&self.context.pool).await.doing("deleting a preset")?;
        if !presets::delete(&mut tx, actor.workspace, template, id).await? {
            return Err(EngineError::NotFound("preset"));
        }
        audit::append(&mut tx, entry(actor, AuditAction::PresetDeleted, Some(id.to_string())))
            .await?;
        tx.commit().await.doing("deleting a preset")
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
        actor.require(Permission::Read)?;
        let mut conn =
            self.context.pool.acquire().await.doing("looking what was launched before")?;
        let found = load_earlier(&mut conn, actor, template, Some(execution)).await?;
        found.ok_or(EngineError::NotFound("run"))
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
    conn: &mut PgConnection,
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
    audit::append(conn, entry(actor, action, Some(id.to_string()))).await?;
    let all = presets::list(conn, actor.workspace, template).await?;
    all.into_iter().find(|preset| preset.id == id).ok_or(EngineError::NotFound("preset"))
}
