//! The choice between two people's changes of the same text. Neither text is lost.

use api::documents::{create_document, keep_document_version};
use leptos::{prelude::*, task::spawn_local};
use model::{
    api::documents::NewDocument,
    autosave::{Newer, Progress, Whose},
    document::{DocumentStatus, Writing},
    id::WorkspaceId,
};
use ui::{
    button::{Button, ButtonSize},
    toast::{ToastKind, use_toasts},
};
use web::{client::page::open_anew, routes};

use super::saving::Saving;

/// While there is a conflict, shows the other text and the choice between both.
#[component]
pub(super) fn ConflictNotice(workspace: WorkspaceId, saving: Saving) -> impl IntoView {
    let theirs = Memo::new(move |_| {
        saving.with_progress(|progress| match progress {
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
    let Writing { title, content, status, tags } = theirs.writing;
    let keep_mine = move |()| {
        busy.set(true);
        spawn_local(async move {
            // Their text stays as a version.
            match keep_document_version(saving.document).await {
                Ok(_) => saving.settle(Whose::Mine),
                Err(error) => toasts.show(ToastKind::Failed, error.0),
            }
            busy.try_set(false);
        });
    };
    let take_theirs = move |()| saving.settle(Whose::Theirs);
    let copy_mine = move |()| {
        busy.set(true);
        spawn_local(async move {
            match create_document(copy_of(saving.mine())).await {
                Ok(id) => {
                    let place = routes::document(workspace, id);
                    toasts.offer(
                        ToastKind::Done,
                        "Your text was saved as a new document.",
                        "Open",
                        move |()| open_anew(&place),
                    );
                    saving.settle(Whose::Theirs);
                }
                Err(error) => toasts.show(ToastKind::Failed, error.0),
            }
            busy.try_set(false);
        });
    };
    view! {
        <section class="writing__conflict card" aria-labelledby="conflict-title">
            <h2 id="conflict-title">"Someone else changed this document"</h2>
            <p>
                "You both changed the same part. Your text is still here, but not saved. "
                "If you keep yours, theirs stays in the versions. If you take theirs, yours is lost unless you save it as a copy."
            </p>
            <details>
                <summary>"Show their text"</summary>
                <p class="writing__theirs-title" dir="auto" translate="no">
                    {title}
                </p>
                <p class="small muted">{facts(status, &tags)}</p>
                <pre class="writing__theirs" dir="auto" tabindex="0">
                    {content}
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

/// The status and the tags as shown above the other text.
fn facts(status: DocumentStatus, tags: &[String]) -> String {
    match tags {
        [] => status.label().to_owned(),
        tags => format!("{} · {}", status.label(), tags.join(", ")),
    }
}

fn copy_of(mine: Writing) -> NewDocument {
    let Writing { title, content, status, tags } = mine;
    NewDocument { title: Some(format!("{title} (copy)")), content, status, tags, project_id: None }
}
