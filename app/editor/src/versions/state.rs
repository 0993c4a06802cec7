//! The state of the dialog of versions.

use api::templates::{load_template_version, load_template_versions};
use leptos::{prelude::*, task::spawn_local};
use model::{
    api::templates::{TemplateVersion, VersionRow},
    id::TemplateId,
    problem::Problem,
    workflow::Workflow,
};
use ui::versions::VersionEntry;

/// The state of the dialog.
#[derive(Debug, Clone, Copy)]
pub(super) struct VersionsState {
    pub(super) template: TemplateId,
    /// All versions, the latest first; nothing while they are loaded.
    pub(super) rows: RwSignal<Option<Result<Vec<VersionRow>, Problem>>>,
    /// The version to compare, once one was chosen and loaded.
    pub(super) chosen: RwSignal<Option<Result<TemplateVersion, Problem>>>,
    /// The latest version, once it is loaded.
    latest: RwSignal<Option<TemplateVersion>>,
}

impl VersionsState {
    /// Nothing is loaded yet.
    pub(super) fn new(template: TemplateId) -> Self {
        Self {
            template,
            rows: RwSignal::new(None),
            chosen: RwSignal::new(None),
            latest: RwSignal::new(None),
        }
    }

    /// Loads the list of versions, and the latest of them.
    pub(super) fn load(self) {
        spawn_local(async move {
            let rows = load_template_versions(self.template).await.map_err(|error| error.0);
            let latest = rows.as_ref().ok().and_then(|rows| rows.first()).map(|row| row.version);
            self.rows.try_set(Some(rows));
            if let Some(version) = latest {
                let latest = load_template_version(self.template, version).await.ok();
                self.latest.try_set(latest);
            }
        });
    }

    /// Loads a version to compare.
    pub(super) fn choose(self, version: i32) {
        spawn_local(async move {
            let found =
                load_template_version(self.template, version).await.map_err(|error| error.0);
            self.chosen.try_set(Some(found));
        });
    }

    /// Why publishing is pointless: the draft equals the latest version.
    pub(super) fn same_as_latest(self, draft: &Workflow) -> Option<String> {
        self.latest.with(|latest| {
            let latest = latest.as_ref().filter(|latest| latest.workflow == *draft)?;
            Some(format!("No changes since v{}.", latest.row.version))
        })
    }

    /// The rows of the list; nothing while they are loaded.
    pub(super) fn entries(self) -> Option<Result<Vec<VersionEntry>, Problem>> {
        let entry = |row: VersionRow| VersionEntry {
            number: row.version,
            note: row.note,
            at: row.created_at,
            by: row.created_by,
        };
        Some(self.rows.get()?.map(|rows| rows.into_iter().map(entry).collect()))
    }

    /// The number of the version to compare; nothing where none could be loaded.
    pub(super) fn chosen_number(self) -> Option<i32> {
        self.chosen.with(|chosen| Some(chosen.as_ref()?.as_ref().ok()?.row.version))
    }
}
