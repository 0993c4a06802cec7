//! Built-in tools that read.

use model::{
    api::{
        documents::{DocumentFilter, ImageFilter},
        executions::{Artifact, ArtifactRow},
    },
    id::{ArtifactId, DocumentId, ToolCallId},
    text::markdown::plain_text,
};
use serde::Deserialize;
use serde_json::{Value, json};
use sqlx::PgConnection;
use store::{
    calls::agent_calls, error::Result, executions, images, library, page_query::PageQuery,
    timestamp,
};
use uuid::Uuid;

use super::{CallEnd, Desk, read};

/// How many things a search gives unless it is asked for another number.
const USUAL: u32 = 10;
/// The most that a search gives.
const MOST: u32 = 50;
/// How many characters of a text are given at once.
const PART_CHARS: usize = 15_000;

#[derive(Deserialize)]
struct Search {
    #[serde(default)]
    query: String,
    limit: Option<u32>,
}

impl Search {
    fn first_page(&self) -> PageQuery {
        PageQuery::first(self.limit.unwrap_or(USUAL).clamp(1, MOST).into())
    }
}

#[derive(Deserialize)]
struct OneDocument {
    document_id: Uuid,
    #[serde(default)]
    offset: usize,
}

#[derive(Deserialize)]
struct OneOutput {
    id: Option<Uuid>,
    #[serde(default)]
    offset: usize,
}

impl Desk<'_> {
    pub(super) async fn search_documents(&self, conn: &mut PgConnection) -> Result<CallEnd> {
        let search: Search = match read(self.call.arguments) {
            Ok(search) => search,
            Err(end) => return Ok(end),
        };
        let page = search.first_page();
        let project = Some(self.acting.project);
        let filter = DocumentFilter { q: search.query, project, ..DocumentFilter::default() };
        let workspace = self.call.context.workspace;
        let found = library::list_documents(conn, workspace, &filter, page).await?;
        let found = found.items.into_iter().map(|row| {
            json!({
                "document_id": row.id,
                "title": row.title,
                "beginning": plain_text(&row.excerpt),
                "status": row.status,
                "tags": row.tags,
                "changed_at": row.updated_at.to_iso8601(),
            })
        });
        Ok(CallEnd::from_value(json!({ "documents": found.collect::<Vec<_>>() })))
    }

    pub(super) async fn read_document(&self, conn: &mut PgConnection) -> Result<CallEnd> {
        let OneDocument { document_id, offset } = match read(self.call.arguments) {
            Ok(asked) => asked,
            Err(end) => return Ok(end),
        };
        let (id, workspace) = (DocumentId(document_id), self.call.context.workspace);
        let Some(page) = library::find_document(conn, workspace, id).await? else {
            return Ok(CallEnd::Failed(format!("Document {document_id} doesn't exist.")));
        };
        let images = page.images.iter().map(
            |image| json!({ "image_id": image.id, "alt": image.alt, "caption": image.caption }),
        );
        let mut document = part(&page.content, offset);
        document["document_id"] = json!(id);
        document["title"] = page.title.as_str().into();
        document["status"] = json!(page.status);
        document["tags"] = json!(page.tags);
        document["images"] = images.collect();
        Ok(CallEnd::Gave(document))
    }

    pub(super) async fn search_images(&self, conn: &mut PgConnection) -> Result<CallEnd> {
        let search: Search = match read(self.call.arguments) {
            Ok(search) => search,
            Err(end) => return Ok(end),
        };
        let page = search.first_page();
        let project = Some(self.acting.project);
        let filter = ImageFilter { q: search.query, project, ..ImageFilter::default() };
        let found = images::list(conn, self.call.context.workspace, &filter, page).await?;
        // As values between steps have them, so that an agent can hand them on.
        let found = found.items.into_iter().map(|row| {
            json!({
                "image_id": row.id,
                "width": row.width,
                "height": row.height,
                "media_type": row.media_type,
                "alt": row.alt,
            })
        });
        Ok(CallEnd::from_value(json!({ "images": found.collect::<Vec<_>>() })))
    }

    pub(super) async fn read_artifact(&self, conn: &mut PgConnection) -> Result<CallEnd> {
        let OneOutput { id, offset } = match read(self.call.arguments) {
            Ok(asked) => asked,
            Err(end) => return Ok(end),
        };
        let (workspace, execution) = (self.call.context.workspace, self.call.context.execution);
        let Some(id) = id else {
            let all = executions::artifacts(conn, workspace, execution).await?;
            let latest = all.iter().filter(|row| row.is_latest).take(MOST as usize);
            let listed: Vec<Value> = latest.map(listed).collect();
            return Ok(CallEnd::from_value(json!({ "outputs": listed })));
        };
        let long = agent_calls::find_long_result(conn, workspace, execution, ToolCallId(id));
        if let Some(text) = long.await? {
            return Ok(CallEnd::Gave(part(&text, offset)));
        }
        let found = executions::artifact(conn, workspace, execution, ArtifactId(id)).await?;
        Ok(match found {
            Some(artifact) => CallEnd::Gave(read_output(&artifact, offset)),
            None => CallEnd::Failed(format!("This run has no output or result {id}.")),
        })
    }

    pub(super) fn time(&self) -> CallEnd {
        let now = timestamp(self.acting.now);
        CallEnd::Gave(json!({ "now": now.to_iso8601() }))
    }
}

fn listed(row: &ArtifactRow) -> Value {
    json!({
        "id": row.id,
        "step": row.node_id,
        "item": row.item,
        "port": row.port,
        "version": row.version,
        "image_id": row.image_id,
    })
}

fn read_output(artifact: &Artifact, offset: usize) -> Value {
    let text = match (&artifact.content, artifact.row.image_id) {
        (Value::String(text), _) => text.clone(),
        (Value::Null, Some(image)) => json!({ "image_id": image }).to_string(),
        (data, _) => data.to_string(),
    };
    let mut read = part(&text, offset);
    read["step"] = json!(artifact.row.node_id);
    if let Some(image) = artifact.row.image_id {
        read["images"] = json!([{ "image_id": image }]);
    }
    read
}

/// The part of a text that begins at this character, and where the next one begins.
fn part(text: &str, offset: usize) -> Value {
    let chars = text.chars().count();
    let shown: String = text.chars().skip(offset).take(PART_CHARS).collect();
    let next = offset.saturating_add(PART_CHARS);
    json!({
        "text": shown,
        "offset": offset,
        "next_offset": (next < chars).then_some(next),
        "characters": chars,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_read_part_by_part() {
        let text = "ä".repeat(PART_CHARS) + "end";

        let first = part(&text, 0);
        assert_eq!(first["next_offset"], PART_CHARS);
        let last = part(&text, PART_CHARS);
        assert_eq!((&last["text"], &last["next_offset"]), (&json!("end"), &Value::Null));
        assert_eq!(part(&text, usize::MAX)["text"], "");
    }
}
