//! `attach_to_document`: decides which image goes to which document.

use std::{collections::BTreeMap, time::Duration};

use async_trait::async_trait;
use model::{
    decide::{AttachmentOut, JobOutput},
    execution::failure::Failure,
    expr::ExprError,
    field::Text,
    id::DocumentId,
    nodes::{
        NodeConfig,
        attach_to_document::{Config, Primary, pairs},
    },
    value::{DocumentRef, ImageRef, kind_of, leaves},
};
use serde_json::{Map, Value};
use store::{error::Doing, library};

use super::{
    attempt::{Attempt, Executor},
    failure::{expression_failure, internal_failure},
    paid::seed,
};
use crate::job::JobContext;

/// Works on `attach_to_document` jobs.
pub struct AttachToDocument;

#[async_trait]
impl Executor for AttachToDocument {
    fn time_limit(&self) -> Duration {
        Duration::from_secs(30)
    }

    async fn run(&self, context: &JobContext) -> Attempt {
        let Some(NodeConfig::AttachToDocument(config)) =
            context.node().map(|node| &node.data.config)
        else {
            return Attempt::from_failure(Failure::permanent(
                "wrong_node",
                "This isn't an attach step.",
            ));
        };
        attach(context, config).await.map_or_else(Attempt::from_failure, Attempt::from_output)
    }
}

async fn attach(context: &JobContext, config: &Config) -> Result<JobOutput, Failure> {
    let documents = source(context, config.documents.as_ref(), "documents")?;
    let documents = all(&documents, "documents", DocumentRef::from_value)?;
    let images = source(context, config.images.as_ref(), "images")?;
    let images = all(&images, "images", ImageRef::from_value)?;
    if documents.is_empty() || images.is_empty() {
        let missing = if documents.is_empty() { "documents" } else { "images" };
        let message = format!("There are no {missing} to attach. Check the step's input.");
        return Err(Failure::permanent("nothing_to_attach", message));
    }
    let images = config.order.arrange(images, |image| image.alt.clone(), seed(context));
    let most = config.max(&context.scope).map_err(expression_failure)?;
    let ids: Vec<DocumentId> = documents.iter().map(|document| document.document_id).collect();
    let mut next = count_attached(context, &ids).await?;
    let mut attachments = vec![];
    for (document, image) in pairs(config.strategy, documents.len(), images.len()) {
        let (Some(document), Some(image)) = (ids.get(document), images.get(image)) else {
            continue;
        };
        let order = next.entry(*document).or_insert(0);
        if i64::from(*order) >= i64::from(most) {
            continue;
        }
        let first = *order == 0;
        let primary = first && config.primary == Primary::First;
        attachments.push(AttachmentOut {
            document: *document,
            image: image.image_id,
            primary,
            order: *order,
        });
        *order += 1;
    }
    let references = documents.iter().map(DocumentRef::to_value).collect();
    let values = Map::from_iter([("documents".to_owned(), references)]);
    Ok(JobOutput { values, attachments, ..JobOutput::default() })
}

/// The value of a field, or the input of the port with its name if the field is blank.
fn source(context: &JobContext, field: Option<&Text>, port: &str) -> Result<Value, Failure> {
    let value: Result<Value, ExprError> = match field {
        Some(text) if !text.is_blank() => text.value(&context.scope),
        _ => Ok(context.input(port).unwrap_or_default()),
    };
    value.map_err(expression_failure)
}

/// Every document or image in a list, at any depth; fails if it contains anything else.
fn all<T>(given: &Value, what: &str, read: fn(&Value) -> Option<T>) -> Result<Vec<T>, Failure> {
    let given = leaves(given).into_iter().filter(|value| !value.is_null());
    let one = |value| {
        let message = || format!("The {what} to attach hold {}.", kind_of(value));
        read(value).ok_or_else(|| Failure::permanent("unfit_input", message()))
    };
    given.map(one).collect()
}

/// How many images each document has already.
async fn count_attached(
    context: &JobContext,
    documents: &[DocumentId],
) -> Result<BTreeMap<DocumentId, i32>, Failure> {
    let mut conn = context
        .pool()
        .acquire()
        .await
        .doing("opening a connection to attach")
        .map_err(internal_failure)?;
    library::count_attached(&mut conn, context.workspace, documents).await.map_err(internal_failure)
}
