//! The page of the gallery.

use api::templates::load_gallery;
use frame::{
    begin::BeginButton,
    layout::{
        page_resource::{ResourceView, load_once},
        session::use_session,
    },
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use model::{
    id::WorkspaceId,
    pages::{self, TemplateCard},
    template::TemplateCategory,
};
use ui::{
    button::LinkButton, card::PageHeader, empty::EmptyState, format, icon::Icon,
    skeleton::SkeletonShape,
};
use web::{docs_page::DocsPage, routes};

use super::{
    card::TemplateTile,
    drafts::DraftList,
    filter::{Filter, categories},
    toolbar::Toolbar,
};

/// Templates to start from.
#[component]
pub fn GalleryPage() -> impl IntoView {
    let cards = load_once(|| (), |()| load_gallery());
    let workspace = use_session().map(|session| session.workspace());
    let show = move |page: pages::GalleryPage| {
        workspace
            .map(|workspace| {
                view! {
                    <DraftList workspace=workspace rows=page.drafts />
                    <Gallery workspace=workspace cards=page.cards />
                }
            })
            .into_any()
    };
    let begin = move || workspace.map(|workspace| view! { <BeginButton workspace=workspace /> });
    view! {
        <Title text="Workflows" />
        <div class="page gallery">
            <PageHeader
                title="Workflows"
                lead="Start from a template: see what it does, fill in a short form, watch it work."
                actions=begin
            />
            <ResourceView
                page=cards
                failure="The templates could not be loaded"
                shape=SkeletonShape::Cards
                count=6
                show=show
            />
        </div>
    }
}

/// The cards, under the controls that filter and order them; those of engineering stand by
/// themselves below the others.
#[component]
pub fn Gallery(
    /// The workspace of the page.
    workspace: WorkspaceId,
    /// Every template there is.
    cards: Vec<TemplateCard>,
) -> impl IntoView {
    let query = use_query_map();
    let filter = Memo::new(move |_| query.with(Filter::from_query));
    let all = StoredValue::new(cards);
    let shown = Memo::new(move |_| all.with_value(|all| filter.read().apply(all)));
    let nothing = move || shown.read().is_empty();
    let creative = Memo::new(move |_| cards_of(&shown.read(), |card| !is_engineering(card)));
    let engineering = Memo::new(move |_| cards_of(&shown.read(), is_engineering));
    view! {
        <Toolbar workspace=workspace filter=filter categories=all.with_value(|all| categories(all)) />
        <ResultLine workspace=workspace filter=filter shown=shown />
        <Show when=nothing>
            <NoResult workspace=workspace filter=filter />
        </Show>
        <Tiles workspace=workspace cards=creative />
        <Show when=move || !engineering.read().is_empty()>
            <section class="gallery__group" aria-labelledby="engineering-title">
                <h2 id="engineering-title">{TemplateCategory::Engineering.label()}</h2>
                <p class="muted">
                    "They call tools on your servers. Until you connect one, a sample server answers in its place. "
                    <a class="link" href=routes::docs(DocsPage::Overview)>
                        "How they work"
                    </a>
                </p>
                <Tiles workspace=workspace cards=engineering />
            </section>
        </Show>
    }
}

fn is_engineering(card: &TemplateCard) -> bool {
    card.category == TemplateCategory::Engineering.as_str()
}

fn cards_of(cards: &[TemplateCard], is_one: impl Fn(&TemplateCard) -> bool) -> Vec<TemplateCard> {
    cards.iter().filter(|card| is_one(card)).cloned().collect()
}

#[component]
fn Tiles(workspace: WorkspaceId, cards: Memo<Vec<TemplateCard>>) -> impl IntoView {
    view! {
        <div class="gallery__grid">
            <For each=move || cards.get() key=|card| card.id let:card>
                <TemplateTile workspace=workspace card=card />
            </For>
        </div>
    }
}

#[component]
fn ResultLine(
    workspace: WorkspaceId,
    filter: Memo<Filter>,
    shown: Memo<Vec<TemplateCard>>,
) -> impl IntoView {
    let count = move || format::pluralize(shown.read().len() as u64, "template", "templates");
    let sort = move || Filter { sort: filter.read().sort, ..Filter::default() }.path(workspace);
    view! {
        <p class="gallery__result subtle small" role="status">
            <span class="num">{count}</span>
            <Show when=move || filter.read().is_active()>
                <a class="link" href=sort data-noscroll="">
                    "Clear"
                </a>
            </Show>
        </p>
    }
}

#[component]
fn NoResult(workspace: WorkspaceId, filter: Memo<Filter>) -> impl IntoView {
    let title = move || match filter.read().words.trim() {
        "" => "No template here yet".to_owned(),
        words => format!("No template for “{words}”"),
    };
    let all = Filter::default().path(workspace);
    view! {
        <EmptyState
            icon=Icon::Search
            title=Signal::derive(title)
            text="Try other words, or look at all templates."
        >
            <LinkButton href=all>"Show all templates"</LinkButton>
        </EmptyState>
    }
}
