//! What executions tell each other after a commit.
//!
//! No transaction ever holds the locks of two executions that tell each other something. What is
//! lost here, because the process dies or the database is away, the sweeper reads from the rows.

use model::{decide::Follow, id::ExecutionId};

use super::advance::{Advance, Input};
use crate::{
    error::{Doing, Result},
    store::executions,
};

impl Advance {
    /// Tells other executions; what fails is left to the sweeper.
    pub(super) async fn follow(&self, follow: Vec<Follow>) {
        for follow in follow {
            let told = match follow {
                Follow::Ended(child) => self.tell_parent(child, false).await,
                Follow::Stands(child) => self.tell_parent(child, true).await,
                Follow::Child(child, word) => {
                    self.run(&(child, vec![Input::Parent(word)])).await.map(drop)
                }
            };
            if let Err(error) = told {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "telling another execution failed; the sweeper does it"
                );
            }
        }
    }

    /// Tells the job that launched an execution that it is over, or why it does not go on; that
    /// nothing holds it up only where something has.
    async fn tell_parent(&self, child: ExecutionId, went_on: bool) -> Result<()> {
        let mut conn = self.pool.acquire().await.doing("opening a connection to tell a parent")?;
        let (parent, input) = match executions::ended_child(&mut conn, child).await? {
            Some((parent, end)) => (parent, Input::ChildEnded(end)),
            None => match executions::waiting_child(&mut conn, child).await? {
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
