//! Making, changing, copying, publishing and archiving agents, and going back to a version.

use backend::actor::Actor;
use model::{
    access::Permission,
    agent::{
        definition::AgentDefinition,
        library::{AgentForm, AgentPage},
    },
    agent_library::form::{ArchiveChange, keys_from_name},
    api::templates::PublishRequest,
    audit::AuditAction,
    id::{AgentId, ImageId},
    problem::{FieldProblem, Problem},
};
use serde_json::json;
use sqlx::PgConnection;
use store::{
    agents::library::{self, AgentContent, AgentRow},
    error::{EngineError, Result},
    images,
};
use uuid::Uuid;

use super::{Agents, list::load_page};
use crate::context::{Change, OrNotFound};

/// Most agents of a workspace, archived ones included.
const MOST_AGENTS: usize = 500;

impl Agents {
    /// Makes an agent: a draft until it is published.
    ///
    /// # Errors
    /// Each field that is wrong; a key that is taken; a picture that is not there; too many agents.
    pub async fn create_agent(&self, actor: &Actor, form: AgentForm) -> Result<AgentPage> {
        let mut tx = self.ctx.change(actor, Permission::EditTemplate, "making an agent").await?;
        let form = form.checked()?;
        let id = insert_agent(&mut tx, actor, form, AuditAction::AgentCreated).await?;
        let page = load_page(&mut tx, actor, id).await?;
        tx.commit_with(page).await
    }

    /// Changes an agent's draft; published versions stay as they are.
    ///
    /// # Errors
    /// Each field that is wrong; an unknown agent, or one that came with the product; a draft that
    /// has moved on since.
    pub async fn save_agent(
        &self,
        actor: &Actor,
        id: AgentId,
        form: AgentForm,
    ) -> Result<AgentPage> {
        let mut tx = self.ctx.change(actor, Permission::EditTemplate, "changing an agent").await?;
        let form = form.checked()?;
        let row = lock_editable(&mut tx, actor, id).await?;
        check_revision(&row, form.draft_revision)?;
        check_picture(&mut tx, actor, form.picture).await?;
        let content =
            AgentContent { name: form.name, picture: form.picture, draft: form.definition };
        library::save_draft(&mut tx, actor.workspace, id, &content).await?;
        let detail = json!({ "name": content.name });
        tx.record_with(actor, AuditAction::AgentSaved, id, detail).await?;
        let page = load_page(&mut tx, actor, id).await?;
        tx.commit_with(page).await
    }

    /// Copies an agent, also one that came with the product, into a draft that may be changed.
    ///
    /// # Errors
    /// An unknown agent; too many agents.
    pub async fn duplicate_agent(&self, actor: &Actor, id: AgentId) -> Result<AgentPage> {
        let mut tx = self.ctx.change(actor, Permission::EditTemplate, "copying an agent").await?;
        let found = library::find(&mut tx, actor.workspace, id).await?;
        let content = found.or_not_found("agent")?.content;
        let form = AgentForm::for_copy(&content.name, content.picture, content.draft);
        let copy = insert_agent(&mut tx, actor, form, AuditAction::AgentCopied).await?;
        let page = load_page(&mut tx, actor, copy).await?;
        tx.commit_with(page).await
    }

    /// Puts an agent out of sight, or back. Workflows that have pinned a version of it keep it.
    ///
    /// # Errors
    /// An unknown agent, or one that came with the product.
    pub async fn archive_agent(
        &self,
        actor: &Actor,
        id: AgentId,
        change: ArchiveChange,
    ) -> Result<AgentPage> {
        let mut tx = self.ctx.change(actor, Permission::EditTemplate, "archiving an agent").await?;
        let row = lock_own(&mut tx, actor, id).await?;
        if row.is_archived != change.archived {
            library::set_archived(&mut tx, actor.workspace, id, change.archived).await?;
            let action = if change.archived {
                AuditAction::AgentArchived
            } else {
                AuditAction::AgentUnarchived
            };
            tx.record_with(actor, action, id, json!({ "name": row.content.name })).await?;
        }
        let page = load_page(&mut tx, actor, id).await?;
        tx.commit_with(page).await
    }
}

/// Locks an agent and reads it; refuses one that came with the product, and one that is archived.
pub(super) async fn lock_editable(
    conn: &mut PgConnection,
    actor: &Actor,
    id: AgentId,
) -> Result<AgentRow> {
    let row = lock_own(conn, actor, id).await?;
    if row.is_archived {
        let words = "This agent is archived. Restore it first.";
        return Err(Problem::conflict("agent_archived", words).into());
    }
    Ok(row)
}

/// Locks an agent and reads it; refuses one that came with the product.
async fn lock_own(conn: &mut PgConnection, actor: &Actor, id: AgentId) -> Result<AgentRow> {
    library::lock(conn, actor.workspace, id).await?;
    let row = library::find(conn, actor.workspace, id).await?.or_not_found("agent")?;
    if row.is_system {
        let words = "This agent comes with Atelier and can't be changed. Duplicate it and change \
                     the copy.";
        return Err(Problem::conflict("system_agent", words).into());
    }
    Ok(row)
}

