//! The documents of a workspace.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
    params::ParamsMap,
};
use model::{id::WorkspaceId, library::DocumentRow};

use super::status::{SampleTag, StatusTag};
use crate::{
    api::documents::load_documents,
    layout::{
        loaded::{Loaded, load_once},
        session::use_session,
    },
    routes::{self, ThumbnailSide},
    ui::{
        button::{ButtonLook, LinkButton},
        card::PageHeader,
        empty::EmptyState,
        field::SearchField,
        format,
        icon::{Glyph, Icon},
        relative_time::RelativeTime,
        skeleton::SkeletonShape,
    },
};

/// What executions wrote and people edit.
#[component]
pub fn DocumentsPage() -> impl IntoView {
    let rows = load_once(|| (), |()| load_documents());
    let workspace = use_session().map(|session| session.workspace());
    let show = move |rows: Vec<DocumentRow>| match workspace {
        Some(workspace) if rows.is_empty() => {
            view! { <NoDocuments workspace=workspace /> }.into_any()
        }
        Some(workspace) => view! { <DocumentGrid workspace=workspace rows=rows /> }.into_any(),
        None => ().into_any(),
    };
    view! {
        <Title text="Documents" />
        <div class="page documents">
            <PageHeader title="Documents" lead="Texts your workflows wrote, with the pictures on them." />
            <Loaded
                page=rows
                failure="The documents could not be loaded"
                shape=SkeletonShape::Cards
                count=6
                show=show
            />
        </div>
    }
}

#[component]
fn NoDocuments(workspace: WorkspaceId) -> impl IntoView {
    view! {
        <EmptyState
            icon=Icon::Files
            title="No documents yet"
            text="Run a workflow that writes something: its texts and pictures appear here."
        >
            <LinkButton
                href=routes::gallery(workspace)
                look=ButtonLook::Primary
                icon=Icon::LayoutTemplate
            >
                "Browse templates"
            </LinkButton>
        </EmptyState>
    }
}

fn address(workspace: WorkspaceId, words: String) -> String {
    let mut query = ParamsMap::new();
    if !words.is_empty() {
        query.insert("q", words);
    }
    format!("{}{}", routes::documents(workspace), query.to_query_string())
}

fn holds(row: &DocumentRow, words: &str) -> bool {
    let text = format!("{} {}", row.title, row.excerpt).to_lowercase();
    words.to_lowercase().split_whitespace().all(|word| text.contains(word))
}

/// Documents as cards, narrowed by the words in the address.
#[component]
pub fn DocumentGrid(
    /// The workspace of the page.
    workspace: WorkspaceId,
    /// Every document, the latest first.
    rows: Vec<DocumentRow>,
) -> impl IntoView {
    let query = use_query_map();
    let words = Memo::new(move |_| query.with(|query| query.get("q").unwrap_or_default()));
    let all = StoredValue::new(rows);
    let shown = Memo::new(move |_| {
        let kept = |row: &&DocumentRow| holds(row, &words.read());
        all.with_value(|all| all.iter().filter(kept).cloned().collect::<Vec<_>>())
    });
    let navigate = use_navigate();
    let search = move |words: String| {
        let options =
            NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() };
        navigate(&address(workspace, words), options);
    };
    let count = move || format::counted(shown.read().len() as u64, "document", "documents");
    view! {
        <form
            class="documents__bar"
            role="search"
            method="get"
            action=routes::documents(workspace)
            on:submit=|event| event.prevent_default()
        >
            <SearchField name="q" label="Search documents" value=words on_input=search />
            <p class="subtle small num" role="status">
                {count}
            </p>
        </form>
        <Show when=move || shown.read().is_empty()>
            <EmptyState
                icon=Icon::Search
                title=Signal::derive(move || format!("No document for “{}”", words.read().trim()))
                text="Try other words, or look at all documents."
            >
                <LinkButton href=routes::documents(workspace)>"Show all documents"</LinkButton>
            </EmptyState>
        </Show>
        <div class="documents__grid">
            <For each=move || shown.get() key=|row| row.id let:row>
                <DocumentTile workspace=workspace row=row />
            </For>
        </div>
    }
}

#[component]
fn DocumentTile(workspace: WorkspaceId, row: DocumentRow) -> impl IntoView {
    let picture = match row.primary_image {
        Some(image) => {
            let url = routes::thumbnail(image, ThumbnailSide::Large);
            view! { <img class="document-tile__image" src=url alt="" loading="lazy" /> }.into_any()
        }
        None => view! { <p class="document-tile__paper">{row.excerpt.clone()}</p> }.into_any(),
    };
    // Without a picture the beginning of the text is the picture.
    let excerpt = row.primary_image.map(|_| {
        view! { <p class="document-tile__excerpt muted">{row.excerpt}</p> }
    });
    let images = u64::try_from(row.attachments).unwrap_or_default();
    let count = (images > 0).then(|| {
        view! {
            <span class="document-tile__count num">
                <Glyph icon=Icon::Images size=14 />
                {format::counted(images, "picture", "pictures")}
            </span>
        }
    });
    view! {
        <article class="card card--link document-tile">
            <div class="document-tile__picture" aria-hidden="true">
                {picture}
            </div>
            <div class="document-tile__words">
                <h2 class="document-tile__title">
                    <a class="card__cover" href=routes::document(workspace, row.id)>
                        {row.title}
                    </a>
                </h2>
                {excerpt}
            </div>
            <footer class="document-tile__foot subtle small">
                <StatusTag status=row.status />
                <SampleTag sample=row.sample />
                <span class="spring"></span>
                {count}
                <RelativeTime at=row.updated_at />
            </footer>
        </article>
    }
}
