//! What a list shows when there is nothing in it.

use leptos::prelude::*;

use super::icon::{Glyph, Icon};

/// Says that nothing is here, why, and what to do next.
#[component]
pub fn EmptyState(
    /// A picture of what would be here.
    #[prop(into)]
    icon: Signal<Icon>,
    #[prop(into)] title: Signal<String>,
    /// Why, or what would bring something here.
    #[prop(into)]
    text: Signal<String>,
    /// The next step: usually one button.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty">
            <span class="empty__tile">
                <Glyph icon=icon size=28 />
            </span>
            <p class="empty__title">{move || title.get()}</p>
            <p class="empty__text">{move || text.get()}</p>
            {children.map(|children| view! { <div class="empty__actions">{children()}</div> })}
        </div>
    }
    .into_any()
}
