//! The lanes of forks, behind the cards; the outline says in words what follows what.

use leptos::prelude::*;

use super::desk::Desk;
use crate::editor::store::Band;

/// All lanes.
#[component]
pub fn Bands(
    /// What goes on.
    desk: Desk,
) -> impl IntoView {
    let all = desk.editor.bands;
    let band = |band: Band| {
        view! {
            <div
                class="lane"
                data-testid=format!("lane-{}", band.key)
                style:left=format!("{}px", band.rect.origin.x)
                style:top=format!("{}px", band.rect.origin.y)
                style:width=format!("{}px", band.rect.size.width)
                style:height=format!("{}px", band.rect.size.height)
            >
                <span class="lane__name clip">{band.words}</span>
            </div>
        }
    };
    view! {
        <div class="lanes" aria-hidden="true">
            {move || all.get().into_iter().map(band).collect_view()}
        </div>
    }
    .into_any()
}
