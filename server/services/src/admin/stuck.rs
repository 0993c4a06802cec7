//! Executions of a workspace that are stuck: listed and repaired by its admins.

use backend::actor::Actor;
use model::{
    access::Permission,
    api::executions::{StuckExecution, StuckRepair},
    id::ExecutionId,
};
use store::{
    diagnostics,
    error::{EngineError, Result},
};

use super::{
    Admin,
    doctor::{Diagnosis, Repair},
};

impl Admin {
    /// The executions of the actor's workspace that do not go on by themselves.
    pub async fn stuck_executions(&self, actor: &Actor) -> Result<Vec<StuckExecution>> {
        actor.require(Permission::ReadAudit)?;
        let mut list = vec![];
        for diagnosis in self.stuck(Some(actor.workspace)).await? {
            let Some(place) = diagnosis.execution else { continue };
            let mut conn = self.ctx.connect("listing what is stuck").await?;
            let Some((number, name, status)) =
                diagnostics::find_heading(&mut conn, place.0, place.1).await?
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
                advice: diagnosis.repair.words().to_owned(),
                repair: repair_of(&diagnosis),
                wrong: diagnosis.words,
            });
        }
        Ok(list)
    }

    /// Does what helps an execution that does not go on by itself.
    ///
    /// # Errors
    /// `not_stuck` when there is nothing to be done about it, or not any more.
    pub async fn repair_stuck(&self, actor: &Actor, id: ExecutionId) -> Result<()> {
        let mut conn = self
            .ctx
            .connect_as(actor, Permission::RepairExecution, "looking for what is stuck")
            .await?;
        let place = (actor.workspace, id);
        if diagnostics::find_heading(&mut conn, place.0, place.1).await?.is_none() {
            return Err(EngineError::NotFound("run"));
        }
        drop(conn);
        let stuck = self.stuck(Some(actor.workspace)).await?;
        let done = match stuck.iter().find(|diagnosis| diagnosis.execution == Some(place)) {
            Some(diagnosis) => self.repair_by(Some(actor), diagnosis).await?,
            None => false,
        };
        if done { Ok(()) } else { Err(not_stuck()) }
    }
}

fn repair_of(diagnosis: &Diagnosis) -> Option<StuckRepair> {
    match diagnosis.repair {
        Repair::End(_) | Repair::EndUnread => Some(StuckRepair::End),
        Repair::TakeOver(_) => Some(StuckRepair::TakeOver),
        Repair::Delete(_) | Repair::Advice(_) => None,
    }
}

fn not_stuck() -> EngineError {
    let detail = "This run isn't stuck, or it has ended. There is nothing to repair.";
    EngineError::Conflict { code: "not_stuck", detail: detail.to_owned() }
}
