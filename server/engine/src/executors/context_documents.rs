//! The context of a prompt: documents of the project, their files and the images on them.

use blobs::{Blobs, Digest};
use model::{
    execution::{brought::Brought, failure::Failure},
    expr::Template,
    field::Field,
    id::{DocumentId, ImageId},
    nodes::generate_copy::ContextDocuments,
    value::DocumentRef,
};
use outside::providers::{InlineImage, Passage};
use store::{
    error::{Doing, Result},
    library::{self, ContextDocument, StoredImage, files},
    uploads::{self, BroughtFile},
};

use super::failure::{expression_failure, internal_failure};
use crate::job::JobContext;

/// The most documents of one prompt; the newest come first.
const MOST_DOCUMENTS: i64 = 20;
/// The context of a prompt.
#[derive(Default)]
pub struct Material {
    /// The texts of the documents, those of the launch first, and of files.
    pub passages: Vec<Passage>,
    /// The images attached to the documents, primary ones first.
    pub images: Vec<InlineImage>,
    /// The documents themselves.
    pub documents: Vec<DocumentId>,
}

/// Reads the documents and files of the launch and those that the node chooses, with their
/// images.
///
/// # Errors
/// A document or file is missing, by its name; the database or the blob store failed.
pub async fn gather(
    context: &JobContext,
    chosen: &ContextDocuments,
    blobs: &dyn Blobs,
) -> Result<Material, Failure> {
    if *chosen == ContextDocuments::None {
        return Ok(Material::default());
    }
    let brought = Brought::from_context(&context.scope.context);
    let mut documents = load_named(context, &brought.documents).await?;
    for document in chosen_by_node(context, chosen).await? {
        if documents.iter().all(|known| known.id != document.id) {
            documents.push(document);
        }
    }
    let mut files = brought_files(context).await?;
    files.extend(files_of(context, &documents).await.map_err(internal_failure)?);
    let mut images = fetched(files.iter().filter_map(|file| file.image.clone()), blobs).await?;
    let attached = documents.iter().flat_map(|document| document.images.iter().copied());
    let attached = attached.take(Brought::MOST_IMAGES.saturating_sub(images.len())).collect();
    images.extend(load_images(context, attached, blobs).await?);
    let ids = documents.iter().map(|document| document.id).collect();
    let of_documents =
        documents.into_iter().map(|found| Passage { title: found.title, text: found.content });
    let of_files = files
        .into_iter()
        .filter_map(|file| file.content.map(|text| Passage { title: file.name, text }));
    Ok(Material { passages: of_documents.chain(of_files).collect(), images, documents: ids })
}

/// The images among the files of the launch.
pub async fn load_brought_images(
    context: &JobContext,
    blobs: &dyn Blobs,
) -> Result<Vec<InlineImage>, Failure> {
    let files = brought_files(context).await?;
    fetched(files.into_iter().filter_map(|file| file.image), blobs).await
}

/// The files of the launch. One that is missing is a failure that names it.
async fn brought_files(context: &JobContext) -> Result<Vec<BroughtFile>, Failure> {
    let ids = Brought::from_context(&context.scope.context).uploads;
    if ids.is_empty() {
        return Ok(vec![]);
    }
    let doing = "opening a connection for files";
    let mut conn = context.pool().acquire().await.doing(doing).map_err(internal_failure)?;
    let found = uploads::load_contents(&mut conn, context.workspace, &ids)
        .await
        .map_err(internal_failure)?;
    let missing = ids.iter().filter(|id| found.iter().all(|file| file.id != **id));
    none_missing("files", missing.map(ToString::to_string).collect())?;
    Ok(found)
}

async fn files_of(context: &JobContext, documents: &[ContextDocument]) -> Result<Vec<BroughtFile>> {
    let ids: Vec<DocumentId> = documents.iter().map(|document| document.id).collect();
    if ids.is_empty() {
        return Ok(vec![]);
    }
    let mut conn = context.pool().acquire().await.doing("opening a connection for files")?;
    let files = files::list_for_documents(&mut conn, context.workspace, &ids).await?;
    uploads::load_contents(&mut conn, context.workspace, &files).await
}

