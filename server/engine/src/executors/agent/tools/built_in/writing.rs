//! Built-in tools that write.

use model::{
    audit::AuditAction,
    document::{DocumentStatus, Writing},
    id::{DocumentId, ImageId},
    nodes::attach_to_document,
    value::DocumentRef,
};
use serde::Deserialize;
use serde_json::json;
use sqlx::PgConnection;
use store::{
    attachments, audit,
    calls::agent_calls::{self, WrittenDocument},
    error::Result,
};
use uuid::Uuid;

use super::{CallEnd, Desk, read};
use crate::launch::child_id::derived_id;

#[derive(Deserialize)]
struct NewDocument {
    title: String,
    content: String,
    #[serde(default)]
    tags: Vec<String>,
}

#[derive(Deserialize)]
struct Attachment {
    document_id: Uuid,
    image_id: Uuid,
}

impl Desk<'_> {
    pub(super) async fn create_document(&self, conn: &mut PgConnection) -> Result<CallEnd> {
        let NewDocument { title, content, tags } = match read(self.call.arguments) {
            Ok(new) => new,
            Err(end) => return Ok(end),
        };
        let writing = Writing { title, content, status: DocumentStatus::Draft, tags };
        let writing = match writing.checked() {
            Ok(writing) => writing,
            Err(problem) => return Ok(CallEnd::Failed(problem.detail)),
        };
        let id = self.document_id();
        let written = WrittenDocument { id, writing: &writing, user: self.user };
        agent_calls::insert_document(conn, self.call.context.claim(), written).await?;
        audit::append(conn, self.entry(AuditAction::DocumentCreated, id)).await?;
        let made = DocumentRef { document_id: id, title: writing.title };
        Ok(CallEnd::Gave(made.to_value()))
    }

    pub(super) async fn attach_image(&self, conn: &mut PgConnection) -> Result<CallEnd> {
        let Attachment { document_id, image_id } = match read(self.call.arguments) {
            Ok(asked) => asked,
            Err(end) => return Ok(end),
        };
        let (document, image) = (DocumentId(document_id), ImageId(image_id));
        let workspace = self.call.context.workspace;
        if !attachments::lock_document(conn, workspace, document).await? {
            return Ok(CallEnd::Failed(format!("Document {document} doesn't exist.")));
        }
        if attachments::filter_existing_images(conn, workspace, &[image]).await?.is_empty() {
            return Ok(CallEnd::Failed(format!("Image {image} doesn't exist.")));
        }
        let mut order = attachments::list_attached(conn, workspace, document).await?;
        if !order.contains(&image) {
            let most = attach_to_document::Config::MAX_IMAGES as usize;
            if order.len() >= most {
                let words = format!("The document already has {most} images, the maximum.");
                return Ok(CallEnd::Failed(words));
            }
            order.push(image);
            attachments::arrange(conn, workspace, document, &order).await?;
            let entry = self.entry(AuditAction::DocumentAttach, document);
            audit::append(conn, entry.with_detail("images", json!(order))).await?;
        }
        Ok(CallEnd::Gave(json!({ "document_id": document, "images": order })))
    }

    /// The id of the document that a call writes: the same whenever the call is made.
    fn document_id(&self) -> DocumentId {
        let call_id = self.call.call_id.as_bytes();
        DocumentId(derived_id(self.call.context, b"agent document", call_id))
    }

    /// A line of the audit log: the server has done it in the launcher's name.
    fn entry(&self, action: AuditAction, document: DocumentId) -> audit::Entry {
        audit::Entry {
            workspace: Some(self.call.context.workspace),
            user: Some(self.user),
            action,
            subject: Some(document.to_string()),
            detail: json!({ "execution": self.call.context.execution, "tool": self.call.tool }),
            source: audit::Source::default(),
        }
    }
}
