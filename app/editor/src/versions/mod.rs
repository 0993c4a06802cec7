//! The dialog of published versions: compare, restore and publish.

mod compare;

use api::templates::publish;
use frame::sending::Sending;
use leptos::{ev::SubmitEvent, prelude::*};
use model::{api::templates::PublishRequest, id::TemplateId, workflow::Workflow};
use ui::{
    button::{Button, ButtonLook, ButtonRole},
    dialog::{Dialog, DialogSize},
    field::FormField,
    versions::VersionList,
};
use web::client::focus::focus;

use self::compare::{Comparison, VersionsState};
use super::saving::Saving;

/// The versions of a template, each to be compared and restored, and a way to a new one.
#[component]
pub fn VersionsDialog(
    /// The template whose versions are shown.
    template: TemplateId,
    /// Whether it is shown, both ways.
    open: RwSignal<bool>,
    /// The draft as it is now, to be compared and published.
    #[prop(into)]
    workflow: Signal<Workflow>,
    /// The handle of saving the draft.
    saving: Saving,
    /// Called with the number of a newly published version.
    #[prop(into)]
    on_publish: Callback<i32>,
    /// Called with the workflow that is to replace the draft.
    #[prop(into)]
    on_restore: Callback<Workflow>,
) -> impl IntoView {
    let state = VersionsState::new(template);
    Effect::new(move || {
        if open.get() {
            state.load();
            // A frame later, because opening the dialog puts the focus on its first button.
            request_animation_frame(|| focus(NOTE));
        }
    });
    let published = move |version| {
        open.set(false);
        on_publish.run(version);
    };
    let why_not = Signal::derive(move || workflow.with(|draft| state.same_as_latest(draft)));
    let restore = move |workflow| {
        open.set(false);
        on_restore.run(workflow);
    };
    view! {
        <Dialog id="versions" title="Publish and versions" open=open size=DialogSize::Wide>
            <Publish
                template=template
                saving=saving
                workflow=workflow
                why_not=why_not
                on_publish=published
            />
            <div class="versions">
                <VersionList
                    label="Published versions"
                    nothing="Nothing published yet."
                    rows=Signal::derive(move || state.entries())
                    chosen=Signal::derive(move || state.chosen_number())
                    on_choose=move |number| state.choose(number)
                    on_retry=move |()| state.load()
                />
                <Comparison state=state draft=workflow on_restore=restore />
            </div>
        </Dialog>
    }
}

/// The element id of the field for the note.
const NOTE: &str = "version-note";

/// The field for a note and the button that publishes the saved draft.
#[component]
fn Publish(
    template: TemplateId,
    saving: Saving,
    workflow: Signal<Workflow>,
    why_not: Signal<Option<String>>,
    #[prop(into)] on_publish: Callback<i32>,
) -> impl IntoView {
    let note = RwSignal::new(String::new());
    let sending = Sending::default();
    let why_not = Signal::derive(move || {
        let pending =
            saving.with_autosave(|autosave| workflow.with(|now| autosave.is_pending(now)));
        why_not.get().or_else(|| pending.then(|| "The draft isn't saved yet.".to_owned()))
    });
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        if why_not.get_untracked().is_some() {
            return;
        }
        let form =
            PublishRequest { note: note.get_untracked(), draft_revision: Some(saving.revision()) };
        sending.send(publish(template, form), move |saved| {
            note.try_set(String::new());
            on_publish.try_run(saved.version.unwrap_or_default());
        });
    };
    let problem = move || {
        sending.problem.get().map(|problem| {
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
            {FormField::line(NOTE, "What changed", note).help("Helps your team tell versions apart.")}
            {problem}
            <div>
                <Button
                    look=ButtonLook::Primary
                    role=ButtonRole::Submit
                    busy=sending.busy
                    why_not=MaybeProp::derive(move || why_not.get())
                >
                    "Publish"
                </Button>
                <p class="subtle small" role="status">{why_not}</p>
            </div>
        </form>
    }
}
