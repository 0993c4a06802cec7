//! What pages ask of maintenance.

use backend::actor::Actor;
use model::{api::executions::StuckExecution, id::ExecutionId};

forward! {
    admin::Admin {
        fn stuck_executions(actor: &Actor) -> Vec<StuckExecution>;
        fn repair_stuck(actor: &Actor, id: ExecutionId) -> ();
    }
}
