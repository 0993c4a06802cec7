//! Maintenance: executions that do not go on by themselves, how long history is kept, storage.

use async_trait::async_trait;
use model::{
    api::{
        audit::{AuditFilter, AuditRow},
        executions::{HistorySettings, StuckExecution},
        listing::{Page, PageRequest},
    },
    id::ExecutionId,
    pages::{PersonName, StorageUse},
    problem::Problem,
};

use crate::actor::Actor;

/// Maintenance: executions that do not go on by themselves, how long history is kept, storage.
#[async_trait]
pub trait Admin: Send + Sync {
    /// The executions of the actor's workspace that do not go on by themselves.
    async fn stuck_executions(&self, actor: &Actor) -> Result<Vec<StuckExecution>, Problem>;

    /// Does what helps an execution that does not go on by itself.
    async fn repair_stuck(&self, actor: &Actor, id: ExecutionId) -> Result<(), Problem>;

    /// How many days the actor's workspace keeps the history of executions that are over.
    async fn history_settings(&self, actor: &Actor) -> Result<HistorySettings, Problem>;

    /// Sets how many days the workspace keeps history; what is older is deleted from then on.
    async fn keep_history(&self, actor: &Actor, settings: HistorySettings) -> Result<(), Problem>;

    /// How many executions of the actor's workspace would lose their history, were it kept so long.
    async fn count_expired(&self, actor: &Actor, settings: HistorySettings)
    -> Result<i64, Problem>;

    /// A page of the workspace's audit log, narrowed by the filter, the latest first.
    async fn audit_page(
        &self,
        actor: &Actor,
        filter: &AuditFilter,
        asked: &PageRequest,
    ) -> Result<Page<AuditRow>, Problem>;

    /// Everybody who is in the workspace's audit log, to choose one from.
    async fn audit_people(&self, actor: &Actor) -> Result<Vec<PersonName>, Problem>;

    /// What the files of the actor's workspace take up.
    async fn storage_use(&self, actor: &Actor) -> Result<StorageUse, Problem>;
}
