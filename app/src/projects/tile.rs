//! An image of the library as a tile.

use frame::{layout::pagination::Pagination, pictures::Picture};
use leptos::{ev, prelude::*};
use model::{
    api::lineage::Subject,
    id::{ImageId, WorkspaceId},
    library::ImageRow,
};
use ui::{
    badge::{Tag, Tone},
    button::IconButton,
    failure::picture::PictureFrame,
    icon::{Glyph, Icon},
    relative_time::RelativeTime,
};
use web::routes::{self, ThumbnailSide};

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
