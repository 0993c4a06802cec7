//! Deleting a document, unless something needs it: then who does is said.

use leptos::{prelude::*, task::spawn_local};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use model::{
    id::{DocumentId, WorkspaceId},
    problem::Problem,
};

use crate::{
    api::documents::delete_document,
    routes,
    ui::{
        button::{Button, ButtonLook},
        dialog::Dialog,
        icon::Icon,
    },
};

/// A button, and the question it asks first.
#[component]
pub(super) fn Removal(workspace: WorkspaceId, document: DocumentId) -> impl IntoView {
    let (open, busy) = (RwSignal::new(false), RwSignal::new(false));
    let refused = RwSignal::new(None::<Problem>);
    let navigate = use_navigate();
    let ask = move |()| {
        refused.set(None);
        open.set(true);
    };
    let delete = move |()| {
        busy.set(true);
        let navigate = navigate.clone();
        spawn_local(async move {
            match delete_document(document).await {
                Ok(()) => navigate(&routes::documents(workspace), NavigateOptions::default()),
                Err(error) => drop(refused.try_set(Some(error.0))),
            }
            busy.try_set(false);
        });
    };
    let problem = move || {
        refused.get().map(|problem| {
            let users = problem.errors.into_iter().map(|error| {
                view! { <li>{error.message} " " {error.fix}</li> }
            });
            view! {
                <div class="form-error" role="alert">
                    <div>
                        <p>{problem.detail}</p>
                        <ul>{users.collect_view()}</ul>
                    </div>
                </div>
            }
        })
    };
    view! {
        <Button look=ButtonLook::Ghost icon=Icon::Trash on_press=ask>
            "Delete"
        </Button>
        <Dialog id="delete-document" title="Delete this document?" open=open>
            <p class="muted">
                "Its text and all its versions are gone then. The images on it stay in the library."
            </p>
            {problem}
            <footer class="dialog__footer">
                <Button on_press=move |()| open.set(false)>"Cancel"</Button>
                <Button look=ButtonLook::Danger busy=busy on_press=delete>
                    "Delete the document"
                </Button>
            </footer>
        </Dialog>
    }
}
