//! Pages that are not there.

use api::page::answer_with;
use leptos::prelude::*;
use leptos_meta::Title;
use ui::{
    button::{ButtonLook, LinkButton},
    empty::EmptyState,
    icon::Icon,
};
use web::routes;

/// The same page for what does not exist and for what is not the visitor's to see.
#[component]
pub fn NotFound() -> impl IntoView {
    view! {
        <main class="not-found" id="content">
            <NothingHere />
        </main>
    }
}

/// The same inside a workspace's frame, which stays.
#[component]
pub fn NotFoundHere() -> impl IntoView {
    view! {
        <div class="not-found">
            <NothingHere />
        </div>
    }
}

#[component]
fn NothingHere() -> impl IntoView {
    answer_with(404);
    view! {
            <Title text="Not found" />
            <h1 class="unseen">"Not found"</h1>
            <EmptyState
                icon=Icon::CircleQuestionMark
                title="Page not found"
                text="It may have been deleted, or you don't have access."
            >
                <LinkButton href=routes::entry() look=ButtonLook::Primary icon=Icon::ArrowLeft>
                    "Back to your workspace"
                </LinkButton>
            </EmptyState>
    }
    .into_any()
}
