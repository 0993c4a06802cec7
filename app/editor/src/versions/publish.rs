//! Publishing the draft as a version.

use api::templates::publish;
use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};
use model::{api::templates::PublishRequest, id::TemplateId, problem::Problem, workflow::Workflow};
use ui::{
    button::{Button, ButtonLook, ButtonRole},
    field::TextField,
};

use crate::saving::Saving;

/// The element id of the field for the note.
pub(super) const NOTE: &str = "version-note";

/// The field for a note and the button that publishes the saved draft.
#[component]
pub(super) fn Publish(
    template: TemplateId,
    saving: Saving,
    workflow: Signal<Workflow>,
    why_not: Signal<Option<String>>,
    #[prop(into)] on_publish: Callback<i32>,
) -> impl IntoView {
    let note = RwSignal::new(String::new());
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<Problem>);
    let why_not = Signal::derive(move || {
        let pending =
            saving.with_autosave(|autosave| workflow.with(|now| autosave.is_pending(now)));
        why_not.get().or_else(|| pending.then(|| "The draft isn't saved yet.".to_owned()))
    });
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() || why_not.get_untracked().is_some() {
            return;
        }
        let form =
            PublishRequest { note: note.get_untracked(), draft_revision: Some(saving.revision()) };
        busy.set(true);
        failure.set(None);
        spawn_local(async move {
            match publish(template, form).await {
                Ok(saved) => {
                    note.try_set(String::new());
                    on_publish.try_run(saved.version.unwrap_or_default());
                }
                Err(error) => drop(failure.try_set(Some(error.0))),
            }
            busy.try_set(false);
        });
    };
    let problem = move || {
        failure.get().map(|problem| {
            let errors = problem.errors.into_iter().map(|error| view! { <li>{error.message}</li> });
            view! {
                <div class="form-error" role="alert">
                    <div>
                        <p>{problem.detail}</p>
                        <ul>{errors.collect_view()}</ul>
                    </div>
                </div>
            }
        })
    };
    view! {
        <form class="form" novalidate="" on:submit=send>
            <TextField
                name=NOTE
                label="What changed"
                value=note
                help="Helps your team tell versions apart."
            />
            {problem}
            <div>
                <Button
                    look=ButtonLook::Primary
                    role=ButtonRole::Submit
                    busy=busy
                    why_not=MaybeProp::derive(move || why_not.get())
                >
                    "Publish"
                </Button>
                <p class="subtle small" role="status">{why_not}</p>
            </div>
        </form>
    }
}
