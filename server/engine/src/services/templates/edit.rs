//! Making, changing, copying and publishing templates.

use backend::actor::Actor;
use model::{
    access::Permission,
    api::{
        check::Checked,
        templates::{
            CloneRequest, DraftChange, NewTemplate, PublishRequest, SavedTemplate, template_name,
            template_tags,
        },
    },
    audit::AuditAction,
    id::TemplateId,
    problem::Problem,
    validate::{is_runnable, validate},
};
use sqlx::PgConnection;
use store::{
    audit,
    authoring::{self, Content, TemplateState},
    error::{Doing, EngineError, Result},
};
use uuid::Uuid;

use super::{
    Templates,
    definition::{parse_definition, to_definition},
    editors::tell_editors,
    names::{copy_name, free_name, name_taken, numbered_name},
    pinned_tools::PinnedTools,
};
use crate::{
    launch::{pins, reviewers},
    services::audit::entry,
};

const CREATED: &str = "Created";

impl Templates {
    /// Creates a template; one that can run is published as its first version. One that is marked
    /// unfinished and calls tools stays a draft: their servers are asked when it is published.
    ///
    /// # Errors
    /// A definition that cannot be read; one that cannot run, or of which a tool cannot be called, and
    /// that is not marked unfinished; a name that another template has, unless `form.rename` is set.
    /// Nothing is written then.
    pub async fn create_template(&self, actor: &Actor, form: NewTemplate) -> Result<SavedTemplate> {
        actor.require(Permission::EditTemplate)?;
        let mut checked = Checked::read(form.definition)?;
        let unfinished = form.unfinished;
        if !unfinished {
            checked = checked.runnable()?;
        }
        let wanted = template_name(form.name.as_deref().unwrap_or(&checked.workflow.name))?;
        let tools = if unfinished {
            PinnedTools::unasked(&checked.workflow)
        } else {
            self.ask_tools(actor, &checked.workflow).await?.required()?
        };
        let mut tx = store::begin(&self.context.pool).await.doing("creating a template")?;
        let name = if form.rename {
            free_name(&mut tx, actor, |number| numbered_name(&wanted, number)).await?
        } else {
            wanted
        };
        let description = form.description.unwrap_or_else(|| checked.workflow.description.clone());
        checked.workflow.name.clone_from(&name);
        checked.workflow.description.clone_from(&description);
        let content = Content {
            name,
            description,
            category: form.category.as_str().to_owned(),
            example_output: form.example_output,
            tags: vec![],
            draft: to_definition(&checked.workflow)?,
        };
        if !unfinished {
            let workflow = tools.applied(&checked.workflow);
            pins::pin(&mut tx, actor.workspace, None, workflow).await?;
            reviewers::check_people(&mut tx, actor.workspace, &checked.workflow).await?;
        }
        let saved = insert_template(&mut tx, actor, content, checked, &tools).await?;
        record(&mut tx, actor, AuditAction::TemplateCreated, saved.id).await?;
        tx.commit().await.doing("creating a template")?;
        Ok(saved)
    }

    /// The name that an imported workflow can have as the draft of a template: its own, or
    /// "Name (2)" … where another template has that name.
    ///
    /// # Errors
    /// A name that is not allowed, or one of which 99 numbered forms are taken.
    pub(in crate::services) async fn importable_name(
        &self,
        actor: &Actor,
        id: TemplateId,
        name: &str,
    ) -> Result<String> {
        actor.require(Permission::EditTemplate)?;
        let mut conn = self.context.pool.acquire().await.doing("looking for a free name")?;
        let found = authoring::find(&mut conn, actor.workspace, id).await?;
        if found.is_some_and(|own| own.content.name == name) {
            return Ok(name.to_owned());
        }
        free_name(&mut conn, actor, |number| numbered_name(name, number)).await
    }

