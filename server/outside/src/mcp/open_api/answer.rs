//! What an API answers, as the result of a tool or its failure.

use std::time::Duration;

use bytes::Bytes;

use super::super::{
    answer::cut,
    endpoint::media_type,
    failure::{from_status, is_final},
    port::{McpError, ToolAnswer, ToolContent, ToolFile},
};
use crate::{
    json,
    outbound::{HeaderMap, OutboundResponse, StatusCode, limit_reset_ms, retry_after_ms},
};

/// An answer before its body is read.
pub(super) struct Head {
    status: StatusCode,
    headers: HeaderMap,
    media_type: String,
    /// What a file in it is called.
    name: String,
}

impl Head {
    pub(super) fn of(response: &OutboundResponse, name: &str) -> Self {
        Self {
            status: response.status(),
            headers: response.headers().clone(),
            media_type: media_type(response),
            name: name.to_owned(),
        }
    }

    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// What a step gets of this answer.
    pub(super) fn read(&self, server: &str, body: Vec<u8>) -> Result<ToolAnswer, McpError> {
        if let Some(to) = self.header("location").filter(|_| self.leads_elsewhere()) {
            let link = ToolContent::Link(to.to_owned(), self.name.clone());
            return Ok(ToolAnswer { structured: None, content: vec![link] });
        }
        if !self.status.is_success() {
            return Err(self.failure(server, &body));
        }
        if body.is_empty() {
            return Ok(ToolAnswer::default());
        }
        if self.media_type.ends_with("json")
            && let Ok(structured) = json::read(&body)
        {
            return Ok(ToolAnswer { structured: Some(structured), content: vec![] });
        }
        Ok(ToolAnswer { structured: None, content: vec![self.content(body)] })
    }

    /// Whether what was asked for is elsewhere: keys and arguments do not go there, but its address is an
    /// answer.
    fn leads_elsewhere(&self) -> bool {
        matches!(self.status.as_u16(), 302 | 303)
    }

    fn content(&self, body: Vec<u8>) -> ToolContent {
        let media_type = self.media_type.clone();
        if media_type.starts_with("image/") && !media_type.ends_with("+xml") {
            return ToolContent::Image(media_type, body.into());
        }
        let is_text = ["text/", "application/xml", "application/yaml"];
        let is_text = media_type.is_empty()
            || media_type.ends_with("json")
            || media_type.ends_with("+xml")
            || is_text.iter().any(|start| media_type.starts_with(start));
        match String::from_utf8(body) {
            Ok(text) if is_text => ToolContent::Text(text),
            Ok(text) => self.file(text.into()),
            Err(error) => self.file(error.into_bytes().into()),
        }
    }

    fn file(&self, bytes: Bytes) -> ToolContent {
        let (name, media_type) = (self.name.clone(), self.media_type.clone());
        ToolContent::File(ToolFile { name, media_type, bytes })
    }

    /// Why there is no result, with what the API says of it.
    fn failure(&self, server: &str, body: &[u8]) -> McpError {
        let said = String::from_utf8_lossy(body);
        let said =
            json::read(body).map_or_else(|_| said.trim().to_owned(), |json| json.to_string());
        let with_words = |words: &str| {
            let words = words.trim_end_matches('.');
            if said.is_empty() { format!("{words}.") } else { cut(&format!("{words}: {said}")) }
        };
        // Some say so with 403 that there were too many calls.
        let is_used_up = self.header("x-ratelimit-remaining") == Some("0");
        let asked = retry_after_ms(&self.headers);
        let is_limit = match self.status.as_u16() {
            403 => is_used_up || asked.is_some(),
            429 => is_used_up,
            _ => false,
        };
        if is_limit {
            let wait = asked.or_else(|| limit_reset_ms(&self.headers)).map(Duration::from_millis);
            let words = format!("{server} answers {}: too many calls", self.status);
            return McpError::Limited(wait, with_words(&words));
        }
        let refused = from_status(server, self.status, &self.headers);
        if is_final(&refused) || self.status.is_redirection() {
            return refused.reworded(with_words);
        }
        McpError::Tool(with_words(&format!("{server} answers {}", self.status)))
    }
}
