//! The image library of a workspace or of one of its projects.

use gloo_timers::callback::Timeout;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
    params::ParamsMap,
};
use model::{
    api::{
        documents::ImageFilter,
        listing::{Page, PageRequest},
    },
    id::WorkspaceId,
    library::ImageRow,
};

use crate::{
    api::documents::load_images,
    client::keep,
    documents::Place,
    layout::{
        loaded::{Loaded, load_once},
        parts::Parts,
        session::use_session,
    },
    routes::{self, ThumbnailSide},
    ui::{
        badge::{Tag, Tone},
        button::Button,
        card::PageHeader,
        empty::EmptyState,
        field::SearchField,
        format,
        icon::{Glyph, Icon},
        relative_time::RelativeTime,
        skeleton::SkeletonShape,
    },
};

/// Images shown at once.
const AT_ONCE: i64 = 60;
/// Words are looked for when nothing was typed for so long.
const PAUSE_MS: u32 = 200;

/// Every image of the workspace.
#[component]
pub fn ImagesPage() -> impl IntoView {
    let workspace = use_session().map(|session| session.workspace());
    view! {
        <Title text="Images" />
        <div class="page images">
            {workspace
                .map(|workspace| {
                    view! {
                        <PageHeader title="Images" lead="Pictures your workflows made and your team sent." />
                        <Images place=Place::Workspace(workspace) />
                    }
                })}
        </div>
    }
}

fn first() -> PageRequest {
    PageRequest { limit: Some(AT_ONCE), cursor: None }
}

/// Images as a grid, narrowed by the words in the address.
#[component]
pub(super) fn Images(place: Place) -> impl IntoView {
    let query = use_query_map();
    let filter = Memo::new(move |_| ImageFilter {
        q: query.with(|query| query.get("q").unwrap_or_default()),
        project: place.project(),
        execution: None,
    });
    let typed = RwSignal::new(None::<String>);
    let navigate = use_navigate();
    Effect::new(move || {
        let Some(words) = typed.get() else { return };
        let navigate = navigate.clone();
        keep(Timeout::new(PAUSE_MS, move || {
            let options =
                NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() };
            navigate(&address(place, &words), options);
        }));
    });
    let listed = load_once(move || filter.get(), |filter| load_images(filter, first()));
    let show = move |page: Page<ImageRow>| {
        let filter = filter.get_untracked();
        if page.items.is_empty() {
            return view! { <NoImages words=filter.q /> }.into_any();
        }
        let workspace = place.workspace();
        view! { <ImageGrid workspace=workspace filter=filter page=page /> }.into_any()
    };
    view! {
        <form
            class="documents__bar"
            role="search"
            method="get"
            on:submit=|event| event.prevent_default()
        >
            {place.project().map(|_| view! { <input type="hidden" name="part" value="images" /> })}
            <SearchField
                name="q"
                label="Search images"
                value=Signal::derive(move || filter.read().q.clone())
                on_input=move |words| typed.set(Some(words))
            />
        </form>
        <Loaded
            page=listed
            failure="The images could not be loaded"
            shape=SkeletonShape::Cards
            count=8
            show=show
        />
    }
}

/// The library at this place, narrowed by words.
fn address(place: Place, words: &str) -> String {
    let mut query = ParamsMap::new();
    let path = match place {
        Place::Workspace(workspace) => routes::images(workspace),
        Place::Project(workspace, project) => {
            query.insert("part", "images".to_owned());
            routes::project(workspace, project)
        }
    };
    if !words.trim().is_empty() {
        query.insert("q", words.trim().to_owned());
    }
    format!("{path}{}", query.to_query_string())
}

#[component]
fn NoImages(words: String) -> impl IntoView {
    if words.is_empty() {
        return view! {
            <EmptyState
                icon=Icon::Images
                title="No images yet"
                text="Run a workflow that makes pictures, or attach one to a document: they are kept here."
            />
        }
        .into_any();
    }
    view! {
        <EmptyState
            icon=Icon::Search
            title=format!("No image for “{words}”")
            text="Images are found by what they show. Try other words."
        />
    }
    .into_any()
}

#[component]
fn ImageGrid(workspace: WorkspaceId, filter: ImageFilter, page: Page<ImageRow>) -> impl IntoView {
    let parts = Parts::new(page);
    let asked = StoredValue::new(filter);
    let more = move |()| parts.more(first(), |request| load_images(asked.get_value(), request));
    let count = move || parts.count("image", "images");
    view! {
        <p class="documents__count subtle small num" role="status">
            {count}
        </p>
        <ul class="images__grid">
            <For each=move || parts.rows.get() key=|row| row.id let:row>
                <ImageTile workspace=workspace row=row />
            </For>
        </ul>
        <Show when=move || parts.next.read().is_some()>
            <div class="documents__more">
                <Button busy=parts.busy on_press=more>
                    "Show more"
                </Button>
            </div>
        </Show>
    }
}

/// An image with its size and who made it; it opens in full.
#[component]
fn ImageTile(workspace: WorkspaceId, row: ImageRow) -> impl IntoView {
    let name = match row.alt.trim() {
        "" => "Picture".to_owned(),
        alt => alt.to_owned(),
    };
    let size = format::bytes(row.bytes.unsigned_abs());
    let made = match row.execution {
        Some(execution) => view! {
            <a class="provenance" href=routes::execution(workspace, execution)>
                <Glyph icon=Icon::Workflow size=14 />
                <span>"By a workflow"</span>
            </a>
        }
        .into_any(),
        None => view! { <Tag icon=Icon::Upload>"Uploaded"</Tag> }.into_any(),
    };
    let sample = row.sample.then(|| view! { <Tag tone=Tone::Warning>"SAMPLE"</Tag> });
    view! {
        <li class="card images__tile">
            <a class="images__frame" href=routes::image(row.id) target="_blank" rel="external noopener">
                <img
                    src=routes::thumbnail(row.id, ThumbnailSide::Large)
                    alt=name.clone()
                    loading="lazy"
                />
            </a>
            <p class="images__name" dir="auto">
                {name}
            </p>
            <p class="subtle small num">
                {format!("{} × {} · {size}", row.width, row.height)}
            </p>
            <p class="images__made">{made} {sample} <span class="subtle small"><RelativeTime at=row.created_at /></span></p>
        </li>
    }
}
