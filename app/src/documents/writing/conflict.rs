//! What two people made of the same text, and whose is to hold. Nothing of either is lost.

use leptos::{prelude::*, task::spawn_local};
use model::{
    api::documents::NewDocument,
    document::Writing,
    id::WorkspaceId,
    saving::{Newer, Progress},
};

use super::Saving;
use crate::{
    api::documents::{create_document, keep_document_version},
    routes,
    ui::{
        button::{Button, ButtonSize},
        toast::{ToastKind, use_toasts},
    },
};

/// Theirs, and the choice between theirs and mine, while there is a conflict.
#[component]
pub(super) fn ConflictNotice(workspace: WorkspaceId, saving: Saving) -> impl IntoView {
    let theirs = Memo::new(move |_| {
        saving.with(|progress| match progress {
            Progress::Conflict(theirs) => Some((**theirs).clone()),
            _ => None,
        })
    });
    let notice = move || {
        theirs.get().map(|theirs| {
            view! { <Choice workspace=workspace saving=saving theirs=theirs /> }
        })
    };
    view! { <div role="alert">{notice}</div> }
}

#[component]
fn Choice(workspace: WorkspaceId, saving: Saving, theirs: Newer) -> impl IntoView {
    let toasts = use_toasts();
    let busy = RwSignal::new(false);
    let other = theirs.writing.clone();
    let keep_mine = move |()| {
        busy.set(true);
        spawn_local(async move {
            // Theirs stays a version, whoever they are.
            match keep_document_version(saving.document).await {
                Ok(_) => saving.settle(saving.mine()),
                Err(error) => toasts.show(ToastKind::Failed, error.0.detail),
            }
            busy.try_set(false);
        });
    };
    let (taken, copied) = (other.clone(), other.clone());
    let take_theirs = move |()| saving.settle(taken.clone());
    let copy_mine = move |()| {
        busy.set(true);
        let theirs = copied.clone();
        spawn_local(async move {
            match create_document(copy_of(saving.mine())).await {
                Ok(id) => {
                    let place = routes::document(workspace, id);
                    toasts.offer(
                        ToastKind::Done,
                        "Yours is a document of its own now.",
                        "Open it",
                        move |()| {
                            // Refused only where a page may not go anywhere.
                            let _ = window().location().set_href(&place);
                        },
                    );
                    saving.settle(theirs);
                }
                Err(error) => toasts.show(ToastKind::Failed, error.0.detail),
            }
            busy.try_set(false);
        });
    };
    view! {
        <section class="writing__conflict card" aria-labelledby="conflict-title">
            <h2 id="conflict-title">"The same was changed elsewhere"</h2>
            <p>
                "While you wrote, the document was changed elsewhere. What you wrote is still here, "
                "and not saved yet. Choose which is to hold."
            </p>
            <details>
                <summary>"What it says elsewhere"</summary>
                <p class="writing__theirs-title" dir="auto">
                    {other.title}
                </p>
                <pre class="writing__theirs" dir="auto" tabindex="0">
                    {other.content}
                </pre>
            </details>
            <div class="writing__choice">
                <Button size=ButtonSize::Small busy=busy on_press=keep_mine>
                    "Keep mine"
                </Button>
                <Button size=ButtonSize::Small busy=busy on_press=take_theirs>
                    "Take theirs"
                </Button>
                <Button size=ButtonSize::Small busy=busy on_press=copy_mine>
                    "Save mine as a copy"
                </Button>
            </div>
        </section>
    }
}

fn copy_of(mine: Writing) -> NewDocument {
    let Writing { title, content, status, tags } = mine;
    NewDocument { title: Some(format!("{title} (copy)")), content, status, tags, project_id: None }
}
