//! The bar at the top: the workspace, the search for anything, what waits for the person, the theme,
//! the person.

use api::session::SignOut;
use leptos::prelude::*;
use model::{account::SessionView, preferences::Theme};
use ui::{
    avatar::{Avatar, initials},
    icon::Icon,
    menu::{Menu, MenuAction, MenuLink},
};
use web::{docs_page::DocsPage, routes, settings_page::SettingsPage};

use super::{
    brand::Logo,
    inbox_link::InboxLink,
    session::{Session, use_session},
    settings_links::settings_icon,
    theme::ThemeSwitch,
    workspace_menu::WorkspaceMenu,
};
use crate::{activity::panel::ActivityButton, palette::PaletteButton};

/// The bar at the top of a workspace.
#[component]
pub fn TopBar(
    /// Who is signed in and where.
    session: SessionView,
    /// Whether the panel of what is under way is open, both ways.
    activity_open: RwSignal<bool>,
    /// The theme, both ways.
    theme: RwSignal<Theme>,
) -> impl IntoView {
    let home = routes::workspace(session.workspace_id);
    view! {
        <header class="top-bar">
            <a class="top-bar__home" href=home aria-label="Atelier home">
                <Logo />
                <span class="top-bar__product">"Atelier"</span>
            </a>
            <span class="top-bar__slash" aria-hidden="true">
                "/"
            </span>
            <WorkspaceMenu />
            <span class="spring"></span>
            <PaletteButton />
            <InboxLink workspace=session.workspace_id />
            <ActivityButton open=activity_open />
            <ThemeSwitch theme=theme />
            <PersonMenu />
        </header>
    }
    .into_any()
}

/// The menu of the account, with the name and picture as the person has changed them meanwhile.
#[component]
fn PersonMenu() -> impl IntoView {
    use_session().map(person_menu)
}

fn person_menu(session: Session) -> AnyView {
    let sign_out = ServerAction::<SignOut>::new();
    let (role, workspace_id) = session.read(|view| (view.role, view.workspace_id));
    let name = Signal::derive(move || session.watch(|view| view.user_name.clone()));
    let email = move || session.watch(|view| view.email.clone());
    let picture = Signal::derive(move || session.watch(|view| view.picture));
    let label = Signal::derive(move || {
        let name = name.get();
        format!("Account of {name} ({})", initials(&name))
    });
    let pages = SettingsPage::open_to(|needed| session.may(needed)).map(|page| {
        let href = routes::settings(workspace_id, page);
        view! {
            <MenuLink icon=settings_icon(page) href=href>
                {page.title()}
            </MenuLink>
        }
    });
    let pages = pages.collect_view();
    view! {
        <Menu label=label trigger=move || view! { <Avatar name=name picture=picture /> }>
            <div class="menu__head">
                <p>
                    <strong translate="no">{move || name.get()}</strong>
                </p>
                <p class="muted small" translate="no">{email}</p>
                <p class="subtle small">"Role: " {role.as_str()}</p>
            </div>
            {pages}
            <MenuLink icon=Icon::BookOpen href=routes::docs(DocsPage::Overview)>
                {DocsPage::Overview.title()}
            </MenuLink>
            <MenuAction
                icon=Icon::LogOut
                on_press=move |()| drop(sign_out.dispatch(SignOut { next: String::new() }))
            >
                "Sign out"
            </MenuAction>
        </Menu>
    }
    .into_any()
}
