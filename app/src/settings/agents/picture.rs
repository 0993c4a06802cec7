//! The picture of an agent.

use leptos::prelude::*;
use model::id::ImageId;
use ui::icon::{Glyph, Icon};
use web::routes::{self, ThumbnailSide};

/// An agent's picture, or a sign where it has none. Its name stands beside it.
#[component]
pub(super) fn AgentPicture(
    /// An image of the library.
    #[prop(into)]
    picture: Signal<Option<ImageId>>,
) -> impl IntoView {
    move || match picture.get() {
        Some(id) => {
            let address = routes::thumbnail(id, ThumbnailSide::Small);
            view! { <img class="agent-picture" src=address alt="" /> }.into_any()
        }
        None => view! {
            <span class="agent-picture" aria-hidden="true">
                <Glyph icon=Icon::Bot size=24 />
            </span>
        }
        .into_any(),
    }
}
