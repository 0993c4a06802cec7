//! The bar at the top: the workspace, the search for anything, the theme, the person.

use api::session::SignOut;
use leptos::prelude::*;
use model::account::SessionView;
use ui::{
    avatar::{Avatar, initials},
    icon::Icon,
    menu::{Menu, MenuAction, MenuLink},
};
use web::routes;

use super::{
    admin::admin_pages,
    brand::Logo,
    theme::{Theme, ThemeSwitch},
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
            <span class="top-bar__workspace clip">{session.workspace_name.clone()}</span>
            <span class="spring"></span>
            <PaletteButton />
            <ActivityButton open=activity_open />
            <ThemeSwitch theme=theme />
            <PersonMenu session=session />
        </header>
    }
    .into_any()
}

#[component]
fn PersonMenu(session: SessionView) -> impl IntoView {
    let sign_out = ServerAction::<SignOut>::new();
    let (name, email, role) = (session.user_name, session.email, session.role.as_str());
    let label = format!("Account of {name} ({})", initials(&name));
    let pages = admin_pages(session.role).map(|page| {
        let href = (page.path)(session.workspace_id);
        view! {
            <MenuLink icon=page.icon href=href>
                {page.label}
            </MenuLink>
        }
    });
    let pages = pages.collect_view();
    let avatar = name.clone();
    view! {
        <Menu label=label trigger=move || view! { <Avatar name=avatar.clone() /> }>
            <div class="menu__head">
                <p>
                    <strong>{name}</strong>
                </p>
                <p class="muted small">{email}</p>
                <p class="subtle small">"Role: " {role}</p>
            </div>
            {pages}
            <MenuAction
                icon=Icon::LogOut
                on_press=move |()| drop(sign_out.dispatch(SignOut {}))
            >
                "Sign out"
            </MenuAction>
        </Menu>
    }
    .into_any()
}
