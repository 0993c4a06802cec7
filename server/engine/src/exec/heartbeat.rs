//! Keeps a worker registered by an advisory lock on a connection and a lease, on a thread of its
//! own.
//!
//! Work cannot starve it: it shares neither the runtime nor the pool.
//!
//! A killed process loses the lock with its connection and is declared lost after a short grace; a
//! frozen one when its lease ends.

use std::time::Duration;

use model::id::{JobId, WorkerId};
use sqlx::{PgConnection, postgres::PgConnectOptions};
use store::{
    error::{Doing, Result},
    workers,
};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::slots::Slots;

const RECONNECT: Duration = Duration::from_millis(200);

/// How a worker stays registered.
#[derive(Debug, Clone)]
pub struct Pulse {
    /// How to reach the database.
    pub options: PgConnectOptions,
    /// The node types the worker serves; all, if none.
    pub serves: Option<Vec<String>>,
    /// How long others wait for a worker that does not renew.
    pub lease: Duration,
    /// How often it renews.
    pub every: Duration,
}

/// Keeps a worker registered until `stop`; its current id is in `id`. When it was given up
/// meanwhile, its jobs are cancelled and it goes on under a new id.
pub async fn run(
    pulse: Pulse,
    slots: Slots,
    id: watch::Sender<Option<WorkerId>>,
    stop: CancellationToken,
) {
    while !stop.is_cancelled() {
        if let Err(error) = live(&pulse, &slots, &id, &stop).await {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "the worker's heartbeat failed"
            );
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(RECONNECT) => {}
        }
    }
}

async fn live(
    pulse: &Pulse,
    slots: &Slots,
    id: &watch::Sender<Option<WorkerId>>,
    stop: &CancellationToken,
) -> Result<()> {
    let mut conn = store::open_session(&pulse.options).await.doing("connecting the heartbeat")?;
    let known = *id.borrow();
    let worker = match known {
        Some(worker) if workers::resume(&mut conn, worker, pulse.lease).await? => worker,
        _ => {
            slots.cancel_all();
            let worker = WorkerId(Uuid::now_v7());
            workers::register(&mut conn, worker, pulse.serves.as_deref(), pulse.lease).await?;
            worker
        }
    };
    id.send_replace(Some(worker));
    beat(&mut conn, worker, pulse, slots, stop).await?;
    if stop.is_cancelled() {
        return workers::sign_off(&mut conn, worker).await;
    }
    // The worker was given up: its jobs belong to others now.
    id.send_replace(None);
    Ok(())
}

/// Renews until the worker is given up (then returns) or must stop.
async fn beat(
    conn: &mut PgConnection,
    worker: WorkerId,
    pulse: &Pulse,
    slots: &Slots,
    stop: &CancellationToken,
) -> Result<()> {
    loop {
        tokio::select! {
            () = stop.cancelled() => return Ok(()),
            () = tokio::time::sleep(pulse.every) => {}
        }
        if !workers::renew(conn, worker, pulse.lease).await? {
            slots.cancel_all();
            return Ok(());
        }
        cancel_lost(conn, worker, slots).await?;
    }
}

/// Cancels the jobs that were stopped or taken over.
pub async fn cancel_lost(conn: &mut PgConnection, worker: WorkerId, slots: &Slots) -> Result<()> {
    let before = slots.jobs();
    if before.is_empty() {
        return Ok(());
    }
    let still = workers::list_held_claims(conn, worker).await?;
    let still: Vec<_> = still.into_iter().map(|(job, fence)| (JobId(job), fence)).collect();
    slots.cancel_missing(&before, &still);
    Ok(())
}