/// Refuses a change that was made on another revision of the draft than the present one.
pub(super) fn check_revision(row: &AgentRow, revision: Option<i64>) -> Result<(), Problem> {
    let present = row.draft_revision;
    let Some(made_on) = revision.filter(|made_on| *made_on != present) else { return Ok(()) };
    let words = format!(
        "Someone changed the draft (now at revision {present}, your change is based on {made_on}). \
         Reload the agent and make the change again."
    );
    Err(Problem::conflict("stale_draft", words))
}

async fn insert_agent(
    tx: &mut Change,
    actor: &Actor,
    form: AgentForm,
    action: AuditAction,
) -> Result<AgentId> {
    if library::list(tx, actor.workspace).await?.len() >= MOST_AGENTS {
        let words = format!("A workspace has at most {MOST_AGENTS} agents.");
        return Err(Problem::conflict("too_many_agents", words).into());
    }
    check_picture(tx, actor, form.picture).await?;
    let key = match form.key {
        Some(key) => key,
        None => free_key(tx, actor, &form.name).await?,
    };
    let id = AgentId(Uuid::now_v7());
    let content = AgentContent { name: form.name, picture: form.picture, draft: form.definition };
    if !library::insert(tx, actor.workspace, id, &key, &content, actor.user).await? {
        return Err(key_taken(&key).into());
    }
    tx.record_with(actor, action, id, json!({ "name": content.name })).await?;
    Ok(id)
}

/// The first key for this name that no agent has.
async fn free_key(conn: &mut PgConnection, actor: &Actor, name: &str) -> Result<String> {
    let keys: Vec<String> = keys_from_name(name).collect();
    let taken = library::taken_keys(conn, actor.workspace, &keys).await?;
    let free = keys.into_iter().find(|key| !taken.contains(key));
    free.ok_or_else(|| key_taken(name).into())
}

async fn check_picture(
    conn: &mut PgConnection,
    actor: &Actor,
    picture: Option<ImageId>,
) -> Result<()> {
    let Some(picture) = picture else { return Ok(()) };
    let found = images::find(conn, actor.workspace, &[picture]).await?;
    if found.is_empty() { Err(EngineError::NotFound("image")) } else { Ok(()) }
}

fn key_taken(key: &str) -> Problem {
    let words = format!(
        "An agent with the key “{key}” already exists, maybe archived. Choose another key."
    );
    let error = FieldProblem::field("name_taken", "key", words.clone());
    Problem { errors: vec![error], ..Problem::conflict("name_taken", words) }
}

const MOST_NOTE_CHARACTERS: usize = 1_000;

impl Agents {
    /// Publishes an agent's draft as its next version, which never changes.
    ///
    /// # Errors
    /// A draft that is not sound, has moved on since, or is published already; an agent that came
    /// with the product.
    pub async fn publish_agent(
        &self,
        actor: &Actor,
        id: AgentId,
        form: PublishRequest,
    ) -> Result<AgentPage> {
        let mut tx =
            self.ctx.change(actor, Permission::PublishTemplate, "publishing an agent").await?;
        let note = form.note.trim();
        check_note(note)?;
        let row = lock_editable(&mut tx, actor, id).await?;
        check_revision(&row, form.draft_revision)?;
        let draft = &row.content.draft;
        check_sound(draft)?;
        if let Some((version, published)) = &row.published
            && published == draft
        {
            let words = format!("Nothing to publish: the draft is the same as version {version}.");
            return Err(Problem::conflict("nothing_to_publish", words).into());
        }
        library::publish(&mut tx, actor.workspace, id, draft, note, actor.user).await?;
        let detail = json!({ "name": row.content.name });
        tx.record_with(actor, AuditAction::AgentPublished, id, detail).await?;
        let page = load_page(&mut tx, actor, id).await?;
        tx.commit_with(page).await
    }

    /// Makes the draft what an earlier version was. What is published stays until the draft is
    /// published.
    ///
    /// # Errors
    /// An unknown agent or version; an agent that came with the product.
    pub async fn restore_agent_version(
        &self,
        actor: &Actor,
        id: AgentId,
        version: i32,
    ) -> Result<AgentPage> {
        let mut tx = self.ctx.change(actor, Permission::EditTemplate, "restoring an agent").await?;
        let row = lock_editable(&mut tx, actor, id).await?;
        let versions = library::versions(&mut tx, actor.workspace, id).await?;
        let found = versions.into_iter().find(|one| one.version == version);
        let draft = found.or_not_found("version")?.definition;
        let content = AgentContent { draft, ..row.content };
        library::save_draft(&mut tx, actor.workspace, id, &content).await?;
        let detail = json!({ "name": content.name });
        tx.record_with(actor, AuditAction::AgentRestored, id, detail).await?;
        let page = load_page(&mut tx, actor, id).await?;
        tx.commit_with(page).await
    }
}

fn check_note(note: &str) -> Result<(), Problem> {
    if note.chars().count() <= MOST_NOTE_CHARACTERS {
        return Ok(());
    }
    let words = format!("Use at most {MOST_NOTE_CHARACTERS} characters.");
    let error = FieldProblem::field("too_long", "note", words);
    Err(Problem::invalid("The agent was not published.", vec![error]))
}

/// Refuses a draft that was saved by a release with other rules.
fn check_sound(draft: &AgentDefinition) -> Result<(), Problem> {
    let errors = draft.check();
    if errors.is_empty() {
        return Ok(());
    }
    Err(Problem::invalid("The agent was not published.", errors))
}
