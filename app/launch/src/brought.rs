//! The context of a launch for its prompts: documents of the library, and files for this run only.

use std::sync::Arc;

use frame::pictures::image_option;
use leptos::prelude::*;
use model::{
    execution::brought::Brought as Most,
    id::{DocumentId, UploadId},
    library::{DocumentRow, ImageRow, Upload, UploadKind},
    parameter::ParameterKind,
    problem::FieldProblem,
};
use ui::{
    button::IconButton,
    field::{PickOption, PickerField, Picks},
    format,
    icon::{Glyph, Icon},
    uploads::{UploadField, UploadLimits, Uploads},
};
use web::{client::focus::focus, routes};

const FILES: UploadLimits = UploadLimits {
    accept: "image/png,image/jpeg,image/webp,image/gif,application/pdf,text/*,.md,.csv,.json,.txt",
    only_images: false,
    image_bytes: 10 << 20,
    file_bytes: 25 << 20,
    files: Most::MOST_UPLOADS,
};

/// The id of the field of the files, and the path of their problems.
pub(super) const FILES_FIELD: &str = "context-files";

/// The documents and files chosen so far.
#[derive(Debug, Clone, Copy)]
pub struct Brought {
    /// The ids of chosen documents.
    pub documents: RwSignal<Vec<String>>,
    /// Files that are uploaded for this launch.
    pub files: Uploads<Upload>,
    /// Files of an earlier launch that are used again.
    pub again: RwSignal<Vec<Upload>>,
}

impl Default for Brought {
    /// Nothing is chosen yet.
    fn default() -> Self {
        let again = RwSignal::new(Vec::<Upload>::new());
        let taken = Signal::derive(move || again.read().len());
        let files = Uploads::new(routes::UPLOADS, FILES).with_taken(taken);
        Self { documents: RwSignal::new(vec![]), files, again }
    }
}

impl Brought {
    /// The documents to send.
    pub fn documents(self) -> Vec<DocumentId> {
        self.documents.read().iter().filter_map(|id| id.parse().ok()).collect()
    }

    /// The files to send.
    pub fn uploads(self) -> Vec<UploadId> {
        let stored = self.files.stored_files();
        self.again.read().iter().chain(&stored).map(|upload| upload.id).collect()
    }

    /// The problem of the files in the list that could not be sent; none where all could.
    pub(super) fn problem(self) -> Option<FieldProblem> {
        let names = self.files.failed_names().join(", ");
        let message = format!("Not uploaded: {names}. Upload again or remove from the list.");
        (!names.is_empty()).then(|| FieldProblem::field("not_sent", FILES_FIELD, message))
    }
}

/// The documents and images that the fields of a form can choose from.
#[derive(Debug, Clone, Default)]
pub struct Library {
    /// The documents, each with its status and how many images it has.
    pub documents: Vec<PickOption>,
    /// The images, each with a small picture of it.
    pub images: Vec<PickOption>,
}

impl Library {
    /// Offers these documents and images, in this order.
    pub fn new(documents: &[DocumentRow], images: &[ImageRow]) -> Self {
        Self {
            documents: documents.iter().map(document).collect(),
            images: images.iter().map(image_option).collect(),
        }
    }

    /// What a parameter of this kind is chosen from.
    pub fn options(&self, kind: ParameterKind) -> Vec<PickOption> {
        match kind {
            ParameterKind::Image | ParameterKind::Images => self.images.clone(),
            _ => self.documents.clone(),
        }
    }
}

fn document(row: &DocumentRow) -> PickOption {
    let images = u64::try_from(row.attachments).unwrap_or_default();
    let images = (images > 0).then(|| format::pluralize(images, "image", "images"));
    let facts: Vec<String> = std::iter::once(row.status.label().to_owned()).chain(images).collect();
    PickOption {
        value: row.id.to_string(),
        title: row.title.clone(),
        words: row.excerpt.clone(),
        facts: facts.join(" · "),
        picture: None,
    }
}

/// The part of the form that asks for documents and files.
#[component]
pub fn BroughtFields(
    /// What is chosen so far.
    brought: Brought,
    /// The documents that can be chosen.
    documents: Vec<PickOption>,
) -> impl IntoView {
    let note = |upload: &Upload| match upload.kind {
        UploadKind::Image => {
            upload.note.clone().or(Some("Text and image steps can see it.".to_owned()))
        }
        _ => upload.note.clone(),
    };
    let address = |upload: &Upload| routes::upload(upload.id);
    view! {
        <section class="card launch__group">
            <h2 class="launch__title">"Context"</h2>
            <div class="form">
                <PickerField
                    name="context-documents"
                    label="Documents"
                    value=brought.documents
                    options=documents
                    picks=Picks::Many
                    nothing="No documents yet."
                    help=format!(
                        "Every text step reads these and their first {} images. Choose up to {}.",
                        Most::MOST_IMAGES,
                        Most::MOST_DOCUMENTS,
                    )
                />
                <UploadField
                    id=FILES_FIELD
                    label="Files"
                    help="For this run only. Up to ten files: images up to 10 MB, text and PDF up to 25 MB."
                    uploads=brought.files
                    note=Arc::new(note)
                    address_of=Arc::new(address)
                />
                <AgainFiles files=brought.again />
            </div>
        </section>
    }
}

/// Files of an earlier launch, each of which can be left out.
#[component]
fn AgainFiles(files: RwSignal<Vec<Upload>>) -> impl IntoView {
    let row = move |upload: Upload| {
        let id = upload.id;
        let leave_out = move |()| {
            files.update(|files| files.retain(|file| file.id != id));
            focus(FILES_FIELD);
        };
        let bytes = u64::try_from(upload.bytes).unwrap_or_default();
        view! {
            <li class="outbox__row" data-state="kept">
                <Glyph icon=Icon::CircleCheck size=18 />
                <div class="outbox__words">
                    <p class="outbox__name">
                        <bdi>{upload.name.clone()}</bdi>
                        " "
                        <span class="subtle small num">{format::bytes(bytes)}</span>
                    </p>
                    <p class="outbox__note small">"From an earlier run."</p>
                </div>
                <IconButton
                    icon=Icon::X
                    label=format!("Remove {}", upload.name)
                    on_press=leave_out
                />
            </li>
        }
    };
    view! {
        <Show when=move || !files.read().is_empty()>
            <ul class="outbox__list" aria-label="Files of the earlier run">
                <For each=move || files.get() key=|file| file.id children=row />
            </ul>
        </Show>
    }
}
