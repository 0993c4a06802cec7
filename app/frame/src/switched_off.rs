//! The notice that a workflow is switched off.

use leptos::prelude::*;
use model::api::templates::Disabled;
use ui::{
    icon::{Glyph, Icon},
    relative_time::RelativeTime,
};

/// Why a workflow is switched off, by whom and since when; nothing while it is on.
#[component]
pub fn SwitchedOffNotice(
    /// Why it is switched off.
    #[prop(into)]
    disabled: Signal<Option<Disabled>>,
) -> impl IntoView {
    let notice = |Disabled { reason, by, at }: Disabled| {
        let by = by.map(|by| format!(" by {by}"));
        view! {
            <div class="off-notice">
                <Glyph icon=Icon::TriangleAlert />
                <div>
                    <p>
                        <strong>"Off: "</strong>
                        <span dir="auto">{reason}</span>
                    </p>
                    <p class="small">
                        "Switched off" {by} " " <RelativeTime at=at />
                        ". It can't be launched. Runs in progress continue."
                    </p>
                </div>
            </div>
        }
    };
    view! { <div role="status">{move || disabled.get().map(notice)}</div> }.into_any()
}
