//! The dialog that deletes a document, unless something needs it.

use api::documents::delete_document;
use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};
use model::{
    api::lineage::DocumentUses,
    id::{DocumentId, WorkspaceId},
};
use ui::dialog::RemovalDialog;
use web::routes;

use super::uses::LeftBehind;

/// The dialog that asks for consent.
#[component]
pub(super) fn Removal(
    workspace: WorkspaceId,
    doomed: RwSignal<Option<DocumentId>>,
    uses: DocumentUses,
) -> impl IntoView {
    let navigate = use_navigate();
    let delete = |id| async move { delete_document(id).await.map_err(|error| error.0) };
    let done =
        move |_: DocumentId| navigate(&routes::documents(workspace), NavigateOptions::default());
    view! {
        <RemovalDialog
            id="delete-document"
            title="Delete document?"
            text="This deletes its text, all versions and its files for good. Its images stay in the library."
            verb="Delete document"
            doomed=doomed
            delete=delete
            on_done=done
        >
            <LeftBehind workspace=workspace uses=uses />
        </RemovalDialog>
    }
}
