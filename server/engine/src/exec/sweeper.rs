//! Takes over from lost workers, admits waiting executions, ends executions whose time limit has
//! passed, and propagates between parents and children what got lost.
//!
//! Any number of processes may sweep: whoever gets an execution's lock first does the work, the
//! others then find nothing left to do.
//!
//! A job of a lost worker is put back under a higher fence: its late writer then changes nothing.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use model::{decide::ParentWord, id::ExecutionId};
use sqlx::PgPool;
use store::{
    error::{Doing, Result},
    executions, workers,
};
use tokio_util::sync::CancellationToken;

use super::{advance::Input, clock_jump::ClockJumpGuard, writer::Writer};

/// Every how manyth sweep also looks for what happens rarely, by queries that read more rows.
const RARELY: u32 = 10;

/// The periods and limits of the sweeps.
#[derive(Debug, Clone, Copy)]
pub struct SweepSettings {
    /// The pause between two sweeps.
    pub every: Duration,
    /// How long a worker's lock may be missing before the worker is given up.
    pub grace: Duration,
    /// Executions of one workspace that may run at the same time.
    pub running: u32,
}

/// Sweeps until `stop`, on connections that plan once: what is planned while there is nothing to
/// find would read whole tables later.
pub async fn run(steps: PgPool, writer: Writer, settings: SweepSettings, stop: CancellationToken) {
    let mut clock_jump = ClockJumpGuard::default();
    for number in 0_u32.. {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(settings.every) => {}
        }
        let mut swept = sweep(&steps, &writer, settings, &mut clock_jump).await;
        if swept.is_ok() && number.is_multiple_of(RARELY) {
            swept = sweep_rare(&steps, &writer).await;
        }
        if let Err(error) = swept {
            tracing::warn!(error = &error as &dyn std::error::Error, "a sweep failed");
        }
    }
}

/// Shortens waits that end by a clock which has since been set back, and lets executions that wait
/// for a budget check it again where the message of a new budget came too early, or was lost.
async fn sweep_rare(steps: &PgPool, writer: &Writer) -> Result<()> {
    let mut conn = steps.acquire().await.doing("opening a connection to sweep for what is rare")?;
    workers::shorten_leases(&mut conn).await?;
    let ahead = executions::find_ahead_of_clock(&mut conn).await?;
    let poor = executions::find_behind_budget(&mut conn).await?;
    drop(conn);
    let ahead = ahead.into_iter().map(|id| (id, Input::ClockBack));
    let poor = poor.into_iter().map(|id| (id, Input::Parent(ParentWord::Budget)));
    let write = |(id, input)| writer.try_write(ExecutionId(id), vec![input]);
    futures::future::join_all(ahead.chain(poor).map(write)).await;
    Ok(())
}

/// Looks once for what needs an input that no other process will give.
async fn sweep(
    steps: &PgPool,
    writer: &Writer,
    settings: SweepSettings,
    clock_jump: &mut ClockJumpGuard,
) -> Result<()> {
    let mut conn = steps.acquire().await.doing("opening a connection to sweep")?;
    let asked = Instant::now();
    let now = workers::note_missing(&mut conn).await?;
    let may_expire = clock_jump.may_expire_leases(now, asked, Instant::now());
    workers::give_up_lost(&mut conn, settings.grace, may_expire).await?;
    let mut due: BTreeMap<ExecutionId, Vec<Input>> = BTreeMap::new();
    for (worker, execution) in workers::list_jobs_of_gone(&mut conn).await? {
        due.entry(ExecutionId(execution)).or_default().push(Input::WorkerLost(worker));
    }
    for execution in executions::next_to_start(&mut conn, None, settings.running).await? {
        due.entry(execution).or_default().push(Input::Admit);
    }
    for execution in executions::find_passed_deadlines(&mut conn).await? {
        due.entry(ExecutionId(execution)).or_default().push(Input::CheckDeadline);
    }
    for child in executions::find_unreported_children(&mut conn).await? {
        if let Some((parent, end)) =
            executions::find_ended_child(&mut conn, ExecutionId(child)).await?
        {
            due.entry(parent).or_default().push(Input::ChildEnded(end));
        }
    }
    for (child, word) in executions::find_out_of_step(&mut conn).await? {
        due.entry(ExecutionId(child)).or_default().push(Input::Parent(word));
    }
    for execution in executions::find_late_reviews(&mut conn).await? {
        due.entry(ExecutionId(execution)).or_default().push(Input::CheckReviews);
    }
    drop(conn);
    let writes = due.into_iter().map(|(execution, inputs)| writer.try_write(execution, inputs));
    futures::future::join_all(writes).await;
    Ok(())
}
