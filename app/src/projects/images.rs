//! The image library of a workspace or of one of its projects, a tile for each image.

use api::images::{delete_image, describe_image, load_images};
use frame::{
    layout::{
        breadcrumb::{Breadcrumb, Crumb},
        page_resource::{ResourceView, load_once},
        pagination::Pagination,
        session::use_session,
    },
    pictures::{ImageText, Lightbox, Picture, PicturesField, TextSaver, picture_uploads},
};
use leptos::{ev, prelude::*};
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use model::{
    access::Permission,
    api::{
        documents::ImageFilter,
        lineage::Subject,
        listing::{Page, PageRequest},
    },
    id::{ImageId, WorkspaceId},
    library::ImageRow,
};
use ui::{
    badge::{Tag, Tone},
    button::{Button, ButtonLook, IconButton},
    card::PageHeader,
    dialog::{Dialog, DialogSize, RemovalDialog},
    empty::EmptyState,
    failure::picture::PictureFrame,
    field::SearchField,
    icon::{Glyph, Icon},
    relative_time::RelativeTime,
    skeleton::SkeletonShape,
    upload_refresh::refresh_on_upload,
};
use web::routes::{self, ThumbnailSide};

use crate::{
    documents::Place,
    narrow::{query_string, search_typed, use_in_place},
};

/// How many images are loaded at once.
const AT_ONCE: i64 = 60;
/// The search starts when nothing has been typed for so long.
const PAUSE_MS: u32 = 200;

/// Every image of the workspace.
#[component]
pub fn ImagesPage() -> impl IntoView {
    let session = use_session();
    let may_edit = session.is_some_and(|session| session.may(Permission::EditDocument));
    let workspace = session.map(|session| session.workspace());
    let lacks = RwSignal::new(false);
    view! {
        <Title text="Images" />
        <div class="page images">
            {workspace
                .map(|workspace| {
                    let place = Place::Workspace(workspace);
                    let upload = move || {
                        may_edit
                            .then(|| view! { <UploadButton place=place lacks=lacks /> })
                            .into_any()
                    };
                    let crumbs = vec![
                        Crumb::link("Documents", routes::documents(workspace)),
                        Crumb::here("Images"),
                    ];
                    view! {
                        <Breadcrumb crumbs=crumbs />
                        <PageHeader
                            title="Images"
                            lead="Images your workflows made and your team uploaded."
                            actions=upload
                        />
                        <Images place=place lacks=lacks />
                    }
                })}
        </div>
    }
}

/// The image that a dialog of the page is about.
#[derive(Clone, Copy, Default)]
struct LookedAt {
    /// The image that is open in full.
    shown: RwSignal<Option<ImageId>>,
    /// The image whose deletion the person is asked to confirm.
    doomed: RwSignal<Option<ImageId>>,
}

impl LookedAt {
    /// Whether no dialog is open.
    fn is_over(self) -> bool {
        self.shown.read().is_none() && self.doomed.read().is_none()
    }
}

fn first() -> PageRequest {
    PageRequest { limit: Some(AT_ONCE), cursor: None }
}

/// Images as a grid, narrowed by the words in the address.
#[component]
pub(super) fn Images(
    place: Place,
    /// Whether images were uploaded that the list does not show yet.
    #[prop(optional)]
    lacks: RwSignal<bool>,
) -> impl IntoView {
    let query = use_query_map();
    let filter = Memo::new(move |_| ImageFilter {
        q: query.with(|query| query.get("q").unwrap_or_default()),
        project: place.project(),
        execution: None,
    });
    let in_place = use_in_place();
    let search = search_typed(PAUSE_MS, move |words| in_place.run(address(place, &words)));
    let may_edit = use_session().is_some_and(|session| session.may(Permission::EditDocument));
    let looked_at = LookedAt::default();
    // The page of all images has the button in its header.
    let has_button = may_edit && place.project().is_some();
    let listed = load_once(move || filter.get(), |filter| load_images(filter, first()));
    let show = move |page: Page<ImageRow>| {
        let filter = filter.get_untracked();
        if page.items.is_empty() {
            return view! { <NoImages words=filter.q /> }.into_any();
        }
        let workspace = place.workspace();
        view! {
            <ImageGrid
                workspace=workspace
                filter=filter
                page=page
                looked_at=looked_at
                may_edit=may_edit
            />
        }
        .into_any()
    };
    // The dialog of an image would be closed by loading its list again.
    Effect::new(move || {
        if lacks.get() && looked_at.is_over() {
            lacks.set(false);
            listed.refetch();
        }
    });
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
                on_input=search
            />
            <span class="spring"></span>
            {has_button.then(|| view! { <UploadButton place=place lacks=lacks /> })}
        </form>
        <ResourceView
            page=listed
            failure="Couldn't load images"
            shape=SkeletonShape::Cards
            count=8
            show=show
        />
    }
}

/// The address of this page with the query `words`.
fn address(place: Place, words: &str) -> String {
    let (path, part) = match place {
        Place::Workspace(workspace) => (routes::images(workspace), ""),
        Place::Project(workspace, project) => (routes::project(workspace, project), "images"),
    };
    format!("{path}{}", query_string([("part", part), ("q", words.trim())]))
}

#[component]
fn NoImages(words: String) -> impl IntoView {
    if words.is_empty() {
        return view! {
            <EmptyState
                icon=Icon::Images
                title="No images yet"
                text="Run a workflow that makes images, or upload some."
            />
        }
        .into_any();
    }
    view! {
        <EmptyState
            icon=Icon::Search
            title=format!("No images for “{words}”")
            text="Search looks at image descriptions. Try other words."
        />
    }
    .into_any()
}

