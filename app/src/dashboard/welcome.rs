//! A workspace in which nothing was run yet.

use leptos::prelude::*;
use model::{id::WorkspaceId, pages::TemplateCard};

use crate::{
    api::templates::load_gallery,
    gallery::card::TemplateTile,
    layout::loaded::Loaded,
    ui::{
        icon::{Glyph, Icon},
        skeleton::SkeletonShape,
    },
};

const OFFERED: usize = 3;

/// Three templates to begin with; no key is needed for any of them.
#[component]
pub(super) fn Welcome(workspace: WorkspaceId) -> impl IntoView {
    let cards = Resource::new_blocking(|| (), |()| load_gallery());
    let show = move |cards: Vec<TemplateCard>| {
        let tiles = cards
            .into_iter()
            .take(OFFERED)
            .map(|card| view! { <TemplateTile workspace=workspace card=card /> });
        view! { <div class="gallery__grid">{tiles.collect_view()}</div> }.into_any()
    };
    view! {
        <section class="welcome" aria-labelledby="welcome-title">
            <div class="welcome__words">
                <span class="welcome__mark">
                    <Glyph icon=Icon::Sparkles size=24 />
                </span>
                <div>
                    <h2 id="welcome-title">"Run your first workflow"</h2>
                    <p class="muted">
                        "Pick one and press Launch. The sample provider answers until you add a key: \
                         nothing is sent anywhere, nothing is charged."
                    </p>
                </div>
            </div>
            <Loaded
                page=cards
                failure="The templates could not be loaded"
                shape=SkeletonShape::Cards
                show=show
            />
        </section>
    }
}
