//! Finding anything of a workspace by words, a few of each kind.

use model::{
    access::{self, Permission},
    api::{documents::DocumentFilter, history::ExecutionFilter, templates::TemplateSummary},
    fuzzy::{fit, fit_about, fitting},
    library::ProjectRow,
    pages::{FoundItem, FoundRow},
};
use sqlx::PgConnection;

use super::{Services, actor::Actor, library::documents::plain};
use crate::{
    error::{Doing, Result},
    store::{
        authoring::{self, Drafts, TemplateFilter},
        executions::{self, Listed},
        library::{self, projects},
        slice::Slice,
    },
};

/// The most of each kind.
const MOST: usize = 8;
/// The same for lists that are narrowed where they lie.
const FIRST: Slice = Slice::first(8);
/// Templates that are looked through, the latest.
const TEMPLATES: Slice = Slice::first(500);

impl Services {
    /// Templates, executions, documents and projects that the words are about, in this order: names
    /// of templates and projects are also found by some of their letters. Nothing without words.
    ///
    /// # Errors
    /// Too many letters.
    pub async fn find(&self, actor: &Actor, words: &str) -> Result<Vec<FoundRow>> {
        actor.require(Permission::Read)?;
        if words.trim().is_empty() {
            return Ok(vec![]);
        }
        let mut conn = self.pool.acquire().await.doing("finding something")?;
        let running = self.parts.limits.running_per_workspace;
        let mut found = templates_about(&mut conn, actor, words).await?;
        found.extend(executions_about(&mut conn, actor, words, running).await?);
        found.extend(documents_about(&mut conn, actor, words).await?);
        found.extend(projects_about(&mut conn, actor, words).await?);
        Ok(found)
    }
}

/// Drafts that were never published only for those who may edit.
async fn templates_about(
    conn: &mut PgConnection,
    actor: &Actor,
    words: &str,
) -> Result<Vec<FoundRow>> {
    let edits = access::can(actor.role, Permission::EditTemplate);
    let drafts = if edits { Drafts::Shown } else { Drafts::Hidden };
    let filter = TemplateFilter { category: None, drafts };
    let mut all = authoring::list(conn, actor.workspace, filter, TEMPLATES).await?.items;
    // A copy's name goes on after the name of what it is a copy of.
    all.sort_by_key(|template| template.name.chars().count());
    let fits = |template: &TemplateSummary| fit_about(words, &template.name, &template.description);
    let row = |template: TemplateSummary| FoundRow {
        item: match template.version {
            Some(_) => FoundItem::Template(template.id),
            None => FoundItem::Draft(template.id),
        },
        name: template.name,
        about: template.description,
    };
    Ok(fitting(all, fits).into_iter().take(MOST).map(|(_, template)| row(template)).collect())
}

async fn executions_about(
    conn: &mut PgConnection,
    actor: &Actor,
    words: &str,
    running: u32,
) -> Result<Vec<FoundRow>> {
    let filter = ExecutionFilter { words: words.to_owned(), ..ExecutionFilter::default() };
    let listed = Listed { filter: &filter, unattended: false, running };
    let rows = executions::list(conn, actor.workspace, listed, FIRST).await?.items;
    let row = rows.into_iter().map(|row| FoundRow {
        item: FoundItem::Execution(row.id, row.status),
        name: format!("{} #{}", row.name, row.number),
        about: row.launched_by.unwrap_or_default(),
    });
    Ok(row.collect())
}

async fn documents_about(
    conn: &mut PgConnection,
    actor: &Actor,
    words: &str,
) -> Result<Vec<FoundRow>> {
    let filter = DocumentFilter { q: words.to_owned(), ..DocumentFilter::default() };
    let rows = library::list_documents(conn, actor.workspace, &filter, FIRST).await?.items;
    let row = rows.into_iter().map(plain).map(|row| FoundRow {
        item: FoundItem::Document(row.id),
        name: row.title,
        about: row.excerpt,
    });
    Ok(row.collect())
}

async fn projects_about(
    conn: &mut PgConnection,
    actor: &Actor,
    words: &str,
) -> Result<Vec<FoundRow>> {
    let all = projects::list(conn, actor.workspace).await?;
    let found = fitting(all, |project: &ProjectRow| fit(words, &project.name));
    let row = |(_, project): (_, ProjectRow)| FoundRow {
        item: FoundItem::Project(project.id),
        name: project.name,
        about: if project.archived { "Archived".to_owned() } else { String::new() },
    };
    Ok(found.into_iter().take(MOST).map(row).collect())
}
