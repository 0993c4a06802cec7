//! The documents of a workspace or of one of its projects, filtered by the query of the address.

use api::documents::{create_document, load_documents, load_shelf};
use frame::{
    action::SentAction,
    layout::{
        page_resource::{ResourceView, load_once},
        pagination::Pagination,
        session::use_session,
    },
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_navigate, use_query_map};
use model::{
    access::Permission,
    api::{
        documents::{DocumentFilter, DocumentShelf, NewDocument},
        listing::{Page, PageRequest},
    },
    id::WorkspaceId,
    library::DocumentRow,
};
use ui::{
    badge::Tag,
    button::{Button, ButtonLook, LinkButton},
    card::PageHeader,
    empty::EmptyState,
    format,
    icon::{Glyph, Icon},
    relative_time::RelativeTime,
    skeleton::SkeletonShape,
};
use web::routes::{self, ThumbnailSide};

use super::{
    bar::{Bar, Place},
    status::{AsideTag, SampleTag, StatusTag},
};

/// How many documents are loaded at once.
const AT_ONCE: i64 = 48;

/// The page of all documents of the workspace.
#[component]
pub fn DocumentsPage() -> impl IntoView {
    let workspace = use_session().map(|session| session.workspace());
    view! {
        <Title text="Documents" />
        <div class="page documents">
            {workspace
                .map(|workspace| {
                    view! {
                        <PageHeader
                            title="Documents"
                            lead="Texts your workflows and your team wrote, with their images."
                            actions=move || {
                                let place = Place::Workspace(workspace);
                                view! {
                                    <LinkButton href=routes::projects(workspace) icon=Icon::Folder>
                                        "Projects"
                                    </LinkButton>
                                    <LinkButton href=routes::images(workspace) icon=Icon::Images>
                                        "Images"
                                    </LinkButton>
                                    <NewButton workspace=workspace place=place />
                                }
                                    .into_any()
                            }
                        />
                        <Documents place=Place::Workspace(workspace) />
                    }
                })}
        </div>
    }
}

/// A button that makes an empty document and opens its editor; not shown to people who may not.
#[component]
pub(crate) fn NewButton(workspace: WorkspaceId, place: Place) -> impl IntoView {
    let may = use_session().is_some_and(|session| session.may(Permission::EditDocument));
    let (action, navigate) = (SentAction::default(), use_navigate());
    let make = move |()| {
        let navigate = navigate.clone();
        let new = NewDocument { project_id: place.project(), ..NewDocument::default() };
        action.send(create_document(new), move |id| {
            navigate(&routes::document_writing(workspace, id), Default::default());
        });
    };
    may.then(|| {
        view! {
            <Button look=ButtonLook::Primary icon=Icon::Plus busy=action.busy on_press=make>
                "New document"
            </Button>
        }
    })
}

/// Documents as cards, filtered by the query of the address.
#[component]
pub(crate) fn Documents(place: Place) -> impl IntoView {
    let query = use_query_map();
    let filter = Memo::new(move |_| query.with(|query| place.filter(query)));
    let load = |filter: DocumentFilter| load_documents(filter, first());
    let listed = load_once(move || filter.get(), load);
    let shelf = load_once(|| (), |()| load_shelf());
    // The filters are not rendered anew with every answer, because somebody types in them.
    let narrow = move |shelf: DocumentShelf| {
        let here = |id| place.project().is_none_or(|project| project == id);
        let mut listed = shelf.projects.iter().filter(|project| here(project.id));
        let some = listed.any(|project| project.documents > 0) || shelf.aside > 0;
        some.then(|| view! { <Bar place=place filter=filter shelf=shelf /> }).into_any()
    };
    let show = move |page: Page<DocumentRow>| {
        let filter = filter.get_untracked();
        if page.items.is_empty() && place.is_all(&filter) {
            return view! { <NoDocuments place=place /> }.into_any();
        }
        view! { <DocumentGrid place=place filter=filter page=page /> }.into_any()
    };
    view! {
        <ResourceView
            page=shelf
            failure="Couldn't load tags and projects"
            shape=SkeletonShape::Lines
            count=1
            show=narrow
        />
        <ResourceView
            page=listed
            failure="Couldn't load documents"
            shape=SkeletonShape::Cards
            count=6
            show=show
        />
    }
}

