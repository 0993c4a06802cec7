//! Automatic layout, on request.

use backend::actor::Actor;
use model::{
    access::Permission,
    pages::{Placed, TidyRequest},
    problem::Problem,
};
use store::error::{EngineError, Result};

use super::{Drafts, arrange};

impl Drafts {
    /// Arranges the nodes of a workflow from left to right along its edges.
    ///
    /// # Errors
    /// More nodes than can be set in order while a person waits.
    pub async fn tidy(&self, actor: &Actor, request: TidyRequest) -> Result<Vec<Placed>> {
        actor.require(Permission::EditTemplate)?;
        if request.workflow.nodes.len() > arrange::MOST_NODES {
            let words = format!("At most {} steps can be tidied at once.", arrange::MOST_NODES);
            return Err(Problem::invalid(words, vec![]).into());
        }
        let placed = tokio::task::spawn_blocking(move || arrange::arrange(&request)).await;
        placed.map_err(|error| EngineError::internal("tidying a workflow", error))
    }
}
