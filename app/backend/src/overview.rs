//! What goes on in a workspace: the dashboard, the activity panel, the search.

use async_trait::async_trait;
use model::{
    pages::{ActivityPage, Attention, DashboardPage, FoundRow},
    problem::Problem,
};

use crate::actor::Actor;

/// What goes on in a workspace: the dashboard, the activity panel, the search.
#[async_trait]
pub trait Overview: Send + Sync {
    /// Templates, executions, documents and projects that match the words, in this order. Names of
    /// templates and projects match fuzzily: some of their letters are enough. Blank words match
    /// nothing.
    async fn search(&self, actor: &Actor, words: &str) -> Result<Vec<FoundRow>, Problem>;

    /// The dashboard: decisions and failures that wait for the actor, active and recent executions,
    /// and the month's totals.
    async fn dashboard(&self, actor: &Actor) -> Result<DashboardPage, Problem>;

    /// Executions that are not over, those that wait for the person, and those that have just ended.
    async fn activity(&self, actor: &Actor) -> Result<ActivityPage, Problem>;

    /// How much waits for the person and is under way, and what of theirs has just ended.
    async fn attention(&self, actor: &Actor) -> Result<Attention, Problem>;
}
