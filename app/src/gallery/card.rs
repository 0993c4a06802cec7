//! A template as a card.

use diagram::Miniature;
use frame::{begin::may_launch, template_stats};
use leptos::prelude::*;
use model::{api::templates::Disabled, id::WorkspaceId, pages::TemplateCard};
use ui::{
    badge::Tag,
    button::{ButtonSize, LinkButton},
    format,
    icon::{Glyph, Icon},
};
use web::routes;

pub use super::filter::word_of as category_word;

/// A template: the card leads to its preview, its button to its launch form.
#[component]
pub fn TemplateTile(
    /// The workspace of the page.
    workspace: WorkspaceId,
    /// The template that is shown.
    card: TemplateCard,
) -> impl IntoView {
    let (preview, launch) =
        (routes::template(workspace, card.id), routes::launch(workspace, card.id));
    let steps = format::pluralize(card.workflow.nodes.len() as u64, "step", "steps");
    let name = card.name.clone();
    let is_off = card.disabled.is_some();
    let off = card.disabled.map(|Disabled { reason, .. }| {
        let words = format!("Off: {reason}");
        view! {
            <p class="template-tile__off clip-two" dir="auto" title=reason>
                <Glyph icon=Icon::TriangleAlert size=14 />
                {words}
            </p>
        }
    });
    view! {
        <article class="card card--link template-tile">
            <div class="template-tile__picture">
                <Miniature workflow=card.workflow />
            </div>
            <div class="template-tile__words">
                <div class="row">
                    <Tag>{category_word(&card.category)}</Tag>
                    <span class="subtle small num">{steps}</span>
                </div>
                <h2 class="template-tile__name clip-two" title=name.clone()>
                    <a class="card__cover" href=preview>
                        {card.name}
                    </a>
                </h2>
                <p class="template-tile__purpose muted">{card.description}</p>
                {off}
            </div>
            <footer class="template-tile__foot">
                <span class="subtle small num">{template_stats::line(&card.stats)}</span>
                {(may_launch() && !is_off)
                    .then(|| {
                        view! {
                            <LinkButton href=launch size=ButtonSize::Small icon=Icon::Play>
                                "Use"
                                <span class="unseen">{format!(" {name}")}</span>
                            </LinkButton>
                        }
                    })}
            </footer>
        </article>
    }
}
