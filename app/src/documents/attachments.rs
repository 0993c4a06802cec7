//! The images on a document, the primary one first; editors arrange them here.

use frame::{
    layout::session::use_session,
    pictures::{CAPTION, Lightbox, MOST_AT_ONCE as MOST, Picture},
};
use leptos::{ev, prelude::*};
use model::{
    access::Permission,
    id::{DocumentId, ImageId, ProjectId},
    library::AttachedImage,
};
use ui::{
    badge::Tag,
    button::{Button, ButtonSize, IconButton},
    failure::picture::PictureFrame,
    icon::{Glyph, Icon},
};
use web::{
    client::focus::focus,
    routes::{self, ThumbnailSide},
};

use super::{
    arranging::{ATTACH, Arranging, place_id},
    attach::AttachDialog,
    status::SampleTag,
};

/// The images as a grid; each opens in full. Not shown when there are none, to people who may
/// attach none.
#[component]
pub(super) fn Attachments(
    document: DocumentId,
    /// The project in which images to attach are searched first.
    #[prop(into)]
    project: Signal<ProjectId>,
    images: Vec<AttachedImage>,
) -> impl IntoView {
    let editable = use_session().is_some_and(|session| session.may(Permission::EditDocument));
    let arranging = Arranging::new(document, images);
    let (shown, attaching) = (RwSignal::new(None), RwSignal::new(false));
    let dragged = RwSignal::new(None::<ImageId>);
    let images = arranging.images;
    let tile = move |image: AttachedImage| {
        let shared = Tile { arranging, shown, dragged, editable };
        view! { <Attachment image=image tile=shared /> }
    };
    let attach = move || {
        editable.then(|| {
            view! {
                <span id=ATTACH class="attachments__attach" tabindex="-1">
                    <Button
                        size=ButtonSize::Small
                        icon=Icon::Paperclip
                        on_press=move |()| attaching.set(true)
                    >
                        "Attach images"
                    </Button>
                </span>
            }
        })
    };
    let pictures =
        Signal::derive(move || images.get().into_iter().map(Picture::from).collect::<Vec<_>>());
    let words = editable.then(|| arranging.text_saver());
    let visible = editable || !images.read_untracked().is_empty();
    visible.then(|| {
        view! {
            <section class="attachments" aria-labelledby="attachments-title">
                <header class="attachments__head">
                    <h2 class="attachments__title" id="attachments-title">
                        "Images "
                        <span class="subtle num">
                            {move || format!("({}/{MOST})", images.read().len())}
                        </span>
                    </h2>
                    {attach()}
                </header>
                <Show when=move || images.read().is_empty()>
                    <p class="muted small">"No images yet."</p>
                </Show>
                <ul class="attachments__grid" aria-busy=move || arranging.is_busy().to_string()>
                    <For each=move || images.get() key=|image| image.id let:image>
                        {tile(image)}
                    </For>
                </ul>
                <p class="unseen" role="status">
                    {move || arranging.said.get()}
                </p>
                <Lightbox pictures=pictures open=shown words=words />
                {editable
                    .then(|| {
                        view! {
                            <AttachDialog
                                document=document
                                project=project
                                arranging=arranging
                                open=attaching
                            />
                        }
                    })}
            </section>
        }
    })
}

/// The state that all tiles share.
#[derive(Clone, Copy)]
struct Tile {
    arranging: Arranging,
    shown: RwSignal<Option<ImageId>>,
    dragged: RwSignal<Option<ImageId>>,
    editable: bool,
}

impl Tile {
    fn on_key(self, image: ImageId, event: &ev::KeyboardEvent) {
        let by = match event.key().as_str() {
            "ArrowLeft" | "ArrowUp" => -1,
            "ArrowRight" | "ArrowDown" => 1,
            _ => return,
        };
        if self.editable && event.alt_key() {
            event.prevent_default();
            self.arranging.shift(image, by);
        }
    }

    fn on_drop(self, image: ImageId, event: &ev::DragEvent) {
        let Some(dragged) = self.dragged.get_untracked() else { return };
        event.prevent_default();
        self.dragged.set(None);
        self.arranging.put_at(dragged, image);
    }

    fn on_drag_over(self, event: &ev::DragEvent) {
        if self.dragged.read_untracked().is_some() {
            event.prevent_default();
        }
    }
}

