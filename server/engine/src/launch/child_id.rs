//! The ids of what jobs launch and write: derived from what names it, so that whoever makes an attempt
//! again finds what was made before.

use model::id::ExecutionId;
use sha2::{Digest, Sha256};
use sqlx::PgConnection;
use store::{error::Result, executions};
use uuid::{Builder, Uuid};

use crate::job::JobContext;

/// The id of the child: the same for every attempt of a job in a generation. Where the node has a
/// retry policy, a child that has failed is followed by another with the next id.
pub(super) async fn next(tx: &mut PgConnection, context: &JobContext) -> Result<ExecutionId> {
    let first = nth_child(context, 0);
    let Some(policy) = context.node().and_then(|node| node.data.retry.clone()) else {
        return Ok(first);
    };
    let ids: Vec<Uuid> = (0..policy.max_attempts).map(|nth| nth_child(context, nth).0).collect();
    let failed = executions::filter_failed(tx, &ids).await?;
    let next = ids.iter().find(|id| !failed.contains(id));
    Ok(next.map_or(first, |id| ExecutionId(*id)))
}

/// The id of the job's child number `nth`.
fn nth_child(context: &JobContext, nth: u32) -> ExecutionId {
    let number = nth.to_be_bytes();
    ExecutionId(derived_id(context, b"child", if nth > 0 { &number[..] } else { &[] }))
}

/// An id that is derived from the job, its generation and what else names it.
pub fn derived_id(context: &JobContext, kind: &[u8], name: &[u8]) -> Uuid {
    let mut hash = Sha256::new();
    hash.update(kind);
    hash.update(context.job.0.as_bytes());
    hash.update(context.generation.to_be_bytes());
    hash.update(name);
    let digest: [u8; 32] = hash.finalize().into();
    let bytes = digest.first_chunk().copied().unwrap_or_default();
    Builder::from_custom_bytes(bytes).into_uuid()
}

/// The id of the child that a call of a job's talk launches: the same whenever it is made.
pub fn of_call(context: &JobContext, call_id: &str) -> ExecutionId {
    ExecutionId(derived_id(context, b"call", call_id.as_bytes()))
}
