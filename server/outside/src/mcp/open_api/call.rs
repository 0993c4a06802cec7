//! Calls of an API's operations.

use url::Url;

use super::{
    super::{
        endpoint::{Endpoint, LONGEST_CALL},
        limits::LARGEST_ANSWER,
        port::{ApiAddress, HttpAddress, McpError, ToolAnswer, ToolContent, ToolRequest},
    },
    answer::Head,
    pages::{self, MOST_PAGES},
    request::{ApiRequest, build},
};
use crate::outbound::{Method, OutboundClient};
use model::mcp::api::{ALL_PAGES, ApiOperation};

/// Names a write: who knows the header does it once.
const IDEMPOTENCY_KEY: &str = "idempotency-key";

/// An API that is called.
pub(in super::super) struct ApiCaller<'a> {
    pub(in super::super) client: &'a OutboundClient,
    pub(in super::super) server: &'a str,
    pub(in super::super) address: &'a ApiAddress,
}

impl ApiCaller<'_> {
    /// Calls an operation.
    pub(in super::super) async fn call(
        &self,
        called: &ToolRequest,
    ) -> Result<ToolAnswer, McpError> {
        let operations = &self.address.api.operations;
        let operation = operations.iter().find(|one| one.definition.name == called.tool);
        let operation = operation.ok_or_else(|| {
            McpError::Protocol(format!("{} has no operation {}.", self.server, called.tool))
        })?;
        let mut request = build(operation, &self.address.http.url, called.arguments.clone())
            .map_err(McpError::Protocol)?;
        if !operation.is_read() {
            request.headers.push((IDEMPOTENCY_KEY.to_owned(), called.idempotency_key.clone()));
        }
        let (mut answer, mut next, has_links) = self.page(operation, &request, false).await?;
        if called.arguments.get(ALL_PAGES) != Some(&true.into()) || !operation.has_pages() {
            return Ok(answer);
        }
        let Some(whole) = &mut answer.structured else { return Ok(answer) };
        let mut bytes = whole.to_string().len();
        let mut last = whole.clone();
        for _ in 1..MOST_PAGES {
            let Some(url) = next.take() else { break };
            request.url = url;
            let (page, after, _) = self.page(operation, &request, has_links).await?;
            let page = page.structured.unwrap_or_default();
            bytes += page.to_string().len();
            if bytes > LARGEST_ANSWER {
                next = Some(request.url.clone());
                break;
            }
            let is_other = page != last;
            last.clone_from(&page);
            if is_other && pages::append(whole, page) {
                next = after;
            }
        }
        // What is left can be asked for.
        answer
            .content
            .extend(next.map(|url| ToolContent::Link(url.into(), "Next page".to_owned())));
        Ok(answer)
    }

    /// One answer, where the page after it is, and whether its header has links. After a page `has_links`,
    /// one without them is the last.
    async fn page(
        &self,
        operation: &ApiOperation,
        request: &ApiRequest,
        has_links: bool,
    ) -> Result<(ToolAnswer, Option<Url>, bool), McpError> {
        let mut url = request.url.clone();
        for (name, secret) in &self.address.query {
            url.query_pairs_mut().append_pair(name, secret.expose());
        }
        let headers = self.address.http.headers.clone();
        let http = HttpAddress { url, headers };
        let endpoint = Endpoint::new(self.client.clone(), self.server, http)?;
        let method = Method::from_bytes(request.method.as_bytes())
            .map_err(|_| McpError::Protocol(format!("{} is no method of HTTP.", request.method)))?;
        let mut sent = endpoint.request(method, LARGEST_ANSWER, LONGEST_CALL)?;
        let own = &self.address.http.headers;
        for (name, value) in &request.headers {
            // A key is never beside a value of somebody else.
            if own.iter().all(|(key, _)| !key.eq_ignore_ascii_case(name)) {
                sent = endpoint.header(sent, name, value)?;
            }
        }
        if let Some((content_type, body)) = &request.body {
            sent = endpoint.header(sent, "content-type", content_type)?.body(body.clone());
        }
        let response = endpoint.send(sent).await?;
        let name = request.url.path().rsplit('/').next().unwrap_or_default();
        let head = Head::of(&response, name);
        let body = endpoint.body(response).await?;
        let answer = head.read(self.server, body)?;
        let page = answer.structured.as_ref();
        let link = head.header("link").or(has_links.then_some(""));
        let next = page.and_then(|page| pages::next(operation, &request.url, link, page));
        Ok((answer, next, link.is_some()))
    }
}
