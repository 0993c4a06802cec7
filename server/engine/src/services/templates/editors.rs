//! Who has a draft open, told that it is different.

use model::id::{TemplateId, WorkspaceId};
use store::{draft_editors, error::Doing};

use crate::services::context::ServiceContext;

/// Tells who has the draft open that it, or who has it open, is different. Who does not hear of it
/// looks by themselves a little later.
pub(in crate::services) async fn tell_editors(
    context: &ServiceContext,
    workspace: WorkspaceId,
    template: TemplateId,
) {
    let notified = async {
        let mut conn = context.pool.acquire().await.doing("telling editors of a draft")?;
        draft_editors::notify(&mut conn, workspace, template).await
    };
    if let Err(error) = notified.await {
        let error = &error as &dyn std::error::Error;
        tracing::warn!(error, "editors were not told of a draft; they look for themselves");
    }
}