    /// Copies a template, system ones included, into one that may be changed.
    ///
    /// # Errors
    /// An unknown template; a taken name.
    pub async fn clone_template(
        &self,
        actor: &Actor,
        id: TemplateId,
        form: CloneRequest,
    ) -> Result<SavedTemplate> {
        actor.require(Permission::EditTemplate)?;
        actor.require_workspace(form.workspace_id)?;
        let tools = self.ask_tools_of_original(actor, id).await?;
        let mut tx = store::begin(&self.context.pool).await.doing("cloning a template")?;
        let original = lock_template(&mut tx, actor, id).await?;
        let published = match original.version {
            Some(version) => authoring::definition(&mut tx, actor.workspace, id, version).await?,
            None => None,
        };
        let mut workflow = parse_definition(published.unwrap_or(original.content.draft))?;
        let name = match form.name {
            Some(name) => template_name(&name)?,
            None => {
                let own = &original.content.name;
                free_name(&mut tx, actor, |number| copy_name(own, number)).await?
            }
        };
        workflow.drop_frozen();
        workflow.name.clone_from(&name);
        let description = form.description.unwrap_or_else(|| original.content.description.clone());
        workflow.description.clone_from(&description);
        let issues = validate(&workflow);
        let checked = Checked { workflow, notes: vec![], issues };
        let draft = to_definition(&checked.workflow)?;
        let content = Content { name, description, draft, ..original.content };
        let saved = insert_template(&mut tx, actor, content, checked, &tools).await?;
        record(&mut tx, actor, AuditAction::TemplateCloned, saved.id).await?;
        tx.commit().await.doing("cloning a template")?;
        Ok(saved)
    }

    /// Changes a template's draft; published versions stay as they are.
    ///
    /// # Errors
    /// As [`Templates::create_template`]; a system template; a draft that has moved on since.
    pub async fn save_draft(
        &self,
        actor: &Actor,
        id: TemplateId,
        form: DraftChange,
    ) -> Result<SavedTemplate> {
        actor.require(Permission::EditTemplate)?;
        let mut sent = form.definition.clone().map(Checked::read).transpose()?;
        if !form.unfinished {
            sent = sent.map(Checked::runnable).transpose()?;
        }
        let mut tx = store::begin(&self.context.pool).await.doing("saving a draft")?;
        let state = lock_editable(&mut tx, actor, id).await?;
        check_revision(&state, form.draft_revision.unwrap_or(state.draft_revision))?;
        let (content, checked) = apply_change(&state, form, sent)?;
        let saved = authoring::save_draft(&mut tx, actor.workspace, id, &content).await?;
        let draft_revision = saved.ok_or_else(|| name_taken(&content.name))?;
        record(&mut tx, actor, AuditAction::TemplateSaved, id).await?;
        tx.commit().await.doing("saving a draft")?;
        tell_editors(&self.context, actor.workspace, id).await;
        let Checked { notes, issues, .. } = checked;
        let version = state.version;
        Ok(SavedTemplate { id, name: content.name, draft_revision, version, notes, issues })
    }

    /// Publishes a template's draft as its next version, which never changes.
    ///
    /// # Errors
    /// A draft that cannot run, has moved on since, or is published already; a tool that cannot be
    /// called; a system template.
    pub async fn publish_template(
        &self,
        actor: &Actor,
        id: TemplateId,
        form: PublishRequest,
    ) -> Result<SavedTemplate> {
        actor.require(Permission::PublishTemplate)?;
        let tools = self.ask_tools_of_draft(actor, id).await?;
        let mut tx = store::begin(&self.context.pool).await.doing("publishing a template")?;
        let state = lock_editable(&mut tx, actor, id).await?;
        check_revision(&state, form.draft_revision.unwrap_or(state.draft_revision))?;
        let workflow = parse_definition(state.content.draft.clone())?;
        let issues = validate(&workflow);
        let checked = Checked { workflow, notes: vec![], issues }.runnable()?;
        let tools = tools.required()?;
        tools.require_same(&checked.workflow)?;
        let definition = tools.definition(&checked.workflow, &state.content.draft)?;
        let own = Some((id, state.content.name.clone()));
        let pinned = tools.applied(&checked.workflow);
        pins::pin(&mut tx, actor.workspace, own, pinned).await?;
        reviewers::check_people(&mut tx, actor.workspace, &checked.workflow).await?;
        if let Some(version) = state.version
            && authoring::definition(&mut tx, actor.workspace, id, version).await?.as_ref()
                == Some(&definition)
        {
            let words = format!("Nothing to publish: the draft is the same as version {version}.");
            return Err(Problem::conflict("nothing_to_publish", words).into());
        }
        let note = form.note.trim();
        let version =
            authoring::publish(&mut tx, actor.workspace, id, &definition, note, actor.user).await?;
        record(&mut tx, actor, AuditAction::TemplatePublished, id).await?;
        tx.commit().await.doing("publishing a template")?;
        Ok(SavedTemplate {
            id,
            name: state.content.name,
            draft_revision: state.draft_revision,
            version: Some(version),
            notes: vec![],
            issues: checked.issues,
        })
    }
}

/// Locks a template of the actor's workspace and reads it.
pub(super) async fn lock_template(
    conn: &mut PgConnection,
    actor: &Actor,
    id: TemplateId,
) -> Result<TemplateState> {
    authoring::lock(conn, actor.workspace, id).await?;
    let found = authoring::find(conn, actor.workspace, id).await?;
    found.ok_or(EngineError::NotFound("template"))
}

