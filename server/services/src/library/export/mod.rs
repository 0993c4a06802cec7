//! A document with its images as a file to take away: Markdown in a ZIP, one page of HTML, a
//! document for Word, or plain text; and as a page to print.
//!
//! It is planned as text and images in order, and written with one image in memory. Only a document
//! for Word holds all of its images at once, made smaller.

mod docx;
mod docx_styles;
mod markdown;
mod page;
mod part;

use std::{collections::BTreeMap, fs::File, io};

use backend::actor::Actor;
use blobs::BlobError;
use bytes::Bytes;
use model::{
    access::Permission,
    api::documents::ExportFormat,
    id::{DocumentId, ImageId},
    library::{AttachedImage, DocumentPage},
    text::markdown::plain_paragraphs,
};
use store::{
    error::{EngineError, Result},
    images,
};
use tokio::{
    sync::mpsc::{self, Receiver},
    task,
};

use self::{
    page::PageUse,
    part::{ExportImage, IMAGES, Part, Step},
};
use super::Library;
use crate::archive::{Export, name::file_name};

/// Images of the library that the text itself shows; the rest are left out.
const MOST_SHOWN: usize = 100;

impl Library {
    /// A document with its images as a file.
    ///
    /// # Errors
    /// An unknown document; a disk that is full; a store of images that is away.
    pub async fn export_document(
        &self,
        actor: &Actor,
        id: DocumentId,
        format: ExportFormat,
    ) -> Result<Export> {
        actor.require(Permission::Read)?;
        let document = self.document(actor, id).await?;
        let images = self.export_images(actor, &document).await?;
        let (parts, taken) = mpsc::channel(1);
        let name = file_name(&document.title);
        let (folder, written) = (name.clone(), document.clone());
        let write = task::spawn_blocking(move || write(format, &folder, &written, taken));
        let plan = task::spawn_blocking(move || plan(format, &document, images));
        let plan = plan.await.map_err(|error| EngineError::internal("exporting", error))?;
        for step in plan {
            let part = match step {
                Step::Text(text) => Part::Text(text),
                Step::Image(image) => match self.export_image(actor, image.id, format).await {
                    Ok(bytes) => Part::Image(image, bytes),
                    // An image that is gone is no reason to keep the text back.
                    Err(error) if is_gone(&error) => {
                        let error = &error as &dyn std::error::Error;
                        tracing::warn!(error, image = %image.id, "an image was left out of an export");
                        continue;
                    }
                    Err(error) => return Err(error),
                },
            };
            if parts.send(part).await.is_err() {
                break;
            }
        }
        drop(parts);
        let written = write.await.map_err(|error| EngineError::internal("exporting", error))?;
        let name = format!("{name}.{}", format.extension());
        written
            .and_then(|file| Export::from_file(name, format.media_type(), file))
            .map_err(|error| EngineError::internal("exporting", error))
    }

    /// The file of an image as the format needs it.
    async fn export_image(
        &self,
        actor: &Actor,
        id: ImageId,
        format: ExportFormat,
    ) -> Result<Bytes> {
        let file = self.image_file(actor, id).await?;
        match format {
            ExportFormat::Markdown
            | ExportFormat::Html
            | ExportFormat::Print
            | ExportFormat::Text => Ok(file.bytes),
            ExportFormat::Docx => {
                let decoder = &self.ctx.deps.decoder;
                let small = decoder.thumbnail(file.bytes, docx::MOST_PIXELS).await;
                let small = small
                    .map_err(|error| EngineError::internal("making an image smaller", error))?;
                Ok(small.bytes.into())
            }
        }
    }

    /// The images on a document, and after them those its text shows besides.
    async fn export_images(
        &self,
        actor: &Actor,
        document: &DocumentPage,
    ) -> Result<Vec<ExportImage>> {
        let mut ids: Vec<ImageId> = document.images.iter().map(|image| image.id).collect();
        let attached = ids.len();
        for id in image_ids_in(&document.content) {
            if ids.len() == attached + MOST_SHOWN {
                break;
            }
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
        let mut conn = self.ctx.connect("exporting a document").await?;
        let rows = images::find(&mut conn, actor.workspace, &ids).await?;
        let mut rows: BTreeMap<ImageId, _> = rows.into_iter().map(|row| (row.id, row)).collect();
        let export_image = |id: ImageId| {
            let row = rows.remove(&id)?;
            let on = document.images.iter().find(|image| image.id == id);
            let caption = on.map(|image: &AttachedImage| image.caption.clone());
            Some(ExportImage {
                id,
                alt: row.alt,
                caption: caption.clone().unwrap_or_default(),
                media_type: row.media_type,
                attached: caption.is_some(),
                width: row.width,
                height: row.height,
            })
        };
        Ok(ids.into_iter().filter_map(export_image).collect())
    }
}

/// What the file is made of, in order.
fn plan(format: ExportFormat, document: &DocumentPage, images: Vec<ExportImage>) -> Vec<Step> {
    match format {
        ExportFormat::Markdown => markdown::plan(document, &images),
        ExportFormat::Html => page::plan(document, &images, PageUse::ToKeep),
        ExportFormat::Print => page::plan(document, &images, PageUse::ToPrint),
        ExportFormat::Text => {
            let text = plain_paragraphs(&document.content);
            vec![Step::Text(format!("{}\n\n{}\n", document.title, text.trim_end()))]
        }
        ExportFormat::Docx => images.into_iter().map(Step::Image).collect(),
    }
}

/// Writes the file as its parts come.
fn write(
    format: ExportFormat,
    folder: &str,
    document: &DocumentPage,
    parts: Receiver<Part>,
) -> io::Result<File> {
    match format {
        ExportFormat::Markdown => markdown::write(folder, parts),
        ExportFormat::Html | ExportFormat::Print | ExportFormat::Text => page::write(parts),
        ExportFormat::Docx => docx::write(document, parts),
    }
}

/// Whether an image is gone for good and may be left out. One that only cannot be read at the
/// moment fails the export: nobody would notice that it is missing.
fn is_gone(error: &EngineError) -> bool {
    match error {
        EngineError::NotFound(_) => true,
        EngineError::Internal { source, .. } => {
            matches!(source.downcast_ref::<BlobError>(), Some(BlobError::Missing(_)))
        }
        EngineError::Conflict { .. }
        | EngineError::Refused(_)
        | EngineError::NewerDatabase { .. }
        | EngineError::ReadOnly
        | EngineError::Database { .. } => false,
    }
}

/// The ids of the library's images whose addresses are in a text, in order; one may come twice.
fn image_ids_in(text: &str) -> impl Iterator<Item = ImageId> {
    let places = text.split(IMAGES).skip(1);
    places.filter_map(|rest| rest.get(..36)?.parse().ok())
}