async fn chosen_by_node(
    context: &JobContext,
    chosen: &ContextDocuments,
) -> Result<Vec<ContextDocument>, Failure> {
    match chosen {
        ContextDocuments::None | ContextDocuments::Launch => Ok(vec![]),
        ContextDocuments::All => read(context, None, None).await.map_err(internal_failure),
        ContextDocuments::Tag { tag } => {
            let tag = tag.render(&context.scope).map_err(expression_failure)?;
            read(context, None, Some(&tag)).await.map_err(internal_failure)
        }
        ContextDocuments::Chosen { ids } => load_named(context, &chosen_ids(ids, context)?).await,
    }
}

/// The ids in the field, or the documents or ids that its expression gives.
fn chosen_ids(
    field: &Field<Vec<DocumentId>>,
    context: &JobContext,
) -> Result<Vec<DocumentId>, Failure> {
    let scope = &context.scope;
    if let Some(source) = field.reference() {
        let value = Template::parse(source).and_then(|template| template.value(scope));
        let found = DocumentRef::list(&value.map_err(expression_failure)?);
        if !found.is_empty() {
            return Ok(found.into_iter().map(|document| document.document_id).collect());
        }
    }
    field.resolve(scope).map_err(expression_failure)
}

/// These documents, in the order of the ids; fails with the names of those that are missing.
async fn load_named(
    context: &JobContext,
    ids: &[DocumentId],
) -> Result<Vec<ContextDocument>, Failure> {
    if ids.is_empty() {
        return Ok(vec![]);
    }
    let mut found = read(context, Some(ids), None).await.map_err(internal_failure)?;
    let missing = ids.iter().filter(|id| found.iter().all(|document| document.id != **id));
    let missing: Vec<DocumentId> = missing.copied().collect();
    if !missing.is_empty() {
        none_missing(
            "context documents",
            names(context, &missing).await.map_err(internal_failure)?,
        )?;
    }
    found.sort_by_key(|document| ids.iter().position(|id| *id == document.id));
    Ok(found)
}

async fn read(
    context: &JobContext,
    ids: Option<&[DocumentId]>,
    tag: Option<&str>,
) -> Result<Vec<ContextDocument>> {
    let mut conn = context.pool().acquire().await.doing("opening a connection for documents")?;
    library::context_documents(
        &mut conn,
        context.workspace,
        context.execution,
        ids,
        tag,
        MOST_DOCUMENTS,
    )
    .await
}

/// The last known titles of deleted documents; an id where no title is known.
async fn names(context: &JobContext, ids: &[DocumentId]) -> Result<Vec<String>> {
    let mut conn = context.pool().acquire().await.doing("opening a connection for titles")?;
    let known = library::titles::last_known_titles(&mut conn, context.workspace, ids).await?;
    let name = |id: &DocumentId| {
        let known = known.iter().find(|document| document.id == *id);
        known.map_or_else(|| id.to_string(), |document| format!("“{}”", document.title))
    };
    Ok(ids.iter().map(name).collect())
}

fn none_missing(what: &str, missing: Vec<String>) -> Result<(), Failure> {
    if missing.is_empty() {
        return Ok(());
    }
    let message = format!(
        "{} of the chosen {what} {} deleted ({}). Launch again with others.",
        missing.len(),
        if missing.len() == 1 { "was" } else { "were" },
        missing.join(", ")
    );
    Err(Failure::permanent("context_document_missing", message))
}

/// The bytes of images of the workspace, in the order of the ids; deleted images are left out.
pub async fn load_images(
    context: &JobContext,
    ids: Vec<ImageId>,
    blobs: &dyn Blobs,
) -> Result<Vec<InlineImage>, Failure> {
    if ids.is_empty() {
        return Ok(vec![]);
    }
    let mut conn = context
        .pool()
        .acquire()
        .await
        .doing("opening a connection for pictures")
        .map_err(internal_failure)?;
    let stored =
        library::image_blobs(&mut conn, context.workspace, &ids).await.map_err(internal_failure)?;
    drop(conn);
    fetched(stored.into_iter(), blobs).await
}

async fn fetched(
    stored: impl Iterator<Item = StoredImage> + Send,
    blobs: &dyn Blobs,
) -> Result<Vec<InlineImage>, Failure> {
    let mut images = vec![];
    for image in stored.take(Brought::MOST_IMAGES) {
        let Ok(digest) = image.digest.parse::<Digest>() else { continue };
        let bytes = blobs.get(digest).await.map_err(Failure::from)?;
        images.push(InlineImage { media_type: image.media_type, bytes });
    }
    Ok(images)
}
