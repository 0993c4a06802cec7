//! HTTP APIs as servers of tools: their documents read when they are connected, and again when they are
//! checked.

use std::time::Duration;

use backend::actor::Actor;
use model::{
    access::Permission,
    id::WorkspaceId,
    mcp::{
        api::{ApiDocument, ApiOperations, ApiPreview},
        form::MOST_URL_BYTES,
        server::{ServerForm, ServerKind},
    },
};
use outside::{
    mcp::open_api::{Api, LARGEST_DOCUMENT},
    outbound::{Limits, OutboundRequest},
};
use store::{
    error::{EngineError, Result},
    mcp::servers::{self, ServerRow},
};
use tokio::task::spawn_blocking;

use super::{Tools, register::refused};

/// How long a document may take to arrive.
const LONGEST_FETCH: Duration = Duration::from_secs(60);

impl Tools {
    /// Reads a document: what its API offers, before it is connected.
    ///
    /// # Errors
    /// It cannot be fetched, or is no document of an API.
    pub async fn preview_api(&self, actor: &Actor, document: ApiDocument) -> Result<ApiPreview> {
        actor.require(Permission::ManageTools)?;
        let (api, _) = self.read_api(document.document.trim()).await?;
        Ok(api.preview())
    }

    /// The form with what its document says, and the operations that were chosen of that; none if it
    /// is not the form of an API.
    ///
    /// # Errors
    /// As [`Tools::preview_api`]; an operation that is not there; an API whose address nobody says.
    pub(super) async fn with_api(
        &self,
        form: ServerForm,
    ) -> Result<(ServerForm, Option<ApiOperations>)> {
        let mut form = form.trimmed();
        if form.kind != ServerKind::OpenApi {
            return Ok((form, None));
        }
        let Some(document) = form.document.take() else {
            let words =
                "Enter the address of an OpenAPI document, or paste its text or a curl command.";
            return Err(refused("document", words.to_owned()).into());
        };
        let (api, address) = self.read_api(&document).await?;
        form.document = address;
        if form.url.is_empty() {
            let words = "Enter the URL of the API: the document doesn't say it.";
            let url = api.url.clone();
            form.url = url.ok_or_else(|| refused("url", words.to_owned()))?;
        }
        let kept = api.choose(&form.operations);
        for (place, name) in form.operations.iter().enumerate() {
            if let Some(unused) = kept.unused.iter().find(|unused| unused.name == *name) {
                let words = format!("{name} can't be used. {}", unused.reason);
                return Err(refused(&format!("operations[{place}]"), words).into());
            }
        }
        Ok((form, Some(kept)))
    }

    /// Reads the document of an API again, where it has an address; else why that cannot be done.
    pub(super) async fn refresh_api(
        &self,
        workspace: WorkspaceId,
        row: &ServerRow,
    ) -> Result<std::result::Result<(), String>> {
        let Some(document) = &row.form.document else { return Ok(Ok(())) };
        let api = match self.read_api(document).await {
            Ok((api, _)) => api.choose(&row.form.operations),
            Err(EngineError::Refused(problem)) => {
                let told = problem.errors.into_iter().next().map(|error| error.message);
                return Ok(Err(told.unwrap_or(problem.detail)));
            }
            Err(error) => return Err(error),
        };
        let mut conn = self.ctx.connect("reading the document of an API").await?;
        servers::keep_api(&mut conn, workspace, row, &api).await.map(Ok)
    }

    /// An API by its document, and the address of that where it has one.
    async fn read_api(&self, document: &str) -> Result<(Api, Option<String>)> {
        let wrong = |words: String| EngineError::from(refused("document", words));
        let is_address = ["https://", "http://"].iter().any(|start| document.starts_with(start))
            && !document.contains(char::is_whitespace);
        if is_address && document.len() > MOST_URL_BYTES {
            return Err(wrong(format!("Use an address of at most {MOST_URL_BYTES} bytes.")));
        }
        let (text, address) = if is_address {
            let (text, url) = self.fetch_document(document).await.map_err(wrong)?;
            (text, Some(url))
        } else {
            (document.to_owned(), None)
        };
        let read = spawn_blocking(move || Api::read(&text, address.as_ref())).await;
        let read = read.map_err(|error| EngineError::internal("reading a document", error))?;
        Ok((read.map_err(wrong)?, is_address.then(|| document.to_owned())))
    }

    async fn fetch_document(
        &self,
        address: &str,
    ) -> std::result::Result<(String, url::Url), String> {
        let failed = |words: String| format!("Couldn't load the document: {words}.");
        let body = u64::try_from(LARGEST_DOCUMENT).unwrap_or(u64::MAX);
        let request =
            OutboundRequest::get(address).map_err(|refusal| failed(refusal.to_string()))?;
        let request = request.limits(Limits { total: LONGEST_FETCH, body });
        let outbound = &self.ctx.deps.outbound;
        let answer = outbound.send(request).await.map_err(|error| failed(error.to_string()))?;
        if !answer.status().is_success() {
            return Err(failed(format!("the address answers {}", answer.status())));
        }
        let url = answer.url().clone();
        let bytes = answer.bytes().await.map_err(|error| failed(error.to_string()))?;
        Ok((String::from_utf8_lossy(&bytes).into_owned(), url))
    }
}
