//! The frame of a workspace: who may enter, and what is around its pages.

use api::{
    ApiError,
    session::{Visitor, find_visitor},
};
use leptos::prelude::*;
use leptos_router::{
    components::{Outlet, Redirect},
    hooks::{use_location, use_params_map},
};
use model::{
    access::Permission, account::SessionView, preferences::NoticeChannel, problem::Problem,
};
use ui::{
    failure::ErrorCard,
    icon::{Glyph, Icon},
    toast::use_toasts,
};
use web::{client::page::reload, realtime::provide_connection, routes};

use super::{
    commands::offer_commands,
    other_workspace::OtherWorkspace,
    preferences::follow_account,
    session::{Session, provide_session},
    sidebar::{Sidebar, SidebarWidth},
    switching::watch_switches,
    theme::{PageTheme, remembered_theme},
    top_bar::TopBar,
};
use crate::{
    activity::{
        attention::{Attention, provide_attention},
        launches::provide_launches,
        panel::ActivityPanel,
    },
    comments::shared::{Reader, provide_comments},
    palette::{PaletteDialog, provide_palette},
};

/// Lets members of the workspace in the address through to the page; everybody else is led to
/// where they can become one, or told that there is nothing.
#[component]
pub fn WorkspaceFrame() -> impl IntoView {
    let who = Resource::new_blocking(|| (), |()| find_visitor());
    view! {
        // What a page waits for later must not take the frame off the screen, and the focus with
        // it.
        <Transition>
            {move || Suspend::new(async move { enter(who.await, who) })}
        </Transition>
    }
    .into_any()
}

fn enter(answer: Result<Visitor, ApiError>, who: Resource<Result<Visitor, ApiError>>) -> AnyView {
    // A build that is thrown away goes on waiting; the address it was for is gone then.
    let asked = use_params_map().try_with_untracked(|params| params.get("workspace")).flatten();
    let here = use_location().pathname.try_get_untracked().unwrap_or_default();
    match answer {
        Ok(Visitor::Member(session)) if asked == Some(session.workspace_id.to_string()) => {
            view! { <Frame session=*session /> }.into_any()
        }
        Ok(Visitor::Member(session)) => {
            view! { <OtherWorkspace session=*session asked=asked /> }.into_any()
        }
        Ok(Visitor::Outside { .. }) => view! { <Redirect path=routes::workspaces() /> }.into_any(),
        Ok(Visitor::First { .. }) => view! { <Redirect path=routes::set_up() /> }.into_any(),
        Ok(Visitor::SignedOut) => view! { <Redirect path=routes::sign_in_to(&here) /> }.into_any(),
        Err(error) => view! {
            <main class="not-found" id="content">
                <ErrorCard
                    title="Couldn't open your workspace"
                    problem=error.0
                    on_retry=move |()| who.refetch()
                />
            </main>
        }
        .into_any(),
    }
}

#[component]
fn Frame(session: SessionView) -> impl IntoView {
    let entered = provide_session(session.clone());
    let may_control = entered.may(Permission::ControlExecution);
    let (width, activity_open) = (RwSignal::new(SidebarWidth::from_cookie()), RwSignal::new(false));
    let theme = RwSignal::new(remembered_theme());
    provide_context(PageTheme(theme));
    follow_account(entered, theme);
    let (workspace, person) = (session.workspace_id, session.user_id);
    let palette = provide_palette();
    offer_commands(palette, entered, activity_open, theme);
    provide_connection();
    let wants = Callback::new(move |kind| {
        entered.read(|view| view.preferences.muted.wants(kind, NoticeChannel::Browser))
    });
    let attention = provide_attention(workspace, wants);
    provide_context(attention.away);
    let may = Callback::new(move |permission| entered.may(permission));
    provide_comments(Reader { person, may });
    provide_launches();
    view! {
        <div class="frame" data-rail=move || width.get().key()>
            <a class="skip-link" href="#content">
                "Skip to content"
            </a>
            <TopBar session=session activity_open=activity_open theme=theme />
            <Sidebar workspace=workspace width=width />
            <main class="frame__main" id="content" tabindex="-1">
                <Outlet />
            </main>
            <Hindrance attention=attention session=entered />
            <ActivityPanel workspace=workspace may_control=may_control open=activity_open />
            <PaletteDialog palette=palette workspace=workspace person=person />
        </div>
    }
    .into_any()
}

/// Says on every page that nothing can be asked, be it the server or its database that is away, that
/// nothing can be written, or that the person is in another workspace by now.
#[component]
fn Hindrance(attention: Attention, session: Session) -> impl IntoView {
    let toasts = use_toasts();
    let moved = watch_switches(session.workspace());
    let archived = move || session.watch(|view| view.archived);
    let Attention { away, without_room, .. } = attention;
    away.when_over(move || toasts.withdraw_problem(Problem::UNREACHABLE));
    let away = away.0;
    // Told anew each time, because a browser knows only that it has no network at all.
    let why = move || {
        if window().navigator().on_line() {
            "Can't reach Atelier. Trying again…"
        } else {
            "You're offline. Trying again…"
        }
    };
    view! {
        <div class="frame__news" role="status">
            <Show when=move || away.get()>
                <p class="frame__away">
                    <Glyph icon=Icon::WifiOff />
                    {why} " This page may be out of date."
                </p>
            </Show>
            <Show when=move || without_room.get() && !away.get()>
                <p class="frame__away">
                    <Glyph icon=Icon::TriangleAlert />
                    "The database disk is full. Runs continue as soon as your administrator frees \
                     some space."
                </p>
            </Show>
            <Show when=move || moved.get()>
                <p class="frame__away">
                    <Glyph icon=Icon::TriangleAlert />
                    "You switched workspaces in another tab. "
                    <button type="button" class="link" on:click=|_| reload()>
                        "Reload"
                    </button>
                </p>
            </Show>
            <Show when=move || archived() && !moved.get() && !away.get()>
                <p class="frame__away">
                    <Glyph icon=Icon::Archive />
                    "This workspace is archived and read-only."
                </p>
            </Show>
        </div>
    }
}
