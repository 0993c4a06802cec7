//! What pages ask of maintenance.

use backend::actor::Actor;
use model::{
    api::{
        audit::{AuditFilter, AuditRow},
        executions::{HistorySettings, StuckExecution},
        listing::{Page, PageRequest},
    },
    id::ExecutionId,
    pages::{PersonName, StorageUse},
};

forward! {
    admin::Admin {
        fn stuck_executions(actor: &Actor) -> Vec<StuckExecution>;
        fn repair_stuck(actor: &Actor, id: ExecutionId) -> ();
        fn history_settings(actor: &Actor) -> HistorySettings;
        fn keep_history(actor: &Actor, settings: HistorySettings) -> ();
        fn count_expired(actor: &Actor, settings: HistorySettings) -> i64;
        fn audit_page(
            actor: &Actor,
            filter: &AuditFilter,
            asked: &PageRequest
        ) -> Page<AuditRow>;
        fn audit_people(actor: &Actor) -> Vec<PersonName>;
        fn storage_use(actor: &Actor) -> StorageUse;
    }
}
