//! The dialog that deletes a document, unless something needs it.

use api::documents::delete_document;
use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};
use model::{
    api::lineage::DocumentUses,
    id::{DocumentId, WorkspaceId},
};
use ui::{
    button::{Button, ButtonLook},
    dialog::RemovalDialog,
    icon::Icon,
};
use web::routes;

use super::uses::LeftBehind;

/// The button and the dialog that asks for consent.
#[component]
pub(super) fn Removal(
    workspace: WorkspaceId,
    document: DocumentId,
    uses: DocumentUses,
) -> impl IntoView {
    let doomed = RwSignal::new(None);
    let navigate = use_navigate();
    let delete = |id| async move { delete_document(id).await.map_err(|error| error.0) };
    let done =
        move |_: DocumentId| navigate(&routes::documents(workspace), NavigateOptions::default());
    view! {
        <Button look=ButtonLook::Ghost icon=Icon::Trash on_press=move |()| doomed.set(Some(document))>
            "Delete"
        </Button>
        <RemovalDialog
            id="delete-document"
            title="Delete this document?"
            text="Its text, all its versions and its files are gone then. The images on it stay in the library."
            verb="Delete the document"
            doomed=doomed
            delete=delete
            on_done=done
        >
            <LeftBehind workspace=workspace uses=uses />
        </RemovalDialog>
    }
}
