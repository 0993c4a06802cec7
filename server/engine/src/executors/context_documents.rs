//! What goes along with a prompt: documents of the project, and the pictures attached to them.

use std::collections::BTreeSet;

use model::{
    execution::failure::Failure,
    id::{DocumentId, ImageId},
    nodes::generate_copy::ContextDocuments,
};

use super::{ours, unfit};
use crate::{
    blobs::{Blobs, Digest},
    error::{Doing, Result},
    job::JobContext,
    providers::InlineImage,
    store::library::{self, ContextDocument},
};

/// Documents that go along with one prompt at most, newest first.
const MOST_DOCUMENTS: i64 = 20;
/// Pictures that go along with one prompt at most.
const MOST_PICTURES: usize = 8;

/// What goes along with a prompt.
#[derive(Default)]
pub struct Material {
    documents: Vec<ContextDocument>,
    /// The pictures attached to the documents, primary ones first.
    pub images: Vec<InlineImage>,
}

impl Material {
    /// The prompt behind its material.
    pub fn put_before(&self, prompt: String) -> String {
        if self.documents.is_empty() {
            return prompt;
        }
        let mut text = "Use these documents as context.\n".to_owned();
        for document in &self.documents {
            text.push_str(&format!("\n# {}\n\n{}\n", document.title, document.content));
        }
        format!("{text}\n---\n\n{prompt}")
    }
}

/// Reads the chosen documents and their pictures. One that is missing is a failure that names it.
pub async fn gather(
    context: &JobContext,
    chosen: &ContextDocuments,
    blobs: &dyn Blobs,
) -> Result<Material, Failure> {
    let documents = match chosen {
        ContextDocuments::None => return Ok(Material::default()),
        ContextDocuments::All => read(context, None, None).await.map_err(ours)?,
        ContextDocuments::Tag { tag } => {
            let tag = tag.render(&context.scope).map_err(|error| unfit(&error))?;
            read(context, None, Some(&tag)).await.map_err(ours)?
        }
        ContextDocuments::Chosen { ids } => {
            let ids = ids.resolve(&context.scope).map_err(|error| unfit(&error))?;
            let found = read(context, Some(&ids), None).await.map_err(ours)?;
            all_found(&ids, &found)?;
            found
        }
    };
    let pictures = documents.iter().flat_map(|document| document.images.iter().copied());
    let pictures = pictures.take(MOST_PICTURES).collect();
    let images = self::pictures(context, pictures, blobs).await?;
    Ok(Material { documents, images })
}

async fn read(
    context: &JobContext,
    ids: Option<&[DocumentId]>,
    tag: Option<&str>,
) -> Result<Vec<ContextDocument>> {
    let mut conn = context.pool().acquire().await.doing("opening a connection for documents")?;
    let place = (context.workspace, context.execution);
    library::context_documents(&mut conn, place, ids, tag, MOST_DOCUMENTS).await
}

fn all_found(ids: &[DocumentId], found: &[ContextDocument]) -> Result<(), Failure> {
    let found: BTreeSet<_> = found.iter().map(|document| document.id).collect();
    let missing: Vec<String> =
        ids.iter().filter(|id| !found.contains(id)).map(ToString::to_string).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let message = format!("These context documents are gone: {}.", missing.join(", "));
    Err(Failure::permanent("context_document_missing", message))
}

/// The bytes of pictures of the workspace, in the order asked; those that are gone are left out.
pub async fn pictures(
    context: &JobContext,
    ids: Vec<ImageId>,
    blobs: &dyn Blobs,
) -> Result<Vec<InlineImage>, Failure> {
    if ids.is_empty() {
        return Ok(vec![]);
    }
    let mut conn =
        context.pool().acquire().await.doing("opening a connection for pictures").map_err(ours)?;
    let stored = library::image_blobs(&mut conn, context.workspace, &ids).await.map_err(ours)?;
    drop(conn);
    let mut images = vec![];
    for image in stored {
        let Ok(digest) = image.digest.parse::<Digest>() else { continue };
        let bytes = blobs.get(digest).await.map_err(Failure::from)?;
        images.push(InlineImage { media_type: image.media_type, bytes });
    }
    Ok(images)
}
