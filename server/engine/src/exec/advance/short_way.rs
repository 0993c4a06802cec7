//! The short way: what is remembered of executions is advanced and written in one statement, which
//! writes nothing unless the rows still are as remembered. Nothing is locked or read before it.

use std::sync::Arc;

use uuid::Uuid;

use super::{
    Advance, Inputs, Taken,
    decided::{Advanced, decide},
    input::claimants,
};
use crate::{
    error::{Doing, Result},
    store::{self, executions},
};

impl Advance {
    /// Takes in what workers report of executions that are remembered. What is missing in the answer
    /// has to go under the lock: others may know more of it.
    ///
    /// # Errors
    /// A database failure. It may have come after the commit.
    pub(super) async fn short_way(&self, work: &[Inputs]) -> Result<Taken> {
        let Some(now) = self.clock.now() else { return Ok(Taken::default()) };
        let steps = work.iter().filter(|(_, inputs)| inputs.iter().all(|input| input.is_step()));
        let mut advanced = Advanced::default();
        let mut taken = vec![];
        for one in steps {
            let Some(snapshot) = self.cache.take_any(one.0) else { continue };
            let (decided, after, plan) = decide(snapshot, &one.1, &[], None, now);
            // What changes nothing is not written, so that nothing would tell whether it is true.
            let Some(plan) = plan else {
                self.cache.keep(Arc::new(after));
                continue;
            };
            advanced.plans.push(plan);
            advanced.add((one.0, decided), after);
            taken.push(one);
        }
        if taken.is_empty() {
            return Ok(Taken::default());
        }
        match self.write(&advanced, &claimants(&taken)).await {
            Ok(()) => {
                self.herald.tell(advanced.notices());
                Ok(self.publish(advanced).await)
            }
            Err(error) if error.is_overtaken() => {
                tracing::debug!(error = &error as &dyn std::error::Error, "somebody was faster");
                Ok(Taken::default())
            }
            Err(error) => Err(error),
        }
    }

    async fn write(&self, advanced: &Advanced, claimants: &[Uuid]) -> Result<()> {
        let plans = &advanced.plans;
        let now = if plans.iter().all(executions::is_plain) {
            let mut conn = self.kept.take().await?;
            let now = executions::apply(&mut conn, plans, claimants).await?;
            self.kept.keep(conn);
            now
        } else {
            let mut tx =
                store::begin(&self.steps).await.doing("opening a transaction for steps")?;
            let now = executions::apply(&mut tx, plans, claimants).await?;
            tx.commit().await.doing("committing steps")?;
            now
        };
        self.clock.heard(now);
        Ok(())
    }
}
