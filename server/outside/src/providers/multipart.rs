//! Writes form bodies with files, for the one endpoint that wants them.

use std::fmt::Write;

use bytes::Bytes;

/// A form under construction.
#[derive(Debug)]
pub(super) struct Form {
    boundary: String,
    body: Vec<u8>,
}

impl Form {
    /// An empty form; the boundary must not occur in what is added.
    pub(super) fn new(boundary: String) -> Self {
        Self { boundary, body: Vec::new() }
    }

    /// Adds a text field.
    pub(super) fn text(mut self, name: &str, value: &str) -> Self {
        self.begin(&format!("name=\"{name}\""), None);
        self.body.extend_from_slice(value.as_bytes());
        self.body.extend_from_slice(b"\r\n");
        self
    }

    /// Adds a file.
    pub(super) fn file(mut self, name: &str, media_type: &str, bytes: &[u8]) -> Self {
        let extension = media_type.rsplit('/').next().unwrap_or("png");
        let disposition = format!("name=\"{name}\"; filename=\"reference.{extension}\"");
        self.begin(&disposition, Some(media_type));
        self.body.extend_from_slice(bytes);
        self.body.extend_from_slice(b"\r\n");
        self
    }

    /// The content type and the body.
    pub(super) fn finish(mut self) -> (String, Bytes) {
        self.body.extend_from_slice(format!("--{}--\r\n", self.boundary).as_bytes());
        (format!("multipart/form-data; boundary={}", self.boundary), self.body.into())
    }

    fn begin(&mut self, disposition: &str, media_type: Option<&str>) {
        let mut head =
            format!("--{}\r\ncontent-disposition: form-data; {disposition}\r\n", self.boundary);
        if let Some(media_type) = media_type {
            let _ = write!(head, "content-type: {media_type}\r\n");
        }
        head.push_str("\r\n");
        self.body.extend_from_slice(head.as_bytes());
    }
}
