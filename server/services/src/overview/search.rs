//! Searches templates, executions, documents, projects, agents and tools of a workspace; a few hits of
//! each kind.

use backend::actor::Actor;
use model::{
    access::{self, Permission},
    api::{documents::DocumentFilter, history::ExecutionFilter, templates::TemplateSummary},
    library::ProjectRow,
    pages::{FoundItem, FoundRow},
    text::fuzzy::{fit, fit_about, rank_matches},
};
use sqlx::PgConnection;
use store::{
    agents::library::{self as agents, AgentRow},
    authoring::{self, Drafts, TemplateFilter},
    error::Result,
    executions::{self, ExecutionQuery},
    library::{self, projects},
    page_query::PageQuery,
};

use super::Overview;
use crate::{library::documents::with_plain_excerpt, tools::Tools};

/// Hits of each kind, at most.
const MOST: usize = 8;
/// The same limit for kinds that the database searches itself.
const FIRST: PageQuery = PageQuery::first(8);
/// The latest templates, which are searched here.
const TEMPLATES: PageQuery = PageQuery::first(500);

impl Overview {
    /// Templates, executions, documents, projects, agents and tools that match the words, in this
    /// order. Names of templates, projects and agents match fuzzily: some of their letters are enough.
    /// Blank words match nothing.
    ///
    /// # Errors
    /// The words are too long for the lists of executions or documents.
    pub async fn search(&self, actor: &Actor, words: &str) -> Result<Vec<FoundRow>> {
        actor.require(Permission::Read)?;
        if words.trim().is_empty() {
            return Ok(vec![]);
        }
        let mut conn = self.ctx.connect("searching").await?;
        let running = self.ctx.deps.limits.running_per_workspace;
        let mut found = search_templates(&mut conn, actor, words).await?;
        found.extend(search_executions(&mut conn, actor, words, running).await?);
        found.extend(search_documents(&mut conn, actor, words).await?);
        found.extend(search_projects(&mut conn, actor, words).await?);
        found.extend(search_agents(&mut conn, actor, words).await?);
        drop(conn);
        let tools = Tools { ctx: self.ctx.clone() }.list_tools(actor, words, None).await?;
        found.extend(tools.into_iter().take(MOST).map(|tool| FoundRow {
            item: FoundItem::Tool,
            name: tool.key,
            about: tool.definition.description,
        }));
        Ok(found)
    }
}

/// Templates by name and description; unpublished drafts only for those who may edit.
async fn search_templates(
    conn: &mut PgConnection,
    actor: &Actor,
    words: &str,
) -> Result<Vec<FoundRow>> {
    let edits = access::can(actor.role, Permission::EditTemplate);
    let drafts = if edits { Drafts::Shown } else { Drafts::Hidden };
    let filter = TemplateFilter { category: None, drafts };
    let mut all = authoring::list(conn, actor.workspace, filter, TEMPLATES).await?.items;
    // "Name (copy)" contains "Name": of equal matches the shorter name, the original, comes first.
    all.sort_by_key(|template| template.name.chars().count());
    let fits = |template: &TemplateSummary| fit_about(words, &template.name, &template.description);
    let row = |template: TemplateSummary| FoundRow {
        item: match template.version {
            Some(_) => FoundItem::Template(template.id),
            None => FoundItem::Draft(template.id),
        },
        name: template.name,
        about: match template.disabled {
            Some(disabled) => format!("Off: {}", disabled.reason),
            None => template.description,
        },
    };
    Ok(rank_matches(all, fits).into_iter().take(MOST).map(|(_, template)| row(template)).collect())
}

async fn search_executions(
    conn: &mut PgConnection,
    actor: &Actor,
    words: &str,
    running: u32,
) -> Result<Vec<FoundRow>> {
    let filter = ExecutionFilter { words: words.to_owned(), ..ExecutionFilter::default() };
    let listed = ExecutionQuery { filter: &filter, unattended: false, running };
    let rows = executions::list(conn, actor.workspace, listed, FIRST).await?.items;
    let row = rows.into_iter().map(|row| FoundRow {
        item: FoundItem::Execution(row.id, row.status),
        name: format!("{} #{}", row.name, row.number),
        about: row.launched_by.unwrap_or_default(),
    });
    Ok(row.collect())
}

async fn search_documents(
    conn: &mut PgConnection,
    actor: &Actor,
    words: &str,
) -> Result<Vec<FoundRow>> {
    let filter = DocumentFilter { q: words.to_owned(), ..DocumentFilter::default() };
    let rows = library::list_documents(conn, actor.workspace, &filter, FIRST).await?.items;
    let row = rows.into_iter().map(with_plain_excerpt).map(|row| FoundRow {
        item: FoundItem::Document(row.id),
        name: row.title,
        about: row.excerpt,
    });
    Ok(row.collect())
}

async fn search_projects(
    conn: &mut PgConnection,
    actor: &Actor,
    words: &str,
) -> Result<Vec<FoundRow>> {
    let all = projects::list(conn, actor.workspace).await?;
    let found = rank_matches(all, |project: &ProjectRow| fit(words, &project.name));
    let row = |(_, project): (_, ProjectRow)| FoundRow {
        item: FoundItem::Project(project.id),
        name: project.name,
        about: if project.archived { "Archived".to_owned() } else { String::new() },
    };
    Ok(found.into_iter().take(MOST).map(row).collect())
}

/// Agents that are in sight, by name and purpose.
async fn search_agents(
    conn: &mut PgConnection,
    actor: &Actor,
    words: &str,
) -> Result<Vec<FoundRow>> {
    let all = agents::list(conn, actor.workspace).await?;
    let all = all.into_iter().filter(|agent| !agent.is_archived);
    let fits =
        |agent: &AgentRow| fit_about(words, &agent.content.name, &agent.content.draft.purpose);
    let row = |(_, agent): (_, AgentRow)| FoundRow {
        item: FoundItem::Agent(agent.id),
        name: agent.content.name,
        about: agent.content.draft.purpose,
    };
    Ok(rank_matches(all, fits).into_iter().take(MOST).map(row).collect())
}
