//! Making, changing, copying and publishing templates, and the names of new ones.

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
    problem::{FieldProblem, Problem},
    validate::{is_runnable, validate},
};
use sqlx::PgConnection;
use store::{
    authoring::{self, Content, TemplateState},
    error::{EngineError, Result},
};
use uuid::Uuid;

use super::{
    Templates,
    definition::{parse_definition, to_definition},
    editors::tell_editors,
    pinned_tools::PinnedTools,
};
use crate::context::OrNotFound;
use engine::launch::{pins, reviewers};

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
        let mut tx = self.ctx.begin("creating a template").await?;
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
        tx.record(actor, AuditAction::TemplateCreated, saved.id).await?;
        tx.commit_with(saved).await
    }

    /// The name that an imported workflow can have as the draft of a template: its own, or
    /// "Name (2)" … where another template has that name.
    ///
    /// # Errors
    /// A name that is not allowed, or one of which 99 numbered forms are taken.
    pub(crate) async fn importable_name(
        &self,
        actor: &Actor,
        id: TemplateId,
        name: &str,
    ) -> Result<String> {
        let mut conn =
            self.ctx.connect_as(actor, Permission::EditTemplate, "looking for a free name").await?;
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
        let mut tx = self.ctx.begin("cloning a template").await?;
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
        let checked = Checked { workflow, notes: vec![], issues, is_steps: false };
        let draft = to_definition(&checked.workflow)?;
        let content = Content { name, description, draft, ..original.content };
        let saved = insert_template(&mut tx, actor, content, checked, &tools).await?;
        tx.record(actor, AuditAction::TemplateCloned, saved.id).await?;
        tx.commit_with(saved).await
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
        let mut tx = self.ctx.begin("saving a draft").await?;
        let state = lock_editable(&mut tx, actor, id).await?;
        check_revision(&state, form.draft_revision.unwrap_or(state.draft_revision))?;
        let (content, checked) = apply_change(&state, form, sent)?;
        let saved = authoring::save_draft(&mut tx, actor.workspace, id, &content).await?;
        let draft_revision = saved.ok_or_else(|| name_taken(&content.name))?;
        tx.record(actor, AuditAction::TemplateSaved, id).await?;
        tx.commit().await?;
        tell_editors(&self.ctx, actor.workspace, id).await;
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
        let mut tx = self.ctx.begin("publishing a template").await?;
        let state = lock_editable(&mut tx, actor, id).await?;
        check_revision(&state, form.draft_revision.unwrap_or(state.draft_revision))?;
        let workflow = parse_definition(state.content.draft.clone())?;
        let issues = validate(&workflow);
        let checked = Checked { workflow, notes: vec![], issues, is_steps: false }.runnable()?;
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
        tx.record(actor, AuditAction::TemplatePublished, id).await?;
        tx.commit().await?;
        Ok(SavedTemplate {
            id,
            name: state.content.name,
            draft_revision: state.draft_revision,
            version: Some(version),
            notes: tools.left_out(),
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
    authoring::find(conn, actor.workspace, id).await?.or_not_found("template")
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
            Checked { workflow, notes: vec![], issues, is_steps: false }
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

const MOST_COPIES: usize = 99;

/// Says that the workspace has a template of this name.
pub(super) fn name_taken(name: &str) -> Problem {
    let words = format!("A workflow named “{name}” already exists, maybe archived.");
    let mut wrong = FieldProblem::field("name_taken", "name", words.clone());
    wrong.fix = Some("Choose another name.".to_owned());
    let detail = format!("{words} Choose another name.");
    Problem { errors: vec![wrong], ..Problem::conflict("name_taken", detail) }
}

/// The first of these names that no template has, counted from 1.
pub(super) async fn free_name(
    conn: &mut PgConnection,
    actor: &Actor,
    name: impl Fn(usize) -> String,
) -> Result<String> {
    let names: Vec<String> = (1..=MOST_COPIES).map(&name).collect();
    let taken = authoring::taken_names(conn, actor.workspace, &names).await?;
    let free = names.into_iter().find(|name| !taken.contains(name));
    let free = free.ok_or_else(|| name_taken(&name(MOST_COPIES)))?;
    Ok(template_name(&free)?)
}

/// "Name (copy)", "Name (copy 2)" …; `number` counts from 1.
pub(super) fn copy_name(name: &str, number: usize) -> String {
    match number {
        1 => format!("{name} (copy)"),
        number => format!("{name} (copy {number})"),
    }
}

/// "Name", "Name (2)" …; `number` counts from 1.
pub(super) fn numbered_name(name: &str, number: usize) -> String {
    match number {
        1 => name.to_owned(),
        number => format!("{name} ({number})"),
    }
}
