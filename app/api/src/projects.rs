//! Projects: the list, one with what ran in it, making and changing them.

use leptos::prelude::*;
use model::id::{DocumentId, ProjectId};

use super::ApiError;
#[cfg(feature = "ssr")]
use super::server::{Ctx, into_api_error};
#[cfg(feature = "ssr")]
use model::access::Permission;

model::projects_operations!(crate::call::functions);

/// Puts a document into another project.
#[server(prefix = "/api/fn", endpoint = "move_document", input = leptos::server_fn::codec::Json)]
pub async fn move_document(
    /// The document that is moved.
    id: DocumentId,
    /// The project it is moved to.
    project: ProjectId,
) -> Result<(), ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::EditDocument)?;
    ctx.backend.library.move_document(actor, id, project).await.map_err(into_api_error)
}
