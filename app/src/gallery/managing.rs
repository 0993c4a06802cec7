//! The menu of a workflow of one's own: edit, details, clone, archive, delete.

use api::{
    ApiError,
    templates::{archive_template, delete_template},
};
use frame::begin::{clone_action, may_edit};
use leptos::{prelude::*, task::spawn_local};
use model::{
    agent_library::form::ArchiveChange,
    api::templates::Removal,
    id::{TemplateId, WorkspaceId},
    problem::Problem,
};
use ui::{
    dialog::RemovalDialog,
    icon::{Glyph, Icon},
    menu::{Menu, MenuAction, MenuLink},
    toast::{ToastKind, Toasts, use_toasts},
};
use web::routes;

use super::details::DetailsDialog;

/// What the menus of a page's workflows share: the dialogs they open, and who is told what they did.
#[derive(Clone, Copy)]
pub struct Managing {
    workspace: WorkspaceId,
    /// The workflow whose details are edited.
    details: RwSignal<Option<TemplateId>>,
    /// The workflow that may be deleted.
    doomed: RwSignal<Option<TemplateId>>,
    toasts: Toasts,
    on_change: Callback<()>,
    /// What follows when a workflow is out of sight; none where the page stays, as a list does.
    on_gone: Option<Callback<()>>,
}

impl Managing {
    /// Shares dialogs among the menus below; `on_change` is called when a workflow is different, and
    /// when it is gone unless `on_gone` says what follows.
    pub fn new(
        workspace: WorkspaceId,
        on_change: Callback<()>,
        on_gone: Option<Callback<()>>,
    ) -> Self {
        let (details, doomed) = (RwSignal::new(None), RwSignal::new(None));
        Self { workspace, details, doomed, toasts: use_toasts(), on_change, on_gone }
    }

    /// Archives a workflow, with a way back in the toast of a list, or restores it.
    pub(super) fn set_archived(self, template: TemplateId, archived: bool) {
        spawn_local(async move {
            match archive_template(template, ArchiveChange { archived }).await {
                Ok(()) if archived => self.tell_archived(template),
                Ok(()) => {
                    self.toasts.show(ToastKind::Done, "Workflow restored.");
                    self.on_change.try_run(());
                }
                Err(ApiError(problem)) => self.toasts.show(ToastKind::Failed, problem),
            }
        });
    }

    fn tell_archived(self, template: TemplateId) {
        let words = "Workflow archived.";
        if self.on_gone.is_none() {
            let undo = move |()| self.set_archived(template, false);
            self.toasts.offer(ToastKind::Done, words, "Undo", undo);
        } else {
            self.toasts.show(ToastKind::Done, words);
        }
        self.tell_gone();
    }

    fn tell_gone(self) {
        self.on_gone.unwrap_or(self.on_change).try_run(());
    }
}

/// The menu of a workflow, for those who may edit it.
#[component]
pub fn ManageMenu(
    /// What the menus of the page share.
    managing: Managing,
    /// The workflow; not one that came with Atelier.
    template: TemplateId,
    /// The workflow's name, for screen readers.
    name: String,
    /// Whether it has runs that need it: it can be archived, and not deleted.
    has_runs: bool,
) -> impl IntoView {
    may_edit().then(|| {
        let clone = clone_action(managing.workspace, template);
        let delete = (!has_runs).then(|| {
            view! {
                <MenuAction
                    icon=Icon::Trash
                    on_press=move |()| managing.doomed.set(Some(template))
                >
                    "Delete…"
                </MenuAction>
            }
        });
        view! {
            <Menu
                label=format!("More for {name}")
                trigger=|| view! { <Glyph icon=Icon::Ellipsis /> }
            >
                <MenuLink href=routes::builder(managing.workspace, template) icon=Icon::Pencil>
                    "Edit"
                </MenuLink>
                <MenuAction
                    icon=Icon::Settings
                    on_press=move |()| managing.details.set(Some(template))
                >
                    "Name and details…"
                </MenuAction>
                <MenuAction icon=Icon::Copy on_press=clone.press>
                    "Clone"
                </MenuAction>
                <MenuAction
                    icon=Icon::Archive
                    on_press=move |()| managing.set_archived(template, true)
                >
                    "Archive"
                </MenuAction>
                {delete}
            </Menu>
        }
    })
}

/// The dialogs of the menus; once on the page.
#[component]
pub fn ManageDialogs(
    /// What the menus of the page share.
    managing: Managing,
) -> impl IntoView {
    let delete = move |template: TemplateId| async move {
        let removal = delete_template(template).await.map_err(|error| error.0)?;
        managing.toasts.show(ToastKind::Done, removal_words(removal));
        Ok::<(), Problem>(())
    };
    view! {
        <DetailsDialog template=managing.details on_saved=managing.on_change />
        <RemovalDialog
            id="delete-workflow"
            title="Delete this workflow?"
            text="The workflow, its draft and all its versions are deleted. This cannot be undone. A \
                  workflow with test runs is archived instead, so that they stay readable."
            verb="Delete workflow"
            doomed=managing.doomed
            delete=delete
            on_done=move |_: TemplateId| managing.tell_gone()
        />
    }
    .into_any()
}

fn removal_words(removal: Removal) -> &'static str {
    match removal {
        Removal::Deleted => "Workflow deleted.",
        Removal::Archived => "Workflow archived because it has runs.",
    }
}
