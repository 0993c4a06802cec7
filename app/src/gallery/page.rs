//! The page of the gallery: search, categories and order, cards, drafts, archived workflows. Links and
//! one GET form: it all works without scripts.

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
    pages::{self, ArchivedRow, DraftRow, TemplateCard},
    template::TemplateCategory,
};
use ui::{
    button::{Button, ButtonSize, LinkButton},
    card::PageHeader,
    empty::EmptyState,
    field::SearchField,
    format,
    icon::{Glyph, Icon},
    relative_time::RelativeTime,
    skeleton::SkeletonShape,
};
use web::{docs_page::DocsPage, routes};

use super::{
    card::{ManageDialogs, ManageMenu, Managing, TemplateTile},
    filter::{Filter, Sort, categories, word_of},
    peek::PeekDialog,
};
use crate::narrow::use_in_place;

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

/// Archived workflows by name, folded; not shown when there are none.
#[component]
pub(super) fn ArchivedList(managing: Managing, rows: Vec<ArchivedRow>) -> impl IntoView {
    if rows.is_empty() {
        return ().into_any();
    }
    let count = format::pluralize(rows.len() as u64, "archived workflow", "archived workflows");
    let row = move |row: ArchivedRow| {
        let (id, name) = (row.id, row.name.clone());
        view! {
            <li class="archived__row">
                <Glyph icon=Icon::Archive />
                <span class="archived__name" dir="auto" translate="no">
                    {row.name}
                </span>
                <span class="subtle small">
                    "Archived " <RelativeTime at=row.archived_at />
                </span>
                <Button
                    size=ButtonSize::Small
                    on_press=move |()| managing.set_archived(id, false)
                >
                    "Restore"
                    <span class="unseen">{format!(" {name}")}</span>
                </Button>
            </li>
        }
    };
    view! {
        <details class="archived">
            <summary class="archived__title">{count}</summary>
            <ul class="archived__list">{rows.into_iter().map(row).collect_view()}</ul>
        </details>
    }
    .into_any()
}

/// Drafts, the latest first, each a link to its editor; not shown when there are none.
#[component]
pub(super) fn DraftList(
    workspace: WorkspaceId,
    managing: Managing,
    rows: Memo<Vec<DraftRow>>,
) -> impl IntoView {
    let row = move |row: DraftRow| {
        let nodes = u64::try_from(row.nodes).unwrap_or_default();
        view! {
            <li class="card card--link draft">
                <Glyph icon=Icon::Pencil />
                <a
                    class="draft__name card__cover"
                    href=routes::builder(workspace, row.id)
                    title=row.name.clone()
                    dir="auto"
                    translate="no"
                >
                    {row.name.clone()}
                </a>
                <span class="draft__facts subtle small num">
                    {format::pluralize(nodes, "step", "steps")} " · edited "
                    <RelativeTime at=row.updated_at />
                </span>
                <ManageMenu managing=managing template=row.id name=row.name has_runs=false />
            </li>
        }
    };
    view! {
        <Show when=move || !rows.read().is_empty()>
            <div class="drafts">
                <h3 class="drafts__title" id="drafts-title">
                    "Drafts"
                </h3>
                <ul class="drafts__list" aria-labelledby="drafts-title">
                    <For each=move || rows.get() key=|row| row.id children=row />
                </ul>
            </div>
        </Show>
    }
}

/// The line above the cards.
#[component]
pub(super) fn Toolbar(
    workspace: WorkspaceId,
    filter: Memo<Filter>,
    categories: Vec<String>,
) -> impl IntoView {
    let in_place = use_in_place();
    let search = move |words: String| {
        in_place.run(Filter { words, ..filter.get_untracked() }.path(workspace));
    };
    let kept = move || {
        let filter = filter.get();
        let category = (!filter.category.is_empty())
            .then(|| view! { <input type="hidden" name="category" value=filter.category /> });
        let tag = (!filter.tag.is_empty())
            .then(|| view! { <input type="hidden" name="tag" value=filter.tag /> });
        let sort = (filter.sort != Sort::default())
            .then(|| view! { <input type="hidden" name="sort" value=filter.sort.key() /> });
        (category, tag, sort)
    };
    view! {
        <div class="gallery__bar" role="search">
            <form
                class="gallery__search"
                method="get"
                action=routes::gallery(workspace)
                on:submit=|event| event.prevent_default()
            >
                <SearchField
                    name="q"
                    label="Search workflows"
                    value=Signal::derive(move || filter.read().words.clone())
                    on_input=search
                />
                {kept}
            </form>
            <SortLinks workspace=workspace filter=filter />
            <CategoryLinks workspace=workspace filter=filter categories=categories />
        </div>
    }
}

#[component]
fn CategoryLinks(
    workspace: WorkspaceId,
    filter: Memo<Filter>,
    categories: Vec<String>,
) -> impl IntoView {
    let link = move |category: String, label: String| {
        let (own, key) = (category.clone(), category);
        let href = move || Filter { category: own.clone(), ..filter.get() }.path(workspace);
        let current = move || (filter.read().category == key).then_some("true");
        view! {
            <li>
                <a class="pill" href=href aria-current=current data-noscroll="">
                    {label}
                </a>
            </li>
        }
    };
    let rest = categories.into_iter().map(|key| link(key.clone(), word_of(&key)));
    view! {
        <nav class="gallery__categories" aria-label="Categories">
            <ul class="pills">
                {link(String::new(), "All".to_owned())}
                {rest.collect_view()}
            </ul>
        </nav>
    }
}

#[component]
fn SortLinks(workspace: WorkspaceId, filter: Memo<Filter>) -> impl IntoView {
    let link = |sort: Sort| {
        let href = move || Filter { sort, ..filter.get() }.path(workspace);
        let current = move || (filter.read().sort == sort).then_some("true");
        view! {
            <li>
                <a class="segments__item" href=href aria-current=current data-noscroll="">
                    {sort.label()}
                </a>
            </li>
        }
    };
    view! {
        <nav class="gallery__sort" aria-label="Sort by">
            <span class="small" aria-hidden="true">
                "Sort by"
            </span>
            <ul class="segments">{Sort::ALL.map(link).collect_view()}</ul>
        </nav>
    }
}
