//! The dialog of published versions: compare, restore and publish.

mod changes;
mod compare;
mod publish;

use leptos::{prelude::*, task::spawn_local};
use model::{
    api::templates::{TemplateVersion, VersionRow},
    id::TemplateId,
    problem::Problem,
    workflow::Workflow,
};

use self::{
    compare::Comparison,
    publish::{NOTE, Publish},
};
use super::saving::Saving;
use crate::{
    api::builder::{load_version, load_versions},
    client::focus::focus,
    ui::{
        dialog::{Dialog, DialogSize},
        versions::{VersionEntry, VersionList},
    },
};

/// The state of the dialog.
#[derive(Debug, Clone, Copy)]
struct VersionsState {
    template: TemplateId,
    rows: RwSignal<Option<Result<Vec<VersionRow>, Problem>>>,
    chosen: RwSignal<Option<Result<TemplateVersion, Problem>>>,
    /// The latest version, once it is loaded.
    latest: RwSignal<Option<TemplateVersion>>,
}

impl VersionsState {
    fn load(self) {
        spawn_local(async move {
            let rows = load_versions(self.template).await.map_err(|error| error.0);
            let latest = rows.as_ref().ok().and_then(|rows| rows.first()).map(|row| row.version);
            self.rows.try_set(Some(rows));
            if let Some(version) = latest {
                let latest = load_version(self.template, version).await.ok();
                self.latest.try_set(latest);
            }
        });
    }

    fn choose(self, version: i32) {
        spawn_local(async move {
            let found = load_version(self.template, version).await.map_err(|error| error.0);
            self.chosen.try_set(Some(found));
        });
    }

    /// Why publishing is pointless: the draft equals the latest version.
    fn same_as_latest(self, draft: &Workflow) -> Option<String> {
        self.latest.with(|latest| {
            let latest = latest.as_ref().filter(|latest| latest.workflow == *draft)?;
            Some(format!("Nothing has changed since v{}.", latest.row.version))
        })
    }

    /// The rows of the list; nothing while they are loaded.
    fn entries(self) -> Option<Result<Vec<VersionEntry>, Problem>> {
        let entry = |row: VersionRow| VersionEntry {
            number: row.version,
            note: row.note,
            at: row.created_at,
            by: row.created_by,
        };
        Some(self.rows.get()?.map(|rows| rows.into_iter().map(entry).collect()))
    }

    fn chosen_number(self) -> Option<i32> {
        self.chosen.with(|chosen| Some(chosen.as_ref()?.as_ref().ok()?.row.version))
    }
}

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
    let state = VersionsState {
        template,
        rows: RwSignal::new(None),
        chosen: RwSignal::new(None),
        latest: RwSignal::new(None),
    };
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
        <Dialog id="versions" title="Versions" open=open size=DialogSize::Wide>
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
                    nothing="Nothing was published yet."
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
