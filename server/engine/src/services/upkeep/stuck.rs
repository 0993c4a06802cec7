//! What admins see and do about executions of their workspace that do not go on by themselves.

use model::{
    access::Permission,
    api::executions::{StuckExecution, StuckRepair},
    id::ExecutionId,
};

use super::doctor::{Ailment, Cure};
use crate::{
    error::{Doing, EngineError, Result},
    services::{Services, actor::Actor},
    store::ailments,
};

impl Services {
    /// What of this workspace does not go on by itself, for its admins.
    pub async fn stuck_executions(&self, actor: &Actor) -> Result<Vec<StuckExecution>> {
        actor.require(Permission::ReadAudit)?;
        let mut list = vec![];
        for ailment in self.stuck(Some(actor.workspace)).await? {
            let Some(place) = ailment.execution else { continue };
            let mut conn = self.pool.acquire().await.doing("listing what is stuck")?;
            let Some((number, name, status)) =
                ailments::heading(&mut conn, place.0, place.1).await?
            else {
                continue;
            };
            list.push(StuckExecution {
                execution_id: place.1,
                number,
                name,
                status: status
                    .parse()
                    .map_err(|error| EngineError::internal("reading a status", error))?,
                advice: ailment.cure.words().to_owned(),
                repair: repair_of(&ailment),
                wrong: ailment.words,
            });
        }
        Ok(list)
    }

    /// Does what helps an execution that does not go on by itself.
    ///
    /// # Errors
    /// `not_stuck` when there is nothing to be done about it, or not any more.
    pub async fn repair_stuck(&self, actor: &Actor, id: ExecutionId) -> Result<()> {
        actor.require(Permission::RepairExecution)?;
        let place = (actor.workspace, id);
        let mut conn = self.pool.acquire().await.doing("looking for what is stuck")?;
        if ailments::heading(&mut conn, place.0, place.1).await?.is_none() {
            return Err(EngineError::NotFound("execution"));
        }
        drop(conn);
        let stuck = self.stuck(Some(actor.workspace)).await?;
        let done = match stuck.iter().find(|ailment| ailment.execution == Some(place)) {
            Some(ailment) => self.cure_by(Some(actor.user), ailment).await?,
            None => false,
        };
        if done { Ok(()) } else { Err(not_stuck()) }
    }
}

fn repair_of(ailment: &Ailment) -> Option<StuckRepair> {
    match ailment.cure {
        Cure::End(_) | Cure::EndUnread => Some(StuckRepair::End),
        Cure::TakeOver(_) => Some(StuckRepair::TakeOver),
        Cure::Delete(_) | Cure::Advice(_) => None,
    }
}

fn not_stuck() -> EngineError {
    let detail = "This execution goes on by itself or is over: there is nothing to repair.";
    EngineError::Conflict { code: "not_stuck", detail: detail.to_owned() }
}
