//! What goes with what a person asks: a line of the audit log where it changes something, and the key
//! that makes a repeat the same.

use model::{
    id::ExecutionId,
    problem::{Problem, ProblemKind},
};
use sqlx::PgConnection;

use super::decided::Advanced;
use crate::{
    error::Result,
    once::Once,
    store::{audit, executions},
};

/// What is to be noted of a command.
pub struct Asked<'a> {
    /// Its line of the audit log.
    pub entry: audit::Entry,
    /// The key that it came with.
    pub once: Option<Once<'a>>,
}

impl From<audit::Entry> for Asked<'_> {
    fn from(entry: audit::Entry) -> Self {
        Self { entry, once: None }
    }
}

impl Asked<'_> {
    /// Whether it has been done before. Only under the execution's lock does a repeat wait for what is
    /// under way.
    ///
    /// # Errors
    /// A key under which something else was asked; a database failure.
    pub(crate) async fn was_done(
        &self,
        conn: &mut PgConnection,
        execution: ExecutionId,
    ) -> Result<bool> {
        let Some(once) = self.once else { return Ok(false) };
        match executions::command_done(conn, execution, once.key).await? {
            Some(request) if request != once.request => {
                let words = "Something else was asked of this execution with this idempotency key. \
                             Look at where it stands, or ask with a new key.";
                Err(Problem::new(ProblemKind::Invalid, "key_used", words).into())
            }
            before => Ok(before.is_some()),
        }
    }

    /// Notes it, in the transaction that does it. What was refused may be asked again.
    pub(super) async fn note(self, conn: &mut PgConnection, advanced: &Advanced) -> Result<()> {
        let by = (self.entry.action, self.entry.user);
        if !advanced.plans.is_empty() {
            audit::append(conn, self.entry).await?;
        }
        let Some(once) = self.once else { return Ok(()) };
        for execution in advanced.done() {
            executions::note_command(conn, execution, once, by.0, by.1).await?;
        }
        Ok(())
    }
}