#[component]
fn ImageGrid(
    workspace: WorkspaceId,
    filter: ImageFilter,
    page: Page<ImageRow>,
    looked_at: LookedAt,
    may_edit: bool,
) -> impl IntoView {
    let pagination = Pagination::new(page);
    let asked = StoredValue::new(filter);
    let more =
        move |()| pagination.load_more(first(), |request| load_images(asked.get_value(), request));
    let count = move || pagination.count("image", "images");
    let LookedAt { shown, doomed } = looked_at;
    let shelf = Shelf { workspace, pagination, shown, doomed, may_edit };
    let pictures = Signal::derive(move || {
        pagination.rows.get().into_iter().map(Picture::from).collect::<Vec<_>>()
    });
    view! {
        <p class="documents__count subtle small num" role="status">
            {count}
        </p>
        <ul class="images__grid">
            <For each=move || pagination.rows.get() key=|row| row.id let:row>
                <ImageTile shelf=shelf row=row />
            </For>
        </ul>
        <Show when=move || pagination.next.read().is_some()>
            <div class="documents__more">
                <Button busy=pagination.busy on_press=more>
                    "Show more"
                </Button>
            </div>
        </Show>
        <Lightbox pictures=pictures open=shown words=may_edit.then(|| description_saver(pagination)) />
        <RemovalDialog
            id="delete-image"
            title="Delete image?"
            text="This deletes it from the library. If a run made it, it stays in that run's outputs."
            verb="Delete image"
            doomed=doomed
            delete=delete_image
            on_done=move |id| pagination.rows.update(|rows| rows.retain(|row| row.id != id))
        />
    }
}

/// Saves the description of an image, and shows it in the list.
fn description_saver(pagination: Pagination<ImageRow>) -> TextSaver {
    TextSaver::new(move |ImageText { image, alt, .. }| async move {
        let now = describe_image(image, alt).await.map_err(|error| error.0)?;
        pagination.rows.try_update(|rows| {
            if let Some(row) = rows.iter_mut().find(|row| row.id == image) {
                *row = now;
            }
        });
        Ok(())
    })
}

/// The button and dialog that upload images.
#[component]
fn UploadButton(place: Place, lacks: RwSignal<bool>) -> impl IntoView {
    let open = RwSignal::new(false);
    let uploads = picture_uploads(place.project());
    refresh_on_upload(uploads, open, move || lacks.set(true));
    let look = match place {
        Place::Workspace(_) => ButtonLook::Primary,
        Place::Project(..) => ButtonLook::Plain,
    };
    view! {
        <Button look=look icon=Icon::Upload on_press=move |()| open.set(true)>
            "Upload images"
        </Button>
        <Dialog id="upload-images" title="Upload images" open=open size=DialogSize::Wide>
            <PicturesField id="library-files" uploads=uploads />
            <footer class="dialog__footer">
                <Button
                    look=ButtonLook::Primary
                    busy=Signal::derive(move || uploads.is_busy())
                    on_press=move |()| open.set(false)
                >
                    "Done"
                </Button>
            </footer>
        </Dialog>
    }
}

/// What every tile works with.
#[derive(Clone, Copy)]
pub(super) struct Shelf {
    pub workspace: WorkspaceId,
    /// The images read so far.
    pub pagination: Pagination<ImageRow>,
    /// The image that is open in full.
    pub shown: RwSignal<Option<ImageId>>,
    /// The image whose deletion the person is asked to confirm.
    pub doomed: RwSignal<Option<ImageId>>,
    pub may_edit: bool,
}

/// An image with its size and who made it; it opens in full.
#[component]
pub(super) fn ImageTile(shelf: Shelf, row: ImageRow) -> impl IntoView {
    let id = row.id;
    let made = match row.execution {
        Some(execution) => view! {
            <a class="provenance" href=routes::execution(shelf.workspace, execution)>
                <Glyph icon=Icon::Workflow size=14 />
                <span>"Made by a workflow"</span>
            </a>
            <a class="how-made" href=routes::lineage(shelf.workspace, Subject::Image(id))>
                "How was this made?"
            </a>
        }
        .into_any(),
        None => view! { <Tag icon=Icon::Upload>"Uploaded"</Tag> }.into_any(),
    };
    let sample = row.sample.then(|| view! { <Tag tone=Tone::Warning>"SAMPLE"</Tag> });
    let at = row.created_at;
    let begun = Picture::from(row);
    let facts = begun.facts();
    let name = Memo::new(move |_| {
        let now = shelf.pagination.rows.read().iter().find(|row| row.id == id).cloned();
        now.map_or_else(|| begun.name(), |row| Picture::from(row).name())
    });
    let open = move |event: ev::MouseEvent| {
        event.prevent_default();
        shelf.shown.set(Some(id));
    };
    let delete = shelf.may_edit.then(|| {
        view! {
            <IconButton
                icon=Icon::Trash
                label="Delete"
                on_press=move |()| shelf.doomed.set(Some(id))
            />
        }
    });
    view! {
        <li class="card images__tile">
            <PictureFrame>
                <a
                    class="images__frame"
                    href=routes::image(id)
                    rel="external"
                    aria-haspopup="dialog"
                    on:click=open
                >
                    <img
                        src=routes::thumbnail(id, ThumbnailSide::Large)
                        alt=move || name.get()
                        loading="lazy"
                    />
                </a>
            </PictureFrame>
            <p class="images__name" dir="auto" translate="no" title=move || name.get()>
                {move || name.get()}
            </p>
            <p class="images__facts subtle small num">
                <span>{facts}</span>
                {delete}
            </p>
            <p class="images__made">
                {made} {sample} <span class="subtle small"><RelativeTime at=at /></span>
            </p>
        </li>
    }
}
