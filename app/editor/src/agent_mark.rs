//! The picture of an agent.

use diagram::kind_icon;
use leptos::prelude::*;
use model::{id::ImageId, nodes::NodeKind};
use ui::icon::Glyph;
use web::routes::{self, ThumbnailSide};

/// The agent's own picture, or else the icon of agents; its name stands beside it.
#[component]
pub fn AgentMark(
    /// An image of the library.
    picture: Option<ImageId>,
) -> impl IntoView {
    let mark = match picture {
        Some(picture) => {
            let src = routes::thumbnail(picture, ThumbnailSide::Small);
            view! { <img src=src alt="" loading="lazy" /> }.into_any()
        }
        None => view! { <Glyph icon=kind_icon(NodeKind::Agent.key()) /> }.into_any(),
    };
    view! { <span class="agent-mark">{mark}</span> }
}
