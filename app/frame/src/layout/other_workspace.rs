//! What stands at an address of a workspace that the person is not in now.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_location;
use model::account::SessionView;
use ui::{
    button::{Button, ButtonLook, LinkButton},
    empty::EmptyState,
    icon::Icon,
};
use web::routes;

use super::{error_page::NotFound, switching::use_switch};

/// Offers a member to switch; everybody else is told that there is nothing. To open an address
/// changes nothing: a link on another site could lead here.
#[component]
pub(super) fn OtherWorkspace(
    /// Who is signed in, and which workspaces are theirs.
    session: SessionView,
    /// The workspace in the address.
    asked: Option<String>,
) -> impl IntoView {
    let own = session.workspaces.iter().find(|row| asked == Some(row.id.to_string()));
    let Some(own) = own.cloned() else { return view! { <NotFound /> }.into_any() };
    let (switch, location) = (use_switch(), use_location());
    let go = move |()| {
        let path = location.pathname.get_untracked();
        let query = location.search.get_untracked();
        switch(own.id, if query.is_empty() { path } else { format!("{path}?{query}") });
    };
    let current = &session.workspace_name;
    let text =
        format!("You're in {current}. After you switch, reload other tabs that show {current}.");
    let (verb, title) =
        (format!("Switch to {}", own.name), format!("This page is in {}", own.name));
    view! {
        <Title text="Another workspace" />
        <main class="not-found" id="content">
            <h1 class="unseen">"Another workspace"</h1>
            <EmptyState icon=Icon::ArrowRight title=title text=text>
                <Button look=ButtonLook::Primary on_press=go>
                    {verb}
                </Button>
                <LinkButton href=routes::workspace(session.workspace_id) anew=true>
                    "Stay in " {session.workspace_name.clone()}
                </LinkButton>
            </EmptyState>
        </main>
    }
    .into_any()
}
