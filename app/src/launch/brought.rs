//! What a launch brings along for its prompts: documents of the project, files for this run only.

use std::sync::Arc;

use leptos::prelude::*;
use model::{
    execution::brought::Brought as Most,
    id::{DocumentId, UploadId},
    library::{DocumentRow, ImageRow, Upload, UploadKind},
    problem::FieldProblem,
    workflow::ParameterKind,
};

use crate::{
    documents::status::word_of,
    pictures::image_option,
    routes,
    ui::{
        field::{PickOption, PickerField, Picks},
        format,
        outbox::{Allowed, Outbox, OutboxField},
    },
};

const FILES: Allowed = Allowed {
    accept: "image/png,image/jpeg,image/webp,image/gif,application/pdf,text/*,.md,.csv,.json,.txt",
    only_images: false,
    image_bytes: 10 << 20,
    file_bytes: 25 << 20,
    files: Most::MOST_UPLOADS,
};

/// The id of the field of the files, and where in a launch they are.
pub(super) const FILES_FIELD: &str = "context-files";

/// What is chosen so far.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Brought {
    /// Ids of documents.
    pub documents: RwSignal<Vec<String>>,
    /// Files.
    pub files: Outbox<Upload>,
}

impl Brought {
    pub(crate) fn new() -> Self {
        let files = Outbox::new(routes::UPLOADS, FILES);
        Self { documents: RwSignal::new(vec![]), files }
    }

    /// The documents to send.
    pub(crate) fn documents(self) -> Vec<DocumentId> {
        self.documents.read().iter().filter_map(|id| id.parse().ok()).collect()
    }

    /// The files to send.
    pub(crate) fn uploads(self) -> Vec<UploadId> {
        self.files.kept().iter().map(|upload| upload.id).collect()
    }

    /// Says so where a file is shown that would not go along.
    pub(super) fn problem(self) -> Option<FieldProblem> {
        let names = self.files.missing().join(", ");
        let message = format!("Not sent: {names}. Remove from the list what is not to go along.");
        (!names.is_empty()).then(|| FieldProblem::field("not_sent", FILES_FIELD, message))
    }
}

/// What the fields of a form can choose from.
#[derive(Debug, Clone, Default)]
pub(crate) struct Library {
    pub documents: Vec<PickOption>,
    pub images: Vec<PickOption>,
}

impl Library {
    pub(crate) fn new(documents: &[DocumentRow], images: &[ImageRow]) -> Self {
        Self {
            documents: documents.iter().map(document).collect(),
            images: images.iter().map(image_option).collect(),
        }
    }

    /// What a parameter of this kind is chosen from.
    pub(crate) fn options(&self, kind: ParameterKind) -> Vec<PickOption> {
        match kind {
            ParameterKind::Image | ParameterKind::Images => self.images.clone(),
            _ => self.documents.clone(),
        }
    }
}

fn document(row: &DocumentRow) -> PickOption {
    let images = u64::try_from(row.attachments).unwrap_or_default();
    let images = (images > 0).then(|| format::counted(images, "picture", "pictures"));
    let facts: Vec<String> =
        std::iter::once(word_of(row.status).to_owned()).chain(images).collect();
    PickOption {
        value: row.id.to_string(),
        title: row.title.clone(),
        words: row.excerpt.clone(),
        facts: facts.join(" · "),
        picture: None,
    }
}

/// The part of the form that asks for them.
#[component]
pub(crate) fn BroughtFields(brought: Brought, documents: Vec<PickOption>) -> impl IntoView {
    let note = |upload: &Upload| match upload.kind {
        UploadKind::Image => upload.note.clone().or(Some("Seen by texts and pictures.".to_owned())),
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
                    nothing="There are no documents yet."
                    help=format!(
                        "Every text is written with these in mind, and with the first {} pictures on them. At most {}.",
                        Most::MOST_PICTURES,
                        Most::MOST_DOCUMENTS,
                    )
                />
                <OutboxField
                    id=FILES_FIELD
                    label="Files"
                    help="For this run only: images up to 10 MB, text and PDF up to 25 MB, ten files."
                    outbox=brought.files
                    note=Arc::new(note)
                    address_of=Arc::new(address)
                />
            </div>
        </section>
    }
}