fn first() -> PageRequest {
    PageRequest { limit: Some(AT_ONCE), cursor: None }
}

#[component]
fn NoDocuments(place: Place) -> impl IntoView {
    let workspace = place.workspace();
    view! {
        <EmptyState
            icon=Icon::Files
            title="No documents yet"
            text="Run a workflow that writes, or write a document yourself."
        >
            <LinkButton href=routes::gallery(workspace) icon=Icon::LayoutTemplate>
                "Browse templates"
            </LinkButton>
        </EmptyState>
    }
}

/// Documents as cards, with a button that loads more.
#[component]
pub fn DocumentGrid(
    place: Place,
    /// The filter that they were loaded with.
    filter: DocumentFilter,
    /// The first page of them, the latest first.
    page: Page<DocumentRow>,
) -> impl IntoView {
    let pagination = Pagination::new(page);
    let asked = StoredValue::new(filter);
    let more = move |()| {
        pagination.load_more(first(), |request| load_documents(asked.get_value(), request))
    };
    let count = move || pagination.count("document", "documents");
    view! {
        <p class="documents__count subtle small num" role="status">
            {count}
        </p>
        <Show when=move || pagination.rows.read().is_empty()>
            <EmptyState
                icon=Icon::Search
                title="No matching documents"
                text="Try other words or clear the filters."
            >
                <LinkButton href=place.address()>"Show all documents"</LinkButton>
            </EmptyState>
        </Show>
        <div class="documents__grid">
            <For each=move || pagination.rows.get() key=|row| row.id let:row>
                <DocumentTile workspace=place.workspace() row=row />
            </For>
        </div>
        <Show when=move || pagination.next.read().is_some()>
            <div class="documents__more">
                <Button busy=pagination.busy on_press=more>
                    "Show more"
                </Button>
            </div>
        </Show>
    }
}

/// How many tags are shown on a card.
const MOST_TAGS: usize = 3;

#[component]
pub(super) fn DocumentTile(workspace: WorkspaceId, row: DocumentRow) -> impl IntoView {
    let picture = match row.primary_image {
        Some(image) => {
            let url = routes::thumbnail(image, ThumbnailSide::Large);
            view! { <img class="document-tile__image" src=url alt="" loading="lazy" /> }.into_any()
        }
        None => view! { <p class="document-tile__paper">{row.excerpt.clone()}</p> }.into_any(),
    };
    // Without a picture the beginning of the text is shown in its place.
    let excerpt = row.primary_image.map(|_| {
        view! { <p class="document-tile__excerpt muted">{row.excerpt}</p> }
    });
    let images = u64::try_from(row.attachments).unwrap_or_default();
    let count = (images > 0).then(|| {
        view! {
            <span class="document-tile__count num">
                <Glyph icon=Icon::Images size=14 />
                {format::pluralize(images, "image", "images")}
            </span>
        }
    });
    let tags = row.tags.into_iter().take(MOST_TAGS).map(|tag| view! { <Tag>{tag}</Tag> });
    view! {
        <article class="card card--link document-tile">
            <div class="document-tile__picture" aria-hidden="true">
                {picture}
            </div>
            <div class="document-tile__words">
                <h2 class="document-tile__title" dir="auto" translate="no" title=row.title>
                    <a class="card__cover" href=routes::document(workspace, row.id)>
                        {row.title.clone()}
                    </a>
                </h2>
                {excerpt}
            </div>
            <footer class="document-tile__foot subtle small">
                <StatusTag status=row.status />
                <AsideTag aside=row.aside />
                <SampleTag sample=row.sample />
                {tags.collect_view()}
                <span class="spring"></span>
                {count}
                <RelativeTime at=row.updated_at />
            </footer>
        </article>
    }
}