/// Locks a template as [`lock_template`] does, and refuses one that came with the product.
pub(super) async fn lock_editable(
    conn: &mut PgConnection,
    actor: &Actor,
    id: TemplateId,
) -> Result<TemplateState> {
    let state = lock_template(conn, actor, id).await?;
    refuse_system(state.is_system)?;
    Ok(state)
}

/// Refuses to change a template that came with the product.
pub(super) fn refuse_system(is_system: bool) -> Result<(), Problem> {
    if !is_system {
        return Ok(());
    }
    let words = "This template comes with Atelier and can't be changed. Clone it and change the \
                 copy.";
    Err(Problem::conflict("system_template", words))
}

/// Refuses a change that was made on another revision of the draft than the present one.
fn check_revision(state: &TemplateState, revision: i64) -> Result<(), Problem> {
    if state.draft_revision == revision {
        return Ok(());
    }
    let words = format!(
        "Someone changed the draft (now at revision {}, your change is based on {revision}). \
         Reload it and make the change again.",
        state.draft_revision
    );
    Err(Problem::conflict("stale_draft", words))
}

/// Inserts a template; one that can run gets its draft, with its tools pinned, as version 1.
async fn insert_template(
    conn: &mut PgConnection,
    actor: &Actor,
    content: Content,
    checked: Checked,
    tools: &PinnedTools,
) -> Result<SavedTemplate> {
    let id = TemplateId(Uuid::now_v7());
    if !authoring::insert(conn, actor.workspace, id, &content, actor.user).await? {
        return Err(name_taken(&content.name).into());
    }
    let version = if tools.are_found() && can_run(conn, actor, &checked, tools).await? {
        let definition = tools.definition(&checked.workflow, &content.draft)?;
        Some(authoring::publish(conn, actor.workspace, id, &definition, CREATED, actor.user).await?)
    } else {
        None
    };
    let Checked { notes, issues, .. } = checked;
    Ok(SavedTemplate { id, name: content.name, draft_revision: 1, version, notes, issues })
}

/// Whether nothing keeps a definition from running, and what it runs and whom it names is there.
async fn can_run(
    conn: &mut PgConnection,
    actor: &Actor,
    checked: &Checked,
    tools: &PinnedTools,
) -> Result<bool> {
    if !is_runnable(&checked.issues) {
        return Ok(false);
    }
    let workflow = tools.applied(&checked.workflow);
    let pinned = pins::pin(conn, actor.workspace, None, workflow).await;
    let found = match pinned {
        Ok(_) => reviewers::check_people(conn, actor.workspace, &checked.workflow).await,
        Err(error) => Err(error),
    };
    match found {
        Ok(()) => Ok(true),
        Err(EngineError::Refused(_)) => Ok(false),
        Err(error) => Err(error),
    }
}

/// The template's content with the change applied, and its definition with notes and issues.
///
/// A name or description in a sent definition counts where the form has none of its own.
fn apply_change(
    state: &TemplateState,
    form: DraftChange,
    sent: Option<Checked>,
) -> Result<(Content, Checked)> {
    let now = &state.content;
    let replaced = sent.is_some();
    let mut checked = match sent {
        Some(sent) => sent,
        None => {
            let workflow = parse_definition(now.draft.clone())?;
            let issues = validate(&workflow);
            Checked { workflow, notes: vec![], issues }
        }
    };
    let own = |text: &str| (replaced && !text.is_empty()).then(|| text.to_owned());
    let name = form.name.or(own(&checked.workflow.name)).unwrap_or_else(|| now.name.clone());
    let name = template_name(&name)?;
    let description = form.description.or(own(&checked.workflow.description));
    let description = description.unwrap_or_else(|| now.description.clone());
    checked.workflow.name.clone_from(&name);
    checked.workflow.description.clone_from(&description);
    let category = form.category.map(|category| category.as_str().to_owned());
    let content = Content {
        name,
        description,
        category: category.unwrap_or_else(|| now.category.clone()),
        example_output: form.example_output.unwrap_or_else(|| now.example_output.clone()),
        tags: form.tags.map_or_else(|| Ok(now.tags.clone()), |tags| template_tags(&tags))?,
        draft: to_definition(&checked.workflow)?,
    };
    Ok((content, checked))
}

pub(super) async fn record(
    conn: &mut PgConnection,
    actor: &Actor,
    action: AuditAction,
    id: TemplateId,
) -> Result<()> {
    audit::append(conn, entry(actor, action, Some(id.to_string()))).await
}
