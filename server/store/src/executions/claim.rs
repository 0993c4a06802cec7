//! Under what a job is held.

use model::id::{ExecutionId, JobId, WorkspaceId};

/// A job, and the claim under which it is worked on.
#[derive(Debug, Clone, Copy)]
pub struct Claim {
    /// The workspace of the execution.
    pub workspace: WorkspaceId,
    /// The execution of the job.
    pub execution: ExecutionId,
    pub job: JobId,
    /// The fence of the claim: a later claim of the job has a higher one.
    pub fence: i64,
}
