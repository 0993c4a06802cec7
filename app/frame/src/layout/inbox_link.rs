//! How many decisions wait for the person, with the way to them.

use leptos::prelude::*;
use model::id::WorkspaceId;
use ui::{
    badge::Count,
    icon::{Glyph, Icon},
};
use web::routes;

use crate::activity::attention::use_attention;

/// Leads to what waits for the person, and counts it live.
#[component]
pub(super) fn InboxLink(workspace: WorkspaceId) -> impl IntoView {
    let attention = use_attention();
    let count = Signal::derive(move || attention.map_or(0, |attention| attention.waiting.get()));
    let label = move || match count.get() {
        0 => "Inbox: nothing waiting for you".to_owned(),
        1 => "Inbox: 1 review waiting for you".to_owned(),
        several => format!("Inbox: {several} reviews waiting for you"),
    };
    view! {
        <a
            class="icon-button top-bar__inbox"
            href=routes::reviews_for_me(workspace)
            aria-label=label
            data-tip="Waiting for you"
        >
            <Glyph icon=Icon::UserCheck size=18 />
            <Count value=count />
        </a>
    }
    .into_any()
}
