//! Takes over from workers that are gone, starts what has a place, ends executions whose time is used
//! up, and tells parents and children of each other what they have missed.
//!
//! Any number of processes may sweep: whoever gets an execution's lock first does the work, the
//! others then find nothing left to do.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use model::{decide::ParentWord, id::ExecutionId};
use sqlx::PgPool;
use tokio_util::sync::CancellationToken;

use super::{advance::Input, patience::Patience, writer::Writer};
use crate::{
    error::{Doing, Result},
    store::{executions, workers},
};

/// What happens rarely is looked for with every so manyth sweep: the looks read more than others.
const RARELY: u32 = 10;

/// When to sweep, and how patiently.
#[derive(Debug, Clone, Copy)]
pub struct SweepSettings {
    /// How often.
    pub every: Duration,
    /// How long a worker's lock may be missing before the worker is given up.
    pub grace: Duration,
    /// Executions of one workspace that may run at once.
    pub running: u32,
}

/// Sweeps until `stop`, on connections that plan once: what is planned while there is nothing to find
/// would read whole tables later.
pub async fn run(steps: PgPool, writer: Writer, settings: SweepSettings, stop: CancellationToken) {
    let mut patience = Patience::default();
    for number in 0_u32.. {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(settings.every) => {}
        }
        let mut swept = sweep(&steps, &writer, settings, &mut patience).await;
        if swept.is_ok() && number.is_multiple_of(RARELY) {
            swept = sweep_rare(&steps, &writer).await;
        }
        if let Err(error) = swept {
            tracing::warn!(error = &error as &dyn std::error::Error, "a sweep failed");
        }
    }
}

/// Bounds what waits by a clock that has since been set back, and lets what waits for money ask again
/// where the word that there is another sum came too early, or was lost.
async fn sweep_rare(steps: &PgPool, writer: &Writer) -> Result<()> {
    let mut conn = steps.acquire().await.doing("opening a connection to sweep for what is rare")?;
    workers::shorten_leases(&mut conn).await?;
    let ahead = executions::ahead_of_the_clock(&mut conn).await?;
    let poor = executions::behind_their_budget(&mut conn).await?;
    drop(conn);
    let ahead = ahead.into_iter().map(|id| (id, Input::ClockBack));
    let poor = poor.into_iter().map(|id| (id, Input::Parent(ParentWord::Budget)));
    let write = |(id, input)| writer.try_write(ExecutionId(id), vec![input]);
    futures::future::join_all(ahead.chain(poor).map(write)).await;
    Ok(())
}

/// Looks once for what nobody else will wake.
async fn sweep(
    steps: &PgPool,
    writer: &Writer,
    settings: SweepSettings,
    patience: &mut Patience,
) -> Result<()> {
    let mut conn = steps.acquire().await.doing("opening a connection to sweep")?;
    let asked = Instant::now();
    let now = workers::note_missing(&mut conn).await?;
    let leases = patience.is_over(now, asked, Instant::now());
    workers::give_up_lost(&mut conn, settings.grace, leases).await?;
    let mut due: BTreeMap<ExecutionId, Vec<Input>> = BTreeMap::new();
    for (worker, execution) in workers::held_by_the_gone(&mut conn).await? {
        due.entry(ExecutionId(execution)).or_default().push(Input::WorkerLost(worker));
    }
    for execution in executions::next_to_start(&mut conn, None, settings.running).await? {
        due.entry(execution).or_default().push(Input::TakePlace);
    }
    for execution in executions::deadlines_passed(&mut conn).await? {
        due.entry(ExecutionId(execution)).or_default().push(Input::CheckDeadline);
    }
    for child in executions::untold_children(&mut conn).await? {
        if let Some((parent, end)) = executions::ended_child(&mut conn, ExecutionId(child)).await? {
            due.entry(parent).or_default().push(Input::ChildEnded(end));
        }
    }
    for (child, word) in executions::out_of_step(&mut conn).await? {
        due.entry(ExecutionId(child)).or_default().push(Input::Parent(word));
    }
    for execution in executions::reviews_late(&mut conn).await? {
        due.entry(ExecutionId(execution)).or_default().push(Input::CheckReviews);
    }
    drop(conn);
    let writes = due.into_iter().map(|(execution, inputs)| writer.try_write(execution, inputs));
    futures::future::join_all(writes).await;
    Ok(())
}
