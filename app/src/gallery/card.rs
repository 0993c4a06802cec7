//! A workflow as a card.

use diagram::Miniature;
use frame::{
    begin::{CloneButton, may_launch},
    template_stats,
};
use leptos::{ev::MouseEvent, prelude::*};
use model::{api::templates::Disabled, id::WorkspaceId, pages::TemplateCard};
use ui::{
    badge::Tag,
    button::{ButtonSize, LinkButton},
    format,
    icon::{Glyph, Icon},
};
use web::routes;

pub use super::filter::word_of as category_word;
use super::{
    filter::Filter,
    managing::{ManageMenu, Managing},
};

/// A workflow: the card leads to its preview, its button to its launch form. One that came with
/// Atelier can be cloned, one of one's own has a menu.
#[component]
pub fn TemplateTile(
    /// The workspace of the page.
    workspace: WorkspaceId,
    /// The workflow that is shown.
    card: TemplateCard,
    /// What the menus of the page share; without it there is no menu.
    #[prop(optional_no_strip)]
    managing: Option<Managing>,
    /// Shows the preview on this page; without it the card leads to the preview's own page.
    #[prop(optional_no_strip)]
    on_peek: Option<Callback<TemplateCard>>,
) -> impl IntoView {
    let preview = routes::template(workspace, card.id);
    let steps = format::pluralize(card.workflow.nodes.len() as u64, "step", "steps");
    let (name, tags) = (card.name.clone(), card.tags.clone());
    let category = category_word(&card.category);
    let off = card.disabled.clone().map(|Disabled { reason, .. }| {
        let words = format!("Off: {reason}");
        view! {
            <p class="template-tile__off clip-two" dir="auto" title=reason>
                <Glyph icon=Icon::TriangleAlert size=14 />
                {words}
            </p>
        }
    });
    let peeked = on_peek.map(|on_peek| (on_peek, StoredValue::new(card.clone())));
    let peek = move |event: MouseEvent| {
        if let Some((on_peek, card)) = peeked.filter(|_| is_plain(&event)) {
            event.prevent_default();
            on_peek.run(card.get_value());
        }
    };
    view! {
        <article class="card card--link template-tile">
            <div class="template-tile__picture">
                <Miniature workflow=card.workflow.clone() />
            </div>
            <div class="template-tile__words">
                <div class="row">
                    <Tag>{category}</Tag>
                    <span class="subtle small num">{steps}</span>
                </div>
                <h3 class="template-tile__name clip-two" title=name>
                    <a class="card__cover" href=preview dir="auto" translate="no" on:click=peek>
                        {name.clone()}
                    </a>
                </h3>
                <p class="template-tile__purpose muted">{card.description.clone()}</p>
                {(!tags.is_empty()).then(|| view! { <TagLinks workspace=workspace tags=tags /> })}
                {off}
            </div>
            <Foot workspace=workspace card=card managing=managing />
        </article>
    }
}

/// Whether a press on a link is one that opens it here, and not in another tab.
fn is_plain(event: &MouseEvent) -> bool {
    let with_key = event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key();
    event.button() == 0 && !with_key
}

/// The statistics of a workflow, and what can be done with it.
#[component]
fn Foot(workspace: WorkspaceId, card: TemplateCard, managing: Option<Managing>) -> impl IntoView {
    let TemplateCard { id, name, is_system, stats, disabled, .. } = card;
    let launches = may_launch() && disabled.is_none();
    let launch = launches.then(|| {
        let name = name.clone();
        view! {
            <LinkButton
                href=routes::launch(workspace, id)
                size=ButtonSize::Small
                icon=Icon::Play
            >
                {launch_verb(is_system)}
                <span class="unseen">{format!(" {name}")}</span>
            </LinkButton>
        }
    });
    let other = if is_system {
        Some(view! { <CloneButton workspace=workspace template=id name=name /> }.into_any())
    } else {
        managing.map(|managing| {
            view! {
                <ManageMenu
                    managing=managing
                    template=id
                    name=name
                    has_runs={stats.uses > 0}
                />
            }
            .into_any()
        })
    };
    view! {
        <footer class="template-tile__foot">
            <span class="template-tile__stats subtle small num">
                {template_stats::line(&stats)}
            </span>
            {other}
            {launch}
        </footer>
    }
}

/// The word of the button that leads to the launch form.
pub fn launch_verb(is_system: bool) -> &'static str {
    if is_system { "Use" } else { "Launch" }
}

/// The same word where there is room for what is launched.
pub fn launch_words(is_system: bool) -> &'static str {
    if is_system { "Use template" } else { launch_verb(is_system) }
}

/// The tags of a workflow, each a link to all that have it.
#[component]
pub fn TagLinks(
    /// The workspace of the page.
    workspace: WorkspaceId,
    /// The tags as people wrote them.
    tags: Vec<String>,
) -> impl IntoView {
    let link = move |tag: String| {
        let href = Filter { tag: tag.clone(), ..Filter::default() }.path(workspace);
        view! {
            <li>
                <a class="tag-link" href=href dir="auto" translate="no">
                    {format!("#{tag}")}
                </a>
            </li>
        }
    };
    view! {
        <ul class="tag-links" aria-label="Tags">
            {tags.into_iter().map(link).collect_view()}
        </ul>
    }
}
