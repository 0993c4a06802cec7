//! What is recorded of a command: its entry in the audit log, and its idempotency key.

use model::{
    id::ExecutionId,
    problem::{Problem, ProblemKind},
};
use sqlx::PgConnection;
use store::{audit, error::Result, executions, idempotency::IdempotencyKey};

use super::outcome::Batch;

/// A command's audit entry and idempotency key, written in the transaction that runs the command.
pub struct CommandRecord<'a> {
    /// The entry of the audit log; it is written only if the command changes something.
    pub entry: audit::Entry,
    /// The idempotency key; none if the client sent none.
    pub idempotency_key: Option<IdempotencyKey<'a>>,
}

impl From<audit::Entry> for CommandRecord<'_> {
    fn from(entry: audit::Entry) -> Self {
        Self { entry, idempotency_key: None }
    }
}

impl CommandRecord<'_> {
    /// Whether the command was run before. Under the execution's lock this waits for a repeat that
    /// is under way; without it, it does not.
    ///
    /// # Errors
    /// A key that belongs to another command; a database failure.
    pub async fn was_done(&self, conn: &mut PgConnection, execution: ExecutionId) -> Result<bool> {
        let Some(key) = self.idempotency_key else { return Ok(false) };
        match executions::find_command_digest(conn, execution, key.key).await? {
            Some(request) if request != key.request => {
                let words = "This idempotency key was already used for another command on this \
                             run. Check the run's status, or send a new key.";
                Err(Problem::new(ProblemKind::Invalid, "key_used", words).into())
            }
            before => Ok(before.is_some()),
        }
    }

    /// Writes the entry and the key, in the transaction that runs the command. The key of a refused
    /// command is not written: the client may send it again.
    pub(super) async fn record(self, conn: &mut PgConnection, batch: &Batch) -> Result<()> {
        let (action, user) = (self.entry.action.as_str(), self.entry.user);
        if !batch.plans.is_empty() {
            audit::append(conn, self.entry).await?;
        }
        let Some(key) = self.idempotency_key else { return Ok(()) };
        for execution in batch.done_executions() {
            executions::note_command(conn, execution, key, action, user).await?;
        }
        Ok(())
    }
}
