//! The workspace in the bar at the top: which one this is, and the way into another.

use leptos::prelude::*;
use model::{access::Permission, workspace::WorkspaceRow};
use ui::{
    icon::{Glyph, Icon},
    menu::{Menu, MenuLink},
};
use web::{routes, settings_page::SettingsPage};

use super::{
    session::{Session, use_session},
    switching::use_switch,
    workspace_tile::WorkspaceTile,
};

/// The name of the workspace as a button, which opens the list of the person's others.
#[component]
pub(super) fn WorkspaceMenu() -> impl IntoView {
    use_session().map(workspace_menu)
}

fn workspace_menu(session: Session) -> AnyView {
    let (archived, others): (Vec<_>, Vec<_>) =
        session.other_workspaces().into_iter().partition(|row| row.archived);
    let name = Signal::derive(move || session.watch(|view| view.workspace_name.clone()));
    let colour = Signal::derive(move || session.watch(|view| view.workspace_colour));
    let label = Signal::derive(move || format!("Switch workspace, current: {}", name.read()));
    let trigger = move || {
        view! {
            <WorkspaceTile name=name colour=colour />
            <span class="top-bar__workspace clip" dir="auto" translate="no">
                {move || name.get()}
            </span>
            <Glyph icon=Icon::ChevronDown />
        }
    };
    let archived = (!archived.is_empty()).then(|| {
        view! {
            <p class="menu__title">"Archived"</p>
            {switches(archived)}
        }
    });
    view! {
        <div class="workspace-menu">
            <Menu label=label trigger=trigger>
                {switches(others)}
                {archived}
                <hr class="menu__rule" />
                {settings_link(session)}
                <MenuLink icon=Icon::Plus href=routes::workspaces()>
                    "New workspace"
                </MenuLink>
            </Menu>
        </div>
    }
    .into_any()
}

/// The way to the settings of the workspace itself, for those who may change them.
fn settings_link(session: Session) -> Option<impl IntoView> {
    let href = routes::settings(session.workspace(), SettingsPage::Workspace);
    session.may(Permission::ManageWorkspace).then(|| {
        view! {
            <MenuLink icon=Icon::Settings href=href>
                "Workspace settings"
            </MenuLink>
        }
    })
}

/// A button for each workspace, which goes into it.
fn switches(rows: Vec<WorkspaceRow>) -> impl IntoView {
    let switch = use_switch();
    let item = move |row: WorkspaceRow| {
        let WorkspaceRow { id, name, colour, .. } = row;
        let label = format!("Switch to {name}");
        view! {
            <button
                type="button"
                class="menu__item"
                aria-label=label
                on:click=move |_| switch(id, routes::workspace(id))
            >
                <WorkspaceTile name=name.clone() colour=colour />
                <span class="clip" dir="auto" translate="no">
                    {name}
                </span>
            </button>
        }
    };
    rows.into_iter().map(item).collect_view()
}
