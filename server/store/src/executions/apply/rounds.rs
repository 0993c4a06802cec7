//! Writes what iterations of loops need: the nodes and edges of one that begins, the items that a
//! loop goes through, and changed configurations for the iterations to come.

use model::decide::Plan;
use serde_json::Value;
use sqlx::{PgConnection, types::Json};

use crate::{
    error::{Doing, Result},
    rows::{columns, expect_rows},
};

/// Inserts the nodes and edges of the iterations that begin in these plans.
pub async fn insert(conn: &mut PgConnection, plans: &[Plan]) -> Result<()> {
    insert_nodes(conn, plans).await?;
    insert_edges(conn, plans).await
}

/// Stores or clears the items that these loops go through. A statement apart from that of their
/// other columns, which change with every iteration: the list would be rewritten each time.
pub async fn save_loop_plans(conn: &mut PgConnection, plans: &[Plan]) -> Result<()> {
    let loops: Vec<_> = plans.iter().flat_map(|plan| &plan.loops).collect();
    if loops.is_empty() {
        return Ok(());
    }
    columns!(&loops, |l| {
        rows: l.node_row,
        planned: l.planned.as_deref().map(Json),
    });
    let written = sqlx::query!(
        "UPDATE execution_nodes n
            SET planned = u.planned
           FROM UNNEST($1::uuid[], $2::jsonb[]) AS u (id, planned)
          WHERE n.id = u.id
            AND u.id::text = concat(u.id)",
        &rows,
        &planned as _,
    )
    .execute(conn)
    .await
    .doing("keeping what loops go through")?;
    expect_rows(written.rows_affected(), loops.len(), "keeping what loops go through")
}

/// Stores changed configurations of nodes in loops, for iterations that begin from here on.
pub async fn save_changed_configs(conn: &mut PgConnection, plans: &[Plan]) -> Result<()> {
    for plan in plans.iter().filter(|plan| !plan.redrawn.is_empty()) {
        let steps = plan.redrawn.iter().map(|(id, config)| (id.0.clone(), config.to_value()));
        sqlx::query!(
            "UPDATE workflow_executions SET redrawn = coalesce(redrawn, '{}') || $2 WHERE id = $1",
            plan.execution.0,
            Value::Object(steps.collect()),
        )
        .execute(&mut *conn)
        .await
        .doing("writing how rounds to come are set up")?;
    }
    Ok(())
}

async fn insert_nodes(conn: &mut PgConnection, plans: &[Plan]) -> Result<()> {
    let nodes: Vec<_> =
        plans.iter().flat_map(|p| p.new_nodes.iter().map(move |n| (p, n))).collect();
    if nodes.is_empty() {
        return Ok(());
    }
    columns!(&nodes, |n| {
        rows: n.1.row,
        workspaces: n.0.workspace.0,
        executions: n.0.execution.0,
        ids: n.1.node.as_str(),
        ranks: i32::try_from(n.1.rank).unwrap_or(i32::MAX),
        kinds: n.1.kind,
    });
    sqlx::query!(
        "INSERT INTO execution_nodes (id, workspace_id, execution_id, node_id, rank, kind, status)
         SELECT u.id, u.workspace_id, u.execution_id, u.node_id, u.rank, u.kind, 'pending'
           FROM UNNEST($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::int[], $6::text[])
                AS u (id, workspace_id, execution_id, node_id, rank, kind)",
        &rows,
        &workspaces,
        &executions,
        &ids as _,
        &ranks,
        &kinds as _,
    )
    .execute(conn)
    .await
    .doing("writing the nodes of a round")?;
    Ok(())
}

async fn insert_edges(conn: &mut PgConnection, plans: &[Plan]) -> Result<()> {
    let edges = plans.iter().flat_map(|p| p.new_edges.iter().map(|edge| (p.execution.0, edge)));
    let edges: Vec<_> = edges.collect();
    if edges.is_empty() {
        return Ok(());
    }
    columns!(&edges, |e| {
        executions: e.0,
        ids: e.1.as_str(),
    });
    sqlx::query!(
        "INSERT INTO execution_edges (execution_id, edge_id, state)
         SELECT u.execution_id, u.edge_id, 'pending'
           FROM UNNEST($1::uuid[], $2::text[]) AS u (execution_id, edge_id)",
        &executions,
        &ids as _,
    )
    .execute(conn)
    .await
    .doing("writing the edges of a round")?;
    Ok(())
}
