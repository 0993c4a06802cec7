//! Making the draft a version.

use leptos::{prelude::*, task::spawn_local};
use model::{api::templates::PublishRequest, id::TemplateId, problem::Problem, workflow::Workflow};

use crate::{
    api::builder::publish,
    editor::saving::Saving,
    ui::{
        button::{Button, ButtonLook},
        field::TextField,
    },
};

/// A note, and the button that publishes the draft as it is kept.
#[component]
pub(super) fn Publish(
    template: TemplateId,
    saving: Saving,
    workflow: Signal<Workflow>,
    #[prop(into)] on_publish: Callback<i32>,
) -> impl IntoView {
    let note = RwSignal::new(String::new());
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<Problem>);
    let why_not = move || {
        let pending = saving.with(|keeper| workflow.with(|now| keeper.is_pending(now)));
        pending.then(|| "The draft is not saved yet.".to_owned())
    };
    let send = move |()| {
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
        <div class="form">
            <TextField
                name="version-note"
                label="What changed"
                value=note
                help="For those who choose a version later."
            />
            {problem}
            <div>
                <Button
                    look=ButtonLook::Primary
                    busy=busy
                    why_not=MaybeProp::derive(why_not)
                    on_press=send
                >
                    "Publish a version"
                </Button>
            </div>
        </div>
    }
}
