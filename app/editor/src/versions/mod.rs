//! The dialog of published versions: compare, restore and publish.

mod changes;
mod compare;
mod publish;
mod state;

use leptos::prelude::*;
use model::{id::TemplateId, workflow::Workflow};
use ui::{
    dialog::{Dialog, DialogSize},
    versions::VersionList,
};
use web::client::focus::focus;

use self::{
    compare::Comparison,
    publish::{NOTE, Publish},
    state::VersionsState,
};
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
