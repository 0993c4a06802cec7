//! The entry: redirects everybody to the page where they should begin.

use api::{
    ApiError,
    session::{Visitor, find_visitor},
};
use leptos::prelude::*;
use leptos_router::components::Redirect;
use ui::failure::ErrorCard;
use web::routes;

/// Redirects to set-up, to sign-in or into the workspace.
#[component]
pub fn Entry() -> impl IntoView {
    view! { <VisitorPage show=Err /> }
}

/// A page for some visitors: `show` draws it for them, and gives back those whom it is not for. They
/// are redirected to the page where they should begin.
#[component]
pub(super) fn VisitorPage(show: fn(Visitor) -> Result<AnyView, Visitor>) -> impl IntoView {
    let who = Resource::new_blocking(|| (), |()| find_visitor());
    view! {
        <Suspense>
            {move || Suspend::new(async move {
                match who.await.map(show) {
                    Ok(Ok(page)) => page,
                    Ok(Err(other)) => view! { <Redirect path=place_of(&other) /> }.into_any(),
                    Err(error) => view! { <Unreachable error=error retry=move |()| who.refetch() /> }.into_any(),
                }
            })}
        </Suspense>
    }
    .into_any()
}

/// The address of the page where a visitor should begin.
pub(super) fn place_of(visitor: &Visitor) -> String {
    match visitor {
        Visitor::First { .. } => routes::set_up(),
        Visitor::SignedOut => routes::sign_in(),
        Visitor::Member(session) => routes::workspace(session.workspace_id),
        Visitor::Outside { .. } => routes::workspaces(),
    }
}

/// The page shown when the visitor could not be identified.
#[component]
pub(super) fn Unreachable(error: ApiError, #[prop(into)] retry: Callback<()>) -> impl IntoView {
    view! {
        <main class="not-found" id="content">
            <ErrorCard title="Couldn't open Atelier" problem=error.0 on_retry=retry />
        </main>
    }
    .into_any()
}
