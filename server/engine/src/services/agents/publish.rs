//! Publishing agents, and going back to an earlier version.

use backend::actor::Actor;
use model::{
    access::Permission,
    agent::{definition::AgentDefinition, library::AgentPage},
    api::templates::PublishRequest,
    audit::AuditAction,
    id::AgentId,
    problem::{FieldProblem, Problem},
};
use store::{
    agents::library::{self, AgentContent},
    error::{Doing, EngineError, Result},
};

use super::{
    Agents,
    edit::{check_revision, lock_editable, record},
    list::load_page,
};

/// Most characters of a note.
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
        actor.require(Permission::PublishTemplate)?;
        let note = form.note.trim();
        check_note(note)?;
        let mut tx = store::begin(&self.context.pool).await.doing("publishing an agent")?;
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
        record(&mut tx, actor, AuditAction::AgentPublished, id, &row.content.name).await?;
        let page = load_page(&mut tx, actor, id).await?;
        tx.commit().await.doing("publishing an agent")?;
        Ok(page)
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
        actor.require(Permission::EditTemplate)?;
        let mut tx = store::begin(&self.context.pool).await.doing("restoring an agent")?;
        let row = lock_editable(&mut tx, actor, id).await?;
        let versions = library::versions(&mut tx, actor.workspace, id).await?;
        let found = versions.into_iter().find(|one| one.version == version);
        let draft = found.ok_or(EngineError::NotFound("version"))?.definition;
        let content = AgentContent { draft, ..row.content };
        library::save_draft(&mut tx, actor.workspace, id, &content).await?;
        record(&mut tx, actor, AuditAction::AgentRestored, id, &content.name).await?;
        let page = load_page(&mut tx, actor, id).await?;
        tx.commit().await.doing("restoring an agent")?;
        Ok(page)
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
