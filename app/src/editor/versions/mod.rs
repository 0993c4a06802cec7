//! Published versions: looked at, compared with the draft or each other, made from it, made it again.

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

/// What the dialog knows.
#[derive(Debug, Clone, Copy)]
struct Shelf {
    template: TemplateId,
    rows: RwSignal<Option<Result<Vec<VersionRow>, Problem>>>,
    chosen: RwSignal<Option<Result<TemplateVersion, Problem>>>,
    /// The latest, once it is known.
    latest: RwSignal<Option<TemplateVersion>>,
}

impl Shelf {
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

    /// Why a draft would be no new version.
    fn same_as_latest(self, draft: &Workflow) -> Option<String> {
        self.latest.with(|latest| {
            let latest = latest.as_ref().filter(|latest| latest.workflow == *draft)?;
            Some(format!("Nothing has changed since v{}.", latest.row.version))
        })
    }

    /// The versions as they are listed.
    fn listed(self) -> Option<Result<Vec<VersionEntry>, Problem>> {
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
    /// Of which template.
    template: TemplateId,
    /// Whether it is shown, both ways.
    open: RwSignal<bool>,
    /// The draft.
    #[prop(into)]
    workflow: Signal<Workflow>,
    /// How the draft is kept.
    saving: Saving,
    /// Called with the number of a version that was published.
    #[prop(into)]
    on_publish: Callback<i32>,
    /// Called with the workflow that is to be the draft again.
    #[prop(into)]
    on_restore: Callback<Workflow>,
) -> impl IntoView {
    let shelf = Shelf {
        template,
        rows: RwSignal::new(None),
        chosen: RwSignal::new(None),
        latest: RwSignal::new(None),
    };
    Effect::new(move || {
        if open.get() {
            shelf.load();
            // Once the dialog is shown, which puts the focus on its first button.
            request_animation_frame(|| focus(NOTE));
        }
    });
    let published = move |version| {
        open.set(false);
        on_publish.run(version);
    };
    let why_not = Signal::derive(move || workflow.with(|draft| shelf.same_as_latest(draft)));
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
                    rows=Signal::derive(move || shelf.listed())
                    chosen=Signal::derive(move || shelf.chosen_number())
                    on_choose=move |number| shelf.choose(number)
                    on_retry=move |()| shelf.load()
                />
                <Comparison shelf=shelf draft=workflow on_restore=restore />
            </div>
        </Dialog>
    }
}
