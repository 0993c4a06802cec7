//! The person's workspaces, and the form for another one: also for those who are in none.

use api::{
    session::{SignOut, Visitor, find_visitor},
    workspaces::create_workspace,
};
use frame::{
    layout::{switching::use_switch, workspace_tile::WorkspaceTile},
    sending::Sending,
};
use leptos::{ev::SubmitEvent, prelude::*};
use leptos_meta::Title;
use leptos_router::components::Redirect;
use model::{api::workspaces::NewWorkspace, workspace::WorkspaceRow};
use ui::{
    badge::Tag,
    button::{Button, ButtonLook, ButtonRole, ButtonSize},
    failure::FormError,
    field::TextField,
    icon::Icon,
};
use web::{
    client::{hydration_flag::use_hydrated, page::open_anew},
    routes,
};

use super::{
    entry::{Unreachable, place_of},
    frame::SessionFrame,
};

/// The page of one's own workspaces; whoever is not signed in is redirected.
#[component]
pub fn WorkspacesPage() -> impl IntoView {
    let who = Resource::new_blocking(|| (), |()| find_visitor());
    view! {
        <Title text="Workspaces" />
        <Suspense>
            {move || Suspend::new(async move {
                match who.await {
                    Ok(Visitor::Member(session)) => {
                        view! { <Workspaces rows=session.workspaces /> }.into_any()
                    }
                    Ok(Visitor::Outside { workspaces }) => {
                        view! { <Workspaces rows=workspaces /> }.into_any()
                    }
                    Ok(Visitor::SignedOut) => {
                        view! { <Redirect path=routes::sign_in_to(&routes::workspaces()) /> }.into_any()
                    }
                    Ok(other) => view! { <Redirect path=place_of(&other) /> }.into_any(),
                    Err(error) => view! { <Unreachable error=error retry=move |()| who.refetch() /> }.into_any(),
                }
            })}
        </Suspense>
    }
    .into_any()
}

/// The workspaces as buttons that lead into them, and the form for another one.
#[component]
pub fn Workspaces(
    /// The workspaces of the person; none where they are in none.
    rows: Vec<WorkspaceRow>,
) -> impl IntoView {
    let sign_out = ServerAction::<SignOut>::new();
    let leave = move |()| drop(sign_out.dispatch(SignOut { next: String::new() }));
    let lead = if rows.is_empty() {
        "You aren't in a workspace yet. Ask for an invitation or create one."
    } else {
        "Open a workspace or create a new one."
    };
    let choices = (!rows.is_empty()).then(|| {
        let choices = rows.into_iter().map(|row| view! { <Choice row=row /> });
        view! { <ul class="session__choices">{choices.collect_view()}</ul> }
    });
    view! {
        <SessionFrame title="Workspaces" lead=lead>
            {choices}
            <h2>"New workspace"</h2>
            <NewWorkspaceForm />
            <div class="session__leave">
                <Button look=ButtonLook::Ghost icon=Icon::LogOut on_press=leave>
                    "Sign out"
                </Button>
            </div>
        </SessionFrame>
    }
    .into_any()
}

/// A workspace as a button that goes into it.
#[component]
fn Choice(row: WorkspaceRow) -> impl IntoView {
    let switch = use_switch();
    let WorkspaceRow { id, name, colour, role, archived, current } = row;
    let go = move |_| {
        if current {
            open_anew(&routes::workspace(id));
        } else {
            switch(id, routes::workspace(id));
        }
    };
    view! {
        <li>
            <button type="button" class="session__choice" on:click=go>
                <WorkspaceTile name=name.clone() colour=colour />
                <span class="clip" dir="auto" translate="no">
                    {name}
                </span>
                {archived.then(|| view! { <Tag icon=Icon::Archive>"Archived"</Tag> })}
                {current.then(|| view! { <Tag icon=Icon::Check>"Open now"</Tag> })}
                <span class="subtle small">{role.as_str()}</span>
            </button>
        </li>
    }
}

#[component]
fn NewWorkspaceForm() -> impl IntoView {
    let (name, sending) = (RwSignal::new(String::new()), Sending::default());
    let hydrated = use_hydrated();
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        let sent = create_workspace(NewWorkspace { name: name.get_untracked() });
        sending.send(sent, move |id| {
            open_anew(&routes::workspace(id));
            // It stays busy until the other page is there.
            sending.busy.try_set(true);
        });
    };
    view! {
        <form class="form form--large" method="post" novalidate on:submit=send>
            <FormError error=sending.problem />
            <TextField
                name="workspace"
                label="Name"
                help="It starts with the templates, a first project and you as its owner."
                value=name
                error=sending.wrong("name")
                required=true
            />
            <Button
                look=ButtonLook::Primary
                size=ButtonSize::Large
                role=ButtonRole::Submit
                icon=Icon::Plus
                busy=sending.busy
                disabled=Signal::derive(move || !hydrated.get())
            >
                "Create workspace"
            </Button>
        </form>
    }
    .into_any()
}
