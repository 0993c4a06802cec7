//! The person's workspaces, and the form for another one: also for those who are in none.

use api::{
    session::{SignOut, Visitor},
    workspaces::create_workspace,
};
use frame::{
    form::Form,
    layout::{switching::use_switch, workspace_tile::WorkspaceTile},
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::Redirect;
use model::{api::workspaces::NewWorkspace, workspace::WorkspaceRow};
use ui::{
    badge::Tag,
    button::{Button, ButtonLook},
    field::TextField,
    icon::Icon,
};
use web::{client::page::open_anew, routes};

use super::{entry::VisitorPage, form::LargeForm, frame::SessionFrame};

/// The page of one's own workspaces; whoever is not signed in is redirected.
#[component]
pub fn WorkspacesPage() -> impl IntoView {
    let show = |visitor| match visitor {
        Visitor::Member(session) => Ok(view! { <Workspaces rows=session.workspaces /> }.into_any()),
        Visitor::Outside { workspaces } => Ok(view! { <Workspaces rows=workspaces /> }.into_any()),
        Visitor::SignedOut => {
            let sign_in = routes::sign_in_to(&routes::workspaces());
            Ok(view! { <Redirect path=sign_in /> }.into_any())
        }
        other @ Visitor::First { .. } => Err(other),
    };
    view! {
        <Title text="Workspaces" />
        <VisitorPage show=show />
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
    let form = Form::new(NewWorkspace { name: String::new() });
    let sending = form.sending;
    let send = move |_| {
        sending.send(create_workspace(form.filled()), move |id| {
            open_anew(&routes::workspace(id));
            // It stays busy until the other page is there.
            sending.busy.try_set(true);
        });
    };
    view! {
        <LargeForm
            problem=sending.problem
            busy=sending.busy
            on_submit=send
            verb="Create workspace".to_owned()
            icon=Icon::Plus
        >
            <TextField name="workspace" label="Name" required=true
                value=form.text("name", |form| &mut form.name)
                help="It starts with the templates, a first project and you as its owner." />
        </LargeForm>
    }
    .into_any()
}
