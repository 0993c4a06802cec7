//! The reference files of a document, which are read wherever the document is used as context.

use std::sync::Arc;

use api::documents::{load_document_files, remove_document_file};
use frame::layout::session::use_session;
use leptos::{prelude::*, task::spawn_local};
use model::{
    access::Permission,
    id::{DocumentId, UploadId},
    library::{MOST_FILES, Upload, UploadKind},
};
use ui::{
    button::{Button, ButtonLook, ButtonSize, IconButton},
    dialog::{Dialog, DialogSize, RemovalDialog},
    format,
    icon::{Glyph, Icon},
    upload_refresh::refresh_on_upload,
    uploads::{UploadField, UploadLimits, Uploads},
};
use web::{client::focus::focus_first, routes};

const FILES: UploadLimits = UploadLimits {
    accept: "image/png,image/jpeg,image/webp,image/gif,application/pdf,text/*,.md,.csv,.json,.txt",
    only_images: false,
    image_bytes: 10 << 20,
    file_bytes: 25 << 20,
    files: MOST_FILES,
};

/// The files, each to be downloaded; editors add and remove them. Nothing when there are none to
/// see or to add.
#[component]
pub(super) fn ReferenceFiles(document: DocumentId, files: Vec<Upload>) -> impl IntoView {
    let may_edit = use_session().is_some_and(|session| session.may(Permission::EditDocument));
    let visible = may_edit || !files.is_empty();
    let files = RwSignal::new(files);
    let (adding, doomed) = (RwSignal::new(false), RwSignal::new(None::<UploadId>));
    let row = move |file: Upload| view! { <FileRow document=document file=file may_edit=may_edit doomed=doomed /> };
    let gone = move |id: UploadId| {
        files.update(|files| files.retain(|file| file.id != id));
        // Once the dialog is closed, the button that opened it is gone with its file.
        request_animation_frame(|| focus_first(".files"));
    };
    let add = may_edit.then(|| {
        view! {
            <Button size=ButtonSize::Small icon=Icon::Paperclip on_press=move |()| adding.set(true)>
                "Add files"
            </Button>
        }
    });
    visible.then(|| {
        view! {
            <section class="files" aria-labelledby="files-title">
                <header class="attachments__head">
                    <h2 class="attachments__title" id="files-title">
                        "Reference files "
                        <span class="subtle num">
                            {move || format!("({}/{MOST_FILES})", files.read().len())}
                        </span>
                    </h2>
                    {add}
                </header>
                <Show when=move || files.read().is_empty()>
                    <p class="muted small">
                        "No files yet. Workflows that use this document as context also read its files."
                    </p>
                </Show>
                <ul class="files__list">
                    <For each=move || files.get() key=|file| file.id let:file>
                        {row(file)}
                    </For>
                </ul>
                {may_edit
                    .then(|| {
                        view! {
                            <Adding document=document files=files open=adding />
                            <RemovalDialog
                                id="remove-file"
                                title="Remove file?"
                                text="Workflows no longer read it with this document. Runs that used it keep their copy."
                                verb="Remove file"
                                doomed=doomed
                                delete=move |id| remove_document_file(document, id)
                                on_done=gone
                            />
                        }
                    })}
            </section>
        }
    })
}

#[component]
fn FileRow(
    document: DocumentId,
    file: Upload,
    may_edit: bool,
    doomed: RwSignal<Option<UploadId>>,
) -> impl IntoView {
    let id = file.id;
    let icon = match file.kind {
        UploadKind::Image => Icon::Image,
        UploadKind::Pdf | UploadKind::Text | UploadKind::File => Icon::FileText,
    };
    let remove = may_edit.then(|| {
        view! {
            <IconButton
                icon=Icon::Trash
                label=format!("Remove {}", file.name)
                on_press=move |()| doomed.set(Some(id))
            />
        }
    });
    let note = file.note.map(|note| view! { <span class="subtle small">{note}</span> });
    view! {
        <li class="files__row">
            <Glyph icon=icon size=18 />
            <span class="files__words">
                <a class="link files__name" dir="auto" href=routes::document_file(document, id) rel="external" download="">
                    {file.name}
                </a>
                <span class="subtle small num">{format::bytes(file.bytes.unsigned_abs())}</span>
                {note}
            </span>
            {remove}
        </li>
    }
}

/// The dialog in which files are added; the list of the page is loaded again when some were stored.
#[component]
fn Adding(
    document: DocumentId,
    files: RwSignal<Vec<Upload>>,
    open: RwSignal<bool>,
) -> impl IntoView {
    let uploads = Uploads::<Upload>::new(routes::document_files(document), FILES);
    let (note, address) = (
        move |upload: &Upload| upload.note.clone(),
        move |upload: &Upload| routes::document_file(document, upload.id),
    );
    refresh_on_upload(uploads, open, move || {
        spawn_local(async move {
            // Where loading fails the last list stays on the page.
            if let Ok(listed) = load_document_files(document).await {
                files.try_set(listed);
            }
        });
    });
    view! {
        <Dialog id="add-files" title="Add reference files" open=open size=DialogSize::Wide>
            <UploadField
                id="reference-files"
                label="Files"
                help="Images up to 10 MB, text and PDF up to 25 MB."
                uploads=uploads
                note=Arc::new(note)
                address_of=Arc::new(address)
            />
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
