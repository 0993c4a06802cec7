//! Who has a draft open, told that it is different.

use model::id::{TemplateId, WorkspaceId};
use store::draft_editors;

use crate::context::ServiceContext;

/// Tells who has the draft open that it, or who has it open, is different. Who does not hear of it
/// looks by themselves a little later.
pub(crate) async fn tell_editors(
    ctx: &ServiceContext,
    workspace: WorkspaceId,
    template: TemplateId,
) {
    let notified = async {
        let mut conn = ctx.connect("telling editors of a draft").await?;
        draft_editors::notify(&mut conn, workspace, template).await
    };
    if let Err(error) = notified.await {
        let error = &error as &dyn std::error::Error;
        tracing::warn!(error, "editors were not told of a draft; they look for themselves");
    }
}
