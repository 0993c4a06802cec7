//! The page of the gallery.

use api::builder::load_gallery;
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
    pages::{self, DraftRow, TemplateCard},
    template::TemplateCategory,
};
use ui::{
    button::LinkButton, card::PageHeader, empty::EmptyState, format, icon::Icon,
    skeleton::SkeletonShape,
};
use web::{docs_page::DocsPage, routes};

use super::{
    archived::ArchivedList,
    card::TemplateTile,
    drafts::DraftList,
    filter::{Filter, categories},
    managing::{ManageDialogs, Managing},
    peek::PeekDialog,
    toolbar::Toolbar,
};

/// One's own workflows, and templates to start from.
#[component]
pub fn GalleryPage() -> impl IntoView {
    let cards = load_once(|| (), |()| load_gallery());
    let workspace = use_session().map(|session| session.workspace());
    let reload = Callback::new(move |()| cards.refetch());
    let show = move |page: pages::GalleryPage| {
        workspace
            .map(|workspace| {
                view! { <Gallery workspace=workspace page=page on_change=reload /> }
            })
            .into_any()
    };
    let begin = move || workspace.map(|workspace| view! { <BeginButton workspace=workspace /> });
    view! {
        <Title text="Workflows" />
        <div class="page gallery">
            <PageHeader
                title="Workflows"
                lead="Pick a template, fill in a short form, and watch it work."
                actions=begin
            />
            <ResourceView
                page=cards
                failure="Couldn't load workflows"
                shape=SkeletonShape::Cards
                count=6
                show=show
            />
        </div>
    }
}

/// What the cards of the page share.
#[derive(Clone, Copy)]
struct Shared {
    workspace: WorkspaceId,
    managing: Managing,
    /// The workflow whose preview is shown.
    peeked: RwSignal<Option<TemplateCard>>,
}

/// The cards, under the controls that filter and order them: one's own, templates, and those of
/// engineering by themselves below the others.
#[component]
pub fn Gallery(
    /// The workspace of the page.
    workspace: WorkspaceId,
    /// Every workflow there is.
    page: pages::GalleryPage,
    /// Called when a workflow was changed, archived or deleted.
    on_change: Callback<()>,
) -> impl IntoView {
    let query = use_query_map();
    let filter = Memo::new(move |_| query.with(Filter::from_query));
    let managing = Managing::new(workspace, on_change, None);
    let shared = Shared { workspace, managing, peeked: RwSignal::new(None) };
    let (all, all_drafts) = (StoredValue::new(page.cards), StoredValue::new(page.drafts));
    let shown = Memo::new(move |_| all.with_value(|all| filter.read().apply(all)));
    let drafts =
        Memo::new(move |_| all_drafts.with_value(|all| filter.read().apply_to_drafts(all)));
    let count = Memo::new(move |_| shown.read().len() + drafts.read().len());
    let own = Memo::new(move |_| cards_of(&shown.read(), |card| !card.is_system));
    let creative =
        Memo::new(move |_| cards_of(&shown.read(), |c| c.is_system && !is_engineering(c)));
    let engineering =
        Memo::new(move |_| cards_of(&shown.read(), |c| c.is_system && is_engineering(c)));
    view! {
        <Toolbar workspace=workspace filter=filter categories=all.with_value(|all| categories(all)) />
        <ResultLine workspace=workspace filter=filter count=count />
        <Show when=move || count.get() == 0>
            <NoResult workspace=workspace filter=filter />
        </Show>
        <Yours shared=shared cards=own drafts=drafts />
        <Show when=move || !creative.read().is_empty()>
            <section class="gallery__group" aria-labelledby="templates-title">
                <h2 id="templates-title">"Templates"</h2>
                <Tiles shared=shared cards=creative />
            </section>
        </Show>
        <Engineering shared=shared cards=engineering />
        <ArchivedList managing=managing rows=page.archived />
        <PeekDialog workspace=workspace peeked=shared.peeked />
        <ManageDialogs managing=managing />
    }
}

fn is_engineering(card: &TemplateCard) -> bool {
    card.category == TemplateCategory::Engineering.as_str()
}

fn cards_of(cards: &[TemplateCard], is_one: impl Fn(&TemplateCard) -> bool) -> Vec<TemplateCard> {
    cards.iter().filter(|card| is_one(card)).cloned().collect()
}

/// The workflows that people of the workspace have made, with their drafts.
#[component]
fn Yours(
    shared: Shared,
    cards: Memo<Vec<TemplateCard>>,
    drafts: Memo<Vec<DraftRow>>,
) -> impl IntoView {
    view! {
        <Show when=move || !cards.read().is_empty() || !drafts.read().is_empty()>
            <section class="gallery__group" aria-labelledby="yours-title">
                <h2 id="yours-title">"Your workflows"</h2>
                <Tiles shared=shared cards=cards />
                <DraftList
                    workspace=shared.workspace
                    managing=shared.managing
                    rows=drafts
                />
            </section>
        </Show>
    }
}

#[component]
fn Engineering(shared: Shared, cards: Memo<Vec<TemplateCard>>) -> impl IntoView {
    view! {
        <Show when=move || !cards.read().is_empty()>
            <section class="gallery__group" aria-labelledby="engineering-title">
                <h2 id="engineering-title">{TemplateCategory::Engineering.label()}</h2>
                <p class="muted">
                    "They call tools on your servers. Until you connect one, a sample server answers. "
                    <a class="link" href=routes::docs(DocsPage::Overview)>
                        "How they work"
                    </a>
                </p>
                <Tiles shared=shared cards=cards />
            </section>
        </Show>
    }
}

#[component]
fn Tiles(shared: Shared, cards: Memo<Vec<TemplateCard>>) -> impl IntoView {
    let peek = Callback::new(move |card: TemplateCard| shared.peeked.set(Some(card)));
    view! {
        <div class="gallery__grid">
            <For each=move || cards.get() key=|card| card.id let:card>
                <TemplateTile
                    workspace=shared.workspace
                    card=card
                    managing=Some(shared.managing)
                    on_peek=Some(peek)
                />
            </For>
        </div>
    }
}

#[component]
fn ResultLine(workspace: WorkspaceId, filter: Memo<Filter>, count: Memo<usize>) -> impl IntoView {
    let count = move || format::pluralize(count.get() as u64, "workflow", "workflows");
    let tag = move || {
        let tag = filter.read().tag.clone();
        (!tag.is_empty()).then(|| format!("Tagged #{tag}"))
    };
    let sort = move || Filter { sort: filter.read().sort, ..Filter::default() }.path(workspace);
    view! {
        <p class="gallery__result subtle small" role="status">
            <span class="num">{count}</span>
            {move || tag().map(|tag| view! { <span dir="auto">{tag}</span> })}
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
        "" => "No workflows here yet".to_owned(),
        words => format!("No workflow for “{words}”"),
    };
    let all = Filter::default().path(workspace);
    view! {
        <EmptyState
            icon=Icon::Search
            title=Signal::derive(title)
            text="Try other words, or show all workflows."
        >
            <LinkButton href=all>"Show all workflows"</LinkButton>
        </EmptyState>
    }
}
