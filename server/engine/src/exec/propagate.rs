//! Messages between parent and child executions, sent after a commit.
//!
//! No transaction ever holds the locks of both executions. A message that is lost, because the
//! process dies or the database is away, is sent again by the sweeper, which reads it from the
//! rows.

use model::{decide::Follow, id::ExecutionId};
use store::{
    error::{Doing, Result},
    executions,
};

use super::advance::{Advance, Input};

impl Advance {
    /// Sends messages to other executions; what fails is left to the sweeper.
    pub(super) async fn propagate(&self, messages: Vec<Follow>) {
        for message in messages {
            let sent = match message {
                Follow::Ended(child) => self.tell_parent(child, false).await,
                Follow::Stands(child) => self.tell_parent(child, true).await,
                Follow::Child(child, word) => {
                    self.run(&(child, vec![Input::Parent(word)])).await.map(drop)
                }
            };
            if let Err(error) = sent {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "telling another execution failed; the sweeper does it"
                );
            }
        }
    }

    /// Tells the job that launched an execution that it is over, or why it does not go on. That
    /// nothing holds it up is told only with `went_on`, or where something did hold it up.
    async fn tell_parent(&self, child: ExecutionId, went_on: bool) -> Result<()> {
        let mut conn = self.pool.acquire().await.doing("opening a connection to tell a parent")?;
        let (parent, input) = match executions::find_ended_child(&mut conn, child).await? {
            Some((parent, end)) => (parent, Input::ChildEnded(end)),
            None => match executions::find_waiting_child(&mut conn, child).await? {
                Some((parent, wait, held_up)) if held_up || went_on => {
                    (parent, Input::ChildWaits(wait))
                }
                _ => return Ok(()),
            },
        };
        drop(conn);
        self.run(&(parent, vec![input])).await.map(drop)
    }
}
