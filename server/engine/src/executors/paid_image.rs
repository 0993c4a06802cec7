//! An image that was paid for, until the blob store has taken it: it is kept in the database while
//! the store fails or is slow, and later attempts store it without another call.

use std::time::Duration;

use files::images::Checked;
use model::{decide::ImageOut, execution::failure::Failure};
use serde_json::Value;
use store::{
    error::{Doing, Result},
    executions::paid_images::{self, PaidImage},
};

use super::{
    failure::{internal_failure, retry_while_away},
    image_store,
    storage::{Storage, hold_on_last_attempt},
};
use crate::job::JobContext;

/// After this time the image is also kept in the database while the blob store is still at it.
const SLOW: Duration = Duration::from_secs(2);

/// The image that an earlier attempt has paid for and could not store, if it was made from the same
/// inputs.
pub async fn find(context: &JobContext, inputs: &Value) -> Result<Option<PaidImage>, Failure> {
    let look = async || {
        let mut conn = context.pool().acquire().await.doing("opening a connection for an image")?;
        paid_images::find(&mut conn, context.claim()).await
    };
    let kept = look().await.map_err(internal_failure)?;
    Ok(kept.filter(|kept| without_provider(&kept.inputs) == without_provider(inputs)))
}

/// Stores the image with this alternative text. If the blob store fails, the image is kept in the
/// database.
pub async fn store(
    context: &JobContext,
    storage: &Storage,
    paid: &PaidImage,
    checked: Checked,
    alt: String,
) -> Result<ImageOut, Failure> {
    let bytes = checked.bytes.len();
    let storing = image_store::keep(context, storage.blobs(), checked, alt);
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
                "{}. The image is already paid for: it is saved without another call",
                failure.message
            );
            Err(hold_on_last_attempt(context, Failure { message, ..failure }))
        }
    }
}

/// Keeps the image in the database. One that is billed is kept there already.
async fn keep(context: &JobContext, paid: &PaidImage) -> Result<(), Failure> {
    if paid.is_billed {
        return Ok(());
    }
    let write = async || {
        let mut conn = context.pool().acquire().await.doing("opening a connection for an image")?;
        paid_images::keep(&mut conn, context.claim(), paid).await
    };
    retry_while_away(write).await.map_err(internal_failure)
}

/// The inputs without the provider: an image that is paid for is used although another provider has
/// been set up meanwhile.
fn without_provider(inputs: &Value) -> Value {
    let mut inputs = inputs.clone();
    if let Some(fields) = inputs.as_object_mut() {
        fields.remove("provider");
    }
    inputs
}
