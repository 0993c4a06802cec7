//! An image that was paid for, until the storage has taken it: it waits in the database where the
//! storage refuses or takes its time, and the attempts that follow store it and call nobody.

use std::time::Duration;

use model::{decide::ImageOut, execution::failure::Failure};
use serde_json::Value;

use super::{
    ours, patiently, pictures,
    storage::{Storage, held_at_last},
};
use crate::{
    error::{Doing, Result},
    images::Checked,
    job::JobContext,
    store::executions::paid_images::{self, Claim, PaidImage},
};

/// After so long the storage takes too long to have nothing but memory hold what was paid for.
const SLOW: Duration = Duration::from_secs(2);

/// The image that an earlier attempt has paid for and could not store, if it was made from the same.
pub async fn find(context: &JobContext, inputs: &Value) -> Result<Option<PaidImage>, Failure> {
    let look = async || {
        let mut conn = context.pool().acquire().await.doing("opening a connection for an image")?;
        paid_images::find(&mut conn, claim(context)).await
    };
    let kept = look().await.map_err(ours)?;
    Ok(kept.filter(|kept| made_from(&kept.inputs) == made_from(inputs)))
}

/// Stores it, as a picture of this description.
pub async fn store(
    context: &JobContext,
    storage: &Storage,
    paid: &PaidImage,
    checked: Checked,
    alt: String,
) -> Result<ImageOut, Failure> {
    let bytes = checked.bytes.len();
    let storing = pictures::keep(context, storage.blobs(), checked, alt);
    tokio::pin!(storing);
    let stored = match tokio::time::timeout(SLOW, &mut storing).await {
        Ok(stored) => stored,
        Err(_) => {
            keep(context, paid).await?;
            storing.await
        }
    };
    storage.note(bytes, stored.is_ok()).await;
    match stored {
        Ok(image) => Ok(image),
        Err(failure) => {
            keep(context, paid).await?;
            let message = format!(
                "{}. The image is paid for and kept: it is stored without another call",
                failure.message
            );
            Err(held_at_last(context, Failure { message, ..failure }))
        }
    }
}

/// Keeps it, whatever happens to this process. One that is billed is kept already.
async fn keep(context: &JobContext, paid: &PaidImage) -> Result<(), Failure> {
    if paid.is_billed {
        return Ok(());
    }
    let write = async || {
        let mut conn = context.pool().acquire().await.doing("opening a connection for an image")?;
        paid_images::keep(&mut conn, claim(context), paid).await
    };
    patiently(write).await.map_err(ours)
}

fn claim(context: &JobContext) -> Claim {
    Claim {
        workspace: context.workspace,
        execution: context.execution,
        job: context.job,
        fence: context.fence,
    }
}

/// What an image shows depends on all of it but on who draws it: another provider that was set up
/// meanwhile draws no better than the one that was paid.
fn made_from(inputs: &Value) -> Value {
    let mut inputs = inputs.clone();
    if let Some(fields) = inputs.as_object_mut() {
        fields.remove("provider");
    }
    inputs
}
