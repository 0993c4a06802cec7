//! Making, changing, copying and archiving agents.

use backend::actor::Actor;
use model::{
    access::Permission,
    agent::library::{AgentForm, AgentPage},
    agent_library::form::{ArchiveChange, keys_from_name},
    audit::AuditAction,
    id::{AgentId, ImageId},
    problem::{FieldProblem, Problem},
};
use sqlx::PgConnection;
use store::{
    agents::library::{self, AgentContent, AgentRow},
    audit,
    error::{Doing, EngineError, Result},
    images,
};
use uuid::Uuid;

use super::{Agents, list::load_page};
use crate::services::audit::entry;

/// Most agents of a workspace, archived ones included.
const MOST_AGENTS: usize = 500;

impl Agents {
    /// Makes an agent: a draft until it is published.
    ///
    /// # Errors
    /// Each field that is wrong; a key that is taken; a picture that is not there; too many agents.
    pub async fn create_agent(&self, actor: &Actor, form: AgentForm) -> Result<AgentPage> {
        actor.require(Permission::EditTemplate)?;
        let form = form.checked()?;
        let mut tx = store::begin(&self.context.pool).await.doing("making an agent")?;
        let id = insert_agent(&mut tx, actor, form, AuditAction::AgentCreated).await?;
        let page = load_page(&mut tx, actor, id).await?;
        tx.commit().await.doing("making an agent")?;
        Ok(page)
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
        actor.require(Permission::EditTemplate)?;
        let form = form.checked()?;
        let mut tx = store::begin(&self.context.pool).await.doing("changing an agent")?;
        let row = lock_editable(&mut tx, actor, id).await?;
        check_revision(&row, form.draft_revision)?;
        check_picture(&mut tx, actor, form.picture).await?;
        let content =
            AgentContent { name: form.name, picture: form.picture, draft: form.definition };
        library::save_draft(&mut tx, actor.workspace, id, &content).await?;
        record(&mut tx, actor, AuditAction::AgentSaved, id, &content.name).await?;
        let page = load_page(&mut tx, actor, id).await?;
        tx.commit().await.doing("changing an agent")?;
        Ok(page)
    }

    /// Copies an agent, also one that came with the product, into a draft that may be changed.
    ///
    /// # Errors
    /// An unknown agent; too many agents.
    pub async fn duplicate_agent(&self, actor: &Actor, id: AgentId) -> Result<AgentPage> {
        actor.require(Permission::EditTemplate)?;
        let mut tx = store::begin(&self.context.pool).await.doing("copying an agent")?;
        let found = library::find(&mut tx, actor.workspace, id).await?;
        let content = found.ok_or(EngineError::NotFound("agent"))?.content;
        let form = AgentForm::for_copy(&content.name, content.picture, content.draft);
        let copy = insert_agent(&mut tx, actor, form, AuditAction::AgentCopied).await?;
        let page = load_page(&mut tx, actor, copy).await?;
        tx.commit().await.doing("copying an agent")?;
        Ok(page)
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
        actor.require(Permission::EditTemplate)?;
        let mut tx = store::begin(&self.context.pool).await.doing("archiving an agent")?;
        let row = lock_own(&mut tx, actor, id).await?;
        if row.is_archived != change.archived {
            library::set_archived(&mut tx, actor.workspace, id, change.archived).await?;
            let action = if change.archived {
                AuditAction::AgentArchived
            } else {
                AuditAction::AgentUnarchived
            };
            record(&mut tx, actor, action, id, &row.content.name).await?;
        }
        let page = load_page(&mut tx, actor, id).await?;
        tx.commit().await.doing("archiving an agent")?;
        Ok(page)
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
    let row = library::find(conn, actor.workspace, id).await?;
    let row = row.ok_or(EngineError::NotFound("agent"))?;
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

/// Writes the line of the audit log about an agent.
pub(super) async fn record(
    conn: &mut PgConnection,
    actor: &Actor,
    action: AuditAction,
    id: AgentId,
    name: &str,
) -> Result<()> {
    let line = entry(actor, action, Some(id.to_string()));
    audit::append(conn, line.with_detail("name", name)).await
}

async fn insert_agent(
    conn: &mut PgConnection,
    actor: &Actor,
    form: AgentForm,
    action: AuditAction,
) -> Result<AgentId> {
    if library::list(conn, actor.workspace).await?.len() >= MOST_AGENTS {
        let words = format!("A workspace has at most {MOST_AGENTS} agents.");
        return Err(Problem::conflict("too_many_agents", words).into());
    }
    check_picture(conn, actor, form.picture).await?;
    let key = match form.key {
        Some(key) => key,
        None => free_key(conn, actor, &form.name).await?,
    };
    let id = AgentId(Uuid::now_v7());
    let content = AgentContent { name: form.name, picture: form.picture, draft: form.definition };
    if !library::insert(conn, actor.workspace, id, &key, &content, actor.user).await? {
        return Err(key_taken(&key).into());
    }
    record(conn, actor, action, id, &content.name).await?;
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
