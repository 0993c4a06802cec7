//! An execution under its lock, for a service whose input is made of what it reads there, and which
//! writes what belongs to it in the same transaction.

use std::collections::BTreeSet;

use model::{decide::Snapshot, id::ExecutionId, time::Timestamp};
use sqlx::{PgConnection, Postgres, Transaction};

use super::{
    Advance, Answer, Input,
    decided::{Advanced, Decided, decide},
};
use crate::{
    error::{Doing, Result},
    exec::places::Places,
    store::{
        self, audit,
        executions::{self, Locked},
    },
};

/// Locked until it takes its input or is dropped, with which all that was written is taken back.
pub struct Held<'a> {
    advance: &'a Advance,
    tx: Transaction<'static, Postgres>,
    places: Places,
    snapshot: Snapshot,
    now: Timestamp,
}

impl Advance {
    /// Locks an execution, and its workspace's places for when it goes on; none if there is no such.
    ///
    /// # Errors
    /// A database failure.
    pub async fn hold(&self, id: ExecutionId) -> Result<Option<Held<'_>>> {
        let mut tx = store::begin(&self.steps).await.doing("opening a transaction to advance")?;
        let Locked { executions: locked, now, .. } =
            executions::lock(&mut tx, &[id.0], &[]).await?;
        self.clock.heard(now);
        let limit = self.limits.running_per_workspace;
        let places = Places::lock(&mut tx, &BTreeSet::from([id]), &locked, limit).await?;
        let snapshot = self.load(&mut tx, locked, &[id], &[]).await?.remove(&id);
        Ok(snapshot.map(|snapshot| Held { advance: self, tx, places, snapshot, now }))
    }
}

impl Held<'_> {
    /// The execution as it is.
    pub fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    /// The transaction.
    pub fn conn(&mut self) -> &mut PgConnection {
        &mut self.tx
    }

    /// Takes the input in and commits, with its line of the audit log; nothing stays of what is
    /// refused.
    ///
    /// # Errors
    /// As [`Advance::run`].
    pub async fn take(self, input: Input, note: audit::Entry) -> Result<Answer> {
        let Self { advance, tx, places, snapshot, now } = self;
        let id = snapshot.id;
        let taken = (&[input][..], &[][..], places.queued(id));
        let (mut decided, snapshot, plan) = decide(snapshot, taken.0, taken.1, taken.2, now);
        if let Some(Decided::Refused(_)) = decided.last() {
            let refused = decided.pop().map(|refused| refused.publish(None));
            return Ok(refused.unwrap_or(Answer::Gone));
        }
        let mut advanced = Advanced::default();
        advanced.plans.extend(plan);
        advanced.add((id, decided), snapshot);
        let taken = advance.commit(tx, advanced, Some(note.into())).await?;
        advance.admit(taken.freed).await;
        let answer = taken.answers.into_values().flatten().next();
        Ok(answer.unwrap_or(Answer::Gone))
    }
}
