//! Examines executions: do their rows keep the invariants, and are they what their events say?

use std::collections::BTreeMap;

use model::{
    execution::{
        state::{EdgeState, ExecutionStatus, RoundState},
        view::{Bill, ExecutionView},
    },
    id::{ExecutionId, WorkspaceId},
};
use sqlx::PgPool;

use crate::{
    error::{Doing, Result},
    services::executions::view,
    store::{self, executions, findings},
};

/// A breach of an invariant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The execution it concerns.
    pub execution: ExecutionId,
    /// Whose that is.
    pub workspace: WorkspaceId,
    /// What is wrong, in words.
    pub words: String,
}

const DOING: &str = "examining executions";

/// Examines every execution of the database, each as it is at one moment: others may be at work.
pub async fn examine(pool: &PgPool) -> Result<Vec<Finding>> {
    let mut conn = pool.acquire().await.doing(DOING)?;
    let of_rows = findings::of_rows(&mut conn, None).await?;
    let all = findings::executions(&mut conn).await?;
    drop(conn);
    let owners: BTreeMap<_, _> = all.iter().map(|(owner, id)| (*id, *owner)).collect();
    let finding = |(execution, words)| {
        Some(Finding { execution, workspace: *owners.get(&execution)?, words })
    };
    let mut found: Vec<_> = of_rows.into_iter().filter_map(finding).collect();
    for (workspace, execution) in all {
        match unlike_events(pool, workspace, execution).await {
            Err(error) if !error.may_pass() => {
                tracing::warn!(error = &error as &dyn std::error::Error, %execution, "unreadable");
                let words = format!("its rows cannot be read: {error}");
                found.push(Finding { execution, workspace, words });
            }
            unlike => found.extend(unlike?),
        }
    }
    Ok(found)
}

/// Where the stored state is not the fold of the events. What is to go on is read as that does.
async fn unlike_events(
    pool: &PgPool,
    workspace: WorkspaceId,
    execution: ExecutionId,
) -> Result<Vec<Finding>> {
    let mut tx = store::begin_looking(pool).await.doing(DOING)?;
    let shown = view(&mut tx, (workspace, execution)).await?;
    if !matches!(shown.status, ExecutionStatus::Completed | ExecutionStatus::Stopped) {
        executions::snapshot_rows(&mut tx, &[execution.0]).await?;
    }
    let stored = findings::standings(&mut tx, execution).await?;
    tx.commit().await.doing(DOING)?;
    let folded = told(&shown);
    // What is pending and came with no round needs no row.
    let rowless = shown.edges.iter().filter(|edge| edge.id.round().is_empty());
    let rowless = rowless.map(|edge| (edge.id.to_string(), EdgeState::Pending.to_string()));
    let stored: BTreeMap<_, _> = rowless.chain(stored).collect();
    let mut keys: Vec<_> = folded.keys().chain(stored.keys()).collect();
    keys.sort();
    keys.dedup();
    let unlike = keys.into_iter().filter(|key| folded.get(*key) != stored.get(*key));
    let finding = |key: &String| Finding {
        execution,
        workspace,
        words: format!(
            "{key} is {} by its rows but {} by its events",
            stored.get(key).map_or("missing", String::as_str),
            folded.get(key).map_or("missing", String::as_str)
        ),
    };
    Ok(unlike.map(finding).collect())
}

fn told(view: &ExecutionView) -> BTreeMap<String, String> {
    let real = || view.nodes.iter().filter(|node| node.is_real());
    let nodes = real().map(|node| (node.id.to_string(), node.status.to_string()));
    let begun = real().filter(|node| !node.rounds.is_empty());
    let rounds =
        begun.map(|node| (format!("the rounds of {}", node.id), RoundState::letters(&node.rounds)));
    let jobs = view.nodes.iter().flat_map(|node| &node.jobs);
    let jobs = jobs.map(|job| (job.id.to_string(), job.status.to_string()));
    let edges = view.edges.iter().map(|edge| (edge.id.to_string(), edge.state.to_string()));
    let own = [("execution".to_owned(), view.status.to_string())];
    let stands = nodes.chain(rounds).chain(jobs).chain(edges).chain(own);
    stands.chain(given(view)).chain(paid(view)).collect()
}

/// The versions of outputs that count; as the rows tell it ([`findings::standings`]), like all of this.
fn given(view: &ExecutionView) -> impl Iterator<Item = (String, String)> {
    view.nodes.iter().flat_map(|node| &node.artifacts).map(|artifact| {
        let of = format!("{} of {}, item {}", artifact.port, artifact.node, artifact.item);
        (of, format!("version {}, {}", artifact.version, artifact.id))
    })
}

/// What its jobs cost, what they cost before they were made again among it, and what each job that
/// counts did. What it launched has a bill of its own.
fn paid(view: &ExecutionView) -> impl Iterator<Item = (String, String)> {
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
