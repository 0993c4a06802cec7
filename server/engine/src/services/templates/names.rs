//! Names of new templates: free ones, and those of copies.

use backend::actor::Actor;
use model::{
    api::templates::template_name,
    problem::{FieldProblem, Problem},
};
use sqlx::PgConnection;
use store::{authoring, error::Result};

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
