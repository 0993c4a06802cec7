//! Writes a new execution with its first transition.

use model::decide::{Plan, Snapshot};
use serde_json::Value;
use sqlx::PgConnection;

use super::{outputs, reviews, rounds, rows::Rows};
use crate::{
    error::{Doing, Result},
    executions::NewExecution,
    notices::outbox,
    rows::{columns, to_json},
};

/// Writes an execution and the plan with which it begins; `after` that it is so.
///
/// False, with nothing written, when a launch with the same key, or of the same job and generation,
/// has come first.
///
/// # Errors
/// A database failure.
pub async fn insert(
    conn: &mut PgConnection,
    plan: &Plan,
    after: &Snapshot,
    new: NewExecution<'_>,
) -> Result<bool> {
    let is_new = write(conn, plan, after, new).await?;
    if is_new {
        let plans = std::slice::from_ref(plan);
        rounds::save_loop_plans(conn, plans).await?;
        outputs::record(conn, plans).await?;
        reviews::record(conn, plans).await?;
        // Without a step it ends where it begins.
        outbox::record(conn, plans).await?;
    }
    Ok(is_new)
}

async fn write(
    conn: &mut PgConnection,
    plan: &Plan,
    after: &Snapshot,
    new: NewExecution<'_>,
) -> Result<bool> {
    let (template, version) = new.template.unzip();
    let compiled = &after.compiled;
    let definition = (!new.as_published).then(|| to_json(compiled.workflow())).transpose()?;
    let descent = new.descent.columns();
    let rows = Rows::for_new_execution(plan, after);
    columns!(after.nodes.keys(), |node| {
        nodes: node.as_str(),
        ranks: i32::try_from(compiled.rank(node)).unwrap_or(i32::MAX),
        kinds: compiled.node(node).map_or("", |node| node.kind().key()),
    });
    let is_new = sqlx::query_file_scalar!(
        "sql/insert_execution.sql",
        rows.executions as _,
        after.workspace.0,
        template.map(|template| template.0),
        version.flatten(),
        new.name,
        definition,
        new.project.0,
        new.user.map(|user| user.0),
        new.trigger,
        Value::Object((*after.parameters).clone()),
        Value::Object((*after.context).clone()),
        new.idempotency_key.map(|key| key.key),
        descent.parent,
        descent.node,
        descent.job,
        descent.generation,
        descent.depth,
        descent.origin,
        descent.from,
        new.idempotency_key.as_ref().map(|key| &key.request[..]),
        rows.nodes as _,
        &nodes as _,
        &ranks,
        &kinds as _,
        rows.edges as _,
        rows.new_jobs as _,
        rows.events as _,
    )
    .fetch_optional(conn)
    .await
    .doing("writing a new execution")?;
    Ok(is_new.is_some())
}
