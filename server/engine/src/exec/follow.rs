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
                Follow::Ended(child) => self.tell_parent(child).await,
                Follow::Child(child, word) => {
                    self.run(&[(child, vec![Input::Parent(word)])]).await.map(drop)
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

    /// Tells the job that launched an execution that it is over, if it is.
    async fn tell_parent(&self, child: ExecutionId) -> Result<()> {
        let mut conn = self.pool.acquire().await.doing("opening a connection to tell a parent")?;
        let ended = executions::ended_child(&mut conn, child).await?;
        drop(conn);
        match ended {
            Some((parent, end)) => {
                self.run(&[(parent, vec![Input::ChildEnded(end)])]).await.map(drop)
            }
            None => Ok(()),
        }
    }
}
