//! A workspace in which nothing was run yet.

use leptos::prelude::*;
use model::{id::WorkspaceId, pages::TemplateCard};
use ui::icon::{Glyph, Icon};

use crate::gallery::card::TemplateTile;

/// Templates to begin with; no key is needed for any of them.
#[component]
pub(super) fn Welcome(workspace: WorkspaceId, cards: Vec<TemplateCard>) -> impl IntoView {
    let tiles = cards
        .into_iter()
        .map(|card| view! { <TemplateTile workspace=workspace card=card /> })
        .collect_view();
    view! {
        <section class="welcome" aria-labelledby="welcome-title">
            <div class="welcome__words">
                <span class="welcome__mark">
                    <Glyph icon=Icon::Sparkles size=24 />
                </span>
                <div>
                    <h2 id="welcome-title">"Run your first workflow"</h2>
                    <p class="muted">
                        "Pick a template, fill in its form, and launch it. Until you add a provider key, the \
                         built-in sample provider answers: nothing leaves this server, and nothing is charged."
                    </p>
                </div>
            </div>
            <div class="gallery__grid">{tiles}</div>
        </section>
    }
}