#[component]
fn Attachment(image: AttachedImage, tile: Tile) -> impl IntoView {
    let id = image.id;
    let primary = Memo::new(move |_| tile.arranging.place(id) == Some(0));
    let sample = image.sample;
    let ratio = format!("{} / {}", image.width.max(1), image.height.max(1));
    let (width, height) = (image.width, image.height);
    let by_workflow = image.by_workflow.is_some();
    let begun = Picture::from(image);
    let facts = begun.facts();
    let now = Memo::new(move |_| tile.arranging.find(id).unwrap_or_else(|| begun.clone()));
    let open = move |event: ev::MouseEvent| {
        event.prevent_default();
        tile.shown.set(Some(id));
    };
    view! {
        <li
            class="attachment"
            data-primary=move || primary.get().then_some("")
            data-dragged=move || (tile.dragged.get() == Some(id)).then_some("")
            draggable=tile.editable.then_some("true")
            on:dragstart=move |_| tile.dragged.set(tile.editable.then_some(id))
            on:dragend=move |_| tile.dragged.set(None)
            on:dragover=move |event| tile.on_drag_over(&event)
            on:drop=move |event| tile.on_drop(id, &event)
            on:keydown=move |event| tile.on_key(id, &event)
        >
            <PictureFrame>
                <a
                    class="attachment__frame"
                    id=place_id(id)
                    href=routes::image(id)
                    rel="external"
                    aria-haspopup="dialog"
                    draggable="false"
                    style:--ratio=ratio
                    on:click=open
                >
                    <img
                        class="attachment__image"
                        src=routes::thumbnail(id, ThumbnailSide::Large)
                        alt=move || now.read().name()
                        width=width
                        height=height
                        loading="lazy"
                        draggable="false"
                    />
                </a>
            </PictureFrame>
            <Show when=move || primary.get()>
                <span class="attachment__star" title="Primary image">
                    <Glyph icon=Icon::Star size=14 />
                    <span class="unseen">"Primary image"</span>
                </span>
            </Show>
            <Caption id=id now=now tile=tile />
            <p class="attachment__facts subtle small num">
                <span>{facts}</span>
                <SampleTag sample=sample />
                {by_workflow.then(|| view! { <Tag icon=Icon::Workflow>"Attached by a workflow"</Tag> })}
            </p>
            {tile
                .editable
                .then(|| {
                    let name = Signal::derive(move || now.read().name());
                    view! { <Tools id=id name=name primary=primary arranging=tile.arranging /> }
                })}
        </li>
    }
}

/// The caption of an image; for an editor a button that opens the form for it.
#[component]
fn Caption(id: ImageId, now: Memo<Picture>, tile: Tile) -> impl IntoView {
    let words = move || now.read().caption.clone().filter(|caption| !caption.is_empty());
    let caption = move || {
        words().map(|words| view! { <span class="attachment__caption" dir="auto">{words}</span> })
    };
    if !tile.editable {
        return view! { {caption} }.into_any();
    }
    let write = move |_| {
        tile.shown.set(Some(id));
        // By the next frame the field is on the page; focusing it unfolds the form.
        request_animation_frame(|| focus(CAPTION));
    };
    let none =
        move || words().is_none().then(|| view! { <span class="subtle">"Add a caption"</span> });
    view! {
        <button
            type="button"
            class="attachment__words"
            title=move || words().map(|_| "Edit the caption")
            aria-haspopup="dialog"
            on:click=write
        >
            {caption}
            {none}
        </button>
    }
    .into_any()
}

/// The buttons for editors: everything that dragging does, and more.
#[component]
fn Tools(
    id: ImageId,
    name: Signal<String>,
    primary: Memo<bool>,
    arranging: Arranging,
) -> impl IntoView {
    let last = Memo::new(move |_| {
        arranging.place(id).is_none_or(|place| place + 1 >= arranging.images.read().len())
    });
    view! {
        <div class="attachment__tools" role="group" aria-label=name>
            <IconButton
                icon=Icon::Star
                label="Set as primary"
                disabled=primary
                on_press=move |()| arranging.make_primary(id)
            />
            <IconButton
                icon=Icon::ArrowLeft
                label="Move earlier"
                disabled=primary
                on_press=move |()| arranging.shift(id, -1)
            />
            <IconButton
                icon=Icon::ArrowRight
                label="Move later"
                disabled=last
                on_press=move |()| arranging.shift(id, 1)
            />
            <IconButton
                icon=Icon::Trash
                label="Detach"
                on_press=move |()| arranging.detach(id)
            />
        </div>
    }
}
