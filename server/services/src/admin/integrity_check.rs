//! Checks executions: do their rows keep the invariants, and are they what their events say?

use std::collections::BTreeMap;

use model::{
    execution::{
        state::{EdgeState, RoundState},
        view::{Bill, ExecutionView},
    },
    id::{ExecutionId, WorkspaceId},
};
use sqlx::PgPool;
use store::{
    error::{Doing, Result},
    executions, invariants,
};

use crate::executions::views::view;

/// A violation of an invariant, or a difference between an execution's rows and its events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The execution it concerns.
    pub execution: ExecutionId,
    /// The workspace that owns the execution.
    pub workspace: WorkspaceId,
    /// What is wrong, in words.
    pub words: String,
}

const DOING: &str = "examining executions";

/// Checks every execution of the database. Each is read in one snapshot, so that servers may be at
/// work meanwhile. An execution whose rows cannot be read is a violation of its own.
///
/// # Errors
/// The database cannot be read.
pub async fn check_integrity(pool: &PgPool) -> Result<Vec<Violation>> {
    let mut conn = pool.acquire().await.doing(DOING)?;
    let all = invariants::list_executions(&mut conn).await?;
    if all.is_empty() {
        return Ok(vec![]);
    }
    let violations = invariants::find_violations(&mut conn, None).await?;
    drop(conn);
    let owners: BTreeMap<_, _> = all.iter().map(|(owner, id)| (*id, *owner)).collect();
    let violation = |(execution, words)| {
        Some(Violation { execution, workspace: *owners.get(&execution)?, words })
    };
    let mut found: Vec<_> = violations.into_iter().filter_map(violation).collect();
    for (workspace, execution) in all {
        match find_differences(pool, workspace, execution).await {
            Err(error) if !error.may_pass() => {
                tracing::warn!(error = &error as &dyn std::error::Error, %execution, "unreadable");
                let words = format!("its rows can't be read: {error}");
                found.push(Violation { execution, workspace, words });
            }
            differences => found.extend(differences?),
        }
    }
    Ok(found)
}

/// Where the stored state of an execution differs from the fold of its events. An execution that
/// can go on is also loaded as the engine loads it, so that rows it cannot read are noticed.
async fn find_differences(
    pool: &PgPool,
    workspace: WorkspaceId,
    execution: ExecutionId,
) -> Result<Vec<Violation>> {
    let mut tx = store::begin_read_only(pool).await.doing(DOING)?;
    let shown = view(&mut tx, (workspace, execution)).await?;
    if !shown.status.is_over_for_good() {
        executions::snapshot_rows(&mut tx, &[execution.0]).await?;
    }
    let stored = invariants::load_stored_states(&mut tx, execution).await?;
    tx.commit().await.doing(DOING)?;
    let folded = folded_states(&shown);
    // A pending edge outside every iteration needs no row.
    let rowless = shown.edges.iter().filter(|edge| edge.id.round().is_empty());
    let rowless = rowless.map(|edge| (edge.id.to_string(), EdgeState::Pending.to_string()));
    let stored: BTreeMap<_, _> = rowless.chain(stored).collect();
    let mut keys: Vec<_> = folded.keys().chain(stored.keys()).collect();
    keys.sort();
    keys.dedup();
    let differing = keys.into_iter().filter(|key| folded.get(*key) != stored.get(*key));
    let violation = |key: &String| Violation {
        execution,
        workspace,
        words: format!(
            "{key} is {} in its rows but {} in its events",
            stored.get(key).map_or("missing", String::as_str),
            folded.get(key).map_or("missing", String::as_str)
        ),
    };
    Ok(differing.map(violation).collect())
}

/// The state of an execution by its events, in the words of [`invariants::load_stored_states`].
fn folded_states(view: &ExecutionView) -> BTreeMap<String, String> {
    let real = || view.nodes.iter().filter(|node| node.is_real());
    let nodes = real().map(|node| (node.id.to_string(), node.status.to_string()));
    let begun = real().filter(|node| !node.rounds.is_empty());
    let iterations =
        begun.map(|node| (format!("the rounds of {}", node.id), RoundState::letters(&node.rounds)));
    let jobs = view.nodes.iter().flat_map(|node| &node.jobs);
    let jobs = jobs.map(|job| (job.id.to_string(), job.status.to_string()));
    let edges = view.edges.iter().map(|edge| (edge.id.to_string(), edge.state.to_string()));
    let own = [("execution".to_owned(), view.status.to_string())];
    let states = nodes.chain(iterations).chain(jobs).chain(edges).chain(own);
    states.chain(artifact_states(view)).chain(bill_states(view)).collect()
}

/// The latest version of each output.
fn artifact_states(view: &ExecutionView) -> impl Iterator<Item = (String, String)> {
    view.nodes.iter().flat_map(|node| &node.artifacts).map(|artifact| {
        let of = format!("{} of {}, item {}", artifact.port, artifact.node, artifact.item);
        (of, format!("version {}, {}", artifact.version, artifact.id))
    })
}

/// The bill of the whole execution, earlier generations of its jobs included, and that of each
/// current job. Executions that it launched have bills of their own.
fn bill_states(view: &ExecutionView) -> impl Iterator<Item = (String, String)> {
    let jobs = view.nodes.iter().flat_map(|node| &node.jobs);
    let bills = jobs.map(|job| (job.id.to_string(), job.bill));
    let bills = bills.chain([("all".to_owned(), view.bill())]);
    bills.filter(|(_, bill)| *bill != Bill::default()).map(|(of, bill)| {
        let words = format!(
            "{} and {} tokens, {} millionths of a dollar, {} unpriced and {} sample calls",
            bill.input_tokens,
            bill.output_tokens,
            bill.cost_micros,
            bill.unpriced_calls,
            bill.sample_calls
        );
        (format!("the bill of {of}"), words)
    })
}
